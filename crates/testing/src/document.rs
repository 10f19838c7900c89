//! What a synthesis results in, read back: elements with the constructs and lines they come from.

use stackwright_assembly::{Assembly, Deployable, Kind, Source, SourceEntry};
use stackwright_cfn::{Function, Map, Node, Template, Text, read};
use stackwright_k8s::{Data, Object};

/// A stack or chart of an assembly.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) deployable: Deployable,
    /// The template of a stack; empty for a chart.
    pub(crate) template: Template,
    /// The resources of a stack, or the objects of a chart.
    pub(crate) elements: Vec<Element>,
}

/// A resource or an object.
#[derive(Debug)]
pub(crate) struct Element {
    /// The logical id of a resource; kind, namespace and name of an object.
    pub(crate) id: String,
    /// The type of a resource, or the kind of an object.
    pub(crate) kind: String,
    /// The construct's path and line; `None` where the assembly does not tell.
    pub(crate) entry: Option<SourceEntry>,
    /// The properties of a resource, or the fields of an object.
    pub(crate) content: Node,
    /// What a resource has beside `Type` and `Properties`.
    pub(crate) attributes: Node,
}

impl Element {
    pub(crate) fn path(&self) -> &str {
        self.entry.as_ref().map_or("", |entry| &entry.path)
    }

    pub(crate) fn source(&self) -> Option<&Source> {
        self.entry.as_ref().map(|entry| &entry.source)
    }
}

/// The stacks and charts of an assembly, in deploy order.
pub(crate) fn documents(assembly: &Assembly) -> Vec<Document> {
    let document = |deployable: &Deployable| {
        let file = assembly.file(&deployable.file).unwrap_or_default();
        let text = String::from_utf8_lossy(file);
        match deployable.kind {
            Kind::Stack => stack(deployable, &text),
            Kind::Chart => chart(deployable, &text),
        }
    };
    assembly.manifest.deployables.iter().map(document).collect()
}

fn stack(deployable: &Deployable, text: &str) -> Document {
    let template = read(text).unwrap_or_else(|error| panic!("{} is no template: {error}", deployable.file));
    let resource = |(id, resource): &(Text, stackwright_cfn::Resource)| {
        let is_it = |entry: &&SourceEntry| entry.id == **id && entry.type_name.is_some();
        Element {
            id: id.to_string(),
            kind: resource.type_name.to_string(),
            entry: deployable.source_map.iter().find(is_it).cloned(),
            content: Node::Map(resource.properties.clone()),
            attributes: Node::Map(resource.attributes.clone()),
        }
    };
    let elements = template.resources.iter().map(resource).collect();
    Document { deployable: deployable.clone(), template, elements }
}

fn chart(deployable: &Deployable, text: &str) -> Document {
    let objects = stackwright_k8s::read(text)
        .unwrap_or_else(|error| panic!("{} is no manifest: {error}", deployable.file));
    let object = |object: Object| {
        let id = object.to_string();
        Element {
            kind: object.kind().to_owned(),
            entry: deployable.source_map.iter().find(|entry| entry.id == id).cloned(),
            content: Node::Map(fields(object.fields())),
            attributes: Node::Map(Map::new()),
            id,
        }
    };
    let elements = objects.into_iter().map(object).collect();
    Document { deployable: deployable.clone(), template: Template::default(), elements }
}

fn fields(map: &stackwright_k8s::Map) -> Map {
    map.iter().map(|(key, value)| (key.to_owned(), node(value))).collect()
}

/// Data of an object as a node; a map with the key of a function is no function there.
pub(crate) fn node(data: &Data) -> Node {
    match data {
        Data::Null => Node::Null,
        Data::Bool(value) => Node::Bool(*value),
        Data::Int(value) => Node::Int(*value),
        Data::Float(value) => Node::Float(*value),
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => Node::List(items.iter().map(node).collect()),
        Data::Map(map) => Node::Map(fields(map)),
    }
}

impl Document {
    pub(crate) fn name(&self) -> &str {
        &self.deployable.name
    }

    pub(crate) fn is_chart(&self) -> bool {
        self.deployable.kind == Kind::Chart
    }

    /// The path of the resource or parameter of this logical id.
    pub(crate) fn path_of(&self, id: &str) -> Option<&str> {
        let mut entries = self.deployable.source_map.iter().filter(|entry| entry.id == id);
        let first = entries.clone().next()?;
        Some(&entries.find(|entry| entry.type_name.is_some()).unwrap_or(first).path)
    }

    /// The value of the output of this name.
    pub(crate) fn output(&self, name: &str) -> Option<&Node> {
        self.template.outputs.get(name)?.as_map()?.get("Value")
    }

    /// The value of the output that is exported by this name.
    pub(crate) fn export(&self, name: &str) -> Option<&Node> {
        let output = self.deployable.outputs.iter().find(|output| output.export.as_deref() == Some(name))?;
        self.output(&output.name)
    }
}

/// A function with one text or a list of texts for its argument.
pub(crate) fn texts(argument: &Node) -> Option<Vec<&str>> {
    match argument {
        Node::Text(text) => Some(vec![text]),
        Node::List(items) => items.iter().map(Node::as_str).collect(),
        _ => None,
    }
}

/// The pieces that `Fn::Sub` puts together: texts, and what its names mean.
pub(crate) fn sub_pieces(argument: &Node) -> Option<Vec<Node>> {
    let (text, own) = match argument {
        Node::Text(text) => (text.as_str(), None),
        Node::List(items) => (items.first()?.as_str()?, items.get(1)),
        _ => return None,
    };
    let value = |name: &str| match (own.and_then(Node::as_map).and_then(|own| own.get(name)), name) {
        (Some(value), _) => value.clone(),
        (None, name) => match name.split_once('.') {
            Some((resource, attribute)) => Node::call(Function::GetAtt, [resource, attribute]),
            None => Node::from_map(Map::from_iter([("Ref", name)])),
        },
    };
    let mut pieces = Pieces::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        pieces.text(before);
        let (name, after) = after.split_once('}')?;
        match name.strip_prefix('!') {
            Some(literal) => pieces.text(&format!("${{{literal}}}")),
            None => pieces.0.push(value(name.trim())),
        }
        rest = after;
    }
    pieces.text(rest);
    Some(pieces.0)
}

/// Texts and other nodes in turn: no two texts stand side by side, and none is empty.
#[derive(Default)]
pub(crate) struct Pieces(pub(crate) Vec<Node>);

impl Pieces {
    pub(crate) fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Node::Text(last)) => *last = format!("{last}{text}").into(),
            _ => self.0.push(text.into()),
        }
    }
}
