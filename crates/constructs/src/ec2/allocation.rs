//! Which address block each subnet of a VPC gets.
//!
//! A VPC's subnets come in groups, one subnet of each group in each availability zone. Groups that name a size are
//! placed first, one after the other in the order written; the groups that do not share what is left evenly. This is
//! the AWS CDK's scheme, to the address. Two things go beyond it: a subnet that no longer fits behind the others may
//! use a hole between them, and [pins](Pin) hold subnets where an earlier deployment put them.

use super::cidr::{Cidr, addresses};
pub use super::misfit::{Misfit, WayOut};
use super::space::{SMALLEST_SUBNET, Space};

/// The prefix lengths AWS allows for a VPC and for a subnet.
/// See [VPC CIDR blocks](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html) and
/// [subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
pub const PREFIXES: std::ops::RangeInclusive<u8> = 16..=SMALLEST_SUBNET;

/// How large each subnet of a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubnetSize {
    /// A prefix length of 16 to 28: 24 makes subnets of 256 addresses, five of which AWS keeps.
    Prefix(u8),
    /// An even share of what the groups with a prefix length leave over.
    EvenShare,
}

impl From<u8> for SubnetSize {
    fn from(prefix: u8) -> Self {
        Self::Prefix(prefix)
    }
}

/// A group of subnets of one size, one in each zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name of the group, unique in its VPC.
    pub name: String,
    /// How large each of its subnets is.
    pub size: SubnetSize,
    /// Whether the group only takes space, for subnets that may come later.
    pub reserved: bool,
}

/// An availability zone, as far as allocation must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The zone is known by its place only: the first, the second, … of the region.
    Nth,
    /// The zone is known by name, such as `us-east-1a`.
    Named(String),
    /// There is no zone yet: its subnets only take space.
    Reserved,
}

/// The address block a subnet has had since it was first allocated. The [ledger](super::ledger) keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The group of the subnet.
    pub group: String,
    /// The place of the subnet's zone among the zones of the VPC, from 0.
    pub zone: usize,
    /// The name of that zone, if it was known.
    pub zone_name: Option<String>,
    /// The block.
    pub cidr: Cidr,
    /// Which /64 of the VPC's IPv6 block the subnet has, counted from 0, if it has one.
    pub ipv6: Option<u8>,
}

impl Pin {
    /// Whether it is for this subnet.
    pub(crate) fn is_for(&self, group: &str, zone: usize) -> bool {
        self.group == group && self.zone == zone
    }
}

/// What is to be allocated.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The address block that is divided.
    pub network: Cidr,
    /// The groups of subnets, in the order their space is taken.
    pub groups: &'a [Group],
    /// The zones, each of which gets one subnet of each group.
    pub zones: &'a [Zone],
    /// What may not move. A pin no subnet of the plan asks for keeps its space nonetheless: a deployment makes new
    /// subnets before it deletes old ones, so the space of a subnet that is going is not free yet.
    pub pins: &'a [Pin],
}

/// The address block of one subnet, or of one that is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The index of its group in [`Plan::groups`].
    pub group: usize,
    /// The index of its zone in [`Plan::zones`].
    pub zone: usize,
    /// The block.
    pub cidr: Cidr,
    /// Whether no subnet is made, only its space taken.
    pub reserved: bool,
}

/// Gives every subnet of the plan its block: group by group and, in a group, zone by zone.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::allocation::{Group, Plan, SubnetSize, Zone, allocate};
///
/// let group = |name: &str, size| Group { name: name.to_owned(), size, reserved: false };
/// let blocks = allocate(&Plan {
///     network: cidr!("10.10.0.0/16"),
///     groups: &[group("public", SubnetSize::Prefix(24)), group("app", SubnetSize::EvenShare)],
///     zones: &[Zone::Nth, Zone::Nth],
///     pins: &[],
/// })?;
/// let cidrs: Vec<_> = blocks.iter().map(|block| block.cidr.to_string()).collect();
/// assert_eq!(cidrs, ["10.10.0.0/24", "10.10.1.0/24", "10.10.64.0/18", "10.10.128.0/18"]);
/// # Ok::<(), Vec<stackwright_constructs::ec2::allocation::Misfit>>(())
/// ```
///
/// # Errors
///
/// Everything about the plan that is not possible. No plan makes this panic.
pub fn allocate(plan: &Plan<'_>) -> Result<Vec<Block>, Vec<Misfit>> {
    let misfits = check(plan);
    if misfits.is_empty() { place(plan) } else { Err(misfits) }
}

/// What is wrong with the plan before a single address is handed out.
fn check(plan: &Plan<'_>) -> Vec<Misfit> {
    let Plan { network, groups, .. } = *plan;
    let mut misfits = Vec::new();
    if !PREFIXES.contains(&network.prefix_len()) {
        misfits.push(Misfit::VpcSize { network });
    }
    for (index, group) in groups.iter().enumerate() {
        if groups[..index].iter().any(|earlier| earlier.name == group.name) {
            misfits.push(Misfit::SameName { group: group.name.clone() });
        }
        if let SubnetSize::Prefix(prefix) = group.size
            && !PREFIXES.contains(&prefix)
        {
            misfits.push(Misfit::SubnetSize { group: group.name.clone(), prefix });
        }
    }
    check_pins(plan, &mut misfits);
    misfits
}

