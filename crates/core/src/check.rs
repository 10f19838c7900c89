//! Checks that constructs run when the app is synthesized.

use std::fmt;
use std::rc::Rc;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::Template;

/// Gives the template that an earlier run wrote for the stack of a name.
pub(crate) type PreviousTemplates = Rc<dyn Fn(&str) -> Option<Template>>;

/// What a check of the program works with.
pub struct Check<'a> {
    pub(crate) stack: Option<String>,
    pub(crate) previous: Option<&'a PreviousTemplates>,
    pub(crate) findings: Vec<Diagnostic>,
}

impl Check<'_> {
    /// Adds a finding; without a path or a place of its own it gets those of the construct that checks.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
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
