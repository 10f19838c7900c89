//! Which addresses of one subnet are whose.
//!
//! A subnet holds the five addresses that AWS keeps, those of the network interfaces that nodes have in it, and the
//! ranges of pods. Ranges are blocks, because AWS reserves blocks; interfaces get what is left, because AWS chooses
//! their addresses itself among those that are not reserved. What a range has [already](Range::blocks) stays where it
//! is. What it lacks is placed in one block, as small as holds it: the largest first, each at the lowest address that it
//! is aligned to. Where that leaves no room for something, blocks are as many and as small as it takes, so that what is
//! refused fits in no way at all.

use std::iter;

use stackwright_core::Diagnostic;

use crate::ec2::Cidr;
use crate::ec2::cidr::addresses;

/// How many addresses AWS keeps at the start of a subnet; it keeps the last one too.
///
/// Source: [subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)
pub const KEPT_FIRST: u64 = 4;

/// The prefix length of a prefix that a network interface has.
///
/// Source: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html)
pub const PREFIX: u8 = 28;

/// The largest subnet, for a way out.
const LARGEST: u8 = 16;

/// What is to be placed in a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The subnet.
    pub subnet: Cidr,
    /// How many network interfaces nodes have in it.
    pub interfaces: u64,
    /// The ranges of pods.
    pub ranges: Vec<Range>,
}

/// The addresses of the pods of one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The name of the network.
    pub network: String,
    /// How many addresses pods need.
    pub addresses: u64,
    /// Whether they are handed out as prefixes, which are aligned blocks of 16.
    pub in_prefixes: bool,
    /// The blocks that it has whatever it needs: exact ones, or those that the ledger holds.
    pub blocks: Vec<Cidr>,
    /// Whether it may get a further block where these do not do.
    pub may_grow: bool,
}

/// Why the ranges of a subnet cannot be as they are asked for. Its text says what; [`Misfit::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// A block is not inside the subnet.
    Outside {
        /// The index of the range.
        range: usize,
        /// The block.
        block: Cidr,
        /// The subnet.
        subnet: Cidr,
    },
    /// A block has addresses that AWS keeps.
    Kept {
        /// The index of the range.
        range: usize,
        /// The block.
        block: Cidr,
        /// The subnet.
        subnet: Cidr,
    },
    /// A block is too small for a prefix.
    BelowPrefix {
        /// The index of the range.
        range: usize,
        /// The block.
        block: Cidr,
    },
    /// Two blocks share addresses.
    Overlap {
        /// The index of the range.
        range: usize,
        /// The block.
        block: Cidr,
        /// The index of the other range, which may be the same.
        other: usize,
        /// The other block.
        other_block: Cidr,
    },
    /// Exact blocks are too small.
    TooSmall {
        /// The index of the range.
        range: usize,
        /// How many addresses it needs.
        needed: u64,
        /// How many it has.
        has: u64,
    },
    /// There is no room for a block.
    NoRoom {
        /// The index of the range.
        range: usize,
        /// The prefix length of the block.
        prefix: u8,
        /// The subnet.
        subnet: Cidr,
        /// The prefix length of a subnet that has room for everything, if there is one.
        way_out: Option<u8>,
    },
    /// Too few addresses are left for interfaces.
    NoInterfaces {
        /// How many there are to be.
        interfaces: u64,
        /// How many addresses are left.
        left: u64,
        /// The subnet.
        subnet: Cidr,
        /// The prefix length of a subnet that has room for everything, if there is one.
        way_out: Option<u8>,
    },
}

