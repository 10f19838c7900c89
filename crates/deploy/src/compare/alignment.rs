//! Which items of two lists belong together.

use std::collections::BTreeSet;

use stackwright_cfn::Node;

use super::edit::same;
use super::path::Step;
use super::sequence::{Aligned, aligned};
use super::spelling::short;

/// What tells an item from the others of its list: the fields that are there, the first always.
///
/// Of these lists nobody is meant to count the items: a list is compared by the first row that tells all items of both
/// sides apart.
const IDENTITIES: &[Identity] = &[
    Identity { fields: &["Key"], is_ordered: false },
    Identity {
        fields: &[
            "IpProtocol",
            "FromPort",
            "ToPort",
            "CidrIp",
            "CidrIpv6",
            "SourceSecurityGroupId",
            "SourceSecurityGroupName",
            "SourcePrefixListId",
            "DestinationSecurityGroupId",
            "DestinationPrefixListId",
        ],
        is_ordered: false,
    },
    Identity { fields: &["Sid"], is_ordered: true },
    Identity { fields: &["PolicyName"], is_ordered: true },
    Identity { fields: &["DeviceName"], is_ordered: true },
    Identity { fields: &["DeviceIndex", "NetworkCardIndex"], is_ordered: true },
    Identity { fields: &["Id"], is_ordered: true },
    Identity { fields: &["Name"], is_ordered: true },
    Identity { fields: &["name"], is_ordered: true },
    Identity { fields: &["mountPath"], is_ordered: true },
    Identity { fields: &["containerPort", "protocol"], is_ordered: true },
    Identity { fields: &["port", "protocol"], is_ordered: true },
    Identity { fields: &["key", "operator", "value", "effect"], is_ordered: true },
];

struct Identity {
    fields: &'static [&'static str],
    /// Whether another order means anything.
    is_ordered: bool,
}

impl Identity {
    /// What each item is called; `None` where the fields do not tell them apart.
    fn names(&self, items: &[Node]) -> Option<Vec<String>> {
        let names: Option<Vec<String>> = items.iter().map(|item| self.name(item)).collect();
        let names = names?;
        let different: BTreeSet<&String> = names.iter().collect();
        (different.len() == names.len()).then_some(names)
    }

    fn name(&self, item: &Node) -> Option<String> {
        let map = item.as_map()?;
        let is_name = |value: &&Node| !matches!(value, Node::List(_) | Node::Map(_) | Node::Null);
        map.get(self.fields[0]).filter(is_name)?;
        let values = self.fields.iter().filter_map(|field| map.get(field).filter(is_name));
        Some(values.map(short).collect::<Vec<_>>().join(" "))
    }
}

/// An item of either list, or of both.
pub(super) struct Pair<'a> {
    pub(super) step: Step,
    pub(super) before: Option<&'a Node>,
    pub(super) after: Option<&'a Node>,
}

/// The items of two lists.
pub(super) struct Alignment<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    /// Whether items that are in both stand in another order, and that means something.
    pub(super) is_reordered: bool,
}

/// Aligns two lists.
pub(super) fn of<'a>(before: &'a [Node], after: &'a [Node]) -> Alignment<'a> {
    for identity in IDENTITIES {
        if let (Some(old), Some(new)) = (identity.names(before), identity.names(after)) {
            return by_name(identity, (before, &old), (after, &new));
        }
    }
    if has_same_items(before, after) {
        return Alignment { pairs: Vec::new(), is_reordered: true };
    }
    Alignment { pairs: by_content(before, after), is_reordered: false }
}

type Named<'a, 'n> = (&'a [Node], &'n [String]);

fn by_name<'a>(identity: &Identity, before: Named<'a, '_>, after: Named<'a, '_>) -> Alignment<'a> {
    let mut pairs = Vec::new();
    let mut places = Vec::new();
    for (item, name) in before.0.iter().zip(before.1) {
        let place = after.1.iter().position(|other| other == name);
        places.extend(place);
        let after = place.map(|place| &after.0[place]);
        pairs.push(Pair { step: Step::Item(name.clone()), before: Some(item), after });
    }
    for (item, name) in after.0.iter().zip(after.1).filter(|(_, name)| !before.1.contains(name)) {
        pairs.push(Pair { step: Step::Item(name.clone()), before: None, after: Some(item) });
    }
    Alignment { pairs, is_reordered: identity.is_ordered && !places.is_sorted() }
}

/// By what is the same in both lists; of what is left between, maps and lists that are alike belong together.
fn by_content<'a>(before: &'a [Node], after: &'a [Node]) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for step in aligned(before, after, same) {
        match step {
            Aligned::Before(at) => gone.push(at),
            Aligned::After(at) => new.push(at),
            Aligned::Both(..) => between(before, after, &mut gone, &mut new, &mut pairs),
        }
    }
    between(before, after, &mut gone, &mut new, &mut pairs);
    pairs
}

fn between<'a>(
    before: &'a [Node],
    after: &'a [Node],
    gone: &mut Vec<usize>,
    new: &mut Vec<usize>,
    pairs: &mut Vec<Pair<'a>>,
) {
    // One for one, however different: that is a change in its place.
    let is_exchange = gone.len() == 1 && new.len() == 1;
    for old in gone.drain(..) {
        let is_partner = |at: &usize| is_exchange || are_alike(&before[old], &after[*at]);
        let partner = new.iter().position(is_partner).map(|at| new.remove(at));
        pairs.push(Pair {
            step: Step::Index(partner.unwrap_or(old)),
            before: Some(&before[old]),
            after: partner.map(|at| &after[at]),
        });
    }
    pairs.extend(new.drain(..).map(|at| Pair {
        step: Step::Index(at),
        before: None,
        after: Some(&after[at]),
    }));
}

/// Whether two items are one that was changed: maps with half of their entries in common.
fn are_alike(before: &Node, after: &Node) -> bool {
    match (before, after) {
        (Node::Map(before), Node::Map(after)) => {
            let is_common = |key: &str, value| after.get(key).is_some_and(|other| same(value, other));
            let common = before.iter().filter(|(key, value)| is_common(key, value)).count();
            common > 0 && 2 * common >= before.len().max(after.len()) - 1
        }
        (Node::Call(before), Node::Call(after)) => {
            before.function == after.function
                && matches!((&before.argument, &after.argument), (Node::List(a), Node::List(b)) if a.first() == b.first())
        }
        _ => false,
    }
}

/// Whether two lists have the same items, in whatever order.
pub(super) fn has_same_items(before: &[Node], after: &[Node]) -> bool {
    let mut rest: Vec<&Node> = after.iter().collect();
    before.len() == after.len()
        && before.iter().all(|item| {
            let place = rest.iter().position(|other| same(item, other));
            place.map(|place| rest.swap_remove(place)).is_some()
        })
}
