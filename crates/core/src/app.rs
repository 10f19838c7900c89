//! The app: the root of the tree.

use std::collections::BTreeMap;
use std::panic::Location;
use std::rc::Rc;

use stackwright_cfn::Target;
use stackwright_validation::Validator;

use crate::construct::{Construct, Scope};
use crate::program::Program;
use crate::tree::{ROOT, Tree};

/// The whole program's description.
#[derive(Clone, Debug)]
pub struct App {
    root: Construct,
}

impl App {
    /// An empty app without context values.
    #[track_caller]
    #[expect(
        clippy::new_without_default,
        reason = "an app is the start of a program, not a value to default to"
    )]
    pub fn new() -> Self {
        App::with_context(BTreeMap::new())
    }

    /// An empty app with context values, which [`Scope::context`] hands out.
    #[track_caller]
    pub fn with_context(context: BTreeMap<String, String>) -> Self {
        let tree = Tree::new(context, Location::caller());
        App { root: Construct { program: Rc::new(Program::new(tree)), id: ROOT } }
    }

    /// Has every template shown to another validator, too, once our own rules find no error in it.
    ///
    /// What it finds is told as what our rules find. Its warnings can be [acknowledged](Scope::acknowledge); with an error
    /// of its nothing is written.
    pub fn add_validator(&self, validator: impl Validator + 'static) {
        self.root.calls(|calls| calls.validators.push(Box::new(validator)));
    }

    /// The path of the element that a reference names; `None` where it is an element of another app.
    pub fn path_of(&self, target: Target) -> Option<String> {
        self.root.reads(|tree| tree.node_of(target).map(|node| tree.path(node)))
    }
}

impl Scope for App {
    fn construct(&self) -> &Construct {
        &self.root
    }
}