/// The blocks of every range, in the order of the request.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ip_plan::placing::{Range, Request, place};
///
/// let range = |network: &str, addresses| Range {
///     network: network.to_owned(),
///     addresses,
///     in_prefixes: true,
///     blocks: Vec::new(),
///     may_grow: true,
/// };
/// let ranges = vec![range("control", 16), range("user", 48)];
/// let blocks = place(&Request { subnet: cidr!("10.10.4.0/24"), interfaces: 6, ranges })?;
/// assert_eq!(blocks, [[cidr!("10.10.4.16/28")], [cidr!("10.10.4.64/26")]]);
/// # Ok::<(), Vec<stackwright_constructs::ip_plan::placing::Misfit>>(())
/// ```
///
/// # Errors
///
/// Everything about the request that is not possible. No request makes this panic.
pub fn place(request: &Request) -> Result<Vec<Vec<Cidr>>, Vec<Misfit>> {
    let misfits = check(request);
    if !misfits.is_empty() {
        return Err(misfits);
    }
    fill(request).map_err(|misfit| {
        // Blocks that are there already stay where they are, so that a larger subnet means another place for them.
        let larger = |prefix: &u8| {
            let subnet = Cidr::from_first(0, *prefix);
            let ranges = request.ranges.iter().map(|range| Range { blocks: Vec::new(), ..range.clone() });
            fill(&Request { subnet, ranges: ranges.collect(), ..*request }).is_ok()
        };
        let found = (LARGEST..request.subnet.prefix_len()).rev().find(larger);
        vec![match misfit {
            Misfit::NoRoom { range, prefix, subnet, .. } => {
                Misfit::NoRoom { range, prefix, subnet, way_out: found }
            }
            Misfit::NoInterfaces { interfaces, left, subnet, .. } => {
                Misfit::NoInterfaces { interfaces, left, subnet, way_out: found }
            }
            other => other,
        }]
    })
}

/// The addresses that AWS keeps, as blocks: the first four and the last.
#[must_use]
pub fn kept(subnet: Cidr) -> [Cidr; 2] {
    let first = subnet.first().to_bits();
    // Of a subnet as small as that, AWS keeps everything; there are none.
    let prefix = subnet.prefix_len().max(30);
    [Cidr::from_first(first, prefix), Cidr::from_first(subnet.last().to_bits(), 32)]
}

/// How many addresses of a subnet are not AWS's.
#[must_use]
pub fn usable(subnet: Cidr) -> u64 {
    subnet.addresses().saturating_sub(KEPT_FIRST + 1)
}

/// What is wrong with the blocks that ranges have already.
fn check(request: &Request) -> Vec<Misfit> {
    let subnet = request.subnet;
    let mut misfits = Vec::new();
    let mut seen: Vec<(usize, Cidr)> = Vec::new();
    for (range, wanted) in request.ranges.iter().enumerate() {
        for &block in &wanted.blocks {
            if !subnet.contains(block) {
                misfits.push(Misfit::Outside { range, block, subnet });
            } else if kept(subnet).iter().any(|kept| kept.overlaps(block)) {
                misfits.push(Misfit::Kept { range, block, subnet });
            }
            if wanted.in_prefixes && block.prefix_len() > PREFIX {
                misfits.push(Misfit::BelowPrefix { range, block });
            }
            for &(other, other_block) in seen.iter().filter(|(_, other)| other.overlaps(block)) {
                misfits.push(Misfit::Overlap { range, block, other, other_block });
            }
            seen.push((range, block));
        }
        let (needed, has) = (wanted.needed(), wanted.has());
        if !wanted.may_grow && has < needed {
            misfits.push(Misfit::TooSmall { range, needed, has });
        }
    }
    misfits
}

/// Places what is lacking, in one block each if that is possible.
fn fill(request: &Request) -> Result<Vec<Vec<Cidr>>, Misfit> {
    fill_with(request, Range::lacks, |_, _| None).or_else(|_| {
        // A part of a block is as large as can be, and halved where it has no room.
        let halved = |range: &Range, prefix: u8| {
            let smallest = if range.in_prefixes { PREFIX } else { 32 };
            (prefix < smallest).then_some(prefix + 1)
        };
        fill_with(request, Range::lacks_at_once, halved)
    })
}

