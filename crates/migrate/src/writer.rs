//! What is known while a program is written: facts, variables, and what could not be typed.

use std::collections::{BTreeMap, BTreeSet};

use stackwright_codegen::names;

use crate::facts::{Facts, Known};
use crate::literal;

/// What a name of the template is in the program.
#[derive(Clone)]
pub(crate) struct Variable<'f> {
    pub(crate) name: String,
    pub(crate) what: What<'f>,
    /// Whether the program has it by now.
    pub(crate) is_made: bool,
}

/// What a variable holds.
#[derive(Clone)]
pub(crate) enum What<'f> {
    /// A parameter that yields this type.
    Parameter(String),
    /// A resource of a known type.
    Typed(Known<'f>),
    /// A resource of any other type.
    Untyped,
    /// A condition.
    Condition,
    /// A mapping.
    Mapping,
}

/// Variables by the names of the template; one name may mean one thing of each space.
#[derive(Default)]
pub(crate) struct Variables<'f> {
    pub(crate) elements: BTreeMap<String, Variable<'f>>,
    pub(crate) conditions: BTreeMap<String, Variable<'f>>,
    pub(crate) mappings: BTreeMap<String, Variable<'f>>,
    taken: BTreeSet<String>,
}

impl<'f> Variables<'f> {
    /// A variable for something called `name`; `what` makes a second one of that name another.
    pub(crate) fn add(&mut self, name: &str, what: What<'f>) {
        let second = match what {
            What::Parameter(_) => "parameter",
            What::Typed(_) | What::Untyped => "resource",
            What::Condition => "condition",
            What::Mapping => "mapping",
        };
        let mut plain = names::snake(name);
        if plain.starts_with(|char: char| !char.is_ascii_lowercase()) {
            plain = format!("{second}_{plain}");
        }
        let longer = format!("{}_{second}", plain.trim_end_matches('_'));
        let is_free =
            |name: &String| !["app", "stack", "tag"].contains(&&**name) && !self.taken.contains(name);
        let numbered = (2..).map(|number| format!("{longer}{number}"));
        let chosen = [plain, longer.clone()].into_iter().chain(numbered).find(is_free).unwrap_or_default();
        self.taken.insert(chosen.clone());
        let space = match what {
            What::Condition => &mut self.conditions,
            What::Mapping => &mut self.mappings,
            _ => &mut self.elements,
        };
        space.insert(name.to_owned(), Variable { name: chosen, what, is_made: false });
    }
}

/// Writes expressions and statements.
pub(crate) struct Writer<'f> {
    pub(crate) facts: &'f Facts,
    pub(crate) variables: Variables<'f>,
    /// The variables that something refers to.
    pub(crate) used: BTreeSet<String>,
    /// What has no type, by where it is.
    pub(crate) untyped: Vec<String>,
    /// The services whose types are used.
    pub(crate) modules: BTreeSet<String>,
    /// Where in the template the writer is: the element, and what is below it.
    pub(crate) at: Vec<String>,
    /// Whether the writer is within `json!`, whose lines are indented, so that no text may have several.
    pub(crate) is_in_json: bool,
}

impl<'f> Writer<'f> {
    pub(crate) fn new(facts: &'f Facts) -> Self {
        Writer {
            facts,
            variables: Variables::default(),
            used: BTreeSet::new(),
            untyped: Vec::new(),
            modules: BTreeSet::new(),
            at: Vec::new(),
            is_in_json: false,
        }
    }

    /// A text as Rust writes it.
    pub(crate) fn text(&self, text: &str) -> String {
        if self.is_in_json { literal::quoted(text) } else { literal::text(text) }
    }

    /// Puts down that what the writer is at has no type, and why.
    pub(crate) fn has_no_type(&mut self, why: &str) {
        self.untyped.push(format!("{}: {why}", self.at.join(".")));
    }

    /// Does something below a key of the template.
    pub(crate) fn below<T>(&mut self, key: &str, write: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(key.to_owned());
        let written = write(self);
        self.at.pop();
        written
    }

    /// Does something that may come to nothing, of which nothing is put down then.
    pub(crate) fn attempt<T>(&mut self, write: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (told, used) = (self.untyped.len(), self.used.clone());
        let written = write(self);
        if written.is_none() {
            self.untyped.truncate(told);
            self.used = used;
        }
        written
    }

    /// The variable of something that is made already, which is used from now on.
    pub(crate) fn made(&mut self, space: Space, name: &str) -> Option<Variable<'f>> {
        let space = match space {
            Space::Element => &self.variables.elements,
            Space::Condition => &self.variables.conditions,
            Space::Mapping => &self.variables.mappings,
        };
        let found = space.get(name).filter(|found| found.is_made)?.clone();
        self.used.insert(found.name.clone());
        Some(found)
    }
}

pub(crate) use stackwright_cfn::Space;
