//! What nodes do to bring up their interfaces.

use stackwright_cfn::{Value, fill};

use super::NodeNetwork;

/// Brings up the interfaces that a table names.
const SCRIPT: &str = include_str!("../../../../templates/multus/interfaces.sh");

/// The script that a node runs once, which has the interfaces brought up at each of its starts.
pub(super) fn node_setup(networks: &[NodeNetwork]) -> Value<String> {
    fill!(
        include_str!("../../../../templates/multus/node-setup.txt"),
        script = SCRIPT,
        table = table(networks),
        unit = include_str!("../../../../templates/multus/multus-interfaces.service"),
    )
}

/// The script that a container runs at each start of a node whose system has no shell.
pub(super) fn node_bootstrap(networks: &[NodeNetwork]) -> Value<String> {
    fill!(
        include_str!("../../../../templates/multus/node-bootstrap.txt"),
        script = SCRIPT,
        table = table(networks),
    )
}

/// A line for each interface: its device, its name, and the configuration by which pods use it.
fn table(networks: &[NodeNetwork]) -> String {
    let line = |(at, network): (usize, &NodeNetwork)| {
        let config = network.config().map(|config| format!(" {}", config.to_json()));
        format!("{} {}{}\n", at + 1, network.name(), config.unwrap_or_default())
    };
    networks.iter().enumerate().map(line).collect()
}
