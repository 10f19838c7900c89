//! Constructs: the nodes of the tree, and what can be said of any of them.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use stackwright_assembly::{Diagnostic, Environment, Related};
use stackwright_validation as validation;

use crate::acknowledgement::Acknowledgement;
use crate::aspect::ResourceView;
use crate::check::Check;
use crate::program::Program;
use crate::property_path::PropertyPath;
use crate::resource::RemovalPolicy;
use crate::stack::{Stack, StackData};
use crate::tag::Tag;
use crate::tree::{Change, Kind, NodeId, Override};

/// A node of the tree; on its own, a group of other constructs.
///
/// A handle: cloning it does not clone the node.
#[derive(Clone)]
pub struct Construct {
    pub(crate) program: Rc<Program>,
    pub(crate) id: NodeId,
}

impl Construct {
    /// A group of constructs, which an L2 construct is built from. Its id becomes part of theirs.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str) -> Self {
        scope.construct().add(id, Location::caller(), Kind::Group)
    }

    pub(crate) fn add(&self, id: &str, location: &'static Location<'static>, kind: Kind) -> Construct {
        let id = self.changes(|tree| tree.add(self.id, id, location, kind));
        self.at(id)
    }

    pub(crate) fn at(&self, id: NodeId) -> Construct {
        Construct { program: Rc::clone(&self.program), id }
    }
}

impl Construct {
    /// Puts down a change to be made after all others; `example` is a path as this construct has them.
    #[track_caller]
    pub(crate) fn add_override(&self, path: &str, change: Change, example: &str) {
        let location = Location::caller();
        match PropertyPath::parse(path) {
            Ok(path) => {
                let made = Override { construct: self.id, path, change, location };
                self.changes(|tree| tree.overrides.push(made));
            }
            Err(problem) => self.report(
                Diagnostic::error("invalid-property-path", problem)
                    .value(path)
                    .allowed(format!("names and list indexes with dots between them, such as {example}"))
                    .source(location),
            ),
        }
    }
}

impl fmt::Debug for Construct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Construct").field(&self.path()).finish()
    }
}

/// Two handles are equal where they are the same node of the same app.
impl PartialEq for Construct {
    fn eq(&self, other: &Construct) -> bool {
        Rc::ptr_eq(&self.program, &other.program) && self.id == other.id
    }
}

impl Eq for Construct {}

/// Anything that constructs can be put into: the app, a stack, and every construct.
pub trait Scope {
    /// The node.
    fn construct(&self) -> &Construct;

    /// The ids from the app down to this node, with slashes between them.
    fn path(&self) -> String {
        let construct = self.construct();
        construct.reads(|tree| tree.path(construct.id))
    }

    /// The id it was made with; empty for the app.
    fn id(&self) -> String {
        let construct = self.construct();
        construct.reads(|tree| tree.entry(construct.id).id.to_string())
    }

    /// The stack this is in; `None` above stacks and in charts.
    fn stack(&self) -> Option<Stack> {
        let construct = self.construct();
        let stack = construct.reads(|tree| {
            let deployable = tree.entry(construct.id).deployable;
            matches!(tree.entry(deployable).kind, Kind::Stack(_)).then_some(deployable)
        });
        stack.map(|id| Stack::from_construct(construct.at(id)))
    }

    /// Where the stack this is in is deployed; both parts unknown outside a stack.
    fn environment(&self) -> Environment {
        let construct = self.construct();
        construct.reads(|tree| match &tree.entry(tree.entry(construct.id).deployable).kind {
            Kind::Stack(data) => {
                let data: &StackData = data;
                data.environment.clone()
            }
            _ => Environment::default(),
        })
    }

    /// The context value of this key: what `--context key=value` gave, or the program itself.
    fn context(&self, key: &str) -> Option<String> {
        self.construct().reads(|tree| tree.context.get(key).cloned())
    }

    /// Adds a finding about this construct; without a path or a place of its own it gets those of this construct.
    ///
    /// Building goes on, so that one run shows every finding.
    fn report(&self, finding: Diagnostic) {
        let construct = self.construct();
        construct.changes(|tree| {
            let finding = tree.at(construct.id, finding);
            tree.findings.push(finding);
        });
    }

    /// Says that warnings of this code, at or below this construct, may stay, and why.
    ///
    /// They are told as warnings no more: `validate` and `manifest.json` show them with the reason. Of several
    /// acknowledgements that match, the nearest gives the reason. Errors cannot be acknowledged; a reason without words,
    /// or of more than 500 characters, is an error, and an acknowledgement that nothing matches a warning.
    ///
    /// ```
    /// use stackwright_core::{App, Resource, Scope, Stack, SynthOptions};
    ///
    /// let app = App::new();
    /// let stack = Stack::new(&app, "web");
    /// let cache = Resource::raw(&stack, "Cache", "AWS::EFS::FileSystem", Default::default());
    /// cache.acknowledge("unencrypted-storage", "holds nothing but copies of public files");
    /// assert!(app.synth(&SynthOptions::new()).unwrap().warnings.is_empty());
    /// ```
    #[track_caller]
    fn acknowledge(&self, code: &str, reason: &str) {
        acknowledge(self.construct(), code, reason, false);
    }

