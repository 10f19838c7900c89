//! Rendering: a stack as a template's text, a chart as its objects', with all that the manifest says of them.

use std::collections::BTreeMap;

use stackwright_assembly::{
    AddressPlan, Binding, Deployable, Diagnostic, File, Format, Kind as DeployableKind, Output, Source,
    SourceEntry, StackFacts,
};
use stackwright_cfn::{Node, Resource, Template, Text, has_token};

use super::names::LogicalIds;
use super::references::Links;
use super::{objects, prepare};
use crate::stack::StackData;
use crate::tree::{Kind, NodeId, Section, Tree};

/// The most bytes a template may have that is sent with the request itself, and the most it may have at all.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_INLINE: usize = 51_200;
const MAX_BODY: usize = 1_048_576;

/// A deployable with its file.
pub(super) struct Rendered {
    pub(super) deployable: Deployable,
    pub(super) file: File,
}

/// The elements of each stack and chart, in definition order.
pub(super) fn members(tree: &Tree) -> BTreeMap<NodeId, Vec<NodeId>> {
    let mut members: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in tree.nodes.iter().enumerate() {
        if matches!(node.kind, Kind::Resource(_) | Kind::Section(..) | Kind::Manifest(_)) {
            members.entry(node.deployable).or_default().push(id as NodeId);
        }
    }
    members
}

#[expect(
    clippy::too_many_arguments,
    reason = "the one place where everything about a deployable comes together"
)]
pub(super) fn render(
    tree: &mut Tree,
    id: NodeId,
    members: &[NodeId],
    names: &LogicalIds,
    links: &Links,
    bound: Option<&BTreeMap<String, Binding>>,
    format: Format,
    findings: &mut Vec<Diagnostic>,
) -> Rendered {
    let name = tree.deployable_name(id);
    let needed = links.deployables.keys().filter(|(from, _)| *from == id);
    let mut dependencies: Vec<String> = needed.map(|(_, to)| tree.deployable_name(*to)).collect();
    dependencies.sort_unstable();
    let deployable = Deployable {
        name,
        kind: DeployableKind::Chart,
        file: String::new(),
        dependencies,
        stack: None,
        outputs: Vec::new(),
        cluster: None,
        bindings: bound.into_iter().flat_map(|bound| bound.values().cloned()).collect(),
        source_map: Vec::new(),
        acknowledged: Vec::new(),
    };
    match &tree.entry(id).kind {
        Kind::Stack(data) => {
            let data = StackData::clone(data);
            render_stack(tree, id, &data, deployable, members, names, links, format, findings)
        }
        _ => render_chart(tree, id, deployable, members, names, links),
    }
}

fn render_chart(
    tree: &Tree,
    id: NodeId,
    mut deployable: Deployable,
    members: &[NodeId],
    names: &LogicalIds,
    links: &Links,
) -> Rendered {
    let members = objects::ordered(tree, members, links);
    let objects = members.iter().filter_map(|member| match &tree.entry(*member).kind {
        Kind::Manifest(object) => Some(&**object),
        _ => None,
    });
    let contents = stackwright_k8s::to_yaml(objects).into_bytes();
    if let Kind::Chart(data) = &tree.entry(id).kind {
        deployable.cluster = data.cluster.clone();
    }
    deployable.source_map = members.iter().map(|member| source_entry(tree, names, *member)).collect();
    deployable.file = format!("{}.k8s.yaml", deployable.name);
    let file = File { name: deployable.file.clone(), contents };
    Rendered { deployable, file }
}

#[expect(clippy::too_many_arguments, reason = "the one place where everything about a stack comes together")]
fn render_stack(
    tree: &mut Tree,
    id: NodeId,
    data: &StackData,
    mut deployable: Deployable,
    members: &[NodeId],
    names: &LogicalIds,
    links: &Links,
    format: Format,
    findings: &mut Vec<Diagnostic>,
) -> Rendered {
    deployable.kind = DeployableKind::Stack;
    deployable.source_map = members.iter().map(|member| source_entry(tree, names, *member)).collect();

    let mut template = Template::new();
    template.description = data.description.clone();
    template.metadata = data.metadata.clone();
    template.generated = data.generated.clone();
    template.others = data.others.clone();
    template.transform = match data.transforms.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(Node::List(several.to_vec())),
    };
    template.resources.reserve(members.len());
    for &member in members {
        let name = names.of(member).clone();
        // Given away: from here on only the template holds it, and the template goes as soon as it is written.
        match std::mem::replace(&mut tree.entry_mut(member).kind, Kind::Group) {
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
    for (name, output) in links.shared.of(id, &deployable.name, |element| tree.target(element)) {
        template.outputs.insert(name, output);
    }

    deployable.outputs = template.outputs.iter().map(|(name, output)| output_facts(name, output)).collect();
    let tags = prepare::tags_at(tree, &prepare::tags_by_scope(&tree.tags), id).for_stack();
    deployable.stack = Some(StackFacts {
        environment: data.environment.clone(),
        tags,
        capabilities: capabilities(&template),
        termination_protection: data.termination_protection,
        address_plans: address_plans(tree, id),
    });
    let (suffix, contents) = match format {
        Format::Json => ("json", template.to_json(names)),
        Format::Yaml => ("yaml", template.to_yaml(names)),
    };
    check_size(tree, id, &deployable.name, contents.len(), findings);
    if has_token(&contents) {
        let message = format!("a value's token stands in the template of stack {:?}", deployable.name);
        let finding = Diagnostic::error("token-in-template", message).allowed("tokens in objects of charts");
        findings.push(tree.at(id, finding.hint("join text and values with sub!")));
    }
    deployable.file = format!("{}.template.{suffix}", deployable.name);
    let file = File { name: deployable.file.clone(), contents: contents.into_bytes() };
    Rendered { deployable, file }
}

/// The address plans of a stack; nothing asks for them a second time.
fn address_plans(tree: &mut Tree, stack: NodeId) -> Vec<AddressPlan> {
    let (plans, others) =
        std::mem::take(&mut tree.address_plans).into_iter().partition::<Vec<_>, _>(|(id, _)| *id == stack);
    tree.address_plans = others;
    plans.into_iter().map(|(_, plan)| plan).collect()
}

fn source_entry(tree: &Tree, names: &LogicalIds, id: NodeId) -> SourceEntry {
    let entry = tree.entry(id);
    let type_name = match &entry.kind {
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
        id: match &entry.kind {
            Kind::Manifest(object) => object.to_string(),
            _ => names.of(id).to_string(),
        },
        path: tree.path(id),
        type_name,
        source: Source::from(entry.location),
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
