//! What nodes do to bring up their interfaces.

use stackwright_cfn::{Value, fill};

use super::NodeNetwork;

/// The script that a node runs once, which has the interfaces brought up at each of its starts.
pub(super) fn node_setup(networks: &[NodeNetwork]) -> Value<String> {
    let line = |(at, network): (usize, &NodeNetwork)| {
        let config = network.config().map(|config| format!(" {}", config.to_json()));
        format!("{} {}{}\n", at + 1, network.name(), config.unwrap_or_default())
    };
    fill!(
        include_str!("../../../../templates/multus/node-setup.txt"),
        script = include_str!("../../../../templates/multus/interfaces.sh"),
        table = networks.iter().enumerate().map(line).collect::<String>(),
        unit = include_str!("../../../../templates/multus/multus-interfaces.service"),
    )
}
