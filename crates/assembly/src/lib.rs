//! The finished result of a synthesis: files, deployables, bindings, source map, diagnostics.
//!
//! An [`Assembly`] is all that the command line sees of a program. It is plain data: made in memory by
//! `stackwright-core`, written to and read back from a directory by `stackwright-cli`.

mod acknowledged;
mod address_plan;
mod assembly;
mod diagnostic;
mod source;

pub use acknowledged::Acknowledged;
pub use address_plan::{AddressBlock, AddressPlan, AddressUse, Capacity, Need};
pub use assembly::{
    Assembly, Binding, ClusterFacts, Deployable, Environment, FORMAT_VERSION, File, Format, Kind, Manifest,
    Output, StackFacts,
};
pub use diagnostic::{Diagnostic, Diagnostics, Related, Severity};
pub use source::{Source, SourceEntry};
