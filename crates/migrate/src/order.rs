//! The order in which a program makes what refers to each other.

use std::collections::{BTreeMap, BTreeSet};

/// The names, each after those it needs; where they need each other in a circle, the first comes first. What does not
/// need each other stays in order.
pub(crate) fn order<'a>(names: &[&'a str], needs: impl Fn(&str) -> Vec<&'a str>) -> Vec<&'a str> {
    let places: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let mut ordered = Vec::with_capacity(names.len());
    let mut seen = BTreeSet::new();
    // By hand and not by recursion: a chain of references may be as long as the template.
    for &start in names {
        let mut path = Vec::new();
        if seen.insert(start) {
            path.push((start, needed(&needs, &places, start).into_iter()));
        }
        while let Some((name, rest)) = path.last_mut() {
            match rest.next() {
                Some(next) if seen.insert(next) => {
                    path.push((next, needed(&needs, &places, next).into_iter()));
                }
                Some(_) => {}
                None => {
                    ordered.push(*name);
                    path.pop();
                }
            }
        }
    }
    ordered
}

fn needed<'a>(
    needs: &impl Fn(&str) -> Vec<&'a str>,
    places: &BTreeMap<&str, usize>,
    name: &str,
) -> Vec<&'a str> {
    let mut needed: Vec<&str> = needs(name).into_iter().filter(|name| places.contains_key(name)).collect();
    needed.sort_by_key(|name| places[name]);
    needed.dedup();
    needed
}

#[cfg(test)]
mod tests {
    use super::order;

    fn ordered<'a>(names: &[&'a str], pairs: &[(&str, &'a str)]) -> String {
        let needs = |name: &str| pairs.iter().filter(|(from, _)| *from == name).map(|(_, to)| *to).collect();
        order(names, needs).join(" ")
    }

    #[test]
    fn what_is_needed_comes_first_and_the_rest_stays() {
        assert_eq!(ordered(&["a", "b", "c"], &[]), "a b c");
        assert_eq!(ordered(&["a", "b", "c"], &[("a", "c"), ("c", "x")]), "c a b");
        assert_eq!(ordered(&["a", "b", "c"], &[("a", "c"), ("a", "b"), ("b", "c")]), "c b a");
    }

    #[test]
    fn circles_are_cut() {
        assert_eq!(ordered(&["a", "b"], &[("a", "b"), ("b", "a"), ("a", "a")]), "b a");
    }
}
