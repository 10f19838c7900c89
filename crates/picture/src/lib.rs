//! Drawings of what an assembly describes: which deployable needs which, what the networks look like, whose addresses
//! are whose.
//!
//! A [`Picture`] is made of the files of an [`Assembly`](stackwright_assembly::Assembly), by the types of resources and
//! the kinds of objects in them, so it shows what a program wrote by hand as well as what constructs made. It is plain
//! data, and can be written in several languages of drawings.

pub mod address;
mod count;
mod deployables;
mod dot;
mod draw;
mod error;
mod escape;
mod mermaid;
mod network;
mod page;
mod picture;
mod program;
mod shape;
mod svg;

pub use error::Error;
pub use picture::{Picture, VERSION, View};
pub use shape::{Arrow, ArrowKind, Property, Shape, ShapeKind};
