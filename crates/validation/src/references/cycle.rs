//! Resources that wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use stackwright_assembly::Diagnostic;

use crate::{Document, Finding, Place, Section};

/// Tells each circle once, as a chain, from the edges of (what depends, what it depends on).
pub(super) fn check<'n>(document: &Document<'n>, edges: &[(&'n str, &'n str)], found: &mut Vec<Finding>) {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in edges.iter().filter(|(_, to)| document.resource(to).is_some()) {
        next.entry(from).or_default().push(to);
    }
    let mut done = BTreeSet::new();
    for (start, _) in document.resources() {
        // The way from the start, each with how many of its edges were followed.
        let mut way: Vec<(&str, usize)> = vec![(start, 0)];
        let mut on_way = BTreeSet::from([start]);
        while let Some((at, followed)) = way.last_mut() {
            let at = *at;
            let to = next.get(at).and_then(|edges| edges.get(*followed)).copied();
            *followed += 1;
            match to {
                _ if done.contains(at) => leave(&mut way, &mut on_way),
                Some(to) if on_way.contains(to) => {
                    let from = way.iter().position(|(id, _)| *id == to).unwrap_or_default();
                    found.push(circle(way[from..].iter().map(|(id, _)| *id)));
                    // As if it were not there, so that other circles are found in the same run.
                    done.extend(way[from..].iter().map(|(id, _)| *id));
                }
                Some(to) if !done.contains(to) => {
                    way.push((to, 0));
                    on_way.insert(to);
                }
                Some(_) => {}
                None => {
                    done.insert(at);
                    leave(&mut way, &mut on_way);
                }
            }
        }
    }
}

fn leave<'n>(way: &mut Vec<(&'n str, usize)>, on_way: &mut BTreeSet<&'n str>) {
    if let Some((id, _)) = way.pop() {
        on_way.remove(id);
    }
}

fn circle<'n>(ids: impl Iterator<Item = &'n str>) -> Finding {
    let mut ids: Vec<&str> = ids.collect();
    let place = Place::new(Section::Resource, ids[0]);
    ids.push(ids[0]);
    let chain = ids.join(" -> ");
    let message = format!("resources depend on each other in a circle: {chain}");
    let finding = Diagnostic::error("circular-dependency", message).value(chain);
    Finding::new(place, finding.hint("put one of the references into a resource of its own, or leave it out"))
}
