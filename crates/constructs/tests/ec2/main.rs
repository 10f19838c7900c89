//! What the network constructs promise, through their public face.

mod allocation;
mod diagnostics;
mod facts;
mod import;
mod parity;
mod renumbering;
mod security_group;
mod selection;
#[path = "../synthesis/mod.rs"]
mod synthesis;
mod vpc;

use synthesis::{findings, template};
