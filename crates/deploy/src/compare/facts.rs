//! What is known of the properties of resource types: which replace the resource, and which are kept as written.

use std::sync::OnceLock;

use serde::Serialize;
use stackwright_cfn::{Map, Node};

/// One service a paragraph: its namespace, then its resource types, each on a line with the properties that matter.
const FACTS: &str = include_str!("../../facts/replacements");

/// Whether a change replaces its resource: CloudFormation makes another one, with another id, and deletes the old.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Replacement {
    /// The resource stays.
    #[default]
    No,
    /// It depends on what is not in the template, or is not known, as for custom resources.
    Maybe,
    /// It is replaced.
    Yes,
}

/// What is known of one place in the properties of a resource, and of those below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// What a change here, or of anything below, does to the resource.
    replacement: Replacement,
    /// Whether text and the number or boolean that is spelled like it are different things here.
    is_exact: bool,
    /// What is special below, by the path from here.
    below: Vec<(&'static str, Mark)>,
}

#[derive(Clone, Copy, Debug)]
enum Mark {
    Replaces,
    MayReplace,
    Exact,
}

impl Facts {
    /// For places where text and what is spelled like it are the same, as everywhere but in JSON of the user's own.
    pub(crate) const ALIKE: Facts =
        Facts { replacement: Replacement::No, is_exact: false, below: Vec::new() };

    /// For places about which nothing is known.
    pub(crate) const EXACT: Facts = Facts { replacement: Replacement::No, is_exact: true, below: Vec::new() };

    /// The facts of the properties of a resource type. Of types that are none of AWS's nothing is known: what a custom
    /// resource answers to an update may be another id.
    pub(crate) fn of(type_name: &str) -> Facts {
        match line(type_name) {
            Some(line) => Facts { below: line.split_whitespace().map(marked).collect(), ..Facts::ALIKE },
            None => Facts { replacement: Replacement::Maybe, ..Facts::EXACT },
        }
    }

    /// The facts of what `key` of a map here holds.
    pub(crate) fn at(&self, key: &str) -> Facts {
        let mut facts = Facts { below: Vec::new(), ..*self };
        for (path, mark) in &self.below {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            if first != key && first != "*" {
                continue;
            }
            match (rest, mark) {
                ("", Mark::Replaces) => facts.replacement = Replacement::Yes,
                ("", Mark::MayReplace) => facts.replacement = facts.replacement.max(Replacement::Maybe),
                ("", Mark::Exact) => facts.is_exact = true,
                (rest, mark) => facts.below.push((rest, *mark)),
            }
        }
        facts
    }

    /// Whether text and the number or boolean that is spelled like it are different things here.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// What it does to the resource if `value` comes, goes or changes as a whole.
    pub(crate) fn replacement(&self, value: &Node) -> Replacement {
        let is_special = |(_, mark): &(&str, Mark)| !matches!(mark, Mark::Exact);
        if self.replacement == Replacement::Yes || !self.below.iter().any(is_special) {
            return self.replacement;
        }
        let below = match value {
            Node::Map(map) => self.any(map),
            Node::List(items) => items.iter().map(|item| self.replacement(item)).max().unwrap_or_default(),
            // What it yields may have a property in it that replaces.
            value if value.is_intrinsic() => Replacement::Maybe,
            _ => Replacement::No,
        };
        self.replacement.max(below)
    }

    fn any(&self, map: &Map) -> Replacement {
        map.iter().map(|(key, value)| self.at(key).replacement(value)).max().unwrap_or_default()
    }
}

/// What is listed for a resource type.
fn line(type_name: &str) -> Option<&'static str> {
    let (namespace, name) = type_name.rsplit_once("::")?;
    let services = services();
    let at = services.binary_search_by(|(known, _)| (*known).cmp(namespace)).ok()?;
    services[at].1.lines().find_map(|line| {
        let rest = line.strip_prefix(name)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some(rest)
    })
}

/// Whether a resource type is one of AWS's.
#[cfg(test)]
pub(crate) fn is_known(type_name: &str) -> bool {
    line(type_name).is_some()
}

fn marked(word: &'static str) -> (&'static str, Mark) {
    if let Some(path) = word.strip_suffix('?') {
        return (path, Mark::MayReplace);
    }
    match word.strip_suffix('=') {
        Some(path) => (path, Mark::Exact),
        None => (word, Mark::Replaces),
    }
}

/// The services with their resource types, in the order of their namespaces.
fn services() -> &'static [(&'static str, &'static str)] {
    static SERVICES: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let paragraphs = FACTS.split("\n\n").skip(1);
        paragraphs.filter_map(|paragraph| paragraph.split_once('\n')).collect()
    })
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    fn replacement(type_name: &str, path: &[&str], value: Node) -> Replacement {
        let facts = path.iter().fold(Facts::of(type_name), |facts, key| facts.at(key));
        facts.replacement(&value)
    }

    #[test]
    fn every_service_is_found() {
        assert!(services().len() > 250, "{}", services().len());
        assert!(services().is_sorted_by_key(|(namespace, _)| namespace));
    }

    #[test]
    fn properties_replace_as_the_facts_say() {
        let check = |type_name, path: &[&str], expected| {
            assert_eq!(replacement(type_name, path, "x".into()), expected, "{type_name} {path:?}");
        };
        check("AWS::EC2::Subnet", &["VpcId"], Replacement::Yes);
        check("AWS::EC2::Subnet", &["Tags", "Key"], Replacement::No);
        check("AWS::EC2::Instance", &["InstanceType"], Replacement::Maybe);
        check("AWS::EC2::Instance", &["BlockDeviceMappings", "Ebs", "KmsKeyId"], Replacement::Yes);
        check("AWS::EC2::Instance", &["BlockDeviceMappings", "DeviceName"], Replacement::Maybe);
        check("AWS::EKS::Nodegroup", &["RemoteAccess", "Ec2SshKey"], Replacement::Yes);
        check("Custom::Thing", &["Name"], Replacement::Maybe);
        check("AWS::EC2::NoSuchThing", &["Name"], Replacement::Maybe);
    }

    #[test]
    fn a_value_is_looked_through() {
        let network = |value| replacement("AWS::EKS::Cluster", &["ResourcesVpcConfig"], value);
        assert_eq!(network(json!({ "SubnetIds": ["a"] })), Replacement::Yes);
        assert_eq!(network(json!({ "EndpointPublicAccess": true })), Replacement::No);
        assert_eq!(network(json!({ "Fn::If": ["A", "B", "C"] })), Replacement::Maybe);
        let instance = |value| replacement("AWS::EC2::Instance", &["BlockDeviceMappings"], value);
        assert_eq!(instance(json!([{ "Ebs": { "KmsKeyId": "a" } }])), Replacement::Yes);
        assert_eq!(instance(json!([{ "Ebs": { "VolumeSize": 8 } }])), Replacement::Maybe);
    }

    #[test]
    fn only_json_of_the_users_own_is_exact() {
        let is_exact = |type_name, path: &[&str]| {
            path.iter().fold(Facts::of(type_name), |facts, key| facts.at(key)).is_exact()
        };
        assert!(is_exact("AWS::IAM::Policy", &["PolicyDocument", "Statement", "Condition"]));
        assert!(!is_exact("AWS::IAM::Policy", &["PolicyName"]));
        assert!(is_exact("Custom::Thing", &["Name"]));
    }
}
