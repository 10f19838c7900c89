//! What a program asks for when it asks for subnets: one group of them at a time.

use super::allocation::{Group, SubnetSize};
use super::cidr::Cidr;
use super::line::Line;

/// What the subnets of a group can reach, and be reached from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubnetKind {
    /// They reach the internet and are reached from it, through the VPC's internet gateway.
    Public,
    /// They reach the internet through a NAT gateway and are not reached from it.
    Private,
    /// They have no route out of the VPC.
    Isolated,
}

impl SubnetKind {
    /// The word for messages, and the name of a default group.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
        }
    }
}

/// A group of subnets, one in each zone of the VPC.
///
/// ```
/// use stackwright_constructs::ec2::{SubnetSize, Subnets};
///
/// let groups = [
///     Subnets::public("ingress", 26),
///     Subnets::private("app", SubnetSize::EvenShare),
///     Subnets::isolated("later", 24).reserved(),
/// ];
/// ```
#[derive(Clone, Debug)]
pub struct Subnets {
    /// Nowhere where the group is a default one.
    pub(super) line: Line,
    pub(super) name: String,
    pub(super) kind: SubnetKind,
    pub(super) size: SubnetSize,
    pub(super) reserved: bool,
    pub(super) block: Option<Cidr>,
    pub(super) public_ip_on_launch: Option<bool>,
    pub(super) ipv6_address_on_creation: Option<bool>,
    pub(super) egress_elsewhere: bool,
}

impl Subnets {
    /// Subnets that the internet reaches. `size` is a prefix length such as 24, or [`SubnetSize::EvenShare`].
    #[track_caller]
    pub fn public(name: impl Into<String>, size: impl Into<SubnetSize>) -> Self {
        Self::of(Line::of_caller(), SubnetKind::Public, name, size)
    }

    /// Subnets that reach the internet through a NAT gateway. `size` is a prefix length such as 24, or
    /// [`SubnetSize::EvenShare`].
    #[track_caller]
    pub fn private(name: impl Into<String>, size: impl Into<SubnetSize>) -> Self {
        Self::of(Line::of_caller(), SubnetKind::Private, name, size)
    }

    /// Subnets without a route out of the VPC. `size` is a prefix length such as 24, or [`SubnetSize::EvenShare`].
    #[track_caller]
    pub fn isolated(name: impl Into<String>, size: impl Into<SubnetSize>) -> Self {
        Self::of(Line::of_caller(), SubnetKind::Isolated, name, size)
    }

    /// A default group, which no line of the program gave.
    pub(super) fn by_default(kind: SubnetKind, name: &str) -> Self {
        Self::of(Line::default(), kind, name, SubnetSize::EvenShare)
    }

    fn of(line: Line, kind: SubnetKind, name: impl Into<String>, size: impl Into<SubnetSize>) -> Self {
        Self {
            line,
            name: name.into(),
            kind,
            size: size.into(),
            reserved: false,
            block: None,
            public_ip_on_launch: None,
            ipv6_address_on_creation: None,
            egress_elsewhere: false,
        }
    }

    /// Takes the group's addresses without making its subnets. Left out: they are made.
    #[must_use]
    pub fn reserved(mut self) -> Self {
        self.reserved = true;
        self
    }

    /// Takes the group's addresses from this block, one of [`VpcProps::secondary_blocks`](super::VpcProps). Left out:
    /// from the VPC's primary block.
    #[must_use]
    pub fn block(mut self, block: Cidr) -> Self {
        self.block = Some(block);
        self
    }

    /// Whether what is launched in a public subnet gets a public IPv4 address. Left out: it does, unless the VPC is
    /// dual stack.
    #[must_use]
    pub fn public_ip_on_launch(mut self, assigned: bool) -> Self {
        self.public_ip_on_launch = Some(assigned);
        self
    }

    /// Whether network interfaces get an IPv6 address, in a dual-stack VPC. Left out: they do.
    #[must_use]
    pub fn ipv6_address_on_creation(mut self, assigned: bool) -> Self {
        self.ipv6_address_on_creation = Some(assigned);
        self
    }

    /// Says that the way out of private subnets is the program's own affair, by a transit gateway for example, so that
    /// a VPC without NAT gateways is no oversight. Left out: such a VPC brings a warning.
    #[must_use]
    pub fn egress_elsewhere(mut self) -> Self {
        self.egress_elsewhere = true;
        self
    }

    pub(super) fn to_group(&self) -> Group {
        Group { name: self.name.clone(), size: self.size, reserved: self.reserved }
    }
}
