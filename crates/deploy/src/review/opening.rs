//! What may be reached from where: rules of security groups, and the endpoints of clusters.

use std::fmt;

use ipnet::IpNet;
use serde::Serialize;
use stackwright_cfn::{Map, Node, Template};

use super::{Direction, choices, named};
use crate::compare::text;

/// Where the traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Flow {
    /// To what is in the group.
    Ingress,
    /// From what is in the group.
    Egress,
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flow::Ingress => "ingress",
            Flow::Egress => "egress",
        })
    }
}

/// Traffic that is let through more or less than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Opening {
    /// Whether more is let through or less.
    pub direction: Direction,
    /// The logical id, or the id, of the security group; of a cluster, where its endpoint is meant.
    pub of: String,
    /// Where the traffic goes.
    pub flow: Flow,
    /// Protocol and ports, such as `tcp 443`; `all` for all.
    pub traffic: String,
    /// The other side: a block of addresses, a security group, a prefix list.
    pub peer: String,
    /// Whether the other side has addresses of the internet.
    pub is_public: bool,
}

#[derive(Debug, PartialEq)]
struct Rule {
    of: String,
    flow: Flow,
    protocol: String,
    /// The first and the last port, or the type and code of ICMP; `None` for all.
    ports: Option<(String, String)>,
    peer: String,
}

/// The rules of the template after that those before do not cover, and the other way round.
pub(super) fn between(before: &Template, after: &Template) -> Vec<Opening> {
    let (before, after) = (rules(before), rules(after));
    let mut openings = Vec::new();
    let sides = [(&after, &before, Direction::Widened), (&before, &after, Direction::Narrowed)];
    for (these, those, direction) in sides {
        for rule in these.iter().filter(|rule| !those.iter().any(|other| other.covers(rule))) {
            let Rule { of, flow, peer, .. } = rule;
            openings.push(Opening {
                direction,
                of: of.clone(),
                flow: *flow,
                traffic: rule.traffic(),
                peer: peer.clone(),
                is_public: is_public(peer),
            });
        }
    }
    openings.sort_by(|a, b| (a.direction, &a.of, a.flow).cmp(&(b.direction, &b.of, b.flow)));
    openings
}

fn rules(template: &Template) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (id, resource) in &template.resources {
        let properties = &resource.properties;
        match &*resource.type_name {
            "AWS::EC2::SecurityGroup" => {
                let list = |key| properties.get(key).map(choices).unwrap_or_default();
                let maps = |items: Vec<_>| items.into_iter().filter_map(Node::as_map).collect::<Vec<_>>();
                for rule in maps(list("SecurityGroupIngress")) {
                    rules.extend(Rule::read(id, Flow::Ingress, rule));
                }
                let egress = maps(list("SecurityGroupEgress"));
                // Without a rule of its own for what leaves, a group lets everything out.
                // Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
                if egress.is_empty() {
                    rules.push(Rule {
                        of: id.to_string(),
                        flow: Flow::Egress,
                        protocol: "all".to_owned(),
                        ports: None,
                        peer: "0.0.0.0/0".to_owned(),
                    });
                }
                for rule in egress {
                    rules.extend(Rule::read(id, Flow::Egress, rule));
                }
            }
            "AWS::EC2::SecurityGroupIngress" => {
                rules.extend(Rule::read(&group(properties), Flow::Ingress, properties));
            }
            "AWS::EC2::SecurityGroupEgress" => {
                rules.extend(Rule::read(&group(properties), Flow::Egress, properties));
            }
            "AWS::EKS::Cluster" => rules.extend(endpoint(id, properties)),
            _ => {}
        }
    }
    rules
}

/// The group that a rule of its own belongs to.
fn group(properties: &Map) -> String {
    let value = properties.get("GroupId").or_else(|| properties.get("GroupName"));
    value.map_or_else(String::new, |value| named(value).map_or_else(|| text(value), str::to_owned))
}

