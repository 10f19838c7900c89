//! Rendering: a stack as a template's text, a chart as its objects', with all that the manifest says of them.

use std::collections::BTreeMap;

use stackwright_assembly::{
    AddressPlan, Deployable, Diagnostic, File, Format, Kind as DeployableKind, Output, Source, SourceEntry,
    StackFacts,
};
use stackwright_cfn::{Node, Resource, Template, Text, has_token};

use super::bindings::Bindings;
use super::names::LogicalIds;
use super::references::Links;
use super::validation::Places;
use super::{objects, prepare};
use crate::tree::{Kind, NodeId, Section, Tree};

/// The most bytes a template may have that is sent with the request itself, and the most it may have at all.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_INLINE: usize = 51_200;
const MAX_BODY: usize = 1_048_576;

/// A resource or another element of a stack.
pub(super) type Element = (NodeId, Kind);

/// The elements of each stack, in definition order. They are given away: from here on only the stack's template holds
/// them, and the template goes as soon as it is written.
pub(super) fn take_elements(tree: &mut Tree) -> BTreeMap<NodeId, Vec<Element>> {
    let stacks = tree.deployables().filter(|id| matches!(tree.entry(*id).kind, Kind::Stack(_)));
    let mut elements: BTreeMap<NodeId, Vec<Element>> = stacks.map(|id| (id, Vec::new())).collect();
    for (node, id) in tree.nodes.iter_mut().zip(0..) {
        if matches!(node.kind, Kind::Resource(_) | Kind::Section(..))
            && let Some(elements) = elements.get_mut(&node.deployable)
        {
            elements.push((id, std::mem::replace(&mut node.kind, Kind::Group)));
        }
    }
    elements
}

/// A deployable with its file, and what came up while it was made.
pub(super) struct Rendered<'a> {
    pub(super) deployable: Deployable,
    pub(super) file: File,
    pub(super) findings: Vec<Diagnostic>,
    /// Where its elements are in the file; empty where nobody asks.
    pub(super) places: Places<'a>,
}

/// Renders the stacks and charts of a tree in which everything is named and resolved.
pub(super) struct Renderer<'a> {
    pub(super) tree: &'a Tree,
    pub(super) names: &'a LogicalIds,
    pub(super) links: &'a Links,
    pub(super) bindings: &'a Bindings,
    pub(super) format: Format,
}

impl<'a> Renderer<'a> {
    /// What stacks and charts have in common.
    fn deployable(&self, id: NodeId, kind: DeployableKind, suffix: &str) -> Deployable {
        let name = self.tree.deployable_name(id);
        let needed = self.links.deployables.range((id, NodeId::MIN)..=(id, NodeId::MAX));
        let mut dependencies: Vec<String> =
            needed.map(|((_, to), _)| self.tree.deployable_name(*to)).collect();
        dependencies.sort_unstable();
        let file = format!("{name}.{suffix}");
        Deployable { dependencies, ..Deployable::new(name, kind, file) }
    }

    pub(super) fn chart(&self, id: NodeId) -> Rendered<'a> {
        let mut deployable = self.deployable(id, DeployableKind::Chart, "k8s.yaml");
        let numbered = self.tree.nodes.iter().zip(0..);
        let members: Vec<NodeId> = numbered
            .filter(|(node, _)| node.deployable == id && matches!(node.kind, Kind::Manifest(_)))
            .map(|(_, id)| id)
            .collect();
        let members = objects::ordered(self.tree, &members, self.links);
        let objects = members.iter().filter_map(|member| match &self.tree.entry(*member).kind {
            Kind::Manifest(object) => Some(&**object),
            _ => None,
        });
        let contents = stackwright_k8s::to_yaml(objects).into_bytes();
        if let Kind::Chart(data) = &self.tree.entry(id).kind {
            deployable.cluster = data.cluster.clone();
        }
        let bound = self.bindings.get(&id).into_iter().flat_map(BTreeMap::values);
        deployable.bindings = bound.cloned().collect();
        let entry =
            |member: &NodeId| source_entry(self.tree, self.names, *member, &self.tree.entry(*member).kind);
        deployable.source_map = members.iter().map(entry).collect();
        let file = File { name: deployable.file.clone(), contents };
        Rendered { deployable, file, findings: Vec::new(), places: Places::new() }
    }

    pub(super) fn stack(&self, id: NodeId, elements: Vec<Element>) -> Rendered<'a> {
        let (tree, names) = (self.tree, self.names);
        let suffix = match self.format {
            Format::Json => "template.json",
            Format::Yaml => "template.yaml",
        };
        let mut deployable = self.deployable(id, DeployableKind::Stack, suffix);
        let entry = |(id, kind): &Element| source_entry(tree, names, *id, kind);
        deployable.source_map = elements.iter().map(entry).collect();

        let mut template = Template::new();
        let mut facts = StackFacts { address_plans: address_plans(tree, id), ..StackFacts::default() };
        if let Kind::Stack(data) = &tree.entry(id).kind {
            template.description = data.description.clone();
            template.metadata = data.metadata.clone();
            template.generated = data.generated.clone();
            template.others = data.others.clone();
            template.transform = match data.transforms.as_slice() {
                [] => None,
                [one] => Some(one.clone()),
                several => Some(Node::List(several.to_vec())),
            };
            facts.environment = data.environment.clone();
            facts.termination_protection = data.termination_protection;
        }
        template.resources.reserve(elements.len());
        for (id, kind) in elements {
            let name = names.of(id).clone();
            match kind {
                Kind::Resource(resource) => template.resources.push((name, *resource)),
                Kind::Section(section, node) => {
                    let map = match section {
                        Section::Parameter => &mut template.parameters,
                        Section::Mapping => &mut template.mappings,
                        Section::Condition => &mut template.conditions,
                        Section::Rule => &mut template.rules,
                        Section::Output => &mut template.outputs,
                    };
                    map.insert(name, *node);
                }
                _ => {}
            }
        }
        for (name, output) in self.links.shared.of(id, &deployable.name, |element| tree.target(element)) {
            template.outputs.insert(name, output);
        }

        deployable.outputs =
            template.outputs.iter().map(|(name, output)| output_facts(name, output)).collect();
        facts.tags = prepare::tags_at(tree, &prepare::tags_by_scope(&tree.tags), id).for_stack();
        facts.capabilities = capabilities(&template);
        deployable.stack = Some(facts);
        let contents = match self.format {
            Format::Json => template.to_json(names),
            Format::Yaml => template.to_yaml(names),
        };
        let mut findings = Vec::new();
        check_size(tree, id, &deployable.name, contents.len(), &mut findings);
        if has_token(&contents) {
            let message = format!("a value's token stands in the template of stack {:?}", deployable.name);
            let finding =
                Diagnostic::error("token-in-template", message).allowed("tokens in objects of charts");
            findings.push(tree.at(id, finding.hint("join text and values with sub!")));
        }
        let file = File { name: deployable.file.clone(), contents: contents.into_bytes() };
        Rendered { deployable, file, findings, places: Places::new() }
    }
}

