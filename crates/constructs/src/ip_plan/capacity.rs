//! Whether the nodes of a plan have the network interfaces and addresses that its networks and pods need.
//!
//! What cannot fit is an error; what takes 80 % of what there is, a warning. Pods are counted, not put on nodes one by
//! one: no arrangement makes room for what is refused, but what is accepted can still be kept apart by what the
//! scheduler looks at besides.

use stackwright_core::{Capacity, Construct, Diagnostic, Scope};

use super::network::{PlannedNetwork, PodAddresses};
use super::nodes::PlannedNodes;
use super::pods::PlannedPods;
use super::props::IpPlanProps;
use crate::eks::InstanceType;
use crate::line::Line;
use crate::share::{Share, share};

/// What the nodes of a plan have in all `zones`; what is too little is reported at `plan`.
pub(super) fn prove(plan: &Construct, props: &IpPlanProps, zones: u64) -> Vec<Capacity> {
    let mut capacities = Vec::new();
    for nodes in &props.nodes {
        let proof = Proof { plan, props, nodes, nodes_in_all: u64::from(nodes.count.max) * zones };
        proof.interfaces(&mut capacities);
        proof.networks(&mut capacities);
        proof.pods(&mut capacities);
    }
    capacities
}

struct Proof<'a> {
    plan: &'a Construct,
    props: &'a IpPlanProps,
    nodes: &'a PlannedNodes,
    nodes_in_all: u64,
}

