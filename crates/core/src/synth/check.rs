//! What only the whole picture can show: limits, names, required properties, exports.

use std::collections::BTreeMap;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Node, Resource};
use stackwright_validation::{LIMITS, is_region};

use super::references::Links;
use crate::tree::{Kind, NodeId, Section, Tree};

/// The most bytes a description may have.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_DESCRIPTION: usize = 1024;

pub(super) fn check(tree: &mut Tree, links: &Links) {
    let mut check = Check { tree, findings: Vec::new() };
    check.deployable_names();
    check.environments();
    check.counts(links);
    check.exports();
    let findings = check.findings;
    tree.findings.extend(findings);
}

/// What is wrong with a resource as such: its type's name, or that it lacks a required property.
pub(super) fn resource(resource: &Resource, logical_id: &str) -> Vec<Diagnostic> {
    let Some(meta) = resource.meta else {
        let given = resource.type_name.as_str();
        if is_type_name(given) {
            return Vec::new();
        }
        let allowed = "names such as AWS::EC2::VPC or Custom::Thing";
        let finding = Diagnostic::error(
            "invalid-type-name",
            format!("{given:?} is not a resource type: allowed are {allowed}"),
        );
        return vec![finding.value(given).allowed(allowed)];
    };
    let missing = meta.required.iter().filter(|name| !resource.properties.contains_key(name));
    let finding = |name: &&str| {
        let message = format!("{} {logical_id:?} has no {name}, which it must have", meta.type_name);
        Diagnostic::error("missing-property", message).value("nothing").allowed(format!("a value for {name}"))
    };
    missing.map(finding).collect()
}

struct Check<'a> {
    tree: &'a Tree,
    findings: Vec<Diagnostic>,
}

