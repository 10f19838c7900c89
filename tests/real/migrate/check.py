"""Migrates templates, builds all that comes out in one project, and compares what it synthesizes with the templates.

    check.py PROGRAM FOLDER TEMPLATE...

PROGRAM is `cargo-stackwright`, which is built in the target directory that the project uses as well. Beside each
TEMPLATE, those in templates/, the sound twins of the corpus and random ones are migrated. Two readers compare: the one
that `diff` has, and the one in meaning.py, which shares nothing with it. At last `migrate --check` has to find what was
put wrong in a program, and the faults of a template.
"""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys

import generator
from meaning import differences, meaning, read

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]

# How many random templates there are, by numbers that make them.
RANDOM = range(200)

PACKAGE = """\
[package]
name = "migrations"
version = "0.0.0"
edition = "2024"

[dependencies]
stackwright = {{ path = "{crates}/stackwright" }}
stackwright-aws = {{ path = "{crates}/aws", features = {features} }}
stackwright-deploy = {{ path = "{crates}/deploy" }}

[profile.dev]
debug = false

[workspace]
"""

# Writes each template that comes out to a file beside the original, and prints what `diff` would show.
MAIN = """\
use stackwright::prelude::*;
use stackwright_deploy::compare::Comparison;

%(modules)s
fn main() {
    let all: &[(&str, fn(&App))] = &[%(all)s];
    for (name, describe) in all {
        let app = App::new();
        describe(&app);
        let assembly = match app.synth(&SynthOptions::new()) {
            Ok(assembly) => assembly,
            Err(findings) => {
                println!("{name}: {findings:#?}");
                continue;
            }
        };
        let after = std::str::from_utf8(&assembly.files[0].contents).unwrap();
        let before = std::fs::read_to_string(format!("originals/{name}")).unwrap();
        std::fs::write(format!("synthesized/{name}"), after).unwrap();
        let template = |text: &str| stackwright::cfn::read(text).unwrap();
        for change in Comparison::of(&template(&before), &template(after)).changes() {
            println!("{name}: {change:?}");
        }
    }
}
"""


def corpus():
    """The sound twins of the corpus."""
    spec = importlib.util.spec_from_file_location("corpus", ROOT / "tests/real/corpus/check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [(name, good) for name, _, _, good in module.cases()]


def originals(files):
    """Every template by a name that is one of a module, too."""
    files = [*sorted((HERE / "templates").iterdir()), *map(pathlib.Path, files)]
    named = [(file.name.split(".")[0], file.read_text()) for file in files]
    named += corpus()
    named += [(f"random-{seed}", generator.template(seed)) for seed in RANDOM]
    return {f"t{at}_{''.join(c if c.isalnum() else '_' for c in name)}": text for at, (name, text) in enumerate(named)}


def migrated(program, file):
    """The Rust of a template, and the features that it needs."""
    result = subprocess.run(
        [program, "stackwright", "migrate", file, "--stack", "migrated"], capture_output=True, text=True
    )
    if result.returncode != 0:
        sys.exit(f"error: cannot migrate {file}:\n{result.stderr}{file.read_text()}")
    needs = [line for line in result.stderr.splitlines() if line.startswith("needs of stackwright-aws")]
    return result.stdout, json.loads(needs[0].split(" = ")[1]) if needs else []


def write(project, program, templates):
    for folder in ("src", "originals", "synthesized"):
        (project / folder).mkdir(parents=True, exist_ok=True)
        for file in (project / folder).iterdir():
            file.unlink()
    features = set()
    for name, text in templates.items():
        original = project / "originals" / name
        original.write_text(text)
        rust, needed = migrated(program, original)
        (project / "src" / f"{name}.rs").write_text(rust)
        features.update(needed)
    package = PACKAGE.format(crates=ROOT / "crates", features=json.dumps(sorted(features)))
    (project / "Cargo.toml").write_text(package)
    (project / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
    modules = "".join(f"mod {name};\n" for name in templates)
    table = ", ".join(f'("{name}", {name}::describe)' for name in templates)
    (project / "src/main.rs").write_text(MAIN % {"modules": modules, "all": table})


def compare(project, templates):
    """What differs, by either reader."""
    command = ["cargo", "run", "--quiet", "--offline"]
    found = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    for name, text in templates.items():
        synthesized = project / "synthesized" / name
        if synthesized.exists():
            found += [f"{name}: {what}" for what in differences(meaning(read(text)), meaning(read(synthesized.read_text())))]
    return found


# A cargo that changes a word of the program before it builds it.
CARGO = """\
#!/bin/sh
sed --in-place 's/10 percent/20 percent/' src/stack.rs
exec cargo "$@"
"""


def prove(program, folder):
    """`migrate --check`, of a template, of a program that is put wrong, and of a template that has a fault."""

    def proved(template, **environment):
        file = folder / "shop.yaml"
        file.write_text(template)
        command = [program, "stackwright", "migrate", "--check", file]
        result = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True)
        assert "pub(crate) fn describe" in result.stdout, result.stderr
        return result.returncode, result.stderr

    sound = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: alias/aws/sns, DisplayName: 10 percent}}}"
    code, talk = proved(sound)
    assert code == 0 and "the program synthesizes the template" in talk, talk
    cargo = folder / "cargo"
    cargo.write_text(CARGO)
    cargo.chmod(0o755)
    code, talk = proved(sound, CARGO=str(cargo))
    assert code == 1 and 'DisplayName  "10 percent" -> "20 percent"' in talk, talk
    assert "the program does not synthesize the template" in talk, talk
    code, talk = proved("Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/99}}}")
    assert code == 1 and "10.0.0.0/99" in talk and "the program has errors" in talk, talk


def main():
    program, folder, *files = sys.argv[1:]
    project = pathlib.Path(folder).resolve()
    templates = originals(files)
    write(project, program, templates)
    found = compare(project, templates)
    if found:
        sys.exit("error: these do not synthesize what they were made of:\n" + "\n".join(found))
    print(f"{len(templates)} templates come back as they were")
    prove(program, project)
    print("--check finds a program that is wrong, and a template that is")


if __name__ == "__main__":
    main()