/// Who may reach the endpoint of a cluster: everybody, unless it is said otherwise.
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html>
fn endpoint(id: &str, properties: &Map) -> Vec<Rule> {
    let config = properties.get("ResourcesVpcConfig").and_then(Node::as_map);
    let get = |key| config.and_then(|config| config.get(key));
    if get("EndpointPublicAccess") == Some(&Node::Bool(false)) {
        return Vec::new();
    }
    let mut peers: Vec<String> =
        get("PublicAccessCidrs").map(choices).into_iter().flatten().map(text).collect();
    if peers.is_empty() {
        peers.push("0.0.0.0/0".to_owned());
    }
    let rule = |peer| Rule {
        of: id.to_owned(),
        flow: Flow::Ingress,
        protocol: "tcp".to_owned(),
        ports: Some(("443".to_owned(), "443".to_owned())),
        peer,
    };
    peers.into_iter().map(rule).collect()
}

impl Rule {
    fn read(of: &str, flow: Flow, rule: &Map) -> Vec<Rule> {
        let get = |key: &str| rule.get(key).map(text);
        let protocol = match get("IpProtocol").as_deref() {
            None | Some("-1") => "all".to_owned(),
            Some("6") => "tcp".to_owned(),
            Some("17") => "udp".to_owned(),
            Some("1") => "icmp".to_owned(),
            Some("58") => "icmpv6".to_owned(),
            Some(other) => other.to_ascii_lowercase(),
        };
        let has_ports = matches!(&*protocol, "tcp" | "udp" | "icmp" | "icmpv6");
        let ports = get("FromPort").zip(get("ToPort")).filter(|(from, _)| has_ports && from != "-1");
        let peers = [
            "CidrIp",
            "CidrIpv6",
            "SourceSecurityGroupId",
            "SourceSecurityGroupName",
            "SourcePrefixListId",
            "DestinationSecurityGroupId",
            "DestinationPrefixListId",
        ];
        let peers = peers.iter().filter_map(|key| rule.get(key)).flat_map(choices);
        let peer = |value| named(value).map_or_else(|| text(value), str::to_owned);
        peers
            .map(|value| Rule {
                of: of.to_owned(),
                flow,
                protocol: protocol.clone(),
                ports: ports.clone(),
                peer: peer(value),
            })
            .collect()
    }

    fn traffic(&self) -> String {
        match &self.ports {
            None if self.protocol == "all" => "all".to_owned(),
            None => format!("{} all", self.protocol),
            Some((from, to)) if from == to => format!("{} {from}", self.protocol),
            Some((from, to)) => format!("{} {from}-{to}", self.protocol),
        }
    }

    /// Whether all that `other` lets through is let through by this.
    fn covers(&self, other: &Rule) -> bool {
        (&self.of, self.flow) == (&other.of, other.flow)
            && (self.protocol == "all" || (self.protocol == other.protocol && self.covers_ports(other)))
            && covers_peer(&self.peer, &other.peer)
    }

    fn covers_ports(&self, other: &Rule) -> bool {
        let number = |port: &String| port.parse::<u32>().ok();
        match (&self.ports, &other.ports) {
            (None, _) => true,
            (_, None) => false,
            (Some(these), Some(those)) if these == those => true,
            // A code of ICMP is not the end of its type.
            (Some(_), Some(_)) if self.protocol.starts_with("icmp") => false,
            (Some((from, to)), Some((first, last))) => {
                let ends = (number(from), number(to), number(first), number(last));
                matches!(ends, (Some(from), Some(to), Some(first), Some(last)) if from <= first && last <= to)
            }
        }
    }
}

fn covers_peer(this: &str, other: &str) -> bool {
    match (this.parse::<IpNet>(), other.parse::<IpNet>()) {
        (Ok(this), Ok(other)) => this.contains(&other),
        _ => this == other,
    }
}

/// The blocks that are not of the internet.
///
/// Source: <https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml>
const PRIVATE: [&str; 8] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
    "fe80::/10",
];

fn is_public(peer: &str) -> bool {
    let Ok(block) = peer.parse::<IpNet>() else { return false };
    !PRIVATE
        .iter()
        .filter_map(|private| private.parse::<IpNet>().ok())
        .any(|private| private.contains(&block))
}
