//! References: checked, and turned into imports where they cross from one stack into another.

use std::collections::{BTreeMap, BTreeSet};

use stackwright_assembly::{Diagnostic, Environment};
use stackwright_cfn::{Node, Reference, Space, Target, Text, functions};

use super::names::{LogicalIds, StackNames};
use super::outputs::{Shared, SharedOutputs};
use super::{check, null};
use crate::stack::References;
use crate::tree::{Kind, NodeId, ROOT, Section, Tree};

/// What depends on what.
#[derive(Default)]
pub(super) struct Links {
    /// Between elements of one stack.
    pub(super) elements: Vec<(NodeId, NodeId)>,
    /// Between stacks and charts, with the first pair of constructs that made it so.
    pub(super) deployables: BTreeMap<(NodeId, NodeId), (NodeId, NodeId)>,
    /// The outputs that stacks need for the sake of others.
    pub(super) shared: SharedOutputs,
}

pub(super) fn resolve(tree: &mut Tree, names: &LogicalIds) -> Links {
    let mut links = Links::default();
    let mut by_hand = BTreeMap::new();
    for id in 0..tree.nodes.len() as NodeId {
        if !matches!(tree.entry(id).kind, Kind::Resource(_) | Kind::Section(..)) {
            continue;
        }
        let mut kind = std::mem::replace(&mut tree.entry_mut(id).kind, Kind::Group);
        let mut resolver = Resolver {
            tree,
            names,
            links: &mut links,
            by_hand: &mut by_hand,
            user: id,
            names_by_hand: false,
            has_null: false,
            findings: Vec::new(),
        };
        match &mut kind {
            Kind::Resource(resource) => {
                // Here, because a resource is at hand: looking at every one again costs as much as the check.
                for finding in check::resource(resource, names.of(id)) {
                    resolver.report(finding);
                }
                resource.nodes_mut().for_each(|node| node.visit_mut(&mut |node| resolver.resolve(node)));
                if resolver.has_null {
                    let values = resource.properties.iter().chain(resource.attributes.iter());
                    values.for_each(|(key, value)| resolver.report_nulls(key, value));
                }
                if resolver.names_by_hand || !resource.attributes.is_empty() {
                    resolver.written_by_hand(resource.references());
                }
            }
            Kind::Section(section, node) => {
                resolver.check_section(*section, node);
                node.visit_mut(&mut |node| resolver.resolve(node));
                if resolver.has_null {
                    resolver.report_nulls(names.of(id), node);
                }
                resolver.written_by_hand(match (section, &**node) {
                    (Section::Output, Node::Map(output)) => stackwright_cfn::output_references(output),
                    (_, node) => stackwright_cfn::references(node),
                });
            }
            _ => {}
        }
        let findings = resolver.findings;
        tree.entry_mut(id).kind = kind;
        tree.findings.extend(findings);
    }
    links.elements.sort_unstable();
    links.elements.dedup();
    add_dependencies(tree, &mut links);
    links
}

struct Resolver<'a, 'n> {
    tree: &'a Tree,
    names: &'n LogicalIds,
    links: &'a mut Links,
    /// The names of each stack in which something is named by hand.
    by_hand: &'a mut BTreeMap<NodeId, StackNames<'n>>,
    /// The element whose references are resolved; it is out of the tree meanwhile.
    user: NodeId,
    /// Whether a function was met that may name elements in plain text.
    names_by_hand: bool,
    /// Whether a value was met that is nothing.
    has_null: bool,
    findings: Vec<Diagnostic>,
}

impl Resolver<'_, '_> {
    fn report(&mut self, finding: Diagnostic) {
        self.findings.push(self.tree.at(self.user, finding));
    }

    fn report_nulls(&mut self, key: &str, value: &Node) {
        null::check(key, value).into_iter().for_each(|finding| self.report(finding));
    }

    fn resolve(&mut self, node: &mut Node) {
        match node {
            Node::Ref(target) => {
                let target = *target;
                if let Some(import) = self.reference(target, None) {
                    *node = import;
                }
            }
            Node::GetAtt(target, attribute) => {
                let (target, attribute) = (*target, *attribute);
                if let Some(import) = self.reference(target, Some(attribute)) {
                    *node = import;
                }
            }
            Node::Name(target) => {
                let target = *target;
                if let Some(used) = self.node(target) {
                    self.name(used);
                }
            }
            Node::Call(call) => self.names_by_hand |= call.function.names_elements(),
            Node::Null | Node::Float(_) => self.has_null |= null::is_null(node),
            _ => {}
        }
    }

    /// The node a reference points at, where it is one of this app's.
    fn node(&mut self, target: Target) -> Option<NodeId> {
        let node = self.tree.node_of(target);
        if node.is_none() {
            self.report(
                Diagnostic::error("foreign-reference", "a value belongs to another app")
                    .allowed("values of constructs of the same app"),
            );
        }
        node
    }

