//! An app that is not built from constructs, and the transcript of running it.

use std::fs;
use std::io::BufRead;
use std::path::Path;

use stackwright_assembly::{
    Assembly, Binding, Deployable, Diagnostic, Diagnostics, Environment, FORMAT_VERSION, File, Format, Kind,
    Manifest, Output, Source, SourceEntry, StackFacts,
};
use stackwright_cli::{Options, Tools, World, run_with};
use stackwright_deploy::{Moments, Script};

pub(crate) type Synthesis = Result<Assembly, Diagnostics>;

/// A directory to run an app in.
pub(crate) struct Place {
    root: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Place { root: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    /// Puts a file there, and the directories above it.
    pub(crate) fn put(&self, name: &str, contents: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The names of the files in a directory, sorted.
    pub(crate) fn files(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path().join(directory)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs the command line, the words of which are separated by spaces, and tells all that can be seen of it
    /// without colour. No tool is called.
    pub(crate) fn run(&self, line: &str, program: impl FnOnce(&Options) -> Synthesis) -> String {
        let script = Script::new();
        let seen = self.run_with(line, program, &script, None);
        script.finish();
        seen
    }

    /// Runs it with tools that answer as the script says, and a person who does; absent: nobody is there.
    pub(crate) fn run_with(
        &self,
        line: &str,
        program: impl FnOnce(&Options) -> Synthesis,
        script: &Script,
        answers: Option<&str>,
    ) -> String {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let clock = Moments::new();
        let mut answers = answers.map(str::as_bytes);
        let answers = answers.as_mut().map(|answers| answers as &mut dyn BufRead);
        let tools = Tools { answers, ..no_tools(script, &clock) };
        let exit = {
            let world = World {
                directory: self.path().to_owned(),
                stdout: &mut anstream::StripStream::new(&mut stdout),
                stderr: &mut anstream::StripStream::new(&mut stderr),
                tools,
            };
            run_with(format!("app {line}").split_whitespace().map(Into::into), program, world)
        };
        let text = |bytes| String::from_utf8(bytes).unwrap();
        format!("$ app {line}\nexit: {}\nstdout:\n{}\nstderr:\n{}", exit.code(), text(stdout), text(stderr))
    }
}

/// No tools, and nobody to be asked.
pub(crate) fn no_tools<'a>(script: &'a Script, clock: &'a Moments) -> Tools<'a> {
    Tools { driver: script, clock, answers: None, is_terminal: false, interrupt: None }
}

fn source(line: u32, column: u32) -> Source {
    Source { file: "src/main.rs".into(), line, column }
}

pub(crate) fn stack(name: &str, file: &str, dependencies: &[&str]) -> Deployable {
    Deployable {
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        stack: Some(StackFacts {
            environment: Environment { account: None, region: Some("eu-west-1".to_owned()) },
            ..StackFacts::default()
        }),
        outputs: vec![Output { name: "Id".to_owned(), export: None, description: None }],
        source_map: vec![SourceEntry {
            id: "Vpc1A2B".to_owned(),
            path: format!("{name}/vpc"),
            type_name: Some("AWS::EC2::VPC".into()),
            source: source(4, 15),
            overrides: Vec::new(),
        }],
        ..Deployable::new(name, Kind::Stack, file)
    }
}

/// Two stacks and a chart, in the form that is asked for.
pub(crate) fn sample(options: &Options) -> Synthesis {
    let (extension, text) = match options.format {
        Format::Json => ("json", "{\n  \"Resources\": {}\n}\n"),
        Format::Yaml => ("yaml", "Resources: {}\n"),
    };
    let name = |stack| format!("{stack}.template.{extension}");
    let chart = Deployable {
        kind: Kind::Chart,
        stack: None,
        outputs: Vec::new(),
        bindings: vec![Binding {
            placeholder: "stackwright://cluster/Id".to_owned(),
            stack: "cluster".to_owned(),
            output: "Id".to_owned(),
        }],
        ..stack("multus", "multus.k8s.yaml", &["cluster"])
    };
    let file = |name, text: &str| File { name, contents: text.into() };
    Ok(Assembly {
        manifest: Manifest {
            version: FORMAT_VERSION,
            deployables: vec![
                stack("network", &name("network"), &[]),
                stack("cluster", &name("cluster"), &["network"]),
                chart,
            ],
        },
        files: vec![
            file(name("network"), text),
            file(name("cluster"), text),
            file("multus.k8s.yaml".to_owned(), "kind: List\n"),
        ],
        warnings: Diagnostics::default(),
    })
}

/// The sample, with something worth knowing.
pub(crate) fn with_warning(options: &Options) -> Synthesis {
    let warning =
        Diagnostic::warning("no-nat-gateway", "private subnets \"app\" have no way out: 0 NAT gateways")
            .path("network/vpc")
            .source(source(4, 15))
            .hint("ask for one NAT gateway, or make the group isolated");
    Ok(Assembly { warnings: Diagnostics::new(vec![warning]), ..sample(options)? })
}

/// For commands that do not ask.
pub(crate) fn never(_: &Options) -> Synthesis {
    panic!("this command needs no program")
}
