//! The program: what every handle of it refers to.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use stackwright_validation::Validator;

use crate::aspect::ResourceView;
use crate::check::Check;
use crate::construct::Construct;
use crate::tree::{NodeId, Tree};

type Validation = Box<dyn FnOnce(&mut Check<'_>)>;
type Visit = Rc<dyn Fn(&mut ResourceView<'_>)>;

/// The tree, and what runs of the program when it is synthesized.
pub(crate) struct Program {
    tree: RefCell<Tree>,
    calls: RefCell<Calls>,
}

/// What the program wants called at synthesis, in the order it said so, and what it wants found there.
#[derive(Default)]
pub(crate) struct Calls {
    pub(crate) aspects: Vec<(NodeId, Visit)>,
    pub(crate) validations: Vec<(NodeId, Validation)>,
    /// Validators that are not ours, which look at templates.
    pub(crate) validators: Vec<Box<dyn Validator>>,
    /// What constructs tell the checks of others.
    pub(crate) facts: Vec<(NodeId, Rc<dyn Any>)>,
}

impl Program {
    pub(crate) fn new(tree: Tree) -> Self {
        Program { tree: RefCell::new(tree), calls: RefCell::default() }
    }
}

impl Construct {
    pub(crate) fn reads<R>(&self, read: impl FnOnce(&Tree) -> R) -> R {
        read(&self.program.tree.borrow())
    }

    pub(crate) fn changes<R>(&self, change: impl FnOnce(&mut Tree) -> R) -> R {
        change(&mut self.program.tree.borrow_mut())
    }

    pub(crate) fn calls<R>(&self, change: impl FnOnce(&mut Calls) -> R) -> R {
        change(&mut self.program.calls.borrow_mut())
    }
}
