//! Maps with known properties: which there are, which there have to be, and which go together.

use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Function, Map, Node};

use super::{Checker, Sink, Truth, told};
use crate::schema::{Name, Object, Term, Terms, Use};
use crate::view::View;
use crate::{Way, conditions};

/// Whether a property is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Absent,
    /// It depends on a condition, on a macro, or on what the service takes it for.
    Unsure,
    Present,
}

/// Whether a map has a property.
fn presence(map: &Map, name: &str) -> Presence {
    let mut presence = Presence::Absent;
    for (key, node) in map.iter() {
        if *key == *name {
            return of(node);
        }
        if key.starts_with("Fn::") {
            presence = Presence::Unsure;
        }
    }
    presence
}

fn of(node: &Node) -> Presence {
    match node {
        Node::Pseudo(Pseudo::NoValue) => Presence::Absent,
        // Some services take an empty list for none.
        Node::List(items) if items.is_empty() => Presence::Unsure,
        Node::Call(call) if call.function == Function::If => {
            let arms = call.argument.as_list().unwrap_or_default().iter().skip(1).map(of);
            arms.reduce(|one, other| if one == other { one } else { Presence::Unsure })
                .unwrap_or(Presence::Unsure)
        }
        _ => Presence::Present,
    }
}

impl Checker<'_, '_> {
    /// Checks a map that is an object of the schema.
    pub(super) fn object(&self, map: &Map, object: &Object, way: &Way<'_>, sink: &mut Sink<'_>) {
        for (key, value) in map.iter() {
            let inner = way.key(key);
            match object.property(key) {
                Some(property) if property.use_ == Use::ReadOnly => {
                    if of(value) == Presence::Present {
                        sink.tell(|| told::read_only(&inner));
                    }
                }
                Some(property) => self.value(value, property.terms(), &inner, sink),
                None if object.is_open || key.starts_with("Fn::") => {}
                None => sink.tell(|| told::unknown_property(&self.subject(way), key, object, &inner)),
            }
        }
        // What a resource itself must have is told for typed resources where their references are resolved.
        if way.depth() > 1 || self.resource.meta.is_none() {
            for name in object.required.iter().filter(|name| presence(map, name) == Presence::Absent) {
                sink.tell(|| told::missing(&self.subject(way), name, way));
            }
        }
        for name in object.required.iter() {
            if let Some(value) = map.get(name).filter(|value| of(value) == Presence::Unsure) {
                self.absent_arms(value, name, way, &way.key(name), sink);
            }
        }
        self.between(map, &object.between, way, sink);
    }

    /// Tells of arms of conditions in which a property is taken away that has to be there.
    fn absent_arms(&self, value: &Node, name: &str, object: &Way<'_>, way: &Way<'_>, sink: &mut Sink<'_>) {
        match View::of(self.document, value) {
            View::Either(then, otherwise) => {
                let call = way.key("Fn::If");
                self.absent_arms(then, name, object, &call.index(1), sink);
                self.absent_arms(otherwise, name, object, &call.index(2), sink);
            }
            // Asked whether it holds, a map that holds only in some cases is not sure.
            View::Absent if sink.found.is_none() => sink.is_unsure = true,
            View::Absent => {
                let facts = conditions::facts(self.document, &way.place());
                if conditions::is_possible(self.document, &facts) {
                    sink.tell(|| told::missing_under(&self.subject(object), name, &facts, way));
                }
            }
            _ => {}
        }
    }

    /// What a message says has or lacks a property: the type, or the way within the resource.
    fn subject(&self, way: &Way<'_>) -> String {
        match way.depth() {
            0 | 1 => self.resource.type_name.to_string(),
            _ => way.place().path(),
        }
    }

    /// Checks what holds between the properties of a map.
    pub(super) fn between(&self, map: &Map, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        for term in terms {
            match term {
                Term::Has(names) => {
                    for name in names {
                        match presence(map, name) {
                            Presence::Absent => sink.tell(|| told::missing(&self.subject(way), name, way)),
                            Presence::Unsure => sink.is_unsure = true,
                            Presence::Present => {}
                        }
                    }
                }
                Term::OneOf(names) => self.some_of(map, names, true, way, sink),
                Term::SomeOf(names) => self.some_of(map, names, false, way, sink),
                Term::With(name, others) => self.goes_with(map, name, others, Presence::Absent, way, sink),
                Term::Without(name, others) => {
                    self.goes_with(map, name, others, Presence::Present, way, sink)
                }
                Term::At(name, terms) => match map.get(name) {
                    Some(value) if of(value) == Presence::Present => {
                        self.value(value, terms, &way.key(name), sink);
                    }
                    _ => sink.is_unsure |= presence(map, name) == Presence::Unsure,
                },
                Term::Any(alternatives) => self.any(map, alternatives, way, sink),
                Term::One(alternatives) => self.one(map, alternatives, way, sink),
                Term::Not(inner) if self.between_holds(map, inner, way) == Truth::Yes => {
                    sink.tell(|| told::forbidden(&self.subject(way), way));
                }
                Term::If(condition, then, otherwise) => match self.between_holds(map, condition, way) {
                    Truth::Yes => self.between(map, then, way, sink),
                    Truth::No => self.between(map, otherwise, way, sink),
                    Truth::Unsure => sink.is_unsure = true,
                },
                Term::Object(name) => {
                    if let Some(object) = self.schema.object(name) {
                        self.object(map, &object, way, sink);
                    }
                }
                Term::Never => sink.tell(|| told::never(way)),
                _ => {}
            }
        }
    }