/// The address plans of a stack.
fn address_plans(tree: &Tree, stack: NodeId) -> Vec<AddressPlan> {
    tree.address_plans.iter().filter(|(id, _)| *id == stack).map(|(_, plan)| plan.clone()).collect()
}

fn source_entry(tree: &Tree, names: &LogicalIds, id: NodeId, kind: &Kind) -> SourceEntry {
    let type_name = match kind {
        Kind::Resource(resource) => Some(match resource.meta {
            Some(meta) => meta.type_name.into(),
            None => resource.type_name.to_string().into(),
        }),
        _ => None,
    };
    let overrides = match tree.overridden.as_slice() {
        [] => Vec::new(),
        all => all.iter().filter(|(at, _)| *at == id).map(|(_, path)| path.clone()).collect(),
    };
    SourceEntry {
        id: match kind {
            Kind::Manifest(object) => object.to_string(),
            _ => names.of(id).as_str().to_owned(),
        },
        path: tree.path(id),
        type_name,
        source: Source::from(tree.entry(id).location),
        overrides,
    }
}

fn output_facts(name: &Text, output: &Node) -> Output {
    let text = |node: Option<&Node>| node.and_then(Node::as_str).map(str::to_owned);
    let output = output.as_map();
    Output {
        name: name.to_string(),
        export: text(output.and_then(|output| output.get("Export")?.as_map()?.get("Name"))),
        description: text(output.and_then(|output| output.get("Description"))),
    }
}

/// What the deployer must agree to.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html>
fn capabilities(template: &Template) -> Vec<String> {
    let names_itself = |resource: &Resource| {
        let name = match resource.type_name.as_str() {
            "AWS::IAM::Role" => "RoleName",
            "AWS::IAM::User" => "UserName",
            "AWS::IAM::Group" => "GroupName",
            "AWS::IAM::ManagedPolicy" => "ManagedPolicyName",
            "AWS::IAM::InstanceProfile" => "InstanceProfileName",
            _ => return false,
        };
        resource.properties.contains_key(name)
    };
    let iam = |resource: &&Resource| {
        let name = resource.type_name.as_str();
        matches!(
            name.strip_prefix("AWS::IAM::"),
            Some(
                "AccessKey"
                    | "Group"
                    | "InstanceProfile"
                    | "ManagedPolicy"
                    | "Policy"
                    | "Role"
                    | "User"
                    | "UserToGroupAddition"
            )
        )
    };
    let resources = || template.resources.iter().map(|(_, resource)| resource);
    let mut capabilities = Vec::new();
    if resources().any(names_itself) {
        capabilities.push("CAPABILITY_NAMED_IAM".to_owned());
    } else if resources().any(|resource| iam(&resource)) {
        capabilities.push("CAPABILITY_IAM".to_owned());
    }
    if template.transform.is_some() {
        capabilities.push("CAPABILITY_AUTO_EXPAND".to_owned());
    }
    capabilities
}

fn check_size(tree: &Tree, id: NodeId, name: &str, bytes: usize, findings: &mut Vec<Diagnostic>) {
    if bytes > MAX_BODY {
        let finding = Diagnostic::error(
            "template-too-large",
            format!("the template of stack {name:?} has {bytes} bytes: allowed are {MAX_BODY}"),
        )
        .value(bytes.to_string())
        .allowed(format!("up to {MAX_BODY} bytes"))
        .hint("split the stack: constructs keep their references across stacks");
        findings.push(tree.at(id, finding));
    } else if bytes > MAX_INLINE {
        let finding = Diagnostic::warning(
            "template-needs-bucket",
            format!("the template of stack {name:?} has {bytes} bytes: above {MAX_INLINE} it is deployed by way of a bucket"),
        )
        .value(bytes.to_string())
        .allowed(format!("up to {MAX_INLINE} bytes without a bucket"));
        findings.push(tree.at(id, finding));
    }
}
