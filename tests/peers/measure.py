"""Measures our programs and those of peers: `tests/peers/run` prepares them and runs this.

Rounds go through all programs in turn, so that other work on the machine hits each of them alike, and medians are
shown. Times are those of the whole process, from start to end; processor time, which other work disturbs less, is that
of a program's children too. Memory is the most that was resident.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = [1_000, 10_000, 100_000]
# What takes longer than this many seconds is measured once.
LONG = 10


def measured(command, directory):
    """Seconds on the clock, seconds of a processor, and megabytes of one run of the command."""
    # In a file, as a pipe that nobody reads fills up.
    with tempfile.TemporaryFile() as talk, tempfile.NamedTemporaryFile("r") as peak:
        # What the kernel says of a child begins with the memory of its parent, so the parent has to be a small one.
        timed = ["time", "--format", "%M", "--output", peak.name, *command]
        start = time.monotonic()
        process = subprocess.Popen(timed, stdin=subprocess.DEVNULL, stdout=talk, stderr=subprocess.STDOUT, cwd=directory)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            talk.seek(0)
            sys.exit(f"error: {' '.join(command)} failed\n{talk.read().decode(errors='replace')}")
        return wall, usage.ru_utime + usage.ru_stime, int(peak.read()) / 1024


def resources(directory):
    """The resources of each template that was written."""
    templates = sorted(directory.glob("*.template.json"))
    return {path.name: json.loads(path.read_text())["Resources"] for path in templates}


def compare(what, commands, rounds):
    """Prints the lines of the table for programs that do the same, the first of which is ours."""
    runs = {name: [] for name in commands}
    expected = None
    for number in range(rounds):
        for name, command in commands.items():
            if number > 0 and runs[name][0][0] > LONG:
                continue
            directory = Path(tempfile.mkdtemp(prefix="peers-"))
            try:
                runs[name].append(measured([*command, str(directory)], directory))
                if number == 0:
                    found = resources(directory)
                    expected = expected or found
                    if not found or found != expected:
                        sys.exit(f"error: {name} does not write the same resources: {what}")
            finally:
                shutil.rmtree(directory)
    ours = None
    for name, measures in runs.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*measures))
        ours = ours or (wall, cpu, memory)
        times = [f"{here / there:.2f}" for here, there in zip((wall, cpu, memory), ours)]
        cells = [what, name, f"{wall:.3f} s", f"{cpu:.3f} s", f"{memory:.0f} MB", *times]
        print(f"| {' | '.join(cells)} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--many", required=True)
    parser.add_argument("--parts", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    options = parser.parse_args()

    parts, here = options.parts.resolve(), Path(__file__).resolve().parent
    cdk = ["node", str(parts / "cdk.mjs")]
    troposphere = [str(parts / "venv/bin/python"), str(here / "with_troposphere.py")]
    version = json.loads((parts / "node_modules/aws-cdk-lib/package.json").read_text())["version"]
    pinned = (here / "requirements.txt").read_text().splitlines()
    troposphere_version = next(line for line in pinned if line.startswith("troposphere==")).split("==")[1]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before it began")
    print(f"aws-cdk-lib {version} on Node {node}, troposphere {troposphere_version} on Python {sys.version.split()[0]}\n")
    print("| what | program | time | processor | memory | time / ours | processor / ours | memory / ours |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")

    def peers(how, what, floor):
        return {
            "plain JSON": [options.many, "--measure", floor, what],
            "troposphere": [*troposphere, how, what],
            "AWS CDK, without validation": [*cdk, how, what, "unchecked"],
            "AWS CDK": [*cdk, how, what, "checked"],
        }

    with tempfile.TemporaryDirectory() as given:
        measured([options.ours, "synth", "--out", given], Path.cwd())
        ours = {"Stackwright": [options.ours, "synth", "--out"]}
        compare("reference application", ours | peers("given", given, "floor-of"), options.rounds)
    for count in filter(lambda count: count <= options.most, SIZES):
        ours = {"Stackwright": [options.many, "synth", "-c", f"resources={count}", "--out"]}
        ours["plain JSON, all in memory before any is written"] = [options.many, "--measure", "floor-whole", str(count)]
        compare(f"{count:,} resources", ours | peers("pairs", str(count), "floor"), options.rounds)


if __name__ == "__main__":
    main()