    fn between_holds(&self, map: &Map, terms: &[Term], way: &Way<'_>) -> Truth {
        let mut sink = Sink::silent();
        self.between(map, terms, way, &mut sink);
        sink.truth()
    }

    /// One property of several has to be there, and only one where they exclude each other.
    fn some_of(&self, map: &Map, names: &[Name], is_exact: bool, way: &Way<'_>, sink: &mut Sink<'_>) {
        let (mut first, mut second, mut is_unsure) = (None, None, false);
        for name in names {
            match presence(map, name) {
                Presence::Absent => {}
                Presence::Unsure => is_unsure = true,
                Presence::Present if first.is_none() => first = Some(name),
                Presence::Present => second = second.or(Some(name)),
            }
        }
        match (first, second) {
            (Some(first), Some(second)) if is_exact => {
                sink.tell(|| told::conflict(&self.subject(way), first, second, names, way));
            }
            (None, _) if !is_unsure => sink.tell(|| told::none_of(&self.subject(way), names, way)),
            _ => sink.is_unsure |= is_unsure,
        }
    }

    /// Where one property is there, others have to be, or must not be: `wrong` is how they are not to be.
    fn goes_with(
        &self,
        map: &Map,
        name: &Name,
        others: &[Name],
        wrong: Presence,
        way: &Way<'_>,
        sink: &mut Sink<'_>,
    ) {
        match presence(map, name) {
            Presence::Absent => {}
            Presence::Unsure => sink.is_unsure = true,
            Presence::Present => {
                for other in others {
                    match presence(map, other) {
                        found if found == wrong => sink.tell(|| match wrong {
                            Presence::Absent => told::needs(name, other, way),
                            _ => told::conflict(&self.subject(way), name, other, &[], way),
                        }),
                        Presence::Unsure => sink.is_unsure = true,
                        _ => {}
                    }
                }
            }
        }
    }

    fn any(&self, map: &Map, alternatives: &[Terms], way: &Way<'_>, sink: &mut Sink<'_>) {
        let truths: Vec<Truth> =
            alternatives.iter().map(|terms| self.between_holds(map, terms, way)).collect();
        if truths.iter().all(|truth| *truth == Truth::No) {
            self.nearest(map, alternatives, way, sink);
        } else if !truths.contains(&Truth::Yes) {
            sink.is_unsure = true;
        }
    }

    fn one(&self, map: &Map, alternatives: &[Terms], way: &Way<'_>, sink: &mut Sink<'_>) {
        let truths: Vec<Truth> =
            alternatives.iter().map(|terms| self.between_holds(map, terms, way)).collect();
        let asks_for = |terms: &Terms| terms.iter().all(|term| matches!(term, Term::Has(_)));
        let fitting = truths.iter().filter(|truth| **truth == Truth::Yes).count();
        // Forms that are lax by mistake overlap; properties that are asked for do not.
        if fitting > 1 && alternatives.iter().all(asks_for) {
            let names: Vec<Name> = alternatives
                .iter()
                .flat_map(named)
                .filter(|name| presence(map, name) == Presence::Present)
                .collect();
            if let [one, other, ..] = names.as_slice() {
                sink.tell(|| told::conflict(&self.subject(way), one, other, &[], way));
            }
        } else if truths.iter().all(|truth| *truth == Truth::No) {
            self.nearest(map, alternatives, way, sink);
        } else if fitting == 0 {
            sink.is_unsure = true;
        }
    }

    /// Tells what keeps a map from the alternative it is nearest to.
    fn nearest(&self, map: &Map, alternatives: &[Terms], way: &Way<'_>, sink: &mut Sink<'_>) {
        let names: Vec<Name> = alternatives.iter().flat_map(named).collect();
        if !names.is_empty() && names.iter().all(|name| presence(map, name) == Presence::Absent) {
            return sink.tell(|| told::none_of(&self.subject(way), &names, way));
        }
        let tries = alternatives.iter().map(|terms| {
            let mut found = Vec::new();
            let mut inner = Sink { found: Some(&mut found), count: 0, is_unsure: false };
            self.between(map, terms, way, &mut inner);
            found
        });
        // The first of several that are as near is told, so that the order of the file decides.
        for finding in tries.min_by_key(Vec::len).unwrap_or_default() {
            sink.tell(|| finding);
        }
    }
}

/// The properties that an alternative asks for.
fn named(terms: &Terms) -> Vec<Name> {
    let names = terms.iter().filter_map(|term| match term {
        Term::Has(names) => Some(names),
        _ => None,
    });
    names.flatten().cloned().collect()
}
