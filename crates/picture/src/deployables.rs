//! Stacks and charts, and the values that make one need another.

use std::collections::BTreeMap;

use stackwright_assembly::{Assembly, Deployable, Kind, Source};
use stackwright_cfn::{Function, Node};

use crate::picture::Picture;
use crate::program::{Found, Program};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

pub(crate) fn add(program: &Program<'_>, assembly: &Assembly, picture: &mut Picture) {
    let stacks = program.stacks.iter().map(|it| (it.deployable, it.template.resources.len()));
    let charts = program.charts.iter().map(|it| (it.deployable, it.objects.len()));
    let counts: BTreeMap<&str, usize> =
        stacks.chain(charts).map(|(deployable, count)| (&*deployable.name, count)).collect();
    let drawn = || assembly.manifest.deployables.iter().filter(|it| counts.contains_key(&*it.name));
    for deployable in drawn() {
        picture.add(shape(deployable, counts[&*deployable.name]));
    }
    for deployable in drawn() {
        let mut values = values(program, deployable);
        for dependency in &deployable.dependencies {
            let values = values.remove(&**dependency).unwrap_or_default();
            let what = if deployable.kind == Kind::Stack { "import" } else { "value" };
            let label = match values.len() {
                0 => String::new(),
                1 => format!("1 {what}"),
                count => format!("{count} {what}s"),
            };
            let arrow = Arrow::new(&*deployable.name, &**dependency, ArrowKind::Needs);
            picture.link(arrow.label(label).values(values));
        }
    }
}

fn shape(deployable: &Deployable, count: usize) -> Shape {
    let (kind, what) = match deployable.kind {
        Kind::Stack => (ShapeKind::Stack, "resource"),
        Kind::Chart => (ShapeKind::Chart, "object"),
    };
    let plural = if count == 1 { "" } else { "s" };
    let mut shape = Shape::new(&*deployable.name, kind, &*deployable.name)
        .note(format!("{count} {what}{plural}"))
        .property("file", &*deployable.file);
    shape.path = Some(deployable.name.clone());
    let stack = deployable.stack.as_ref();
    let cluster = deployable.cluster.as_ref();
    if let Some(environment) =
        stack.map(|stack| &stack.environment).or(cluster.map(|cluster| &cluster.environment))
    {
        let known = [("account", &environment.account), ("region", &environment.region)];
        for (name, value) in known {
            if let Some(value) = value {
                shape = shape.property(name, &**value);
            }
        }
    }
    if stack.is_some_and(|stack| stack.termination_protection) {
        shape = shape.property("termination protection", "on");
    }
    for (construct, source) in constructs(deployable) {
        shape = shape.property(format!("/{construct}"), source.to_string());
    }
    shape
}

/// What the program puts right into the deployable, and where.
fn constructs(deployable: &Deployable) -> Vec<(&str, &Source)> {
    let mut constructs: Vec<(&str, &Source)> = Vec::new();
    for entry in &deployable.source_map {
        let path = entry.path.strip_prefix(&*deployable.name).unwrap_or(&entry.path);
        let name = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if !name.is_empty() && !constructs.iter().any(|(known, _)| *known == name) {
            constructs.push((name, &entry.source));
        }
    }
    constructs
}

/// What a deployable has of others, by their names.
fn values<'p>(program: &'p Program<'_>, deployable: &Deployable) -> BTreeMap<&'p str, Vec<String>> {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut add = |stack: usize, output: &str, how: &str| {
        let told = match meaning(program, stack, output) {
            meaning if meaning.is_empty() => format!("{how} {output}"),
            meaning => format!("{how} {output}: {meaning}"),
        };
        let list = values.entry(&*program.stacks[stack].deployable.name).or_default();
        if !list.contains(&told) {
            list.push(told);
        }
    };
    for binding in &deployable.bindings {
        if let Some(stack) = program.stacks.iter().position(|it| it.deployable.name == binding.stack) {
            add(stack, &binding.output, "binding");
        }
    }
    let own = program.stacks.iter().enumerate().find(|(_, it)| it.deployable.name == deployable.name);
    if let Some((at, own)) = own {
        let mut look = |node: &Node| {
            let Node::Call(call) = node else { return };
            if call.function != Function::ImportValue {
                return;
            }
            if let Some((stack, output)) = program.export(&program.text(at, &call.argument)) {
                add(stack, output, "import");
            }
        };
        let resources = own.template.resources.iter().flat_map(|(_, resource)| resource.nodes());
        resources.chain(own.template.outputs.values()).for_each(|node| node.visit(&mut look));
    }
    values
}

/// What an output stands for: the path of a resource, or the words of the template.
fn meaning(program: &Program<'_>, stack: usize, output: &str) -> String {
    let Some(value) = program.output(stack, output) else { return String::new() };
    let (owner, id) = match program.follow(stack, value) {
        Found::Resource(owner, id) => (owner, id),
        Found::Text(text) => return text,
    };
    let path = program.path(owner, id).unwrap_or(id);
    match value {
        Node::Call(call) if call.function == Function::GetAtt => match call.argument.as_list() {
            Some([_, Node::Text(attribute)]) => format!("{path}.{attribute}"),
            _ => path.to_owned(),
        },
        _ => path.to_owned(),
    }
}
