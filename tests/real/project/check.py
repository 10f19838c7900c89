"""Makes a project of every template, and does what its workflow does.

    check.py PROGRAM

PROGRAM is `cargo-stackwright`. A project gets its output and a first commit; then every command of its workflow has to
pass, without a network, with the versions of dependencies that are tested here. Once the program is changed, the workflow
has to fail until the change is accepted. What has stacks alone comes up, stays, and goes away in an emulator of AWS.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import tomllib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/real/deploy"))

from world import World  # noqa: E402

# The templates, and whether what they begin with has charts, for which a cluster would have to be there.
TEMPLATES = {"app": False, "eks": False, "multus": True}

# Nobody's git settings, no network, and no colours in what is looked at.
ENVIRONMENT = os.environ | {
    "CARGO_NET_OFFLINE": "true",
    "CARGO_TERM_COLOR": "never",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def run(directory, *command, **environment):
    """Runs a command, and gives what it said if it failed."""
    result = subprocess.run(
        command, cwd=directory, env=ENVIRONMENT | environment, capture_output=True, text=True, check=False
    )
    return None if result.returncode == 0 else f"{' '.join(command)}\n{result.stdout}{result.stderr}"


def must(directory, *command, **environment):
    failure = run(directory, *command, **environment)
    if failure is not None:
        sys.exit(f"error: {failure}")


def commit(project, message):
    must(project, "git", "add", "--all")
    author = ("-c", "user.name=project", "-c", "user.email=project@example.com")
    must(project, "git", *author, "commit", "--quiet", "--message", message)


def workflow(project):
    """The commands of the workflow by name, but for those that get a toolchain."""
    text = (project / ".github/workflows/ci.yml").read_text()
    job = yaml.safe_load(text)
    steps = job["jobs"]["check"]["steps"]
    return {step["name"]: step["run"] for step in steps if "run" in step and "rustup" not in step["run"]}


def failures(project):
    """The names of the steps that fail, with what they said."""
    found = {}
    for name, script in workflow(project).items():
        failure = run(project, "bash", "-eo", "pipefail", "-c", script, INSTA_UPDATE="no", CI="true")
        if failure is not None:
            found[name] = failure
    return found


def versions(directory):
    packages = tomllib.loads((directory / "Cargo.lock").read_text())["package"]
    return {(package["name"], package["version"]) for package in packages if "source" in package}


def bring_up_and_down(name, directory):
    """Deploys the project that was built last, finds no difference, and takes it down."""
    world = World(pathlib.Path(os.environ["CARGO_TARGET_DIR"]) / "debug" / name, directory)
    try:
        world.begin(name)
        world.app("deploy", "--yes", assembly=False).expect(0, "2 created")
        world.app("diff", "--exit-code", assembly=False).expect(0)
        world.app("destroy", "--yes", assembly=False).expect(0, "2 deleted")
    finally:
        world.stop()


def check(program, directory, template):
    name = f"first-{template}"
    must(directory, program, "stackwright", "new", "--template", template, name)
    project = directory / name
    must(project, "cargo", "run", "--", "synth")
    strange = versions(project) - versions(ROOT)
    assert not strange, f"not the versions of this repository: {sorted(strange)}"
    must(project, "git", "init", "--quiet", "--initial-branch", "main")
    commit(project, "Start")

    failed = failures(project)
    assert not failed, "\n".join(failed.values())
    status = subprocess.run(["git", "status", "--porcelain"], cwd=project, capture_output=True, text=True, check=True)
    assert not status.stdout, f"the workflow leaves something behind:\n{status.stdout}"

    source = project / "src/infrastructure.rs"
    source.write_text(source.read_text().replace("10.20.0.0/16", "10.21.0.0/16"))
    assert set(failures(project)) == {"tests", "the output that is checked in"}
    must(project, "cargo", "test", INSTA_UPDATE="always")
    commit(project, "Move the network")
    failed = failures(project)
    assert not failed, "\n".join(failed.values())
    print(f"{name}: {len(workflow(project))} steps pass, and notice a change", flush=True)
    if not TEMPLATES[template]:
        bring_up_and_down(name, directory / "emulator")
        print(f"{name}: comes up and goes away", flush=True)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    # Not below this repository, whose settings for rustfmt and cargo would count.
    with tempfile.TemporaryDirectory() as directory:
        for template in TEMPLATES:
            check(program, pathlib.Path(directory), template)


if __name__ == "__main__":
    main()
