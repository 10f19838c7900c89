//! Orders and cycles.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use stackwright_assembly::Diagnostic;

use super::references::Links;
use crate::tree::{NodeId, Tree};

/// Nodes sorted so that everything comes after what it depends on, and otherwise by number; cycles are left out of the
/// order and told apart.
pub(super) struct Sorted {
    pub(super) order: Vec<u32>,
    pub(super) cycles: Vec<Vec<u32>>,
}

/// Sorts `count` nodes by `edges` of (what depends, what it depends on).
pub(super) fn sort(count: usize, edges: &[(u32, u32)]) -> Sorted {
    let mut waits_for = vec![0u32; count];
    let mut dependents = vec![Vec::new(); count];
    let mut dependencies = vec![Vec::new(); count];
    for &(from, to) in edges {
        waits_for[from as usize] += 1;
        dependents[to as usize].push(from);
        dependencies[from as usize].push(to);
    }
    let mut ready: BinaryHeap<Reverse<u32>> =
        (0..count as u32).filter(|node| waits_for[*node as usize] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(count);
    let mut done = vec![false; count];
    let mut cycles = Vec::new();
    loop {
        while let Some(Reverse(node)) = ready.pop() {
            if std::mem::replace(&mut done[node as usize], true) {
                continue;
            }
            order.push(node);
            for &dependent in &dependents[node as usize] {
                waits_for[dependent as usize] -= 1;
                if waits_for[dependent as usize] == 0 && !done[dependent as usize] {
                    ready.push(Reverse(dependent));
                }
            }
        }
        // What is left waits for itself: follow the waiting until a node comes up again, tell the cycle, and go on
        // as if it were not there, so that other cycles are found in the same run.
        let Some(start) = (0..count as u32).find(|node| !done[*node as usize]) else { break };
        let mut chain: Vec<u32> = vec![start];
        let cycle = loop {
            let last = chain[chain.len() - 1];
            let waiting = dependencies[last as usize].iter().copied().filter(|next| !done[*next as usize]);
            let Some(next) = waiting.min() else { break Vec::new() };
            if let Some(at) = chain.iter().position(|node| *node == next) {
                break chain.split_off(at);
            }
            chain.push(next);
        };
        for &node in &cycle {
            ready.push(Reverse(node));
        }
        if cycle.is_empty() {
            break;
        }
        cycles.push(cycle);
    }
    Sorted { order, cycles }
}

/// The stacks and charts in deploy order; cycles of stacks and of resources become findings.
pub(super) fn deploy_order(tree: &mut Tree, links: &Links) -> Vec<NodeId> {
    let mut findings = Vec::new();
    // What is used before it is defined is rare, and without it there is no circle.
    let may_circle = links.elements.iter().any(|(user, used)| user <= used);
    let circles = if may_circle { sort(tree.nodes.len(), &links.elements).cycles } else { Vec::new() };
    for cycle in circles {
        findings.push(circular(
            tree,
            &cycle,
            "circular-dependency",
            "resources depend on each other in a circle",
        ));
    }
    let deployables: Vec<NodeId> = tree.deployables().collect();
    // An element outside any stack has been told already, and orders nothing.
    let place = |id: NodeId| deployables.binary_search(&id).ok().map(|place| place as u32);
    let edges = links.deployables.keys().filter_map(|(from, to)| Some((place(*from)?, place(*to)?)));
    let edges: Vec<(u32, u32)> = edges.collect();
    let sorted = sort(deployables.len(), &edges);
    for cycle in &sorted.cycles {
        let cycle: Vec<NodeId> = cycle.iter().map(|place| deployables[*place as usize]).collect();
        let mut finding =
            circular(tree, &cycle, "circular-stacks", "stacks depend on each other in a circle");
        for (index, from) in cycle.iter().enumerate() {
            let to = cycle[(index + 1) % cycle.len()];
            if let Some(&(user, used)) = links.deployables.get(&(*from, to)) {
                let label = format!("{} needs {}", tree.path(user), tree.path(used));
                finding = finding.related(tree.related(user, label));
            }
        }
        findings.push(finding);
    }
    tree.findings.append(&mut findings);
    sorted.order.into_iter().map(|place| deployables[place as usize]).collect()
}

fn circular(tree: &Tree, cycle: &[NodeId], code: &str, what: &str) -> Diagnostic {
    let first = cycle[0];
    let chain: Vec<String> = cycle.iter().chain([&first]).map(|id| tree.path(*id)).collect();
    let finding = Diagnostic::error(code, format!("{what}: {}", chain.join(" -> ")))
        .hint("break the circle: move one of them, or put the value they share into a third");
    tree.at(first, finding)
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn order_follows_dependencies_and_otherwise_numbers() {
        let sorted = sort(5, &[(0, 3), (3, 4), (1, 4)]);
        assert_eq!(sorted.order, [2, 4, 1, 3, 0]);
        assert!(sorted.cycles.is_empty());
    }

    #[test]
    fn every_cycle_is_told_once_and_does_not_hide_another() {
        let sorted = sort(7, &[(0, 1), (1, 2), (2, 1), (3, 3), (4, 5), (5, 6), (6, 4)]);
        assert_eq!(sorted.cycles, [vec![1, 2], vec![3], vec![4, 5, 6]]);
        assert_eq!(sorted.order.len(), 7);
    }
}
