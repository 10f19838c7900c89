//! What each command prints and returns, with assemblies written by hand.

mod app;
mod deploy;
mod diagnostics;
mod diff;
mod graph;
mod listing;
mod plan;
mod synth;
mod takedown;
mod usage;
mod validate;
