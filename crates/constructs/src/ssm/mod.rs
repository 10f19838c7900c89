//! Systems Manager on the nodes of a cluster: sessions, commands and patches without SSH.

mod installer;

pub use installer::{SsmAgentInstaller, SsmAgentInstallerProps};
