//! A synthesis under test: its templates, manifests and findings.

use stackwright_assembly::{Assembly, Diagnostics, Kind};
use stackwright_cfn::Target;
use stackwright_core::{App, SynthOptions};

use crate::document::{Document, documents};
use crate::reference::Place;
use crate::{Findings, Manifest, Template};

/// What came of the synthesis of an app, to be asserted about.
///
/// ```
/// use stackwright_cfn::{Map, json};
/// use stackwright_core::{App, Resource, Stack};
/// use stackwright_testing::Synthesis;
///
/// let app = App::new();
/// let stack = Stack::new(&app, "jobs");
/// let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Map::new());
/// queue.set_property("DelaySeconds", 5);
///
/// let synthesis = Synthesis::of(&app);
/// synthesis.template("jobs").has_resource("AWS::SQS::Queue", json!({ "DelaySeconds": 5 }));
/// synthesis.has_no_findings();
/// ```
#[derive(Debug)]
pub struct Synthesis {
    outcome: Result<Assembly, Diagnostics>,
    pub(crate) documents: Vec<Document>,
    /// Tells what the references of the program name; an assembly alone does not.
    app: Option<App>,
}

impl Synthesis {
    /// What comes of `&App` with the default options; or what came of one, as an [`Assembly`] or as what
    /// [`App::synth`] returned.
    ///
    /// # Panics
    ///
    /// Where a file of the assembly is neither a template nor a manifest.
    #[track_caller]
    pub fn of(outcome: impl Into<Synthesis>) -> Self {
        outcome.into()
    }

    /// What comes of an app with options.
    ///
    /// # Panics
    ///
    /// As [`of`](Synthesis::of).
    #[track_caller]
    pub fn with_options(app: &App, options: &SynthOptions) -> Self {
        Synthesis { app: Some(app.clone()), ..Synthesis::from(app.synth(options)) }
    }

    /// The template of a stack.
    ///
    /// # Panics
    ///
    /// Where there is no stack of this name, or the app has errors; the message tells them.
    #[track_caller]
    pub fn template(&self, stack: &str) -> Template<'_> {
        Template { place: self.place(stack, Kind::Stack) }
    }

    /// The manifest of a chart.
    ///
    /// # Panics
    ///
    /// Where there is no chart of this name, or the app has errors; the message tells them.
    #[track_caller]
    pub fn manifest(&self, chart: &str) -> Manifest<'_> {
        Manifest { place: self.place(chart, Kind::Chart) }
    }

    /// The assembly: files, deploy order, outputs, bindings.
    ///
    /// # Panics
    ///
    /// Where the app has errors; the message tells them.
    #[track_caller]
    pub fn assembly(&self) -> &Assembly {
        match &self.outcome {
            Ok(assembly) => assembly,
            Err(findings) => panic!("the app has errors, so nothing is written\n\n{findings}"),
        }
    }

    /// Every finding: the errors with the warnings beside them, or the warnings of an app without errors.
    pub fn findings(&self) -> Findings<'_> {
        let all = match &self.outcome {
            Ok(assembly) => &assembly.warnings,
            Err(findings) => findings,
        };
        Findings::new(all)
    }

    /// Asserts that there are errors of this code, such as `duplicate-export`; [`Findings`] then asks for more.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells every finding.
    #[track_caller]
    pub fn has_error(&self, code: &str) -> Findings<'_> {
        self.findings().errors(code)
    }

    /// Asserts that there are warnings of this code; [`Findings`] then asks for more.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells every finding.
    #[track_caller]
    pub fn has_warning(&self, code: &str) -> Findings<'_> {
        self.findings().warnings(code)
    }

    /// Asserts that nothing is wrong or worth knowing.
    ///
    /// # Panics
    ///
    /// Where there is an error or a warning; the message tells every finding.
    #[track_caller]
    pub fn has_no_findings(&self) {
        self.findings().are_none();
    }

    #[track_caller]
    fn place(&self, name: &str, kind: Kind) -> Place<'_> {
        let assembly = self.assembly();
        let is_it = |document: &&Document| document.name() == name && document.deployable.kind == kind;
        if let Some(document) = self.documents.iter().find(is_it) {
            return Place { synthesis: self, document };
        }
        let word = match kind {
            Kind::Stack => "stack",
            Kind::Chart => "chart",
        };
        let same = assembly.manifest.deployables.iter().filter(|deployable| deployable.kind == kind);
        let names: Vec<&str> = same.map(|deployable| deployable.name.as_str()).collect();
        panic!("there is no {word} {name:?}: the {word}s are {names:?}")
    }

    pub(crate) fn path_of(&self, target: Target) -> Option<String> {
        self.app.as_ref()?.path_of(target)
    }
}

impl From<&App> for Synthesis {
    #[track_caller]
    fn from(app: &App) -> Self {
        Synthesis::with_options(app, &SynthOptions::new())
    }
}

impl From<Assembly> for Synthesis {
    #[track_caller]
    fn from(assembly: Assembly) -> Self {
        Synthesis { documents: documents(&assembly), outcome: Ok(assembly), app: None }
    }
}

impl From<Result<Assembly, Diagnostics>> for Synthesis {
    #[track_caller]
    fn from(outcome: Result<Assembly, Diagnostics>) -> Self {
        match outcome {
            Ok(assembly) => assembly.into(),
            Err(findings) => Synthesis { outcome: Err(findings), documents: Vec::new(), app: None },
        }
    }
}
