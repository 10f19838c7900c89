//! Conditions: which of them may hold together, and which a value is there under.

use std::borrow::Cow;

use stackwright_cfn::{Function, Map, Node};

use crate::known::given;
use crate::view::scalar;
use crate::{Document, Place, Section, Step};

/// A condition, and whether it holds.
pub(crate) type Fact<'n> = (&'n str, bool);

/// More comparisons than these are not tried one by one.
const MOST: usize = 12;

/// The conditions that a value is there under: that of its element, then those of each `Fn::If` on the way to it.
pub(crate) fn facts<'n>(document: &Document<'n>, place: &Place) -> Vec<Fact<'n>> {
    let Some((condition, map, steps)) = start(document, place) else { return Vec::new() };
    let condition = condition.and_then(|node| document.name(node));
    let mut facts: Vec<Fact<'n>> = condition.map(|name| (name, true)).into_iter().collect();
    let Some((Step::Key(key), steps)) = steps.split_first() else { return facts };
    let mut node = map.get(key);
    let mut decides = None;
    for step in steps {
        node = match (step, node) {
            (Step::Key(key), Some(Node::Map(map))) => map.get(key),
            (Step::Key(_), Some(Node::Call(call))) => {
                let arguments = call.argument.as_list().filter(|_| call.function == Function::If);
                decides = arguments.and_then(|arguments| document.name(arguments.first()?));
                Some(&call.argument)
            }
            (Step::Index(index), Some(Node::List(items))) => {
                if let (Some(name), 1 | 2) = (decides.take(), index) {
                    facts.push((name, *index == 1));
                }
                items.get(*index)
            }
            _ => break,
        };
    }
    facts
}

/// The condition of an element, and the map that the rest of the steps leads into.
fn start<'n, 'p>(
    document: &Document<'n>,
    place: &'p Place,
) -> Option<(Option<&'n Node>, &'n Map, &'p [Step])> {
    if place.section != Section::Resource {
        let map = document.elements(place.section).find(|(id, _)| *id == place.id)?.1.as_map()?;
        return Some((map.get("Condition"), map, &place.steps));
    }
    let resource = document.resource(&place.id)?;
    let (map, steps) = match place.steps.split_first() {
        Some((Step::Key(key), steps)) if key == "Properties" => (&resource.properties, steps),
        _ => (&resource.attributes, &*place.steps),
    };
    Some((resource.attributes.get("Condition"), map, steps))
}

/// Whether there is a case in which all of these are so; `false` also where that cannot be told.
pub(crate) fn is_possible(document: &Document<'_>, facts: &[Fact<'_>]) -> bool {
    // What rules of the template refuse is not looked into.
    if document.is_open() || document.elements(Section::Rule).next().is_some() {
        return false;
    }
    let mut comparisons = Vec::new();
    let formulas: Option<Vec<(Formula, bool)>> = facts
        .iter()
        .map(|(name, holds)| Some((named(document, name, 0, &mut comparisons)?, *holds)))
        .collect();
    let Some(formulas) = formulas.filter(|_| comparisons.len() <= MOST) else { return false };
    (0..1_u32 << comparisons.len()).any(|case| {
        is_consistent(document, &comparisons, case)
            && formulas.iter().all(|(formula, holds)| formula.holds(case) == *holds)
    })
}

/// A condition over comparisons, each by its number.
enum Formula {
    Comparison(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    /// Whether it holds in a case, which has a bit for each comparison.
    fn holds(&self, case: u32) -> bool {
        match self {
            Formula::Comparison(number) => is_equal(case, *number),
            Formula::Not(inner) => !inner.holds(case),
            Formula::All(inner) => inner.iter().all(|formula| formula.holds(case)),
            Formula::Any(inner) => inner.iter().any(|formula| formula.holds(case)),
        }
    }
}

const fn is_equal(case: u32, comparison: usize) -> bool {
    case >> comparison & 1 == 1
}

/// What `Fn::Equals` compares.
type Comparison<'n> = (&'n Node, &'n Node);

fn named<'n>(
    document: &Document<'n>,
    name: &str,
    depth: usize,
    comparisons: &mut Vec<Comparison<'n>>,
) -> Option<Formula> {
    // Conditions that go round in a circle end here.
    let (_, node) =
        document.elements(Section::Condition).find(|(id, _)| *id == name).filter(|_| depth < 16)?;
    formula(document, node, depth + 1, comparisons)
}

fn formula<'n>(
    document: &Document<'n>,
    node: &'n Node,
    depth: usize,
    comparisons: &mut Vec<Comparison<'n>>,
) -> Option<Formula> {
    let Node::Call(call) = node else { return None };
    let items = call.argument.as_list().unwrap_or_default();
    match (call.function, items) {
        (Function::Condition, _) => named(document, document.name(&call.argument)?, depth, comparisons),
        (Function::Equals, [one, other]) => {
            let is_same = |known: &Comparison<'_>| *known == (one, other) || *known == (other, one);
            let number = comparisons.iter().position(is_same).unwrap_or_else(|| {
                comparisons.push((one, other));
                comparisons.len() - 1
            });
            Some(Formula::Comparison(number))
        }
        (Function::Not, [inner]) => {
            Some(Formula::Not(Box::new(formula(document, inner, depth, comparisons)?)))
        }
        (Function::And | Function::Or, items) => {
            let inner = items.iter().map(|item| formula(document, item, depth, comparisons));
            let inner = inner.collect::<Option<_>>()?;
            Some(if call.function == Function::And { Formula::All(inner) } else { Formula::Any(inner) })
        }
        _ => None,
    }
}

