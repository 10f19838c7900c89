//! A graph in layers: what needs nothing is first, everything else right after the last of what it needs.

use std::collections::BTreeMap;

/// Where a node or an arrow has a place in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// A node.
    Node(usize),
    /// An arrow on its way through, by its place.
    Passing(usize),
}

/// How often each layer is put in the order of its neighbours; more changes little.
const SWEEPS: usize = 4;

/// The layers of nodes 0 to `count`, of which each comes after those it needs. An arrow leads from a node to one that it
/// needs.
pub(super) fn layers(count: usize, arrows: &[(usize, usize)]) -> Vec<Vec<Slot>> {
    let mut of_nodes = vec![Vec::new(); count];
    for (arrow, (from, to)) in arrows.iter().enumerate() {
        of_nodes[*from].push(arrow);
        of_nodes[*to].push(arrow);
    }
    let mut depths = vec![0; count];
    for node in 0..count {
        let needed = of_nodes[node].iter().map(|arrow| arrows[*arrow]);
        let needed = needed.filter(|(from, to)| *from == node && *to < node).map(|(_, to)| depths[to] + 1);
        depths[node] = needed.max().unwrap_or_default();
    }
    let mut layers = vec![Vec::new(); depths.iter().max().map_or(0, |deepest| deepest + 1)];
    for (node, depth) in depths.iter().enumerate() {
        layers[*depth].push(Slot::Node(node));
    }
    for (arrow, (from, to)) in arrows.iter().enumerate() {
        for layer in layers.iter_mut().take(depths[*from]).skip(depths[*to] + 1) {
            layer.push(Slot::Passing(arrow));
        }
    }
    for sweep in 0..SWEEPS {
        let forth = sweep % 2 == 0;
        for step in 1..layers.len() {
            let (at, beside) =
                if forth { (step, step - 1) } else { (layers.len() - 1 - step, layers.len() - step) };
            let known: BTreeMap<Slot, usize> =
                layers[beside].iter().enumerate().map(|(place, slot)| (*slot, place)).collect();
            let middle = |slot| match slot {
                Slot::Node(node) => middle(&of_nodes[node], &known, arrows),
                Slot::Passing(arrow) => middle(&[arrow], &known, arrows),
            };
            let slots = layers[at].iter().enumerate();
            let mut slots: Vec<(f64, Slot)> =
                slots.map(|(place, slot)| (middle(*slot).unwrap_or(place as f64), *slot)).collect();
            slots.sort_by(|one, other| one.0.total_cmp(&other.0));
            layers[at] = slots.into_iter().map(|(_, slot)| slot).collect();
        }
    }
    layers
}

/// The middle of the places that arrows have in a layer, on their way through or at an end; absent where they have none.
fn middle(of: &[usize], layer: &BTreeMap<Slot, usize>, arrows: &[(usize, usize)]) -> Option<f64> {
    let place = |arrow: &usize| {
        let (from, to) = arrows[*arrow];
        [Slot::Passing(*arrow), Slot::Node(from), Slot::Node(to)].iter().find_map(|slot| layer.get(slot))
    };
    let places: Vec<usize> = of.iter().filter_map(place).copied().collect();
    (!places.is_empty()).then(|| places.iter().sum::<usize>() as f64 / places.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::Slot::{Node, Passing};
    use super::*;

    #[test]
    fn each_node_comes_after_what_it_needs() {
        assert_eq!(layers(0, &[]), Vec::<Vec<Slot>>::new());
        // 1 and 2 need 0; 3 needs 2, and 0 past the layer of 2.
        let arrows = [(1, 0), (2, 0), (3, 2), (3, 0)];
        let layers = layers(4, &arrows);
        assert_eq!(layers[0], [Node(0)]);
        assert_eq!(layers[2], [Node(3)]);
        assert!(layers[1].len() == 3 && layers[1].contains(&Passing(3)), "{layers:?}");
    }

    #[test]
    fn arrows_that_need_not_cross_do_not() {
        // 2 needs 1, 3 needs 0.
        assert_eq!(layers(4, &[(2, 1), (3, 0)]), [[Node(0), Node(1)], [Node(3), Node(2)]]);
    }
}