    /// Checks a reference; gives what stands for it where it leaves the stack.
    fn reference(&mut self, target: Target, attribute: Option<&'static str>) -> Option<Node> {
        let used = self.node(target)?;
        if let Some(attribute) = attribute {
            self.check_attribute(used, attribute);
        }
        let stack = self.tree.entry(self.user).deployable;
        let owner = self.tree.entry(used).deployable;
        if stack == owner {
            self.links.elements.push((self.user, used));
            return None;
        }
        self.links.deployables.entry((stack, owner)).or_insert((self.user, used));
        self.import(stack, owner, used, attribute)
    }

    /// A bare name means something only within its own stack.
    fn name(&mut self, used: NodeId) {
        if self.tree.entry(used).deployable == self.tree.entry(self.user).deployable {
            self.links.elements.push((self.user, used));
            return;
        }
        let finding = Diagnostic::error(
            "name-of-another-stack",
            format!("{:?} belongs to another stack, and no template can name it", self.tree.path(used)),
        )
        .related(self.tree.related(used, "defined here"))
        .allowed("conditions, mappings and dependencies of the same stack")
        .hint("define it in this stack as well, or let the stacks depend on each other");
        self.report(finding);
    }

    fn check_attribute(&mut self, used: NodeId, attribute: &str) {
        if let Some(finding) = unknown_attribute(self.tree, used, attribute) {
            self.report(finding);
        }
    }

    fn import(
        &mut self,
        stack: NodeId,
        owner: NodeId,
        used: NodeId,
        attribute: Option<&'static str>,
    ) -> Option<Node> {
        let (Kind::Stack(user_data), Kind::Stack(owner_data)) =
            (&self.tree.entry(stack).kind, &self.tree.entry(owner).kind)
        else {
            // Elements outside any stack have been told already.
            return None;
        };
        let (here, there) = (&user_data.environment, &owner_data.environment);
        let weak = user_data.references == References::Weak;
        let reachable = if weak { here.account == there.account } else { here == there };
        let region = if here.region == there.region { None } else { there.region.clone() };
        if !reachable || (weak && here.region != there.region && region.is_none()) {
            let (here, there) = (describe(here), describe(there));
            let hint = if weak {
                "give both stacks the same account, and the other one its region"
            } else {
                "give the stack StackProps::references(References::Weak), which reads another region's outputs"
            };
            let finding = Diagnostic::error(
                "cross-environment-reference",
                format!("a value of {:?} in {there} is used in {here}", self.tree.path(used)),
            )
            .allowed("values of stacks of the same account and region")
            .related(self.tree.related(used, "the value"))
            .hint(hint);
            self.report(finding);
            return None;
        }
        let is_list = is_list(self.tree, used, attribute);
        let shared = Shared { element: used, attribute: attribute.map(Text::from_static), is_list };
        let condition = condition_of(self.tree, used);
        let output = self.links.shared.add(owner, shared, !weak, condition, self.names);
        let owner_name = self.tree.deployable_name(owner);
        let value = if weak {
            functions::get_stack_output::<String>(owner_name, &output, region.map(Into::into), None)
        } else {
            functions::import_value(format!("{owner_name}:{output}"))
        };
        Some(if is_list { functions::split(Shared::SEPARATOR, value).into_node() } else { value.into_node() })
    }

    /// Names written out must be those of the same stack.
    fn written_by_hand(&mut self, references: Vec<Reference<'_>>) {
        let stack = self.tree.entry(self.user).deployable;
        for Reference { space, name, attribute } in references {
            let (tree, names) = (self.tree, self.names);
            let known = self.by_hand.entry(stack).or_insert_with(|| StackNames::new(tree, names, stack));
            if let Some(used) = known.find(space, name) {
                self.links.elements.push((self.user, used));
                if let Some(attribute) = attribute {
                    self.check_attribute(used, attribute);
                }
                continue;
            }
            if known.is_open {
                continue;
            }
            let what = match space {
                Space::Element => "resource or parameter",
                Space::Condition => "condition",
                Space::Mapping => "mapping",
            };
            let finding = Diagnostic::error(
                "dangling-reference",
                format!("stack {:?} has no {what} {name:?}", tree.deployable_name(stack)),
            )
            .value(name)
            .allowed(format!("the name of a {what} of the stack"))
            .meant(known.nearest(space, name));
            self.report(finding);
        }
    }

    /// Conditions, rules and mappings are settled before any resource is made.
    fn check_section(&mut self, section: Section, node: &Node) {
        if !matches!(section, Section::Condition | Section::Rule | Section::Mapping) {
            return;
        }
        let mut resources = Vec::new();
        node.visit(&mut |node| {
            if let Node::Ref(target) | Node::GetAtt(target, _) = node
                && let Some(used) = self.tree.node_of(*target)
                && matches!(self.tree.entry(used).kind, Kind::Resource(_))
            {
                resources.push(used);
            }
        });
        for used in resources {
            let finding = Diagnostic::error(
                "resource-in-condition",
                format!("resource {:?} is used where only parameters are known", self.tree.path(used)),
            )
            .allowed("parameters, pseudo parameters, mappings and literals")
            .related(self.tree.related(used, "the resource"));
            self.report(finding);
        }
    }
}

