//! Clusters, and which chart goes to which.

use stackwright_assembly::Deployable;

use super::subnet::subnets;
use super::{OUTSIDE, named};
use crate::picture::Picture;
use crate::program::{Program, shape_id};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

pub(super) fn add(program: &Program<'_>, picture: &mut Picture) {
    for part in program.parts_of("AWS::EKS::Cluster") {
        let shape = program.shape(part, ShapeKind::Cluster);
        let id = shape.id.clone();
        let version = part.get("Version").map(|node| program.text(part.stack, node));
        let note = version.map_or_else(String::new, |version| format!("Kubernetes {version}"));
        picture.add(shape.note(note));
        let list = part.at(&["ResourcesVpcConfig", "SubnetIds"]);
        for subnet in subnets(program, part.stack, list, None, picture) {
            picture.link(Arrow::new(&*id, subnet, ArrowKind::RunsIn));
        }
    }
}

/// The cluster that a chart's objects go to, added where the app does not make it.
pub(super) fn of_chart(program: &Program<'_>, chart: &Deployable, picture: &mut Picture) -> String {
    let name = chart.cluster.as_ref().map(|cluster| &*cluster.name);
    let binding = chart.bindings.iter().find(|binding| Some(&*binding.placeholder) == name);
    let bound = binding.and_then(|binding| {
        let stack = program.stacks.iter().position(|it| it.deployable.name == binding.stack)?;
        Some(named(program, stack, program.output(stack, &binding.output)?))
    });
    let given = || {
        let found = program.parts_of("AWS::EKS::Cluster").find(|part| {
            part.get("Name").is_some_and(|node| Some(&*program.text(part.stack, node)) == name)
        })?;
        Some(shape_id(&program.stacks[found.stack].deployable.name, found.id))
    };
    let id = bound.or_else(given).unwrap_or_else(|| shape_id(OUTSIDE, name.unwrap_or("cluster")));
    if picture.shape(&id).is_none() {
        let words = name.unwrap_or("the cluster that kubectl is set to");
        picture.add(Shape::new(&*id, ShapeKind::Cluster, words).property("made by", "not this app"));
    }
    id
}
