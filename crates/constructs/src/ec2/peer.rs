//! The other side of a security group's rule.

use std::fmt;

use ipnet::Ipv6Net;
use stackwright_aws::ids::ec2::{PrefixListId, SecurityGroupId};
use stackwright_cfn::Value;
use stackwright_core::Diagnostic;

use super::cidr::Cidr;
use super::import::id_problem;
use super::security_group::SecurityGroup;

/// Who a rule of a security group is about: addresses, a prefix list, or the members of a security group.
///
/// A [`Cidr`] and a [`SecurityGroup`] can be given where a peer is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer(pub(super) Kind);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Ipv4 {
        block: Cidr,
        everyone: bool,
    },
    Ipv6 {
        block: String,
        everyone: bool,
    },
    PrefixList(Value<PrefixListId>),
    /// A group, and what its construct path is if it has one.
    Group {
        id: Value<SecurityGroupId>,
        path: Option<String>,
    },
}

impl Peer {
    /// The IPv4 addresses of a block. In an ingress rule, `0.0.0.0/0` must be written [`Peer::anyone_ipv4`].
    pub fn ipv4(block: Cidr) -> Self {
        Self(Kind::Ipv4 { block, everyone: false })
    }

    /// The IPv6 addresses of a block such as `2001:db8::/32`. In an ingress rule, `::/0` must be written
    /// [`Peer::anyone_ipv6`].
    pub fn ipv6(block: impl Into<String>) -> Self {
        Self(Kind::Ipv6 { block: block.into(), everyone: false })
    }

    /// Everyone with an IPv4 address.
    pub fn anyone_ipv4() -> Self {
        Self(Kind::Ipv4 { block: Cidr::literal("0.0.0.0/0"), everyone: true })
    }

    /// Everyone with an IPv6 address.
    pub fn anyone_ipv6() -> Self {
        Self(Kind::Ipv6 { block: "::/0".to_owned(), everyone: true })
    }

    /// The addresses of a prefix list.
    ///
    /// Source: [prefix lists](https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html)
    pub fn prefix_list(id: impl Into<Value<PrefixListId>>) -> Self {
        Self(Kind::PrefixList(id.into()))
    }

    /// The members of a security group that is known by its id only. Rules for several such groups whose ids are not
    /// literal are told apart by their order: add new ones last.
    pub fn security_group_id(id: impl Into<Value<SecurityGroupId>>) -> Self {
        Self(Kind::Group { id: id.into(), path: None })
    }

    /// Whether it is everyone without having been called so.
    pub(super) fn is_everyone_unsaid(&self) -> bool {
        match &self.0 {
            Kind::Ipv4 { block, everyone } => !everyone && block.prefix_len() == 0,
            Kind::Ipv6 { block, everyone } => {
                !everyone && block.parse::<Ipv6Net>().is_ok_and(|net| net.prefix_len() == 0)
            }
            Kind::PrefixList(_) | Kind::Group { .. } => false,
        }
    }

    /// What is wrong with its id, where that is literal.
    pub(super) fn id_problem(&self) -> Option<Diagnostic> {
        match &self.0 {
            Kind::PrefixList(id) => id_problem(id, "pl-"),
            Kind::Group { id, .. } => id_problem(id, "sg-"),
            Kind::Ipv4 { .. } | Kind::Ipv6 { .. } => None,
        }
    }

    /// Whether it is an IPv6 block that is none, or one whose address is not its first.
    pub(super) fn is_bad_ipv6(&self) -> bool {
        match &self.0 {
            Kind::Ipv6 { block, .. } => block.parse::<Ipv6Net>().map_or(true, |net| net.trunc() != net),
            _ => false,
        }
    }
}

/// As messages and construct ids write it.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Ipv4 { block, .. } => block.fmt(f),
            Kind::Ipv6 { block, .. } => f.write_str(block),
            Kind::PrefixList(id) => f.write_str(id.as_str().unwrap_or("prefix-list")),
            Kind::Group { path: Some(path), .. } => f.write_str(path),
            Kind::Group { id, path: None } => f.write_str(id.as_str().unwrap_or("group")),
        }
    }
}

impl From<Cidr> for Peer {
    fn from(block: Cidr) -> Self {
        Self::ipv4(block)
    }
}

impl From<&SecurityGroup> for Peer {
    fn from(group: &SecurityGroup) -> Self {
        group.as_peer()
    }
}
