//! Networks as templates and manifests have them: VPCs, what runs in them, and the networks of pods.

mod cluster;
mod gateway;
mod interface;
mod nodes;
mod pods;
mod range;
mod subnet;

pub(crate) use pods::HOST;
pub(crate) use range::block;
pub(crate) use subnet::vpc_of;

use stackwright_cfn::Node;

use crate::picture::Picture;
use crate::program::{Found, Program, shape_id};
use crate::shape::{Shape, ShapeKind};

pub(crate) fn add(program: &Program<'_>, picture: &mut Picture) {
    subnet::add(program, picture);
    gateway::add(program, picture);
    cluster::add(program, picture);
    nodes::add(program, picture);
    interface::add(program, picture);
    let networks = pods::add(program, picture);
    range::add(program, &networks, picture);
    interface::carry(picture);
}

/// The id of the shape that a value of a stack names.
fn named(program: &Program<'_>, stack: usize, node: &Node) -> String {
    match program.follow(stack, node) {
        Found::Resource(owner, id) => shape_id(&program.stacks[owner].deployable.name, id),
        Found::Text(text) => shape_id(OUTSIDE, &text),
    }
}

/// What ids of shapes begin with that the app uses and does not make.
const OUTSIDE: &str = "(outside)";

/// The shape of something that the app uses and does not make.
fn outside(id: &str, kind: ShapeKind) -> Shape {
    let name = id.strip_prefix(OUTSIDE).map_or(id, |name| name.trim_start_matches('/'));
    Shape::new(id, kind, name).property("made by", "not this app")
}

/// A number of a property, which may be text.
fn number(node: Option<&Node>) -> Option<i64> {
    match node? {
        Node::Int(number) => Some(*number),
        Node::Text(text) => text.parse().ok(),
        _ => None,
    }
}
