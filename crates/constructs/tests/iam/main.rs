//! What the constructs for permissions promise, through their public face.

mod diagnostics;
mod documents;
mod federation;
mod identities;
mod merging;
mod partitions;
#[path = "../synthesis/mod.rs"]
mod synthesis;

use synthesis::{findings, template};
