"""Lets the reference application bring AWS's validator, as the guide says, and looks at what it writes and tells.

    python3 check.py DIRECTORY

DIRECTORY is where the program is built: the application as it is, with one line more in `main`, and the crate as a
dependency. What it writes has to be what is checked in, byte by byte, although the validator changes how all of the
program keeps JSON. Then a state machine without a first state is put into its network, which AWS's validator alone looks
for: `validate` has to tell of it, with the line.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
APP = "let app = stackwright::app();"
VALIDATOR = " app.add_validator(stackwright_aws_validator::AwsValidator::new());"
PLACE = "    source::automation_from(&stack);\n"
FLAW = (
    '    Resource::raw(&stack, "Machine", "AWS::StepFunctions::StateMachine", Map::from_iter([\n'
    '        ("RoleArn", json!({ "Fn::ImportValue": "machine-role" })),\n'
    '        ("Definition", json!({ "States": { "Done": { "Type": "Succeed" } } })),\n'
    "    ]));\n"
)


def project(directory):
    """The reference application in a workspace of its own, where its files have the names that they have here."""
    package = directory / "examples/multus-on-eks"
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(ROOT / "examples/multus-on-eks/src", package / "src", ignore=shutil.ignore_patterns("tests.rs"))
    (directory / "Cargo.toml").write_text('[workspace]\nresolver = "3"\nmembers = ["examples/multus-on-eks"]\n')
    shutil.copy(ROOT / "aws-validator/Cargo.lock", directory)
    (package / "Cargo.toml").write_text(
        '[package]\nname = "multus-on-eks"\nedition = "2024"\n\n[dependencies]\n'
        f'stackwright = {{ path = "{ROOT}/crates/stackwright" }}\n'
        f'stackwright-aws-validator = {{ path = "{ROOT}/aws-validator" }}\n'
    )
    replaced(package / "src/main.rs", APP, APP + VALIDATOR)
    return package


def replaced(file, old, new):
    text = file.read_text()
    if text.count(old) != 1:
        sys.exit(f"{file} has {old!r} {text.count(old)} times: expected is once")
    file.write_text(text.replace(old, new))


def run(directory, *arguments, code=0):
    """What the program prints for machines."""
    # Rust 1.95 builds what says that it needs 1.96.
    command = ["cargo", "run", "--quiet", "--ignore-rust-version", "--", *arguments]
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if result.returncode != code:
        sys.exit(f"{' '.join(arguments)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def main(directory):
    package = project(directory)
    run(directory, "synth", "--json", "--out", "out")
    command = ["diff", "--recursive", "--exclude=.*", str(ROOT / "out"), str(directory / "out")]
    if subprocess.run(command).returncode != 0:
        sys.exit("with AWS's validator the reference application writes something else")

    network = package / "src/network.rs"
    replaced(network, PLACE, PLACE + FLAW)
    line = network.read_text().split(FLAW)[0].count("\n") + 1
    told = json.loads(run(directory, "validate", "--json", code=3))["diagnostics"]
    found = [(it["code"], it["path"], it["source"]["file"], it["source"]["line"]) for it in told]
    path = "eks-cluster-vpc-stack-001/Machine"
    expected = ("aws-E3601", path, "examples/multus-on-eks/src/network.rs", line)
    if found != [expected]:
        sys.exit(f"validate told {found}: expected is {[expected]}")
    print(f"out/ as it is, and {expected} found")


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    main(Path(sys.argv[1]))
