//! Mappings: values looked up by two keys.

use crate::{Map, Node, Problem, Text};

/// The most keys of either level.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_KEYS: usize = 200;

/// The most characters of a key.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_KEY: usize = 255;

/// Values by two keys, the first of which is often a region or an account.
///
/// ```
/// use stackwright_cfn::{Mapping, Node};
///
/// let sizes = Mapping::new().value("prod", "instances", 4).value("test", "instances", 1);
/// assert!(sizes.check().is_empty());
/// assert_eq!(
///     serde_json::to_string(&Node::from(sizes)).unwrap(),
///     r#"{"prod":{"instances":4},"test":{"instances":1}}"#,
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html>
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Mapping {
    keys: Map,
}

impl Mapping {
    /// A mapping without values; it needs one at least.
    pub fn new() -> Self {
        Mapping::default()
    }

    /// Adds the value that [`find_in_map`](crate::functions::find_in_map) finds at two keys: text, a number, a truth
    /// value, or a list of texts; no function. The first key may have letters, digits, dots and hyphens, the second
    /// letters and digits, both up to 255.
    pub fn value(
        mut self,
        top_level_key: impl Into<Text>,
        second_level_key: impl Into<Text>,
        value: impl Into<Node>,
    ) -> Self {
        let second = self.keys.get_or_insert_with(&top_level_key.into(), || Node::Map(Map::new()));
        if let Node::Map(second) = second {
            second.insert(second_level_key, value.into());
        }
        self
    }

    /// What CloudFormation would refuse.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        check_count(&self.keys, "first", &mut problems);
        for (key, second) in self.keys.iter() {
            check_key(key, &['.', '-'], "letters, digits, dots and hyphens", &mut problems);
            let Some(second) = second.as_map() else { continue };
            check_count(second, "second", &mut problems);
            for (key, value) in second.iter() {
                check_key(key, &[], "letters and digits", &mut problems);
                if !is_value(value) {
                    let allowed = "text, a number, true or false, or a list of texts";
                    let message =
                        format!("the value at {key:?} of a mapping is more than data: allowed is {allowed}");
                    problems.push(problem(message).value(key.as_str()).allowed(allowed));
                }
            }
        }
        problems
    }
}

impl From<Mapping> for Node {
    fn from(mapping: Mapping) -> Node {
        Node::Map(mapping.keys)
    }
}

fn problem(message: String) -> Problem {
    Problem::new("invalid-mapping", message)
}

fn is_value(node: &Node) -> bool {
    match node {
        Node::List(items) => items.iter().all(|item| item.as_str().is_some()),
        Node::Null | Node::Map(_) => false,
        node => !node.is_intrinsic(),
    }
}

fn check_count(keys: &Map, level: &str, problems: &mut Vec<Problem>) {
    let count = keys.len();
    if !(1..=MAX_KEYS).contains(&count) {
        let allowed = format!("1 to {MAX_KEYS}");
        let message = format!("a mapping has {count} keys of the {level} level: allowed are {allowed}");
        problems.push(problem(message).value(count.to_string()).allowed(allowed));
    }
}

fn check_key(key: &str, marks: &[char], allowed: &str, problems: &mut Vec<Problem>) {
    let is_allowed = |char: char| char.is_ascii_alphanumeric() || marks.contains(&char);
    if !(1..=MAX_KEY).contains(&key.len()) || !key.chars().all(is_allowed) {
        let allowed = format!("1 to {MAX_KEY} {allowed}");
        problems.push(
            problem(format!("{key:?} is no key of a mapping: allowed are {allowed}"))
                .value(key)
                .allowed(allowed),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudo;

    fn told(mapping: &Mapping) -> Vec<String> {
        mapping.check().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn values_gather_under_their_first_key() {
        let mapping = Mapping::new()
            .value("eu-west-1", "ami", "ami-1")
            .value("1.31", "zones", ["a", "b"])
            .value("eu-west-1", "size", 3);
        assert_eq!(told(&mapping), [""; 0]);
        assert_eq!(
            serde_json::to_string(&Node::from(mapping)).unwrap(),
            r#"{"eu-west-1":{"ami":"ami-1","size":3},"1.31":{"zones":["a","b"]}}"#,
        );
    }

    #[test]
    fn keys_and_values_are_checked() {
        let mapping =
            Mapping::new().value("a b", "c-d", 1).value("e", "f", pseudo::region()).value("", "g", [1]);
        assert_eq!(
            told(&mapping),
            [
                "\"a b\" is no key of a mapping: allowed are 1 to 255 letters, digits, dots and hyphens",
                "\"c-d\" is no key of a mapping: allowed are 1 to 255 letters and digits",
                "the value at \"f\" of a mapping is more than data: allowed is text, a number, true or false, or a list of texts",
                "\"\" is no key of a mapping: allowed are 1 to 255 letters, digits, dots and hyphens",
                "the value at \"g\" of a mapping is more than data: allowed is text, a number, true or false, or a list of texts",
            ],
        );
    }

    #[test]
    fn there_are_1_to_200_keys() {
        assert_eq!(told(&Mapping::new()), ["a mapping has 0 keys of the first level: allowed are 1 to 200"]);
        let many = (0..201).fold(Mapping::new(), |mapping, key| mapping.value("all", format!("k{key}"), 1));
        assert_eq!(told(&many), ["a mapping has 201 keys of the second level: allowed are 1 to 200"]);
    }
}
