//! Nodes and instances: what they are, and in which subnets they run.

use stackwright_cfn::Node;

use super::subnet::subnets;
use super::{named, number};
use crate::picture::Picture;
use crate::program::{Found, Part, Program, shape_id};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

pub(super) fn add(program: &Program<'_>, picture: &mut Picture) {
    for part in program.parts_of("AWS::EKS::Nodegroup") {
        let scaling = |key| number(part.at(&["ScalingConfig", key]));
        let types = part.get("InstanceTypes").map(|list| program.items(list)).unwrap_or_default();
        let types = types.iter().map(|it| program.text(part.stack, it)).collect();
        let note = note(types, scaling("MinSize"), scaling("MaxSize"));
        add_nodes(program, part, note, part.get("Subnets"), picture);
    }
    for part in program.parts_of("AWS::AutoScaling::AutoScalingGroup") {
        let types = instance_type(program, part).into_iter().collect();
        let note = note(types, number(part.get("MinSize")), number(part.get("MaxSize")));
        add_nodes(program, part, note, part.get("VPCZoneIdentifier"), picture);
    }
    for part in program.parts_of("AWS::EKS::FargateProfile") {
        add_nodes(program, part, "Fargate".to_owned(), part.get("Subnets"), picture);
    }
    for part in program.parts_of("AWS::EC2::Instance") {
        let within = subnets(program, part.stack, part.get("SubnetId"), None, picture).pop();
        let types = instance_type(program, part);
        let shape = program.shape(part, ShapeKind::Instance).note(types.unwrap_or_default());
        picture.add(Shape { within, ..shape });
    }
}

fn add_nodes(
    program: &Program<'_>,
    part: Part<'_>,
    note: String,
    list: Option<&Node>,
    picture: &mut Picture,
) {
    let shape = program.shape(part, ShapeKind::Nodes);
    let id = shape.id.clone();
    let within = part.get("ClusterName").map(|cluster| named(program, part.stack, cluster));
    let within = within.or_else(|| cluster_of(program, part));
    let within = within.filter(|cluster| picture.shape(cluster).is_some());
    // Of several groups of one construct, each has a zone for its name.
    let name = match shape.path.as_deref().and_then(|path| path.rsplit_once('/')) {
        Some((path, last)) if last.starts_with("zone-") => path.rsplit('/').next().unwrap_or(last).to_owned(),
        _ => shape.name.clone(),
    };
    picture.add(Shape { name, within, ..shape }.note(note));
    for subnet in subnets(program, part.stack, list, None, picture) {
        picture.link(Arrow::new(&*id, subnet, ArrowKind::RunsIn));
    }
}

/// The cluster that the user data of a group's launch template has nodes join.
fn cluster_of(program: &Program<'_>, part: Part<'_>) -> Option<String> {
    let template = template(program, part)?;
    let is_cluster = |part: &Part<'_>| part.resource.type_name == "AWS::EKS::Cluster";
    let mut found = None;
    for node in template.resource.nodes() {
        node.visit(&mut |node| {
            if let Node::Call(_) = node
                && let Found::Resource(stack, id) = program.follow(template.stack, node)
                && program.part(stack, id).as_ref().is_some_and(is_cluster)
            {
                found.get_or_insert_with(|| named(program, template.stack, node));
            }
        });
    }
    let own = || {
        let references = template.resource.references();
        let mut parts =
            references.iter().filter_map(|reference| program.part(template.stack, reference.name));
        parts.find(is_cluster).map(|part| shape_id(&program.stacks[part.stack].deployable.name, part.id))
    };
    found.or_else(own)
}

/// `t3.medium, 1-6 nodes`.
fn note(mut types: Vec<String>, fewest: Option<i64>, most: Option<i64>) -> String {
    if types.len() > 2 {
        let others = types.len() - 1;
        types.truncate(1);
        types.push(format!("{others} others"));
    }
    match (fewest, most) {
        (Some(1), Some(1)) => types.push("1 node".to_owned()),
        (Some(fewest), Some(most)) if fewest == most => types.push(format!("{most} nodes")),
        (Some(fewest), Some(most)) => types.push(format!("{fewest}-{most} nodes")),
        _ => {}
    }
    types.join(", ")
}

/// The type of an instance, or of those of a group, as it or its launch template says.
fn instance_type(program: &Program<'_>, part: Part<'_>) -> Option<String> {
    if let Some(node) = part.get("InstanceType") {
        return Some(program.text(part.stack, node));
    }
    let template = template(program, part)?;
    Some(program.text(template.stack, template.at(&["LaunchTemplateData", "InstanceType"])?))
}

/// The launch template of an instance or a group.
fn template<'p>(program: &'p Program<'_>, part: Part<'p>) -> Option<Part<'p>> {
    let mixed = ["MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification", "LaunchTemplateId"];
    let template = part.at(&["LaunchTemplate", "LaunchTemplateId"]).or_else(|| part.at(&mixed))?;
    let Found::Resource(stack, id) = program.follow(part.stack, template) else { return None };
    program.part(stack, id)
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn nodes_are_told_in_a_few_words() {
        let types = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(note(types(&["t3.medium"]), Some(1), Some(6)), "t3.medium, 1-6 nodes");
        assert_eq!(note(types(&["a", "b", "c"]), Some(2), Some(2)), "a, 2 others, 2 nodes");
        assert_eq!(note(types(&["a"]), Some(1), Some(1)), "a, 1 node");
        assert_eq!(note(types(&[]), None, Some(2)), "");
    }
}