impl Check<'_> {
    fn report(&mut self, id: NodeId, finding: Diagnostic) {
        self.findings.push(self.tree.at(id, finding));
    }

    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
    fn deployable_names(&mut self) {
        let mut taken: BTreeMap<String, NodeId> = BTreeMap::new();
        for id in self.tree.deployables() {
            let name = self.tree.deployable_name(id);
            let characters = |character: char| character.is_ascii_alphanumeric() || character == '-';
            let fits = name.len() <= 128 && name.chars().all(characters);
            if !fits || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let allowed = "1 to 128 letters, digits and dashes, starting with a letter";
                let finding = Diagnostic::error(
                    "invalid-stack-name",
                    format!("stack name {name:?} cannot be used: allowed are {allowed}"),
                );
                self.report(id, finding.value(&*name).allowed(allowed));
            }
            // Files are named after stacks, and some file systems do not tell capitals apart.
            if let Some(first) = taken.insert(name.to_ascii_lowercase(), id) {
                let finding =
                    Diagnostic::error("duplicate-stack-name", format!("stack name {name:?} is used twice"))
                        .value(&*name)
                        .related(self.tree.related(first, "used first"));
                self.report(id, finding);
            }
            let outer = self.tree.entry(self.tree.entry(id).parent).deployable;
            if outer != crate::tree::ROOT {
                let finding = Diagnostic::error(
                    "stack-within-stack",
                    format!("stack {name:?} is within stack {:?}", self.tree.deployable_name(outer)),
                )
                .allowed("stacks in the app, or in constructs that are in no stack");
                self.report(id, finding);
            }
        }
    }

    fn environments(&mut self) {
        for id in self.tree.deployables() {
            let Kind::Stack(data) = &self.tree.entry(id).kind else { continue };
            if let Some(account) = &data.environment.account
                && !(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
            {
                let message = format!("account {account:?} is not an account id: allowed are 12 digits");
                let finding = Diagnostic::error("invalid-account", message);
                self.report(id, finding.value(account).allowed("12 digits"));
            }
            if let Some(region) = &data.environment.region
                && !is_region(region)
            {
                let message =
                    format!("region {region:?} is not a region: allowed are names such as eu-west-1");
                let finding = Diagnostic::error("invalid-region", message);
                self.report(id, finding.value(region).allowed("names such as eu-west-1"));
            }
            if let Some(description) = &data.description
                && description.len() > MAX_DESCRIPTION
            {
                let finding = Diagnostic::error(
                    "description-too-long",
                    format!("the description has {} bytes: allowed are {MAX_DESCRIPTION}", description.len()),
                );
                self.report(id, finding.value(description.len().to_string()).allowed("up to 1024 bytes"));
            }
        }
    }

    fn counts(&mut self, links: &Links) {
        let mut counts: BTreeMap<NodeId, [usize; 4]> = BTreeMap::new();
        for node in &self.tree.nodes {
            // In the order of the limits.
            let index = match node.kind {
                Kind::Resource(_) => 0,
                Kind::Section(Section::Parameter, _) => 1,
                Kind::Section(Section::Output, _) => 2,
                Kind::Section(Section::Mapping, _) => 3,
                _ => continue,
            };
            counts.entry(node.deployable).or_default()[index] += 1;
        }
        for (stack, shared) in links.shared.counts() {
            counts.entry(stack).or_default()[2] += shared;
        }
        for stack in self.tree.deployables() {
            let is_stack = matches!(self.tree.entry(stack).kind, Kind::Stack(_));
            if is_stack && counts.get(&stack).is_none_or(|counts| counts[0] == 0) {
                let name = self.tree.deployable_name(stack);
                let finding = Diagnostic::error(
                    "empty-stack",
                    format!("stack {name:?} has no resources: at least one is needed"),
                );
                self.report(stack, finding.value("0").allowed("1 to 500 resources"));
            }
        }
        for (stack, counts) in counts {
            for ((section, limit, hint), count) in LIMITS.into_iter().zip(counts) {
                if count > limit {
                    let what = section.key().to_ascii_lowercase();
                    let name = self.tree.deployable_name(stack);
                    let finding = Diagnostic::error(
                        "too-many-elements",
                        format!("stack {name:?} has {count} {what}: allowed are {limit}"),
                    );
                    self.report(
                        stack,
                        finding.value(count.to_string()).allowed(format!("up to {limit}")).hint(hint),
                    );
                }
            }
        }
    }

    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>
    fn exports(&mut self) {
        let mut taken: BTreeMap<(String, String), NodeId> = BTreeMap::new();
        for id in 0..self.tree.nodes.len() as NodeId {
            let Kind::Section(Section::Output, output) = &self.tree.entry(id).kind else { continue };
            let export = output.as_map().and_then(|output| output.get("Export")?.as_map()?.get("Name"));
            let Some(Node::Text(name)) = export else { continue };
            let Kind::Stack(data) = &self.tree.entry(self.tree.entry(id).deployable).kind else { continue };
            let place = format!("{:?}", data.environment);
            if let Some(first) = taken.insert((place, name.to_string()), id) {
                let finding = Diagnostic::error(
                    "duplicate-export",
                    format!("export {:?} is used twice in one account and region", name.as_str()),
                )
                .value(name.as_str())
                .related(self.tree.related(first, "used first"))
                .hint("put the stack's name into the export's name");
                self.report(id, finding);
            }
        }
    }
}

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
fn is_type_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match parts.as_slice() {
        ["Custom", name] => {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_@-".contains(&byte);
            !name.is_empty() && name.len() <= 60 && name.bytes().all(fits)
        }
        [_, _, _] | [_, _, _, "MODULE"] => parts.iter().all(is_word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_type_name;

    #[test]
    fn type_names() {
        let good =
            ["AWS::EC2::VPC", "Custom::My_Thing@2-x", "Third::Party::Thing", "Mine::Own::Thing::MODULE"];
        assert!(good.into_iter().all(is_type_name));
        assert!(
            !["EC2::VPC", "AWS::EC2", "AWS::EC2::", "Custom::", "AWS::EC2::VPC::X", ""]
                .into_iter()
                .any(is_type_name)
        );
    }
}
