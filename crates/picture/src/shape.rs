//! What a picture is made of: shapes, and arrows between them.

use serde::{Serialize, Serializer};
use stackwright_assembly::Source;

/// What a shape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShapeKind {
    /// A CloudFormation stack.
    Stack,
    /// A file of Kubernetes objects.
    Chart,
    /// A VPC.
    Vpc,
    /// An availability zone of a VPC.
    Zone,
    /// A subnet.
    Subnet,
    /// A way out of a VPC: of the internet, or of other networks.
    Gateway,
    /// A NAT gateway.
    Nat,
    /// A VPC endpoint.
    Endpoint,
    /// Nodes: a node group, an Auto Scaling group, a Fargate profile.
    Nodes,
    /// An instance that is no member of a group.
    Instance,
    /// A network interface, or one that each node of a group has.
    Interface,
    /// Addresses of a subnet that are set apart for a network of pods.
    Range,
    /// A cluster.
    Cluster,
    /// A network that pods have further interfaces in.
    Network,
    /// A pod, or the pods of a workload.
    Pods,
}

/// What an arrow says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArrowKind {
    /// A deployable needs another one to be up before it.
    Needs,
    /// A subnet sends traffic to a target; the label says which.
    Route,
    /// Nodes, a control plane or an endpoint have interfaces in a subnet.
    RunsIn,
    /// An interface is that of nodes, or of an instance.
    Of,
    /// An interface, or addresses, are what pods have in a network.
    Carries,
    /// Pods have an interface in a network; the label is its name, the values are its addresses.
    Attached,
}

/// A property of what a shape stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// What it is called.
    pub name: String,
    /// Its value, in the words of the template or the object.
    pub value: String,
}

/// A box of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shape {
    /// What no other shape of the picture has. It follows from names alone, so it stays what it is while these do.
    pub id: String,
    /// What it stands for.
    pub kind: ShapeKind,
    /// What it is called.
    pub name: String,
    /// What stands beside the name, such as a block of addresses; empty where there is nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The id of the shape that it lies in; absent where it lies in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The path of its construct; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the program makes it; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What else there is to know, in order.
    #[serde(serialize_with = "as_map", skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// An arrow between two shapes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrow {
    /// The id of the shape it comes from.
    pub from: String,
    /// The id of the shape it leads to.
    pub to: String,
    /// What it says.
    pub kind: ArrowKind,
    /// A few words on it; empty where there are none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What it is made of: the values that one deployable has of another, the addresses of an interface.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl Shape {
    pub(crate) fn new(id: impl Into<String>, kind: ShapeKind, name: impl Into<String>) -> Self {
        Shape {
            id: id.into(),
            kind,
            name: name.into(),
            note: String::new(),
            within: None,
            path: None,
            source: None,
            properties: Vec::new(),
        }
    }

    pub(crate) fn within(self, id: impl Into<String>) -> Self {
        Shape { within: Some(id.into()), ..self }
    }

    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Shape { note: note.into(), ..self }
    }

    pub(crate) fn property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.push(Property { name: name.into(), value: value.into() });
        self
    }

    /// All that is told of it where the pointer rests on it, a line each.
    pub(crate) fn told(&self) -> String {
        let mut told = format!("{}: {}", self.kind.word(), self.name);
        if !self.note.is_empty() {
            told += &format!("\n{}", self.note);
        }
        let place = [self.path.clone(), self.source.as_ref().map(ToString::to_string)];
        place.into_iter().flatten().for_each(|line| told += &format!("\n{line}"));
        told
    }
}

impl Arrow {
    pub(crate) fn new(from: impl Into<String>, to: impl Into<String>, kind: ArrowKind) -> Self {
        Arrow { from: from.into(), to: to.into(), kind, label: String::new(), values: Vec::new() }
    }

    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Arrow { label: label.into(), ..self }
    }

    pub(crate) fn values(self, values: Vec<String>) -> Self {
        Arrow { values, ..self }
    }
}

impl ShapeKind {
    /// The kind in a word or two; in classes of drawings, too, with a hyphen.
    pub(crate) fn word(self) -> &'static str {
        match self {
            ShapeKind::Stack => "stack",
            ShapeKind::Chart => "chart",
            ShapeKind::Vpc => "VPC",
            ShapeKind::Zone => "zone",
            ShapeKind::Subnet => "subnet",
            ShapeKind::Gateway => "gateway",
            ShapeKind::Nat => "NAT gateway",
            ShapeKind::Endpoint => "VPC endpoint",
            ShapeKind::Nodes => "nodes",
            ShapeKind::Instance => "instance",
            ShapeKind::Interface => "network interface",
            ShapeKind::Range => "addresses",
            ShapeKind::Cluster => "cluster",
            ShapeKind::Network => "network of pods",
            ShapeKind::Pods => "pods",
        }
    }

    /// The class of its shapes in a drawing.
    pub(crate) fn class(self) -> &'static str {
        match self {
            ShapeKind::Vpc => "vpc",
            ShapeKind::Nat => "nat",
            ShapeKind::Endpoint => "endpoint",
            ShapeKind::Interface => "interface",
            ShapeKind::Range => "range",
            ShapeKind::Network => "network",
            other => other.word(),
        }
    }
}

fn as_map<S: Serializer>(properties: &[Property], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(properties.iter().map(|property| (&property.name, &property.value)))
}
