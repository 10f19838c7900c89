//! The settings of a VPC.

use stackwright_aws::ids::ec2::EipAllocationId;
use stackwright_cfn::Value;

use super::cidr::Cidr;
use super::flow_log::FlowLogs;
use super::nat::Nat;
use super::subnet_group::Subnets;
use super::{Ipv6Cidr, Ipv6Pool};
use crate::line::Line;

/// The settings of a [`Vpc`](super::Vpc).
///
/// Everything but the address block may be left out. What comes out then is what the AWS CDK makes of the same
/// settings: public and private subnets in two zones, a NAT gateway in each, all of the block shared evenly.
#[derive(Clone, Debug)]
#[must_use]
pub struct VpcProps {
    pub(super) cidr: Cidr,
    pub(super) secondary_blocks: Vec<Cidr>,
    pub(super) groups: Option<Vec<Subnets>>,
    pub(super) max_azs: Option<u8>,
    pub(super) zone_names: Option<Vec<String>>,
    pub(super) reserved_azs: u8,
    pub(super) nat: Nat,
    pub(super) dns_hostnames: Option<bool>,
    pub(super) dns_support: bool,
    pub(super) dedicated: bool,
    pub(super) internet_gateway: bool,
    pub(super) dual_stack: bool,
    pub(super) ipv6: Option<(Ipv6Cidr, Ipv6Pool)>,
    pub(super) name: Option<String>,
    pub(super) kubernetes_role_tags: bool,
    pub(super) lock_default_security_group: bool,
    pub(super) flow_logs: Option<FlowLogs>,
    pub(super) ledger: Option<String>,
    pub(super) lines: Lines,
}

/// Where the program gave the settings that findings are about.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    pub(super) cidr: Line,
    pub(super) secondary_blocks: Line,
    /// The number of zones or their names, whichever was given last.
    pub(super) zones: Line,
    pub(super) nat_count: Line,
    pub(super) nat_group: Line,
    pub(super) nat_addresses: Line,
    pub(super) dns_hostnames: Line,
    pub(super) ledger: Line,
    pub(super) ipv6: Line,
}

impl VpcProps {
    /// A VPC with this address block, a /16 to /28.
    ///
    /// Source: [VPC CIDR blocks](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html)
    #[track_caller]
    pub fn new(cidr: Cidr) -> Self {
        Self {
            cidr,
            secondary_blocks: Vec::new(),
            groups: None,
            max_azs: None,
            zone_names: None,
            reserved_azs: 0,
            nat: Nat::default(),
            dns_hostnames: None,
            dns_support: true,
            dedicated: false,
            internet_gateway: true,
            dual_stack: false,
            ipv6: None,
            name: None,
            kubernetes_role_tags: false,
            lock_default_security_group: false,
            flow_logs: None,
            ledger: None,
            lines: Lines { cidr: Line::of_caller(), ..Lines::default() },
        }
    }

    /// The groups of subnets, in the order their addresses are taken. Left out: a public and a private group that
    /// share the block evenly, isolated instead of private where there are to be no NAT gateways.
    pub fn subnets(mut self, groups: impl IntoIterator<Item = Subnets>) -> Self {
        self.groups = Some(groups.into_iter().collect());
        self
    }

    /// How many availability zones to use. Left out: two, which every region has.
    ///
    /// Where the stack has no region, more than two cannot be relied on, and two are used.
    #[track_caller]
    pub fn max_azs(mut self, count: u8) -> Self {
        self.lines.zones = Line::of_caller();
        self.max_azs = Some(count);
        self
    }

