//! Checks that constructs run when the app is synthesized.

use std::fmt;
use std::rc::Rc;

use stackwright_assembly::{AddressPlan, Diagnostic};
use stackwright_cfn::Template;

use crate::construct::Construct;

/// Gives the template that an earlier run wrote for the stack of a name.
pub(crate) type PreviousTemplates = Rc<dyn Fn(&str) -> Option<Template>>;

/// What a check of the program works with.
pub struct Check<'a> {
    pub(crate) construct: &'a Construct,
    pub(crate) stack: Option<String>,
    pub(crate) previous: Option<&'a PreviousTemplates>,
    pub(crate) findings: Vec<Diagnostic>,
}

impl Check<'_> {
    /// Adds a finding; without a path or a place of its own it gets those of the construct that checks.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// What constructs of the app [told](crate::Scope::tell) of this type, each with who told it, in the order it was
    /// told.
    pub fn told<T: 'static>(&self) -> Vec<(Construct, Rc<T>)> {
        let told = self.construct.reads(|tree| tree.facts.clone());
        let of_type = |(id, fact)| Some((self.construct.at(id), Rc::downcast(fact).ok()?));
        told.into_iter().filter_map(of_type).collect()
    }

    /// Puts an address plan into the assembly, as one of the construct's stack.
    pub fn add_address_plan(&mut self, plan: AddressPlan) {
        let id = self.construct.id;
        self.construct.changes(|tree| tree.address_plans.push((tree.entry(id).deployable, plan)));
    }

    /// The template that the construct's stack had in the output of an earlier run, for what must not change unseen.
    ///
    /// `None` where there is no such output, the stack is new, or the template cannot be read.
    pub fn previous_template(&self) -> Option<Template> {
        self.previous?(self.stack.as_deref()?)
    }
}

impl fmt::Debug for Check<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("stack", &self.stack).field("findings", &self.findings).finish()
    }
}
