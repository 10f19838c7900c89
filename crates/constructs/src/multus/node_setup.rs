//! What nodes do to bring up their interfaces.

use stackwright_cfn::{Value, fill};

use super::NodeNetwork;

/// Brings up the interfaces that a table names.
const SCRIPT: &str = include_str!("../../../../templates/multus/interfaces.sh");

/// What a node does when its interfaces do not come up, as systemd calls it.
///
/// Source: <https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#FailureAction=>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FailureAction {
    /// It powers itself off, which its group notices, and has another take its place.
    #[default]
    PowerOff,
    /// It stays, and never becomes a node of the cluster.
    None,
}

impl FailureAction {
    fn of_systemd(self) -> &'static str {
        match self {
            Self::PowerOff => "poweroff",
            Self::None => "none",
        }
    }
}

/// The script that a node runs once, which has the interfaces brought up at each of its starts.
pub(super) fn node_setup(networks: &[NodeNetwork], failure: FailureAction) -> Value<String> {
    let unit = fill!(
        include_str!("../../../../templates/multus/multus-interfaces.service"),
        failure_action = failure.of_systemd(),
    );
    fill!(
        include_str!("../../../../templates/multus/node-setup.txt"),
        script = script(),
        table = table(networks),
        unit,
    )
}

/// The script that a container runs at each start of a node whose system has no shell.
pub(super) fn node_bootstrap(networks: &[NodeNetwork], failure: FailureAction) -> Value<String> {
    fill!(
        include_str!("../../../../templates/multus/node-bootstrap.txt"),
        failure_action = failure.of_systemd(),
        script = script(),
        table = table(networks),
    )
}

/// The script without its comments, which are for those who change it: EC2 takes 16 KB of user data, and CloudFormation
/// 51,200 bytes of a template.
fn script() -> String {
    let is_comment = |line: &str| line == "#" || line.trim_start().starts_with("# ");
    let is_code = |line: &&str| !line.is_empty() && !is_comment(line);
    SCRIPT.lines().filter(is_code).map(|line| format!("{line}\n")).collect()
}

/// A line for each interface: its device, its name, and the configuration by which pods use it.
fn table(networks: &[NodeNetwork]) -> String {
    let line = |(at, network): (usize, &NodeNetwork)| {
        let config = network.config().map(|config| format!(" {}", config.to_json()));
        format!("{} {}{}\n", at + 1, network.name(), config.unwrap_or_default())
    };
    networks.iter().enumerate().map(line).collect()
}