impl Proof<'_> {
    /// The networks these nodes are in, with how many addresses of each the pods of one node have.
    fn attached(&self) -> impl Iterator<Item = (&PlannedNetwork, u32, Line)> {
        self.props.networks.iter().filter_map(|network| {
            let pods = network.pods.iter().find(|pods| pods.nodes == self.nodes.name && pods.count > 0)?;
            Some((network, pods.count, pods.line))
        })
    }

    /// The pods that run on these nodes.
    fn planned(&self) -> impl Iterator<Item = &PlannedPods> {
        self.props.pods.iter().filter(|pods| pods.nodes == self.nodes.name)
    }

    /// The interfaces of a node, one of which it starts with, and the addresses of each.
    fn interfaces(&self, capacities: &mut Vec<Capacity>) {
        let nodes = self.nodes;
        let Some(kind) = &nodes.instance_type else { return };
        let Some(interfaces) = kind.interfaces() else {
            kind.unknown().into_iter().for_each(|finding| self.plan.report(nodes.type_line.mark(finding)));
            return;
        };
        let needed = 1 + self.attached().count() as u64;
        capacities.push(Capacity {
            nodes: nodes.name.clone(),
            what: format!("interfaces of each {kind}"),
            used: needed,
            of: interfaces.into(),
        });
        if needed > interfaces.into() {
            let (name, networks) = (&nodes.name, needed - 1);
            let finding = format!(
                "nodes of `{name}` need {needed} network interfaces, one of their own and {networks} in networks: {kind} has {interfaces}"
            );
            let finding = Diagnostic::error("interfaces-of-node", finding)
                .value(needed.to_string())
                .allowed(interfaces.to_string());
            self.report_type(finding, kind);
        }
        for (network, pods, line) in self.attached() {
            let with_prefixes = network.kind == PodAddresses::Prefixes;
            let most = kind.pod_addresses_per_interface(with_prefixes).unwrap_or(u32::MAX);
            capacities.push(Capacity {
                nodes: nodes.name.clone(),
                what: format!("addresses of each interface in network {}", network.name),
                used: pods.into(),
                of: most.into(),
            });
            if pods > most {
                let finding = match with_prefixes && kind.takes_prefixes() == Some(false) {
                    true => format!(
                        "network `{}` gives prefixes, which the interfaces of {kind} do not take",
                        network.name
                    ),
                    false => format!(
                        "pods of a node have {pods} addresses in network `{}`: an interface of {kind} has room for {most}",
                        network.name
                    ),
                };
                let finding = Diagnostic::error("addresses-of-interface", finding)
                    .value(pods.to_string())
                    .allowed(most.to_string())
                    .related(nodes.type_line.related(self.plan, "the type"));
                self.plan.report(line.mark(self.hinted(finding, kind)));
            }
        }
    }

    /// The addresses of pods in each network.
    fn networks(&self, capacities: &mut Vec<Capacity>) {
        for (network, per_node, line) in self.attached() {
            let name = &network.name;
            let counts: Vec<u64> =
                self.planned().map(|pods| pods.in_network(name)).filter(|count| *count > 0).collect();
            // What is left over of a node that no further pod fits on is no room.
            let step = counts.iter().copied().fold(0, greatest_divisor);
            if step == 0 {
                continue;
            }
            let per_node = u64::from(per_node);
            let of = self.nodes_in_all.saturating_mul(per_node - per_node % step);
            let used = self
                .planned()
                .map(|pods| u64::from(pods.replicas).saturating_mul(pods.in_network(name)))
                .fold(0, u64::saturating_add);
            if let Some(pods) = self.planned().find(|pods| pods.in_network(name) > per_node) {
                let needed = pods.in_network(name);
                let finding = format!(
                    "each pod of `{}` has {needed} interfaces in network `{name}`: a node has {per_node} addresses there",
                    pods.name
                );
                let finding = Diagnostic::error("pod-does-not-fit", finding)
                    .value(needed.to_string())
                    .allowed(per_node.to_string())
                    .related(line.related(self.plan, "the addresses"));
                self.plan.report(pods.line.mark(finding));
                continue;
            }
            let what = format!("addresses in network {name}");
            self.compare(
                capacities,
                what,
                used,
                of,
                line,
                "plan more addresses for each node, or more nodes",
            );
        }
    }

    /// The pods themselves, each of which has an address of the VPC CNI plugin too.
    fn pods(&self, capacities: &mut Vec<Capacity>) {
        let Some(kind) = &self.nodes.instance_type else { return };
        let networks = self.attached().count().try_into().unwrap_or(u32::MAX);
        let Some(per_node) = kind.max_pods_beside(networks) else { return };
        if self.planned().next().is_none() {
            return;
        }
        let used = self.planned().map(|pods| u64::from(pods.replicas)).fold(0, u64::saturating_add);
        let of = self.nodes_in_all.saturating_mul(per_node.into());
        let what = format!("places on nodes of {kind}");
        let hint = match kind.smallest(|other| {
            let pods = other.max_pods_beside(networks).unwrap_or(0);
            share(used.into(), self.nodes_in_all.saturating_mul(pods.into()).into()) == Share::Fine
        }) {
            Some(better) => format!("{better} is the smallest of its family that does, without prefixes"),
            None => "plan more nodes, or let the VPC CNI plugin use prefixes".to_owned(),
        };
        self.compare(capacities, what, used, of, self.nodes.type_line, &hint);
    }

    /// Puts down how much of something is used; too much is an error, nearly all of it a warning.
    fn compare(
        &self,
        capacities: &mut Vec<Capacity>,
        what: String,
        used: u64,
        of: u64,
        line: Line,
        hint: &str,
    ) {
        let nodes = &self.nodes.name;
        let finding = match share(used.into(), of.into()) {
            Share::Fine => None,
            Share::Nearly => {
                let finding = format!("pods on `{nodes}` take {used} of {of} {what}");
                Some(Diagnostic::warning("pods-nearly-fill", finding))
            }
            Share::TooMuch => {
                let finding = format!("pods on `{nodes}` need {used} {what}: there are {of}");
                Some(Diagnostic::error("pods-do-not-fit", finding))
            }
        };
        if let Some(mut finding) = finding {
            finding = finding.value(used.to_string()).allowed(of.to_string()).hint(hint);
            for pods in self.planned() {
                finding = finding.related(pods.line.related(self.plan, &format!("pods of {}", pods.name)));
            }
            self.plan.report(line.mark(finding));
        }
        capacities.push(Capacity { nodes: nodes.clone(), what, used, of });
    }

    fn report_type(&self, finding: Diagnostic, kind: &InstanceType) {
        self.plan.report(self.nodes.type_line.mark(self.hinted(finding, kind)));
    }

    /// With the smallest type that has the interfaces and addresses that are needed.
    fn hinted(&self, finding: Diagnostic, kind: &InstanceType) -> Diagnostic {
        let networks = self.attached().count() as u64;
        let does = |other: &InstanceType| {
            let has_interfaces = other.interfaces().is_some_and(|has| u64::from(has) > networks);
            has_interfaces
                && self.attached().all(|(network, pods, _)| {
                    let has = other.pod_addresses_per_interface(network.kind == PodAddresses::Prefixes);
                    has.is_some_and(|has| has >= pods)
                })
        };
        match kind.smallest(does) {
            Some(better) => finding.hint(format!("{better} is the smallest of its family that does")),
            None => finding.hint(format!(
                "no type of the family {} does: plan fewer networks, or fewer pods on each node",
                kind.family()
            )),
        }
    }
}

fn greatest_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { greatest_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_are_common_and_the_greatest() {
        for (one, other, expected) in [(0, 4, 4), (4, 6, 2), (3, 5, 1), (6, 3, 3), (0, 0, 0)] {
            assert_eq!(greatest_divisor(one, other), expected, "{one} {other}");
        }
    }
}
