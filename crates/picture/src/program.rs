//! The files of an assembly, read, and the references between them followed.

use std::collections::{BTreeMap, BTreeSet};

use stackwright_assembly::{Assembly, Deployable, Kind, SourceEntry};
use stackwright_cfn::{Function, Map, Node, Resource, Template};
use stackwright_k8s::Object;

use crate::error::Error;
use crate::shape::{Shape, ShapeKind};

/// How many references are followed one after the other: a ring of exports would have no end.
const DEPTH: usize = 16;

/// As much of a value as a list of properties shows.
const SHOWN: usize = 240;

/// Stacks and charts as they are written.
pub(crate) struct Program<'a> {
    pub(crate) stacks: Vec<Stack<'a>>,
    pub(crate) charts: Vec<Chart<'a>>,
    /// The place of the stack that has an export, and the output that it is of.
    exports: BTreeMap<String, (usize, String)>,
    /// The places of stacks and of their resources, by the types of these.
    types: BTreeMap<String, Vec<(usize, usize)>>,
}

pub(crate) struct Stack<'a> {
    pub(crate) deployable: &'a Deployable,
    pub(crate) template: Template,
}

pub(crate) struct Chart<'a> {
    pub(crate) deployable: &'a Deployable,
    pub(crate) objects: Vec<Object>,
}

/// What a value comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<'p> {
    /// A resource of a stack, or an attribute of it.
    Resource(usize, &'p str),
    /// Text, or the words for what only a deployment knows.
    Text(String),
}

/// A resource, and the stack whose it is.
#[derive(Clone, Copy)]
pub(crate) struct Part<'p> {
    pub(crate) stack: usize,
    pub(crate) id: &'p str,
    pub(crate) resource: &'p Resource,
}

impl<'a> Program<'a> {
    /// The files of the deployables that are named, and of all that these depend on; of all, where none is named.
    pub(crate) fn read(assembly: &'a Assembly, names: &[String]) -> Result<Self, Error> {
        let wanted = wanted(assembly, names);
        let (mut stacks, mut charts) = (Vec::new(), Vec::new());
        for deployable in assembly.manifest.deployables.iter().filter(|it| wanted.contains(&*it.name)) {
            let file = &*deployable.file;
            let contents = assembly.file(file).ok_or_else(|| Error::new(file, "it is not there"))?;
            let text = std::str::from_utf8(contents).map_err(|error| Error::new(file, error))?;
            match deployable.kind {
                Kind::Stack => {
                    let template = stackwright_cfn::read(text).map_err(|error| Error::new(file, error))?;
                    stacks.push(Stack { deployable, template });
                }
                Kind::Chart => {
                    let objects = stackwright_k8s::read(text).map_err(|error| Error::new(file, error))?;
                    charts.push(Chart { deployable, objects });
                }
            }
        }
        let mut types: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for (stack, it) in stacks.iter().enumerate() {
            for (place, (_, resource)) in it.template.resources.iter().enumerate() {
                types.entry(resource.type_name.to_string()).or_default().push((stack, place));
            }
        }
        let mut program = Program { stacks, charts, exports: BTreeMap::new(), types };
        program.exports = program.exports();
        Ok(program)
    }

    fn exports(&self) -> BTreeMap<String, (usize, String)> {
        let mut exports = BTreeMap::new();
        for (at, stack) in self.stacks.iter().enumerate() {
            for (name, output) in stack.template.outputs.iter() {
                let export = output.as_map().and_then(|output| output.get("Export")?.as_map()?.get("Name"));
                if let Some(export) = export {
                    exports.insert(self.text(at, export), (at, name.to_string()));
                }
            }
        }
        exports
    }

    /// The place of the stack whose export has this name, and the name of its output.
    pub(crate) fn export(&self, name: &str) -> Option<(usize, &str)> {
        self.exports.get(name).map(|(stack, output)| (*stack, output.as_str()))
    }

