"""Shows a corpus of templates to three validators and counts what each of them catches.

    python3 check.py PROGRAM GOOD...

Each case in cases/ is one template twice: with a fault in the place of ???, and without. A fault is caught where a
validator says, from a warning up, what it does not say of the sound twin. What it says of the twin, or of a template
in GOOD, is a false alarm, but for what the program that made it acknowledged. PROGRAM is a program of ours, whose `validate` is asked.

It fails where ours misses what another catches, unless accepted.yaml gives a reason, where ours has a false alarm, and
where a reason is needed no more.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import yaml
from cloudformation_validate import CompositeEngine

HERE = Path(__file__).parent
GRAVE = {"FATAL", "ERROR", "WARN"}


def cases():
    """Every case, by family and id."""
    for path in sorted((HERE / "cases").glob("*.yaml")):
        for case in yaml.safe_load(path.read_text()):
            name = f"{path.stem}/{case['id']}"
            template = case.get("template") or "Resources:\n" + indented(case["resources"])
            yield name, case["wrong"], *(template.replace("???", str(case[which])) for which in ("bad", "good"))


def indented(text):
    return "".join(f"  {line}\n" for line in text.splitlines())


def output(command, codes):
    """What a command prints, given that it ends with one of the codes."""
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode not in codes:
        sys.exit(f"{command[0]} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout


def acknowledged(file):
    """What the program that made a template acknowledged in its code, as code and message."""
    manifest = Path(file).with_name("manifest.json")
    if not manifest.exists():
        return set()
    of = [one for one in json.loads(manifest.read_text())["deployables"] if one["file"] == Path(file).name]
    entries = [entry["finding"] for one in of for entry in one.get("acknowledged", [])]
    return {(finding["code"], finding["message"]) for finding in entries}


def together(files):
    """The files in groups: those of an assembly belong together, any other stands by itself."""
    groups = {}
    for file in files:
        folder = Path(file).parent
        groups.setdefault(folder if Path(folder, "manifest.json").exists() else file, []).append(file)
    return groups.values()


def ours(program, files):
    known = {file: acknowledged(file) for file in files}
    for group in together(files):
        said = json.loads(output([program, "validate", "--json", *group], {0, 3}))["diagnostics"]
        for finding in said:
            file = finding["source"]["file"]
            is_known = (finding["code"], finding["message"]) in known[file]
            if finding["severity"] in ("error", "warning") and not is_known:
                yield file, finding["code"], finding.get("path", ""), finding["message"]


def cfn_lint(files):
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--format", "json", "--non-zero-exit-code", "none", "--", *files]
    for finding in json.loads(output(command, {0})):
        if finding["Level"] in ("Error", "Warning"):
            where = ".".join(str(step) for step in finding["Location"]["Path"] or [])
            yield finding["Filename"], finding["Rule"]["Id"], where, finding["Message"]


def cloudformation_validate(files):
    engine = CompositeEngine()
    for file in files:
        for finding in engine.validate_template(file).diagnostics:
            if finding.severity.name in GRAVE:
                yield file, finding.rule_id, "", finding.message


def timed(of, files):
    """What a validator finds by file, with the seconds that pass and the seconds of processors it takes."""
    def used():
        usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)

    wall, cpu = time.perf_counter(), used()
    found = {file: [] for file in files}
    for file, *finding in of(files):
        found[str(file)].append(tuple(finding))
    return found, time.perf_counter() - wall, used() - cpu


def main(program, good):
    accepted = [name for one in yaml.safe_load((HERE / "accepted.yaml").read_text()) or [] for name in one["cases"]]
    validators = {
        "ours": lambda files: ours(program, files),
        "cfn-lint": cfn_lint,
        "cloudformation-validate": cloudformation_validate,
    }
    with tempfile.TemporaryDirectory() as folder:
        faults, files = {}, []
        for name, wrong, bad, sound in cases():
            pair = [Path(folder, name.replace("/", "-") + f".{which}.yaml") for which in ("bad", "good")]
            for path, text in zip(pair, (bad, sound)):
                path.write_text(text)
            if name in faults:
                sys.exit(f"there are two cases {name}")
            faults[name] = (wrong, *map(str, pair))
            files += map(str, pair)
        found = {who: timed(of, files + good)[0] for who, of in validators.items()}
        reference = [file for file in good if file.startswith("out/")]
        cost = {who: timed(of, reference)[1:] for who, of in validators.items()}

    caught = {who: set() for who in validators}
    alarms = {who: [] for who in validators}
    for who, of in found.items():
        for name, (_, bad, sound) in faults.items():
            if set(of[bad]) - set(of[sound]):
                caught[who].add(name)
            alarms[who] += [(name, *finding) for finding in of[sound]]
        alarms[who] += [(file, *finding) for file in good for finding in of[file]]

    families = sorted({name.split("/")[0] for name in faults})
    print(f"{'caught, of':20}{'':>6}" + "".join(f"{who:>26}" for who in validators))
    for family in families + [""]:
        of = [name for name in faults if name.startswith(family + "/" if family else "")]
        row = "".join(f"{sum(name in caught[who] for name in of):26}" for who in validators)
        print(f"{family or 'all':20}{len(of):6}{row}")
    print(f"{'missed':20}{len(faults):6}" + "".join(f"{len(faults) - len(caught[who]):26}" for who in validators))
    sound = len(faults) + len(good)
    disturbed = {who: len({alarm[0] for alarm in alarms[who]}) for who in validators}
    print(f"{'false alarms':20}{sound:6}" + "".join(f"{disturbed[who]:26}" for who in validators))
    print(f"{'out/, s':26}" + "".join(f"{cost[who][0]:26.2f}" for who in validators))
    print(f"{'out/, s of CPU':26}" + "".join(f"{cost[who][1]:26.2f}" for who in validators))

    failures = []
    for name, (wrong, bad, sound) in faults.items():
        others = [who for who in validators if who != "ours" and name in caught[who]]
        missed = name not in caught["ours"]
        if missed and others and name not in accepted:
            said = [
                f"{rule} {message}"
                for who in others
                for rule, _, message in sorted(set(found[who][bad]) - set(found[who][sound]))
            ]
            failures.append(f"missed {name} ({wrong}), which {' and '.join(others)} found: {'; '.join(said)[:240]}")
        elif missed and not others:
            print(f"nobody caught {name} ({wrong})")
        if name in accepted and not (missed and others):
            failures.append(f"accepted.yaml has {name}, which needs no reason any more")
    failures += [f"accepted.yaml has {name}, which is no case" for name in accepted if name not in faults]
    failures += [f"false alarm at {alarm[0]}: {' '.join(alarm[1:])}" for alarm in alarms["ours"]]
    for who, of in alarms.items():
        if who != "ours":
            rules = Counter(alarm[1] for alarm in of).most_common()
            print(f"alarms of {who}: " + ", ".join(f"{rule} {count}" for rule, count in rules))
    print(f"accepted as missed: {len(accepted)}")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
