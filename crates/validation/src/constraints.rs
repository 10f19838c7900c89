//! What the values of properties have to look like: kinds, texts, ranges, and what goes with what.
//!
//! What AWS certainly refuses is an error. A list of allowed values, a list of properties and what may only be read are
//! behind what AWS has by some weeks, so what is against them is a warning, unless it is plainly a slip of the pen.

#[cfg(test)]
mod any;
mod literal;
mod object;
#[cfg(test)]
mod tests;
mod told;
mod yielded;

use stackwright_cfn::{Node, Resource};

use crate::known::given;
use crate::schema::{Kind, Schema, Term};
use crate::view::View;
use crate::{Document, Finding, Section, Way};

/// What is wrong with the properties of resources whose types are known.
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let element = Way::to(Section::Resource, id);
        let Some(schema) = Schema::of(&resource.type_name) else {
            found.extend(told::unknown_type(document, resource, &element));
            continue;
        };
        let checker = Checker { document, schema: &schema, resource };
        let mut sink = Sink { found: Some(&mut *found), count: 0, is_unsure: false };
        let object = &schema.resource;
        checker.object(&resource.properties, object, &element.key("Properties"), &mut sink);
    }
}

/// Checks one resource.
struct Checker<'c, 'a> {
    document: &'c Document<'a>,
    schema: &'c Schema,
    resource: &'a Resource,
}

/// Where findings go, or only whether there are any.
struct Sink<'s> {
    found: Option<&'s mut Vec<Finding>>,
    count: usize,
    /// Whether something could not be looked at, as it is known only at deploy time.
    is_unsure: bool,
}

impl Sink<'_> {
    /// For questions: nothing is told.
    fn silent() -> Sink<'static> {
        Sink { found: None, count: 0, is_unsure: false }
    }

    fn tell(&mut self, finding: impl FnOnce() -> Finding) {
        self.count += 1;
        if let Some(found) = &mut self.found {
            found.push(finding());
        }
    }
}

/// Whether terms hold for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    /// It depends on what is known only at deploy time.
    Unsure,
}

impl Checker<'_, '_> {
    /// Checks what a node comes to.
    fn value(&self, node: &Node, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        if terms.is_empty() {
            return;
        }
        match View::of(self.document, node) {
            View::Literal(node) => self.literal(node, terms, way, sink),
            View::Folded(text) => self.literal(&text, terms, way, sink),
            View::Either(then, otherwise) => self.either(then, otherwise, terms, way, sink),
            View::Parameter(id) => self.parameter(node, id, terms, way, sink),
            View::Scalar => self.reference(node, terms, way, sink),
            View::List => self.yields(Kind::List, terms, way, sink),
            View::Absent | View::Unknown => sink.is_unsure = true,
        }
    }

    fn either(&self, then: &Node, otherwise: &Node, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        let call = way.key("Fn::If");
        let branches = [(then, call.index(1)), (otherwise, call.index(2))];
        if sink.found.is_some() {
            branches.iter().for_each(|(node, way)| self.value(node, terms, way, sink));
            return;
        }
        match branches.map(|(node, way)| self.holds(node, terms, &way)) {
            [Truth::Yes, Truth::Yes] => {}
            [Truth::No, Truth::No] => sink.count += 1,
            _ => sink.is_unsure = true,
        }
    }

    /// Whether terms hold for what a node comes to.
    fn holds(&self, node: &Node, terms: &[Term], way: &Way<'_>) -> Truth {
        let mut sink = Sink::silent();
        self.value(node, terms, way, &mut sink);
        sink.truth()
    }

    /// Checks what is known of a value only by what kind it is.
    fn yields(&self, kind: Kind, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        let fits = |wanted: &Kind| (*wanted == Kind::List) == (kind == Kind::List) && *wanted != Kind::Map;
        for term in terms {
            match term {
                Term::Kinds(kinds) if !kinds.iter().any(fits) => {
                    sink.tell(|| told::wrong_kind(way, told::kind(kind), kinds, None));
                    return;
                }
                Term::Object(_) => {
                    return sink.tell(|| told::wrong_kind(way, told::kind(kind), &[Kind::Map], None));
                }
                Term::Never => sink.tell(|| told::never(way)),
                _ => sink.is_unsure = true,
            }
        }
    }

    /// Checks what is known of a single value only by what it refers to.
    fn reference(&self, node: &Node, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        match yielded::mismatch(self.document, node, terms, way) {
            Some(finding) => sink.tell(|| finding),
            None => self.yields(Kind::String, terms, way, sink),
        }
    }

    /// Checks what a parameter may be given: the values it allows, or what it is when nothing is said.
    fn parameter(&self, node: &Node, id: &str, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        let settings = self.document.parameter(id).and_then(Node::as_map);
        let Some(settings) = settings else { return sink.is_unsure = true };
        let type_name = settings.get("Type").and_then(Node::as_str).unwrap_or_default();
        if type_name.contains("List") {
            return self.yields(Kind::List, terms, way, sink);
        }
        let before = sink.count;
        self.reference(node, terms, way, sink);
        if sink.count > before || sink.found.is_none() {
            return;
        }
        for (value, what) in given(self.document, id) {
            let mut found = Vec::new();
            let mut inner = Sink { found: Some(&mut found), count: 0, is_unsure: false };
            self.literal(value, terms, way, &mut inner);
            found.into_iter().for_each(|finding| sink.tell(|| finding.of_parameter(what, id)));
        }
    }
}

impl Sink<'_> {
    fn truth(&self) -> Truth {
        match (self.count, self.is_unsure) {
            (1.., _) => Truth::No,
            (0, true) => Truth::Unsure,
            (0, false) => Truth::Yes,
        }
    }
}
