"""Runs a program a thousand times, each time somewhere else and in another environment, and compares what it writes.

    check.py PROGRAM

The first run is that of a person at the root of the repository; out/ must be what it writes, too. The other runs are
random, of a seed that is printed when one of them differs.
"""

import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

RUNS = 1000
SEED = 20261123

LOCALES = ["C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8", "ja_JP.EUC-JP", "nonsense"]
ZONES = ["UTC", "Pacific/Kiritimati", "America/St_Johns", ":/nowhere"]
# What a program might look at, and ours must not.
VARIABLES = {
    "AWS_PROFILE": ["production", ""],
    "AWS_REGION": ["eu-west-1", "cn-north-1"],
    "AWS_DEFAULT_REGION": ["us-gov-west-1", "mars"],
    "CARGO_MANIFEST_DIR": ["/nowhere"],
    "CI": ["true"],
    "COLUMNS": ["1", "400"],
    "HOME": ["/nowhere", ""],
    "KUBECONFIG": ["/nowhere/config"],
    "NO_COLOR": ["1"],
    "CLICOLOR_FORCE": ["1"],
    "RUST_BACKTRACE": ["1", "full"],
    "SOURCE_DATE_EPOCH": ["0", "4000000000"],
    "TERM": ["dumb", "xterm-256color"],
    "USER": ["root", "Zoë"],
}


def written(folder):
    """The files of a folder, with their bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def environment(dice):
    """An environment that nobody expects."""
    chosen = {"LC_ALL": dice.choice(LOCALES), "TZ": dice.choice(ZONES)}
    for name, values in VARIABLES.items():
        if dice.random() < 0.5:
            chosen[name] = dice.choice(values)
    return chosen


def synthesize(program, out, form, directory, environment, umask=-1):
    """Runs the program, and returns what it writes."""
    command = [program, "synth", "--format", form, "--out", str(out)]
    run = subprocess.run(command, cwd=directory, env=environment, umask=umask, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"error: {' '.join(command)} failed in {directory} with {environment}\n{run.stderr}")
    return written(directory / out)


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        usual = {
            form: synthesize(program, place / form, form, Path.cwd(), os.environ) for form in ("json", "yaml")
        }
        if usual["json"] != written(Path("out")):
            sys.exit("error: out/ is not what the program writes: run `cargo run -- synth`")

        def differs(number):
            dice = random.Random(SEED + number)
            form = dice.choice(["json", "yaml"])
            directory = place / f"{number}" / "/".join(dice.choices(["a", "b c", "ä", "out", "…"], k=dice.randint(1, 6)))
            directory.mkdir(parents=True)
            # Relative or absolute, and a directory that one has to be able to read again.
            out = dice.choice([Path("out"), directory / "elsewhere"])
            around = environment(dice)
            found = synthesize(program, out, form, directory, around, dice.choice([0o000, 0o022, 0o077]))
            if found == usual[form]:
                return None
            names = [name for name in sorted(found.keys() | usual[form].keys()) if found.get(name) != usual[form].get(name)]
            return f"run {number} of seed {SEED}, {form} in {directory} with {around}: {', '.join(names)} differ"

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = [problem for problem in pool.map(differs, range(RUNS)) if problem]
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    print(f"{RUNS} runs of {Path(program).name} wrote the same {sum(map(len, usual.values()))} files")


if __name__ == "__main__":
    main()