/// Places block after block, each of the size that `lacks` says or, where there is no room for it, of those that `next`
/// says.
fn fill_with(
    request: &Request,
    lacks: impl Fn(&Range, u64) -> Option<u8>,
    next: impl Fn(&Range, u8) -> Option<u8>,
) -> Result<Vec<Vec<Cidr>>, Misfit> {
    let Request { subnet, interfaces, ranges } = request;
    let mut blocks: Vec<Vec<Cidr>> = ranges.iter().map(|range| range.blocks.clone()).collect();
    let mut taken: Vec<Cidr> = kept(*subnet).into_iter().chain(blocks.iter().flatten().copied()).collect();
    // Prefixes find fewer places than single addresses do, and large blocks fewer than small ones.
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|index| (!ranges[*index].in_prefixes, lacks(&ranges[*index], ranges[*index].has())));
    for range in order {
        let wanted = &ranges[range];
        let mut has = wanted.has();
        let mut largest = 0;
        while let Some(prefix) = lacks(wanted, has).map(|prefix| prefix.max(largest)) {
            let Some(block) = lowest(*subnet, prefix, &taken) else {
                // What does not fit now does not fit later.
                largest = next(wanted, prefix).ok_or(Misfit::NoRoom {
                    range,
                    prefix: wanted.lacks(wanted.has()).unwrap_or(prefix),
                    subnet: *subnet,
                    way_out: None,
                })?;
                continue;
            };
            has += block.addresses();
            taken.push(block);
            blocks[range].push(block);
        }
    }
    let ranges: u64 = blocks.iter().flatten().map(|block| block.addresses()).sum();
    let left = usable(*subnet).saturating_sub(ranges);
    if left < *interfaces {
        return Err(Misfit::NoInterfaces { interfaces: *interfaces, left, subnet: *subnet, way_out: None });
    }
    Ok(blocks)
}

/// The lowest aligned block of this size that shares no address with those that are taken.
fn lowest(subnet: Cidr, prefix: u8, taken: &[Cidr]) -> Option<Cidr> {
    if prefix < subnet.prefix_len() {
        return None;
    }
    let mut at = u64::from(subnet.first().to_bits());
    let end = at + subnet.addresses();
    iter::from_fn(|| {
        let block = (at < end).then(|| Cidr::from_first(at as u32, prefix))?;
        let obstacle = taken.iter().filter(|taken| taken.overlaps(block)).map(|taken| taken.last()).max();
        // Beyond the last obstacle, to the next block.
        at = u64::from(obstacle.unwrap_or(block.last()).to_bits())
            .next_multiple_of(addresses(prefix))
            .max(at + addresses(prefix));
        Some((block, obstacle.is_none()))
    })
    .find_map(|(block, is_free)| is_free.then_some(block))
}

impl Range {
    /// How many addresses its blocks must have.
    fn needed(&self) -> u64 {
        if !self.in_prefixes {
            return self.addresses;
        }
        self.addresses.checked_next_multiple_of(addresses(PREFIX)).unwrap_or(self.addresses)
    }

    /// How many addresses its blocks have.
    fn has(&self) -> u64 {
        self.blocks.iter().map(|block| block.addresses()).sum()
    }

    /// The prefix length of the one block that it lacks, if it has so many addresses.
    fn lacks(&self, has: u64) -> Option<u8> {
        let missing = self.needed().saturating_sub(has);
        let block = (missing > 0).then(|| missing.checked_next_power_of_two())?;
        Some(prefix_of(block.unwrap_or(u64::MAX)))
    }

    /// The prefix length of the largest block that is none too large for what it lacks.
    fn lacks_at_once(&self, has: u64) -> Option<u8> {
        let missing = self.needed().saturating_sub(has);
        (missing > 0).then(|| prefix_of(missing))
    }
}