    /// The availability zones to use, by name, such as `us-east-1a`. Left out: the first ones of the region, as
    /// CloudFormation lists them at deploy time.
    #[track_caller]
    pub fn availability_zones<Name: Into<String>>(mut self, names: impl IntoIterator<Item = Name>) -> Self {
        self.lines.zones = Line::of_caller();
        self.zone_names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// For how many more zones to keep addresses free. Left out: none.
    pub fn reserved_azs(mut self, count: u8) -> Self {
        self.reserved_azs = count;
        self
    }

    /// How many NAT gateways to make, at most one for each zone: in the first public subnets, or in those of
    /// [`VpcProps::nat_gateway_group`]. A private subnet uses the one in its zone; those of zones without one share
    /// the others. Left out: one for each zone if there are private subnets.
    #[track_caller]
    pub fn nat_gateways(mut self, count: u8) -> Self {
        self.lines.nat_count = Line::of_caller();
        self.nat.count = Some(count);
        self
    }

    /// The public group whose subnets hold the NAT gateways. Left out: all public groups, in order.
    #[track_caller]
    pub fn nat_gateway_group(mut self, group: impl Into<String>) -> Self {
        self.lines.nat_group = Line::of_caller();
        self.nat.group = Some(group.into());
        self
    }

    /// The allocation ids of the elastic IP addresses of the NAT gateways, one for each, for addresses that outlive the
    /// VPC. Left out: each gateway gets a new one.
    #[track_caller]
    pub fn nat_gateway_addresses<Id: Into<Value<EipAllocationId>>>(
        mut self,
        ids: impl IntoIterator<Item = Id>,
    ) -> Self {
        self.lines.nat_addresses = Line::of_caller();
        self.nat.addresses = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Whether instances with public addresses get public DNS names. Left out: as [`VpcProps::dns_support`].
    #[track_caller]
    pub fn dns_hostnames(mut self, enabled: bool) -> Self {
        self.lines.dns_hostnames = Line::of_caller();
        self.dns_hostnames = Some(enabled);
        self
    }

    /// Whether the Amazon DNS server answers in the VPC. Left out: it does.
    pub fn dns_support(mut self, enabled: bool) -> Self {
        self.dns_support = enabled;
        self
    }

    /// Runs every instance on hardware of its own unless it says otherwise. Left out: on shared hardware.
    pub fn dedicated_tenancy(mut self) -> Self {
        self.dedicated = true;
        self
    }

    /// Whether there is an internet gateway. Left out: there is one if there are public or private subnets.
    pub fn internet_gateway(mut self, created: bool) -> Self {
        self.internet_gateway = created;
        self
    }

    /// Gives the VPC an IPv6 block of Amazon's, every subnet a /64 of it, public subnets an IPv6 route to the internet
    /// and private ones one that only leads out. Left out: IPv4 only.
    pub fn dual_stack(mut self) -> Self {
        self.dual_stack = true;
        self
    }

    /// Makes the VPC [dual stack](VpcProps::dual_stack) with an IPv6 block of one's own, a /44 to /60 from a pool. Then the
    /// blocks of subnets are known before the stack is deployed, so that address plans have a part in them. Left out:
    /// Amazon chooses the block when the stack is deployed.
    ///
    /// ```
    /// use stackwright_constructs::ec2::{Ipv6Pool, Subnets, Vpc, VpcProps};
    /// use stackwright_constructs::{cidr, ipv6_cidr};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "network");
    /// let props = VpcProps::new(cidr!("10.10.0.0/16")).subnets([Subnets::isolated("user", 24)]);
    /// let pool = Ipv6Pool::ipam("ipam-pool-0a1b2c3d4e5f60718");
    /// let vpc = Vpc::new(&stack, "vpc", props.ipv6_block(ipv6_cidr!("2001:db8:0:100::/56"), pool));
    /// assert_eq!(vpc.subnets()[1].ipv6_cidr(), Some(ipv6_cidr!("2001:db8:0:101::/64")));
    /// ```
    ///
    /// Source: [IPv6 blocks of a VPC](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#vpc-ipv6-cidr-blocks)
    #[track_caller]
    pub fn ipv6_block(mut self, block: Ipv6Cidr, pool: Ipv6Pool) -> Self {
        self.lines.ipv6 = Line::of_caller();
        self.dual_stack = true;
        self.ipv6 = Some((block, pool));
        self
    }

    /// Further address blocks of the VPC, for groups that name one with [`Subnets::block`]. Left out: none.
    ///
    /// Source: [VPC CIDR blocks](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html)
    #[track_caller]
    pub fn secondary_blocks(mut self, blocks: impl IntoIterator<Item = Cidr>) -> Self {
        self.lines.secondary_blocks = Line::of_caller();
        self.secondary_blocks = blocks.into_iter().collect();
        self
    }

    /// The `Name` tag of the VPC. Left out: its construct path.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Tags public subnets `kubernetes.io/role/elb` and private ones `kubernetes.io/role/internal-elb`, by which
    /// Kubernetes finds subnets for load balancers. Left out: no such tags.
    ///
    /// Source: [EKS network requirements](https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html)
    pub fn kubernetes_role_tags(mut self) -> Self {
        self.kubernetes_role_tags = true;
        self
    }

    /// Removes all rules from the VPC's default security group when the stack is deployed, and once a day from then
    /// on. Left out: the group keeps the rules AWS gives it, by which its members reach each other and everything
    /// else.
    ///
    /// CloudFormation cannot change rules it did not make. This has Systems Manager run a runbook of AWS's own, with a
    /// role that may do nothing else; no Lambda function is involved.
    ///
    /// Source: [AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules](https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-remove-default-secg-rules.html)
    pub fn lock_default_security_group(mut self) -> Self {
        self.lock_default_security_group = true;
        self
    }

    /// Records the traffic of the VPC in CloudWatch Logs. Left out: it is not recorded.
    pub fn flow_logs(mut self, logs: FlowLogs) -> Self {
        self.flow_logs = Some(logs);
        self
    }

    /// The text of the [address ledger](super::ledger), a checked-in file, best read with `include_str!`. Subnets that
    /// are not in it yet bring a warning that says what to add. Left out: addresses follow from the settings alone,
    /// and shift where a zone or a group is added.
    #[track_caller]
    pub fn ledger(mut self, text: impl Into<String>) -> Self {
        self.lines.ledger = Line::of_caller();
        self.ledger = Some(text.into());
        self
    }
}