fn check_pins(plan: &Plan<'_>, misfits: &mut Vec<Misfit>) {
    for (index, pin) in plan.pins.iter().enumerate() {
        if let Some(other) = plan.pins[..index].iter().find(|earlier| earlier.cidr.overlaps(pin.cidr)) {
            misfits.push(Misfit::PinsOverlap { pin: pin.clone(), other: other.clone() });
        }
        let Some(group) = plan.groups.iter().find(|group| group.name == pin.group) else { continue };
        let Some(zone) = plan.zones.get(pin.zone) else { continue };
        if !plan.network.contains(pin.cidr) {
            misfits.push(Misfit::PinOutside { pin: pin.clone(), network: plan.network });
        }
        if let SubnetSize::Prefix(prefix) = group.size
            && prefix != pin.cidr.prefix_len()
        {
            misfits.push(Misfit::PinSize { pin: pin.clone(), prefix });
        }
        if let (Zone::Named(name), Some(pinned)) = (zone, &pin.zone_name)
            && name != pinned
        {
            misfits.push(Misfit::PinZone { pin: pin.clone(), zone: name.clone() });
        }
    }
}

/// Hands out the space of a plan that [`check`] found nothing wrong with.
fn place(plan: &Plan<'_>) -> Result<Vec<Block>, Vec<Misfit>> {
    let Plan { network, groups, zones, pins } = *plan;
    let mut space = Space::new(network);
    pins.iter().filter(|pin| network.contains(pin.cidr)).for_each(|pin| space.take(pin.cidr));
    let mut slots = pinned(plan);
    let mut misfits = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let slots = &mut slots[index * zones.len()..][..zones.len()];
        let Some(prefix) = prefix(group, slots) else { continue };
        let count = slots.iter().filter(|slot| slot.is_none()).count();
        let mut after = space.clone();
        if fill(&mut after, slots, prefix).is_some() {
            space = after;
        } else {
            let way_out = way_out(plan, &space, count, prefix);
            let group = group.name.clone();
            misfits.push(Misfit::NoRoom { group, count, prefix, left: space.left(), network, way_out });
        }
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    let open = slots.iter().filter(|slot| slot.is_none()).count();
    if space.share(open).and_then(|prefix| fill(&mut space, &mut slots, prefix)).is_none() {
        let groups = groups.iter().filter(|group| group.size == SubnetSize::EvenShare);
        let groups = groups.map(|group| group.name.clone()).collect();
        return Err(vec![Misfit::NoShare { groups, count: open, left: space.left(), network }]);
    }
    let blocks = slots.into_iter().enumerate().filter_map(|(slot, cidr)| {
        let (group, zone) = (slot / zones.len(), slot % zones.len());
        Some(Block {
            group,
            zone,
            cidr: cidr?,
            reserved: groups[group].reserved || zones[zone] == Zone::Reserved,
        })
    });
    Ok(blocks.collect())
}

/// One slot for each zone of each group, with its block where one is pinned.
fn pinned(plan: &Plan<'_>) -> Vec<Option<Cidr>> {
    let pin = |group: &Group, zone| plan.pins.iter().find(|pin| pin.is_for(&group.name, zone));
    let slots = plan.groups.iter().flat_map(|group| (0..plan.zones.len()).map(move |zone| (group, zone)));
    slots.map(|(group, zone)| pin(group, zone).map(|pin| pin.cidr)).collect()
}

/// The prefix length of a group's subnets, unless it is still to be shared out: subnets added to a group that has
/// pinned ones are as large as those.
fn prefix(group: &Group, slots: &[Option<Cidr>]) -> Option<u8> {
    match group.size {
        SubnetSize::Prefix(prefix) => Some(prefix),
        SubnetSize::EvenShare => slots.iter().flatten().map(|cidr| cidr.prefix_len()).next(),
    }
}

/// Places a block in every empty slot, or says that there is not enough space.
fn fill(space: &mut Space, slots: &mut [Option<Cidr>], prefix: u8) -> Option<()> {
    slots.iter_mut().filter(|slot| slot.is_none()).try_for_each(|slot| {
        *slot = Some(space.place(prefix)?);
        Some(())
    })
}

/// What the user can do about `count` subnets of this size that do not fit into `space`.
fn way_out(plan: &Plan<'_>, space: &Space, count: usize, prefix: u8) -> WayOut {
    let fits = |prefix| {
        let mut space = space.clone();
        (0..count).all(|_| space.place(prefix).is_some())
    };
    let needed = plan.groups.iter().map(|group| match group.size {
        SubnetSize::Prefix(prefix) => addresses(prefix),
        SubnetSize::EvenShare => addresses(SMALLEST_SUBNET),
    });
    let needed = needed.sum::<u64>() * plan.zones.len() as u64;
    // Blocks of powers of two leave no holes when they come in falling order.
    if plan.pins.is_empty() && needed <= plan.network.addresses() {
        WayOut::LargestFirst
    } else if let Some(prefix) = (prefix + 1..=SMALLEST_SUBNET).find(|prefix| fits(*prefix)) {
        WayOut::Prefix(prefix)
    } else if let Some(prefix) = PREFIXES.rev().find(|prefix| addresses(*prefix) >= needed) {
        WayOut::LargerVpc(prefix)
    } else {
        WayOut::FewerSubnets
    }
}