/// The prefix length of a block with so many addresses, or with fewer where they are no power of two.
fn prefix_of(addresses: u64) -> u8 {
    32 - addresses.ilog2().min(32) as u8
}

impl Misfit {
    /// The index of the range that it is about; `None` where it is about interfaces.
    #[must_use]
    pub fn range(&self) -> Option<usize> {
        match *self {
            Self::Outside { range, .. }
            | Self::Kept { range, .. }
            | Self::BelowPrefix { range, .. }
            | Self::Overlap { range, .. }
            | Self::TooSmall { range, .. }
            | Self::NoRoom { range, .. } => Some(range),
            Self::NoInterfaces { .. } => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Outside { subnet, .. } => {
                format!("choose a block of {subnet}, or say none to have one placed")
            }
            Self::Kept { .. } => {
                "AWS keeps the first four addresses and the last one of each subnet".to_owned()
            }
            Self::BelowPrefix { .. } => "a prefix is a /28, of 16 addresses".to_owned(),
            Self::Overlap { .. } => "give each network addresses of its own".to_owned(),
            Self::TooSmall { .. } => "make the range larger, or plan fewer nodes or pods".to_owned(),
            Self::NoRoom { way_out: Some(prefix), .. } | Self::NoInterfaces { way_out: Some(prefix), .. } => {
                format!("a subnet of /{prefix} has room for all of it")
            }
            Self::NoRoom { .. } | Self::NoInterfaces { .. } => {
                "no subnet is large enough: plan fewer nodes or pods, or more zones".to_owned()
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Outside { .. } => "range-outside-subnet",
            Self::Kept { .. } => "range-reserved",
            Self::BelowPrefix { .. } => "range-below-prefix",
            Self::Overlap { .. } => "ranges-overlap",
            Self::TooSmall { .. } => "range-too-small",
            Self::NoRoom { .. } => "range-does-not-fit",
            Self::NoInterfaces { .. } => "interfaces-do-not-fit",
        }
    }

    /// As a finding, with the names of the ranges.
    pub(super) fn finding(&self, request: &Request) -> Diagnostic {
        let name = |range: usize| request.ranges[range].network.as_str();
        let message = match self {
            Self::Outside { range, block, subnet } => {
                format!("{block} of network `{}` is not in its subnet {subnet}", name(*range))
            }
            Self::Kept { range, block, subnet } => {
                format!("{block} of network `{}` has addresses that AWS keeps of {subnet}", name(*range))
            }
            Self::BelowPrefix { range, block } => {
                format!(
                    "{block} of network `{}` is too small for a prefix: allowed is /28 or larger",
                    name(*range)
                )
            }
            Self::Overlap { range, block, other, other_block } if range == other => {
                format!("{block} and {other_block} of network `{}` share addresses", name(*range))
            }
            Self::Overlap { range, block, other, other_block } => {
                format!("{block} of network `{}` overlaps {other_block} of `{}`", name(*range), name(*other))
            }
            Self::TooSmall { range, needed, has } => {
                format!("network `{}` needs {needed} addresses, its range has {has}", name(*range))
            }
            Self::NoRoom { range, prefix, subnet, .. } => {
                format!("there is no room in {subnet} for a /{prefix} of network `{}`", name(*range))
            }
            Self::NoInterfaces { interfaces, left, subnet, .. } => {
                format!(
                    "nodes have {interfaces} interfaces in {subnet}, which has {left} addresses left for them"
                )
            }
        };
        let value = match self {
            Self::Outside { block, .. }
            | Self::Kept { block, .. }
            | Self::BelowPrefix { block, .. }
            | Self::Overlap { block, .. } => block.to_string(),
            Self::TooSmall { needed, .. } => needed.to_string(),
            Self::NoRoom { prefix, .. } => format!("/{prefix}"),
            Self::NoInterfaces { interfaces, .. } => interfaces.to_string(),
        };
        Diagnostic::error(self.code(), message).value(value).hint(self.hint())
    }
}
