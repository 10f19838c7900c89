//! What the assertions accept, what they refuse, and what they say then.

mod app;
mod failure;
mod findings;
mod manifest;
mod matching_itself;
mod patterns;
mod references;
#[cfg(feature = "insta")]
mod snapshots;
mod template;
