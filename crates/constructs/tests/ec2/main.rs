//! What the network constructs promise, through their public face.

mod allocation;
mod facts;
mod parity;
