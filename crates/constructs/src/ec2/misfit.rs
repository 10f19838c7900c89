//! Why a plan of subnets cannot be allocated, and what can be done about it.

use std::fmt;

use stackwright_core::Diagnostic;

use super::allocation::{PREFIXES, Pin};
use super::cidr::{Cidr, addresses};

/// Something about a plan of subnets that is not possible. Its text says what; [`Misfit::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// The block to divide is not one AWS allows for a VPC.
    VpcSize {
        /// The block.
        network: Cidr,
    },
    /// The group asks for a subnet size AWS does not allow.
    SubnetSize {
        /// The group.
        group: String,
        /// The prefix length it asks for.
        prefix: u8,
    },
    /// Two groups have the same name.
    SameName {
        /// The name.
        group: String,
    },
    /// The subnets of a group that names a size do not fit.
    NoRoom {
        /// The group.
        group: String,
        /// How many subnets were to be placed.
        count: usize,
        /// Their prefix length.
        prefix: u8,
        /// How many addresses are free.
        left: u64,
        /// The block that is divided.
        network: Cidr,
        /// What would fit.
        way_out: WayOut,
    },
    /// Too little is left for the groups that share it.
    NoShare {
        /// The groups.
        groups: Vec<String>,
        /// How many subnets were to be placed.
        count: usize,
        /// How many addresses are free.
        left: u64,
        /// The block that is divided.
        network: Cidr,
    },
    /// A pin is not inside the block that is divided.
    PinOutside {
        /// The pin.
        pin: Pin,
        /// The block.
        network: Cidr,
    },
    /// A pin has another size than its group asks for.
    PinSize {
        /// The pin.
        pin: Pin,
        /// The prefix length its group asks for.
        prefix: u8,
    },
    /// A pin was made for another zone than the one now in its place.
    PinZone {
        /// The pin.
        pin: Pin,
        /// The name of the zone now in its place.
        zone: String,
    },
    /// Two pins share addresses.
    PinsOverlap {
        /// The pin.
        pin: Pin,
        /// The one before it.
        other: Pin,
    },
}

/// What would make subnets fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOut {
    /// The same groups, those with the largest subnets first.
    LargestFirst,
    /// Subnets of this prefix length in the group.
    Prefix(u8),
    /// A VPC of this prefix length, which is large enough for the whole plan.
    LargerVpc(u8),
    /// Nothing but fewer subnets: the plan is too large for any VPC block.
    FewerSubnets,
}

impl Misfit {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::VpcSize { network } if network.prefix_len() < *PREFIXES.start() => {
                "take a part of it, and associate further parts as secondary blocks".to_owned()
            }
            Self::VpcSize { .. } => "a /16 holds 65536 addresses, a /28 holds 16".to_owned(),
            Self::SubnetSize { .. } => {
                "a /16 holds 65536 addresses, a /24 holds 256, a /28 holds 16".to_owned()
            }
            Self::SameName { .. } => {
                "the name of a group tells its subnets from others: give each its own".to_owned()
            }
            Self::NoRoom { way_out, .. } => match way_out {
                WayOut::LargestFirst => {
                    "everything fits if the groups with the largest subnets come first".to_owned()
                }
                WayOut::Prefix(prefix) => format!("subnets of /{prefix} fit"),
                WayOut::LargerVpc(prefix) => format!("the whole plan needs a /{prefix}"),
                WayOut::FewerSubnets => "use smaller subnets, fewer zones, or a secondary block".to_owned(),
            },
            Self::NoShare { .. } => {
                "give the groups before them smaller subnets, or put them into a secondary block".to_owned()
            }
            Self::PinOutside { .. } | Self::PinsOverlap { .. } => {
                "set the block of the deployed subnet, or delete the line to allocate anew".to_owned()
            }
            Self::PinSize { pin, .. } => format!(
                "ask for /{}, or delete the line to have the subnet replaced by one of another size and place",
                pin.cidr.prefix_len()
            ),
            Self::PinZone { pin, .. } => format!(
                "keep {} in its place and add new zones at the end: a subnet cannot move to another zone",
                pin.zone_name.as_deref().unwrap_or("the zone")
            ),
        }
    }
}

/// Every misfit keeps the app from being synthesized.
impl From<&Misfit> for Diagnostic {
    fn from(misfit: &Misfit) -> Self {
        let sizes = || format!("/{} to /{}", PREFIXES.start(), PREFIXES.end());
        let error = |code| Diagnostic::error(code, misfit.to_string()).hint(misfit.hint());
        match misfit {
            Misfit::VpcSize { network } => error("vpc-size").value(network.to_string()).allowed(sizes()),
            Misfit::SubnetSize { prefix, .. } => {
                error("subnet-size").value(format!("/{prefix}")).allowed(sizes())
            }
            Misfit::SameName { group } => error("subnet-group-twice").value(group),
            Misfit::NoRoom { .. } | Misfit::NoShare { .. } => error("subnets-do-not-fit"),
            Misfit::PinOutside { pin, .. }
            | Misfit::PinSize { pin, .. }
            | Misfit::PinZone { pin, .. }
            | Misfit::PinsOverlap { pin, .. } => error("address-ledger-conflict").value(pin.cidr.to_string()),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (most, least) = (PREFIXES.start(), PREFIXES.end());
        match self {
            Self::VpcSize { network } => {
                write!(f, "{network} cannot be the block of a VPC: its size is to be /{most} to /{least}")
            }
            Self::SubnetSize { group, prefix } => {
                write!(f, "group `{group}` asks for subnets of /{prefix}, allowed are /{most} to /{least}")
            }
            Self::SameName { group } => write!(f, "there are two groups named `{group}`"),
            Self::NoRoom { group, count, prefix, left, network, .. } => {
                let subnets = if *count == 1 { "subnet" } else { "subnets" };
                let need = if *count == 1 { "needs" } else { "need" };
                let needed = addresses(*prefix).saturating_mul(*count as u64);
                write!(
                    f,
                    "{count} more {subnets} of /{prefix} in group `{group}` {need} {needed} addresses, "
                )?;
                write!(f, "{network} has {left} left")?;
                if *left >= needed { f.write_str(", but not in pieces of that size") } else { Ok(()) }
            }
            Self::NoShare { groups, count, left, network } => {
                let groups = groups.join("`, `");
                let smallest = addresses(*least);
                write!(f, "the {count} subnets of `{groups}` cannot share what {network} has left: ")?;
                write!(f, "{left} addresses, where each needs at least {smallest}")
            }
            Self::PinOutside { pin, network } => write!(f, "{pin}, which is outside {network}"),
            Self::PinSize { pin, prefix } => write!(f, "{pin}, but the group asks for subnets of /{prefix}"),
            Self::PinZone { pin, zone } => {
                let pinned = pin.zone_name.as_deref().unwrap_or_default();
                write!(f, "{pin} in {pinned}, but the zone in that place is now {zone}")
            }
            Self::PinsOverlap { pin, other } => write!(f, "{pin}, but {other}"),
        }
    }
}

impl std::error::Error for Misfit {}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "subnet {} of group `{}` is pinned to {}", self.zone + 1, self.group, self.cidr)
    }
}