    /// Says the same as [`acknowledge`](Scope::acknowledge) of what a construct makes by itself.
    ///
    /// It is for those who write constructs: whoever uses one may change what it makes, so that the warning is gone. So
    /// nothing is told where nothing matches.
    ///
    /// ```
    /// use stackwright_core::{App, Resource, Scope, Stack, SynthOptions};
    ///
    /// let app = App::new();
    /// let stack = Stack::new(&app, "web");
    /// let cache = Resource::raw(&stack, "Cache", "AWS::EFS::FileSystem", Default::default());
    /// cache.acknowledge_by_default("unencrypted-storage", "holds nothing but copies of public files");
    /// cache.override_property("Encrypted", true);
    /// assert!(app.synth(&SynthOptions::new()).unwrap().warnings.is_empty());
    /// ```
    #[track_caller]
    fn acknowledge_by_default(&self, code: &str, reason: &str) {
        acknowledge(self.construct(), code, reason, true);
    }

    /// This construct as another place that a finding has to do with.
    fn related(&self, label: &str) -> Related {
        let construct = self.construct();
        construct.reads(|tree| tree.related(construct.id, label))
    }

    /// Tells the checks of other constructs something, which they [ask for](Check::told) by its type.
    fn tell<T: 'static>(&self, fact: T)
    where
        Self: Sized,
    {
        let construct = self.construct();
        construct.calls(|calls| calls.facts.push((construct.id, Rc::new(fact))));
    }

    /// Runs `check` when the app is synthesized, after aspects; what it reports is shown with this construct's path.
    fn validate(&self, check: impl FnOnce(&mut Check<'_>) + 'static)
    where
        Self: Sized,
    {
        let construct = self.construct();
        construct.calls(|calls| calls.validations.push((construct.id, Box::new(check))));
    }

    /// Tags every taggable resource at or below this construct, each in its type's own form.
    ///
    /// A tag nearer to a resource wins over one further up, and a tag among its own properties wins over both. A tag
    /// of the app or a stack is a tag of the stack as well.
    #[track_caller]
    fn tag(&self, tag: impl Into<Tag>) {
        let construct = self.construct();
        let tag = tag.into();
        if let Some(problem) = tag.check() {
            construct.report(problem.source(Location::caller()));
        }
        construct.changes(|tree| tree.tags.push((construct.id, tag)));
    }

    /// Shows every resource at or below this construct to `visit` before the app is checked, in definition order;
    /// aspects run in the order they were added.
    fn aspect(&self, visit: impl Fn(&mut ResourceView<'_>) + 'static)
    where
        Self: Sized,
    {
        let construct = self.construct();
        construct.calls(|calls| calls.aspects.push((construct.id, Rc::new(visit))));
    }

    /// Everything in this construct is made after everything in `other`, and deleted before it.
    ///
    /// Within a stack this is `DependsOn` of the resources; between stacks and charts it is deploy order.
    #[track_caller]
    fn depends_on(&self, other: &impl Scope)
    where
        Self: Sized,
    {
        let construct = self.construct();
        let other = other.construct();
        if !Rc::ptr_eq(&construct.program, &other.program) {
            let message = format!("depends on {:?}, which belongs to another app", other.path());
            self.report(Diagnostic::error("foreign-reference", message).source(Location::caller()));
            return;
        }
        construct.changes(|tree| tree.dependencies.push((construct.id, other.id)));
    }

    /// What becomes of every resource at or below this construct when it leaves the template or is replaced.
    fn removal_policy(&self, policy: RemovalPolicy)
    where
        Self: Sized,
    {
        self.aspect(move |resource| policy.apply(resource));
    }
}

#[track_caller]
fn acknowledge(construct: &Construct, code: &str, reason: &str, is_default: bool) {
    let given = validation::Acknowledgement::new(code, reason);
    let location = Some(Location::caller());
    if let Some(problem) = given.problem() {
        construct.report(problem.source(Location::caller()));
    }
    let given = Acknowledgement { construct: construct.id, given, location, is_default };
    construct.changes(|tree| tree.acknowledgements.push(given));
}

impl Scope for Construct {
    fn construct(&self) -> &Construct {
        self
    }
}

impl<S: Scope> Scope for &S {
    fn construct(&self) -> &Construct {
        (**self).construct()
    }
}
