//! A rule of a security group, and the two forms it takes in a template.

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::SecurityGroupId;
use stackwright_cfn::{Map, Node, PropertyType, ResourceType, Value};
use stackwright_core::{Resource, Scope};

use super::cidr::Cidr;
use super::peer::{Kind, Peer};
use super::port::Port;

/// Which way the traffic of a rule goes, seen from the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

/// A rule: traffic that is allowed.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) direction: Direction,
    pub(super) peer: Peer,
    pub(super) port: Port,
    pub(super) description: String,
}

impl Rule {
    /// The rule AWS names to replace the one it makes where a group has no egress rules, which allows everything.
    ///
    /// Source: [AWS::EC2::SecurityGroup](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html)
    pub(super) fn nowhere() -> Self {
        Self {
            direction: Direction::Egress,
            peer: Peer::ipv4(Cidr::literal("127.0.0.1/32")),
            port: Port::all_traffic(),
            description: "nothing is allowed out".to_owned(),
        }
    }

    /// Whether both allow the same traffic.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.direction == other.direction && self.peer == other.peer && self.port == other.port
    }

    /// Whether the rule names a group that is made by an app, rather than one that is known by its literal id.
    pub(super) fn points_at_group(&self) -> bool {
        matches!(&self.peer.0, Kind::Group { id, .. } if id.as_str().is_none())
    }

    /// The rule as a property of its group.
    pub(super) fn to_property<P: PropertyType>(&self) -> P {
        P::from_properties(self.properties())
    }

    /// Whether both would have the same construct id, though they may allow different traffic.
    pub(super) fn is_called_as(&self, other: &Self) -> bool {
        self.construct_id(1) == other.construct_id(1)
    }

    /// The rule as a resource of its own in `scope`, for the group with this id; the `nth` that is called so.
    #[track_caller]
    pub(super) fn add_to(&self, scope: &impl Scope, nth: usize, group: &Value<SecurityGroupId>) {
        let id = self.construct_id(nth);
        let mut properties = self.properties();
        properties.set("GroupId", group.clone());
        match self.direction {
            Direction::Ingress => {
                Resource::new(scope, &id, l1::SecurityGroupIngress::from_properties(properties));
            }
            Direction::Egress => {
                Resource::new(scope, &id, l1::SecurityGroupEgress::from_properties(properties));
            }
        }
    }

    /// The properties that both forms of a rule have.
    fn properties(&self) -> Map {
        let mut properties = Map::new();
        properties.set("IpProtocol", self.port.protocol.as_str());
        if let Some((from, to)) = self.port.range {
            properties.set("FromPort", from);
            properties.set("ToPort", to);
        }
        let (key, peer): (_, Node) = match (&self.peer.0, self.direction) {
            (Kind::Ipv4 { block, .. }, _) => ("CidrIp", block.to_string().into()),
            (Kind::Ipv6 { block, .. }, _) => ("CidrIpv6", block.as_str().into()),
            (Kind::PrefixList(id), Direction::Ingress) => ("SourcePrefixListId", id.clone().into()),
            (Kind::PrefixList(id), Direction::Egress) => ("DestinationPrefixListId", id.clone().into()),
            (Kind::Group { id, .. }, Direction::Ingress) => ("SourceSecurityGroupId", id.clone().into()),
            (Kind::Group { id, .. }, Direction::Egress) => ("DestinationSecurityGroupId", id.clone().into()),
        };
        properties.set(key, peer);
        if !self.description.is_empty() {
            properties.set("Description", self.description.as_str());
        }
        properties
    }

    /// Peers that are known only when the stack is deployed have no name: their place tells them apart.
    fn construct_id(&self, nth: usize) -> String {
        let direction = match self.direction {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        };
        let place = if nth == 1 { String::new() } else { format!("-{nth}") };
        format!("{direction}-{}{place}-{}", self.peer.to_string().replace('/', ":"), self.port)
    }
}
