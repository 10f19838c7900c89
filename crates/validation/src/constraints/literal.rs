//! Values that are known: what kind they are, and what is asked of texts, numbers, lists and maps.

use std::borrow::Cow;

use stackwright_cfn::Node;

use super::{Checker, Sink, Truth, told};
use crate::schema::{Bounds, Kind, Name, Term, Terms};
use crate::view::{View, is_scalar, scalar};
use crate::{Way, address_block, form};

impl Checker<'_, '_> {
    /// Checks a value that is known, as far down as it is.
    pub(super) fn literal(&self, node: &Node, terms: &[Term], way: &Way<'_>, sink: &mut Sink<'_>) {
        if let Some(kinds) = terms.iter().find_map(|term| match term {
            Term::Kinds(kinds) => Some(kinds),
            _ => None,
        }) && !kinds.iter().any(|kind| is(node, *kind))
        {
            return sink.tell(|| told::wrong_kind(way, told::kind_of(node), kinds, scalar(node)));
        }
        let before = sink.count;
        for term in terms {
            // One thing that is wrong with a text or a number is enough.
            if sink.count > before && is_scalar(node) {
                return;
            }
            self.term(node, term, way, sink);
        }
    }

    fn term(&self, node: &Node, term: &Term, way: &Way<'_>, sink: &mut Sink<'_>) {
        match (node, term) {
            (Node::Map(map), Term::Keys(terms)) => {
                for key in map.keys() {
                    self.literal(&Node::Text(key.clone()), terms, &way.key(key), sink);
                }
            }
            (Node::Map(map), Term::Values(terms)) => {
                map.iter().for_each(|(key, value)| self.value(value, terms, &way.key(key), sink));
            }
            (Node::Map(map), Term::Size(bounds)) => self.size(map.len(), map.len(), *bounds, way, sink),
            (Node::Map(map), term) => self.between(map, std::slice::from_ref(term), way, sink),
            (_, Term::Object(_)) => {
                sink.tell(|| told::wrong_kind(way, told::kind_of(node), &[Kind::Map], scalar(node)));
            }
            (Node::List(items), Term::Each(terms)) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, item)| self.value(item, terms, &way.index(index), sink));
            }
            (Node::List(items), Term::Size(bounds)) => {
                let views = || items.iter().map(|item| View::of(self.document, item));
                let sure =
                    views().filter(|view| !matches!(view, View::Either(..) | View::Absent | View::Unknown));
                let possible = views().filter(|view| !matches!(view, View::Absent));
                self.size(sure.count(), possible.count(), *bounds, way, sink);
            }
            (Node::List(items), Term::Unique) => {
                let twice = items.iter().enumerate().find(|(index, item)| items[..*index].contains(item));
                if let Some((index, item)) = twice.filter(|(_, item)| !matches!(item, Node::Map(_))) {
                    sink.tell(|| told::twice(way, &way.index(index), item));
                }
            }
            (_, Term::Any(alternatives) | Term::One(alternatives)) => {
                self.alternatives(node, alternatives, way, sink);
            }
            (_, Term::Not(terms)) => match self.holds(node, terms, way) {
                Truth::Yes => sink.tell(|| told::refused(way, scalar(node))),
                Truth::No => {}
                Truth::Unsure => sink.is_unsure = true,
            },
            (_, Term::If(condition, then, otherwise)) => match self.holds(node, condition, way) {
                Truth::Yes => self.literal(node, then, way, sink),
                Truth::No => self.literal(node, otherwise, way, sink),
                Truth::Unsure => sink.is_unsure = true,
            },
            (_, Term::Never) => sink.tell(|| told::never(way)),
            // Most numbers are within, and need no text to be told by.
            (Node::Int(number), Term::Range(bounds)) if !is_outside(*number as f64, *bounds) => {}
            (_, Term::Form(name)) => {
                if let Some(text) = scalar(node) {
                    self.form(&text, name, way, sink);
                }
            }
            (node, term) => {
                if let Some(text) = scalar(node) {
                    text_or_number(&text, matches!(node, Node::Text(_)), term, way, sink);
                }
            }
        }
    }

    fn form(&self, text: &str, form: &str, way: &Way<'_>, sink: &mut Sink<'_>) {
        // What is no address block at all has been told.
        let is_told = text.parse::<ipnet::IpNet>().is_err()
            && address_block::is_looked_at(&self.resource.type_name, way.name());
        if !is_told && !form::has(text, form) {
            sink.tell(|| told::form(way, text, &[form]));
        }
    }

    /// Checks how many items there are: at least `sure` of them, and at most `possible`.
    fn size(&self, sure: usize, possible: usize, bounds: Bounds, way: &Way<'_>, sink: &mut Sink<'_>) {
        let (least, most) = (bounds.least.unwrap_or(0.0), bounds.most.unwrap_or(f64::INFINITY));
        if (possible as f64) < least || sure as f64 > most {
            sink.tell(|| told::size(way, sure, bounds));
        }
    }

    /// One of several forms that a text, a number or a list may have.
    fn alternatives(&self, node: &Node, alternatives: &[Terms], way: &Way<'_>, sink: &mut Sink<'_>) {
        let truths = alternatives.iter().map(|terms| self.holds(node, terms, way));
        if !truths.clone().all(|truth| truth == Truth::No) {
            sink.is_unsure |= !truths.clone().any(|truth| truth == Truth::Yes);
            return;
        }
        let tries = alternatives.iter().map(|terms| {
            let mut found = Vec::new();
            let mut inner = Sink { found: Some(&mut found), count: 0, is_unsure: false };
            self.literal(node, terms, way, &mut inner);
            found
        });
        let forms: Vec<&str> = alternatives.iter().flatten().filter_map(form_of).collect();
        match forms.len() == alternatives.len() {
            true => sink.tell(|| told::form(way, &scalar(node).unwrap_or_default(), &forms)),
            false => tries
                .min_by_key(Vec::len)
                .unwrap_or_default()
                .into_iter()
                .for_each(|finding| sink.tell(|| finding)),
        }
    }
}