/// That a resource has no attribute of this name, where it has none.
pub(super) fn unknown_attribute(tree: &Tree, used: NodeId, attribute: &str) -> Option<Diagnostic> {
    let Kind::Resource(resource) = &tree.entry(used).kind else { return None };
    let meta = resource.meta?;
    // A nested stack's outputs and a custom resource's data are the template's own business, and the attributes of what
    // a macro makes resources of are theirs.
    let is_open = meta.attributes.is_empty()
        && ["AWS::CloudFormation::", "AWS::Serverless::"]
            .iter()
            .any(|start| meta.type_name.starts_with(start));
    if is_open || attribute.starts_with("Outputs.") || meta.attributes.contains(&attribute) {
        return None;
    }
    // Attributes of attributes make long lists: they are told only where there is nothing else.
    let plain: Vec<&str> = meta.attributes.iter().copied().filter(|name| !name.contains('.')).collect();
    let allowed = if plain.is_empty() { meta.attributes.join(", ") } else { plain.join(", ") };
    let finding = Diagnostic::error(
        "unknown-attribute",
        format!("{} has no attribute {attribute:?}: allowed are {allowed}", meta.type_name),
    );
    Some(finding.value(attribute).allowed(allowed).related(tree.related(used, "the resource")))
}

/// Whether a reference yields a list.
pub(super) fn is_list(tree: &Tree, used: NodeId, attribute: Option<&str>) -> bool {
    match (&tree.entry(used).kind, attribute) {
        (Kind::Resource(resource), Some(attribute)) => {
            resource.meta.is_some_and(|meta| meta.list_attributes.contains(&attribute))
        }
        (Kind::Section(Section::Parameter, parameter), None) => {
            let type_name = parameter.as_map().and_then(|map| map.get("Type")?.as_str());
            type_name.is_some_and(|name| name == "CommaDelimitedList" || name.contains("List<"))
        }
        _ => false,
    }
}

/// The condition under which an element is there at all.
pub(super) fn condition_of(tree: &Tree, element: NodeId) -> Option<&Node> {
    match &tree.entry(element).kind {
        Kind::Resource(resource) => resource.attributes.get("Condition"),
        _ => None,
    }
}

fn describe(environment: &Environment) -> String {
    let account = environment.account.as_deref().unwrap_or("any account");
    let region = environment.region.as_deref().unwrap_or("any region");
    format!("{account}, {region}")
}

/// Turns `depends_on` between constructs into `DependsOn` within a stack, into the order of objects within a chart, and
/// into deploy order between them.
fn add_dependencies(tree: &mut Tree, links: &mut Links) {
    let dependencies = std::mem::take(&mut tree.dependencies);
    let resources = resources_within(tree, dependencies.iter().flat_map(|(from, to)| [*from, *to]));
    let mut added = BTreeSet::new();
    for (from, to) in dependencies {
        let stack = tree.entry(from).deployable;
        if stack == ROOT || stack != tree.entry(to).deployable {
            for deployable in deployables_of(tree, from) {
                for other in deployables_of(tree, to) {
                    if deployable != other {
                        links.deployables.entry((deployable, other)).or_insert((from, to));
                    }
                }
            }
            continue;
        }
        for &user in &resources[&from] {
            for &used in &resources[&to] {
                let overlap = tree.is_within(user, to) || tree.is_within(used, from);
                // A reference says it already.
                let is_known = links.elements.binary_search(&(user, used)).is_ok();
                if overlap || is_known || !added.insert((user, used)) {
                    continue;
                }
                let target = tree.target(used);
                if let Some(resource) = tree.resource_mut(user) {
                    let list = resource.attributes.get_or_insert_with("DependsOn", || Node::List(Vec::new()));
                    match list {
                        Node::List(items) => items.push(Node::Name(target)),
                        other => *other = Node::List(vec![std::mem::take(other), Node::Name(target)]),
                    }
                }
            }
        }
    }
    links.elements.extend(added);
}

/// The resources and objects at or below each of these scopes, found in one walk over the tree.
fn resources_within(tree: &Tree, scopes: impl Iterator<Item = NodeId>) -> BTreeMap<NodeId, Vec<NodeId>> {
    let mut within: BTreeMap<NodeId, Vec<NodeId>> = scopes.map(|scope| (scope, Vec::new())).collect();
    if within.is_empty() {
        return within;
    }
    for id in 0..tree.nodes.len() as NodeId {
        if !matches!(tree.entry(id).kind, Kind::Resource(_) | Kind::Manifest(_)) {
            continue;
        }
        let mut at = id;
        while at != ROOT {
            if let Some(resources) = within.get_mut(&at) {
                resources.push(id);
            }
            at = tree.entry(at).parent;
        }
    }
    within
}

/// The deployables a scope is in, or holds.
fn deployables_of(tree: &Tree, scope: NodeId) -> Vec<NodeId> {
    let own = tree.entry(scope).deployable;
    if own != ROOT {
        return vec![own];
    }
    tree.deployables().filter(|id| tree.is_within(*id, scope)).collect()
}
