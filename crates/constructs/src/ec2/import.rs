//! VPCs that are there already, by their ids.

use stackwright_aws::ids::ec2::{RouteTableId, SubnetId, VpcId};
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Scope};

use super::cidr::Cidr;
use super::ipv6_cidr::Ipv6Cidr;
use super::subnet::{self, Facts, Subnet};
use super::subnet_group::SubnetKind;
use super::vpc::{Inner, Vpc};
use crate::line::Line;

/// The ids of a VPC that is there already, and what else is known of it.
///
/// Ids are literal texts, parameters, or outputs of other stacks.
#[derive(Clone, Debug)]
#[must_use]
pub struct VpcIds {
    line: Line,
    id: Value<VpcId>,
    zones: Vec<Value<String>>,
    blocks: Vec<Cidr>,
    ipv6_blocks: Vec<Ipv6Cidr>,
    groups: Vec<SubnetIds>,
}

impl VpcIds {
    /// The id of the VPC, and the names of the zones its subnets are in.
    #[track_caller]
    pub fn new<Name: Into<Value<String>>>(
        id: impl Into<Value<VpcId>>,
        zones: impl IntoIterator<Item = Name>,
    ) -> Self {
        Self {
            line: Line::of_caller(),
            id: id.into(),
            zones: zones.into_iter().map(Into::into).collect(),
            blocks: Vec::new(),
            ipv6_blocks: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// The IPv4 blocks of the VPC, the primary one first. Left out: they are not known, and what needs them says so.
    pub fn blocks(mut self, blocks: impl IntoIterator<Item = Cidr>) -> Self {
        self.blocks = blocks.into_iter().collect();
        self
    }

    /// The IPv6 blocks of the VPC. Left out: whether it has any is not known, unless its subnets
    /// [have some](SubnetIds::ipv6_blocks).
    pub fn ipv6_blocks(mut self, blocks: impl IntoIterator<Item = Ipv6Cidr>) -> Self {
        self.ipv6_blocks = blocks.into_iter().collect();
        self
    }

    /// The groups of its subnets. Left out: it has none that can be selected.
    pub fn subnets(mut self, groups: impl IntoIterator<Item = SubnetIds>) -> Self {
        self.groups = groups.into_iter().collect();
        self
    }
}

/// The ids of a group of subnets, in the order of the zones of the VPC.
#[derive(Clone, Debug)]
#[must_use]
pub struct SubnetIds {
    line: Line,
    name: String,
    kind: SubnetKind,
    ids: Vec<Value<SubnetId>>,
    route_tables: Vec<Value<RouteTableId>>,
    blocks: Vec<Cidr>,
    ipv6_blocks: Vec<Ipv6Cidr>,
}

impl SubnetIds {
    /// Subnets that the internet reaches.
    #[track_caller]
    pub fn public<Id: Into<Value<SubnetId>>>(
        name: impl Into<String>,
        ids: impl IntoIterator<Item = Id>,
    ) -> Self {
        Self::of(Line::of_caller(), SubnetKind::Public, name, ids)
    }

    /// Subnets that reach the internet and are not reached from it.
    #[track_caller]
    pub fn private<Id: Into<Value<SubnetId>>>(
        name: impl Into<String>,
        ids: impl IntoIterator<Item = Id>,
    ) -> Self {
        Self::of(Line::of_caller(), SubnetKind::Private, name, ids)
    }

    /// Subnets without a route out of the VPC.
    #[track_caller]
    pub fn isolated<Id: Into<Value<SubnetId>>>(
        name: impl Into<String>,
        ids: impl IntoIterator<Item = Id>,
    ) -> Self {
        Self::of(Line::of_caller(), SubnetKind::Isolated, name, ids)
    }

    fn of<Id: Into<Value<SubnetId>>>(
        line: Line,
        kind: SubnetKind,
        name: impl Into<String>,
        ids: impl IntoIterator<Item = Id>,
    ) -> Self {
        Self {
            line,
            name: name.into(),
            kind,
            ids: ids.into_iter().map(Into::into).collect(),
            route_tables: Vec::new(),
            blocks: Vec::new(),
            ipv6_blocks: Vec::new(),
        }
    }

    /// The ids of their route tables, in the same order. Left out: they are not known, and what adds routes says so.
    pub fn route_tables<Id: Into<Value<RouteTableId>>>(mut self, ids: impl IntoIterator<Item = Id>) -> Self {
        self.route_tables = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Their IPv4 blocks, in the same order. Left out: they are not known.
    pub fn blocks(mut self, blocks: impl IntoIterator<Item = Cidr>) -> Self {
        self.blocks = blocks.into_iter().collect();
        self
    }

    /// Their IPv6 blocks, in the same order. Left out: they are not known.
    pub fn ipv6_blocks(mut self, blocks: impl IntoIterator<Item = Ipv6Cidr>) -> Self {
        self.ipv6_blocks = blocks.into_iter().collect();
        self
    }
}

impl Vpc {
    /// A VPC that is there already. It can be selected from and pointed at; nothing of it is made or changed.
    ///
    /// ```
    /// use stackwright_constructs::ec2::{SubnetIds, SubnetSelection, Vpc, VpcIds};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "cluster");
    /// let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"])
    ///     .subnets([SubnetIds::private("app", ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"])]);
    /// let vpc = Vpc::from_ids(&stack, "vpc", ids);
    /// assert_eq!(vpc.select(SubnetSelection::private())[1].zone_name(), Some("eu-west-1b"));
    /// ```
    #[track_caller]
    pub fn from_ids(scope: &impl Scope, id: &str, ids: VpcIds) -> Self {
        let construct = Construct::new(scope, id);
        if let Some(problem) = id_problem(&ids.id, "vpc-") {
            construct.report(ids.line.mark(problem));
        }
        let mut subnets = Vec::new();
        for group in &ids.groups {
            check_group(&construct, &ids, group);
            for (zone, (id, availability_zone)) in group.ids.iter().zip(&ids.zones).enumerate() {
                let ipv6 = group.ipv6_blocks.get(zone).copied().filter(|block| can_be_subnet(*block));
                let facts = Facts {
                    group: group.name.clone(),
                    kind: group.kind,
                    zone,
                    zone_name: availability_zone.as_str().map(str::to_owned),
                    availability_zone: availability_zone.clone(),
                    cidr: group.blocks.get(zone).copied(),
                    ipv6,
                    has_ipv6: ipv6.map(|_| true),
                    id: id.clone(),
                    route_table_id: group.route_tables.get(zone).cloned(),
                };
                let construct = Construct::new(&construct, &subnet::id(&group.name, zone));
                let subnet = Subnet::imported(construct, facts);
                check_overlaps(&subnet, &subnets, group.line);
                subnets.push(subnet);
            }
        }
        Self::from_inner(Inner {
            construct,
            id: ids.id,
            resource: None,
            blocks: ids.blocks,
            dual_stack: !ids.ipv6_blocks.is_empty()
                || subnets.iter().any(|subnet| subnet.ipv6_cidr().is_some()),
            ipv6_blocks: ids.ipv6_blocks,
            subnets,
            is_whole: true,
            internet_gateway: None,
            nat_gateways: Vec::new(),
        })
    }
}

fn check_group(vpc: &Construct, ids: &VpcIds, group: &SubnetIds) {
    let SubnetIds { line, name, .. } = group;
    let report = |finding| vpc.report(line.mark(finding));
    let count = group.ids.len();
    if count > ids.zones.len() {
        let zones = ids.zones.len();
        let finding =
            format!("group `{name}` has {count} subnets for {zones} zones: allowed is one for each zone");
        report(Diagnostic::error("more-subnets-than-zones", finding).value(count.to_string()));
    }
    let lists = [
        ("route tables", group.route_tables.len()),
        ("blocks", group.blocks.len()),
        ("IPv6 blocks", group.ipv6_blocks.len()),
    ];
    for (what, given) in lists.into_iter().filter(|(_, given)| *given != 0 && *given != count) {
        let finding = format!(
            "group `{name}` lists {given} {what}, but its subnets number {count}: allowed is one for each"
        );
        report(Diagnostic::error("lists-of-different-length", finding).value(given.to_string()));
    }
    for block in group.ipv6_blocks.iter().filter(|block| !can_be_subnet(**block)) {
        let allowed = "a /44, /48, /52, /56, /60 or /64";
        let finding = format!("{block} cannot be the IPv6 block of a subnet: allowed is {allowed}");
        report(Diagnostic::error("ipv6-block-size", finding).value(block.to_string()).allowed(allowed));
    }
    group.ids.iter().filter_map(|id| id_problem(id, "subnet-")).for_each(report);
    group.route_tables.iter().filter_map(|id| id_problem(id, "rtb-")).for_each(report);
}

/// Whether a subnet can have a block of this size.
///
/// Source: [subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)
fn can_be_subnet(block: Ipv6Cidr) -> bool {
    (44..=64).contains(&block.prefix_len()) && block.prefix_len().is_multiple_of(4)
}

/// Tells which of the subnets before it has addresses of this one, which no VPC can have.
fn check_overlaps(subnet: &Subnet, before: &[Subnet], line: Line) {
    let shared =
        |other: &&Subnet| subnet.blocks().find(|block| other.blocks().any(|others| others.overlaps(*block)));
    for (other, block) in before.iter().filter_map(|other| Some((other, shared(&other)?))) {
        let finding = format!(
            "group `{}` has {block} in zone {}, of which group `{}` has addresses in zone {}",
            subnet.group(),
            subnet.zone() + 1,
            other.group(),
            other.zone() + 1
        );
        let finding = Diagnostic::error("subnets-overlap", finding).value(block.to_string());
        subnet.report(line.mark(finding.related(other.related("the other subnet"))));
    }
}

/// What is wrong with a literal id of this kind.
///
/// Source: [resource ids](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html)
pub(super) fn id_problem<T>(id: &Value<T>, prefix: &str) -> Option<Diagnostic> {
    let text = id.as_str()?;
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if is_hex && matches!(digits.len(), 8 | 17) {
        return None;
    }
    let allowed = format!("{prefix} and 8 or 17 hexadecimal digits");
    let finding = format!("{text:?} is not an id: allowed are {allowed}");
    Some(Diagnostic::error("invalid-id", finding).value(text).allowed(allowed))
}