/// The form that a term asks for.
pub(super) fn form_of(term: &Term) -> Option<&str> {
    match term {
        Term::Form(form) => Some(form),
        _ => None,
    }
}

/// Whether a value is of a kind, or is taken for it: CloudFormation turns texts into numbers and back.
fn is(node: &Node, kind: Kind) -> bool {
    let text = || match node {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    };
    match kind {
        Kind::String => is_scalar(node),
        Kind::Integer => match node {
            Node::Int(_) | Node::Number(_) => true,
            Node::Float(value) => value.fract() == 0.0,
            _ => text().is_some_and(|text| text.trim().parse::<i128>().is_ok()),
        },
        Kind::Number => match node {
            Node::Int(_) | Node::Number(_) | Node::Float(_) => true,
            _ => text().is_some_and(|text| text.trim().parse::<f64>().is_ok()),
        },
        Kind::Boolean => match node {
            Node::Bool(_) => true,
            _ => text()
                .is_some_and(|text| ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))),
        },
        Kind::Map => matches!(node, Node::Map(_)),
        Kind::List => matches!(node, Node::List(_)),
    }
}

/// What is asked of a text, or of a number by its text.
fn text_or_number(text: &str, is_text: bool, term: &Term, way: &Way<'_>, sink: &mut Sink<'_>) {
    match term {
        Term::In(allowed) if !allowed.iter().any(|value| value == text) => {
            sink.tell(|| told::value(way, text, allowed));
        }
        Term::Fold(allowed) if !allowed.iter().any(|value| value.eq_ignore_ascii_case(text)) => {
            sink.tell(|| told::value(way, text, allowed));
        }
        Term::Length(bounds) if is_text && is_outside(text.chars().count() as f64, *bounds) => {
            sink.tell(|| told::length(way, text, *bounds));
        }
        Term::Range(bounds) => {
            if let Ok(number) = text.trim().parse::<f64>()
                && is_outside(number, *bounds)
            {
                sink.tell(|| told::range(way, text, *bounds));
            }
        }
        Term::Like(pattern) if pattern.fits(text) == Some(false) => {
            sink.tell(|| told::unlike(way, text, pattern))
        }
        Term::Unlike(pattern) if pattern.fits(text) == Some(true) => {
            sink.tell(|| told::like(way, text, pattern))
        }
        _ => {}
    }
}

fn is_outside(number: f64, Bounds { least, most }: Bounds) -> bool {
    least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most)
}

/// A literal that is told of: at most some characters of it.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Names in a row, only so many of them.
pub(super) fn listed(names: &[Name]) -> String {
    const MOST: usize = 12;
    let mut listed = names.iter().take(MOST).map(|name| &**name).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        listed.push_str(&format!(" and {} more", names.len() - MOST));
    }
    listed
}