/// A comparison as a value that is known only at deploy time, and what it is compared with.
fn variable<'n>((one, other): Comparison<'n>) -> Option<(&'n Node, Cow<'n, str>)> {
    match (scalar(one), scalar(other)) {
        (None, Some(text)) => Some((one, text)),
        (Some(text), None) => Some((other, text)),
        _ => None,
    }
}

/// Whether comparisons can come out so: a value is equal to one text at most, and a parameter is what it allows.
fn is_consistent(document: &Document<'_>, comparisons: &[Comparison<'_>], case: u32) -> bool {
    let is_literal_wrong =
        |(number, (one, other)): (usize, &Comparison<'_>)| match (scalar(one), scalar(other)) {
            (Some(one), Some(other)) => (one == other) != is_equal(case, number),
            _ => false,
        };
    if comparisons.iter().enumerate().any(is_literal_wrong) {
        return false;
    }
    let variables = || {
        let numbered = comparisons.iter().enumerate();
        numbered.filter_map(|(number, comparison)| Some((variable(*comparison)?, is_equal(case, number))))
    };
    variables().all(|((value, _), _)| {
        let of_value = || variables().filter(|((other, _), _)| *other == value);
        let is_left = |text: &str| !of_value().any(|((_, compared), _)| compared == text);
        match of_value().filter(|(_, is_equal)| *is_equal).count() {
            0 => allowed(document, value).is_none_or(|mut texts| texts.any(|text| is_left(&text))),
            count => count == 1,
        }
    })
}

/// The texts that a value may be, where it is a parameter that says so.
fn allowed<'n>(document: &Document<'n>, node: &'n Node) -> Option<impl Iterator<Item = Cow<'n, str>>> {
    let given = given(document, document.follow(node)?.id);
    let is_all = !given.is_empty() && given.iter().all(|(_, what)| *what != "the default");
    is_all.then(|| given.into_iter().filter_map(|(value, _)| scalar(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}, Size: {Type: String}}
Conditions:
  Dev: !Equals [!Ref Stage, dev]
  Prod: !Equals [prod, !Ref Stage]
  Large: !Equals [!Ref Size, large]
  Small: !Equals [!Ref Size, small]
  Either: !Or [!Condition Dev, !Condition Large]
  Both: !And [!Condition Dev, !Condition Large]
  NotDev: !Not [!Condition Dev]
  Always: !Equals [a, a]
  Circle: !Not [!Condition Circle]
  Odd: !Ref Size
Resources:
  A:
    Type: Custom::A
    Condition: Dev
    Properties:
      X: [!If [Large, 1, {Y: !If [Small, 2, 3]}]]
";

    #[test]
    fn what_may_hold_together() {
        let template = stackwright_cfn::read(TEMPLATE).unwrap();
        let document = Document::of(&template);
        let check = |facts: &[Fact<'_>], expected: bool| {
            assert_eq!(is_possible(&document, facts), expected, "{facts:?}");
        };
        check(&[], true);
        check(&[("Dev", true)], true);
        check(&[("Dev", true), ("Prod", true)], false);
        check(&[("Dev", false), ("Prod", false)], false);
        check(&[("Large", false), ("Small", false)], true);
        check(&[("Large", true), ("Small", true)], false);
        check(&[("Either", false), ("Dev", true)], false);
        check(&[("Either", true), ("Dev", false)], true);
        check(&[("Both", true), ("Large", false)], false);
        check(&[("Both", false), ("Large", true)], true);
        check(&[("NotDev", true), ("Prod", false)], false);
        check(&[("Always", false)], false);
        // What cannot be told is not held against anybody.
        check(&[("Circle", true)], false);
        check(&[("Odd", true)], false);
        check(&[("Nothing", true)], false);
    }

    #[test]
    fn what_a_value_is_there_under() {
        let template = stackwright_cfn::read(TEMPLATE).unwrap();
        let document = Document::of(&template);
        let place = ["Properties", "X"].into_iter().fold(Place::new(Section::Resource, "A"), Place::at);
        let arm = |place: &Place, number| place.clone().at("Fn::If").at(number);
        let item = place.at(0);
        assert_eq!(facts(&document, &item), [("Dev", true)]);
        assert_eq!(facts(&document, &arm(&item, 1)), [("Dev", true), ("Large", true)]);
        let inner = arm(&item, 2).at("Y");
        assert_eq!(facts(&document, &arm(&inner, 2)), [("Dev", true), ("Large", false), ("Small", false)]);
    }
}
