"""Shows templates to cfn-lint and to AWS's own validator; anything from a warning up is a failure.

    python3 check.py TEMPLATE...

Both also see flawed.json, whose flaws they have to find: a validator that finds nothing at all proves nothing.
"""

import subprocess
import sys
from pathlib import Path

from cloudformation_validate import CompositeEngine

FLAWED = Path(__file__).with_name("flawed.json")
GRAVE = {"FATAL", "ERROR", "WARN"}


def validated(engine, template):
    """What AWS's validator objects to in a template."""
    report = engine.validate_template(str(template))
    return [
        f"{template}: {finding.rule_id} {finding.message}"
        for finding in report.diagnostics
        if finding.severity.name in GRAVE
    ]


def linted(templates):
    """What cfn-lint objects to in templates."""
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--format", "parseable", "--non-zero-exit-code", "warning", "--"]
    result = subprocess.run(command + [str(template) for template in templates], capture_output=True, text=True)
    findings = result.stdout.splitlines()
    if result.returncode != 0 and not findings:
        sys.exit(f"cfn-lint failed:\n{result.stderr}")
    return findings


def main(templates):
    if not templates:
        sys.exit("no templates were given")
    engine = CompositeEngine()
    for name, findings in [("cloudformation-validate", validated(engine, FLAWED)), ("cfn-lint", linted([FLAWED]))]:
        if not findings:
            sys.exit(f"{name} finds nothing in {FLAWED}: it does not work")

    findings = [finding for template in templates for finding in validated(engine, template)] + linted(templates)
    for finding in findings:
        print(finding)
    print(f"{len(templates)} templates, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