    /// The resources of a type, in the order of deployment.
    pub(crate) fn parts_of(&self, type_name: &str) -> impl Iterator<Item = Part<'_>> {
        self.types.get(type_name).into_iter().flatten().map(|(stack, place)| {
            let (id, resource) = &self.stacks[*stack].template.resources[*place];
            Part { stack: *stack, id, resource }
        })
    }

    pub(crate) fn part(&self, stack: usize, id: &str) -> Option<Part<'_>> {
        let resources = &self.stacks.get(stack)?.template.resources;
        resources.iter().find(|(name, _)| *name == id).map(|(id, resource)| Part { stack, id, resource })
    }

    /// What a value of a stack comes to, through references, imports and outputs.
    pub(crate) fn follow(&self, stack: usize, node: &Node) -> Found<'_> {
        self.followed(stack, node, DEPTH)
    }

    fn followed(&self, stack: usize, node: &Node, depth: usize) -> Found<'_> {
        let Some(depth) = depth.checked_sub(1) else { return Found::Text(json(node)) };
        let Node::Call(call) = node else { return Found::Text(self.text_within(stack, node, depth)) };
        let argument = &call.argument;
        let resource = |id: &str| self.part(stack, id).map(|part| Found::Resource(part.stack, part.id));
        let found = match (call.function, argument.as_str(), argument.as_list()) {
            (Function::Ref, Some(id), _) => resource(id).or_else(|| {
                let parameter = self.stacks[stack].template.parameters.get(id)?;
                Some(match parameter.as_map().and_then(|parameter| parameter.get("Default")) {
                    Some(default) => self.followed(stack, default, depth),
                    None => Found::Text(format!("parameter {id}")),
                })
            }),
            (Function::GetAtt, _, Some([Node::Text(id), ..])) => resource(id),
            // The value of `${Name}` alone is that of the name.
            (Function::Sub, Some(text), _) => {
                text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).and_then(resource)
            }
            (Function::ImportValue, ..) => {
                let name = self.text_within(stack, argument, depth);
                self.export(&name).and_then(|(owner, output)| {
                    self.output(owner, output).map(|value| self.followed(owner, value, depth))
                })
            }
            (Function::If, _, Some([_, first, second])) => {
                let is_nothing = matches!(first, Node::Pseudo(_));
                Some(self.followed(stack, if is_nothing { second } else { first }, depth))
            }
            (Function::Select, _, Some([Node::Int(at), Node::List(items)])) => usize::try_from(*at)
                .ok()
                .and_then(|at| items.get(at))
                .map(|item| self.followed(stack, item, depth)),
            _ => None,
        };
        found.unwrap_or_else(|| Found::Text(self.text_within(stack, node, depth)))
    }

    /// The value of an output of a stack.
    pub(crate) fn output(&self, stack: usize, name: &str) -> Option<&Node> {
        self.stacks.get(stack)?.template.outputs.get(name)?.as_map()?.get("Value")
    }

    /// What a value of a stack says, what only a deployment knows in the words of the template.
    pub(crate) fn text(&self, stack: usize, node: &Node) -> String {
        self.text_within(stack, node, DEPTH)
    }

    fn text_within(&self, stack: usize, node: &Node, depth: usize) -> String {
        match node {
            Node::Text(text) => text.to_string(),
            Node::Pseudo(pseudo) if pseudo.name() == "AWS::StackName" => {
                self.stacks[stack].deployable.name.clone()
            }
            Node::Call(call) if depth > 0 => match (call.function, &call.argument) {
                (Function::Sub, Node::Text(text)) => {
                    text.replace("${AWS::StackName}", &self.stacks[stack].deployable.name)
                }
                (Function::Ref | Function::GetAtt | Function::ImportValue | Function::If, _) => {
                    match self.followed(stack, node, depth - 1) {
                        Found::Text(text) => text,
                        Found::Resource(owner, id) => self.name(owner, id),
                    }
                }
                _ => json(node),
            },
            node => json(node),
        }
    }

    /// The items of a list, where it is written out.
    pub(crate) fn items<'n>(&self, node: &'n Node) -> &'n [Node] {
        match node {
            Node::List(items) => items,
            Node::Call(call) if call.function == Function::If => match call.argument.as_list() {
                Some([_, first, second]) => match self.items(first) {
                    [] => self.items(second),
                    items => items,
                },
                _ => &[],
            },
            Node::Null | Node::Pseudo(_) => &[],
            other => std::slice::from_ref(other),
        }
    }

    /// The entry of the source map for an element.
    fn entry(&self, stack: usize, id: &str) -> Option<&'a SourceEntry> {
        self.stacks[stack].deployable.source_map.iter().find(|entry| entry.id == id)
    }

    /// The path of an element's construct, without the part that only says that it is the resource of it.
    pub(crate) fn path(&self, stack: usize, id: &str) -> Option<&'a str> {
        let path = &self.entry(stack, id)?.path;
        Some(path.strip_suffix("/Resource").unwrap_or(path))
    }

    /// What people call an element: the last part of its path, or else its logical id.
    pub(crate) fn name(&self, stack: usize, id: &str) -> String {
        let path = self.path(stack, id).unwrap_or(id);
        path.rsplit('/').next().unwrap_or(path).to_owned()
    }

    /// The shape of a resource, with its properties.
    pub(crate) fn shape(&self, part: Part<'_>, kind: ShapeKind) -> Shape {
        let Part { stack, id, resource } = part;
        let deployable = self.stacks[stack].deployable;
        let mut shape = Shape::new(shape_id(&deployable.name, id), kind, self.name(stack, id))
            .property("type", &*resource.type_name)
            .property("stack", &*deployable.name)
            .property("logical id", id);
        shape.path = self.path(stack, id).map(str::to_owned);
        shape.source = self.entry(stack, id).map(|entry| entry.source.clone());
        for (name, value) in resource.properties.iter().filter(|(name, _)| **name != "Tags") {
            let text = match value {
                Node::List(items) => {
                    items.iter().map(|item| self.text(stack, item)).collect::<Vec<_>>().join(", ")
                }
                value => self.text(stack, value),
            };
            shape = shape.property(name.as_str(), shown(&text));
        }
        shape
    }
}

impl<'p> Part<'p> {
    pub(crate) fn get(&self, property: &str) -> Option<&'p Node> {
        self.resource.properties.get(property)
    }

    /// A property within others.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&'p Node> {
        let (last, path) = path.split_last()?;
        let within = |map: &'p Map, key: &&str| map.get(key).and_then(Node::as_map);
        path.iter().try_fold(&self.resource.properties, within)?.get(last)
    }
}

/// The id of an element's shape.
pub(crate) fn shape_id(deployable: &str, element: &str) -> String {
    format!("{deployable}/{element}")
}

/// As much of a text as a list of properties shows.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn json(node: &Node) -> String {
    serde_json::to_string(node).unwrap_or_default()
}

/// The names that are wanted, with those of all that they depend on.
fn wanted<'a>(assembly: &'a Assembly, names: &'a [String]) -> BTreeSet<&'a str> {
    let deployables = &assembly.manifest.deployables;
    if names.is_empty() {
        return deployables.iter().map(|it| &*it.name).collect();
    }
    let mut wanted: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    // What is depended on comes before.
    for deployable in deployables.iter().rev() {
        if wanted.contains(&*deployable.name) {
            wanted.extend(deployable.dependencies.iter().map(String::as_str));
        }
    }
    wanted
}
