//! How many network interfaces and addresses the types of instances have, as far as that was known when this was built.

use stackwright_core::{Diagnostic, nearest};

use super::instance_type::InstanceType;

/// One type a line, in order of their names.
const FACTS: &str = include_str!("../../facts/instances");

/// How many addresses a prefix has: it is a /28.
///
/// Source: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html)
const PREFIX: u32 = 16;

/// The pods of a node that need no address of their own, because they use the node's: those of the VPC CNI plugin and of
/// kube-proxy.
const HOST_PODS: u32 = 2;

/// A line of the facts.
#[derive(Clone, Copy)]
struct Limits {
    interfaces: u32,
    addresses: u32,
    cards: u32,
    is_nitro: bool,
}

fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    FACTS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

fn limits(numbers: &str) -> Option<Limits> {
    let mut words = numbers.split(' ');
    let mut number = || words.next()?.parse().ok();
    let (interfaces, addresses, cards) = (number()?, number()?, number()?);
    Some(Limits { interfaces, addresses, cards, is_nitro: words.next() != Some("xen") })
}

/// The day of the facts.
fn as_of() -> &'static str {
    FACTS.lines().next().and_then(|line| line.strip_prefix("# as of ")).unwrap_or_default()
}

/// What the facts say of an instance's network interfaces. All of it is `None` of a type that they do not know: types
/// appear all the time.
///
/// ```
/// use stackwright_constructs::instance_type;
///
/// let node = instance_type!("m5.xlarge");
/// assert_eq!((node.interfaces(), node.addresses_per_interface()), (Some(4), Some(15)));
/// assert_eq!(node.max_pods(), Some(58));
/// // Two interfaces for further networks are not the VPC CNI plugin's.
/// assert_eq!(node.max_pods_beside(2), Some(30));
/// assert_eq!(instance_type!("m99.large").max_pods(), None);
/// ```
///
/// Source: [network interfaces of each type](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html)
impl InstanceType {
    /// Every type that the facts know, in order of their names.
    pub(crate) fn known() -> impl Iterator<Item = InstanceType> {
        types().map(|(name, _)| InstanceType::of_facts(name))
    }

    /// The place of its size among those of its family, the smallest first.
    pub(crate) fn rank(&self) -> u32 {
        const BELOW: [&str; 5] = ["nano", "micro", "small", "medium", "large"];
        const BARE_METAL: u32 = 10_000;
        let size = self.as_str().rsplit_once('.').map_or("", |(_, size)| size);
        let times = |text: &str| if text.is_empty() { Some(1) } else { text.parse::<u32>().ok() };
        let named = BELOW.iter().position(|below| *below == size).and_then(|at| u32::try_from(at).ok());
        let virtual_ = || size.strip_suffix("xlarge").and_then(times).map(|times| BELOW.len() as u32 + times);
        let metal = || size.strip_prefix("metal-")?.strip_suffix("xl")?.parse().ok();
        named.or_else(virtual_).unwrap_or_else(|| BARE_METAL + metal().unwrap_or(0))
    }

    /// The smallest type of the same family that does, as far as the facts know it.
    pub(crate) fn smallest(&self, does: impl Fn(&InstanceType) -> bool) -> Option<InstanceType> {
        let family = InstanceType::known().filter(|other| other.family() == self.family());
        family.filter(|other| does(other)).min_by_key(InstanceType::rank)
    }

    fn limits(&self) -> Option<Limits> {
        types().find(|(name, _)| *name == self.as_str()).and_then(|(_, numbers)| limits(numbers))
    }

    /// How many network interfaces its first network card has, the one that it starts with among them. EKS uses no other
    /// card.
    pub fn interfaces(&self) -> Option<u32> {
        self.limits().map(|limits| limits.interfaces)
    }

    /// How many IPv4 addresses each interface has. One is the interface's own, and each of the others can be a prefix of
    /// 16 addresses instead.
    pub fn addresses_per_interface(&self) -> Option<u32> {
        self.limits().map(|limits| limits.addresses)
    }

    /// How many network cards it has.
    pub fn network_cards(&self) -> Option<u32> {
        self.limits().map(|limits| limits.cards)
    }

    /// Whether its interfaces take prefixes, as all built on Nitro do.
    ///
    /// Source: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html)
    pub fn takes_prefixes(&self) -> Option<bool> {
        self.limits().map(|limits| limits.is_nitro)
    }

    /// How many addresses of pods one interface has at most: as many as it has beside its own, or sixteen times as many
    /// with prefixes, where it takes them.
    pub fn pod_addresses_per_interface(&self, with_prefixes: bool) -> Option<u32> {
        let Limits { addresses, is_nitro, .. } = self.limits()?;
        let slots = addresses.saturating_sub(1);
        match with_prefixes {
            true if is_nitro => Some(slots * PREFIX),
            true => Some(0),
            false => Some(slots),
        }
    }

    /// How many pods the VPC CNI plugin has addresses for without prefixes, with the two that use the node's own.
    ///
    /// Source: [pods of a node](https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html)
    pub fn max_pods(&self) -> Option<u32> {
        self.max_pods_beside(0)
    }

    /// [As many pods](InstanceType::max_pods) where this many interfaces of the first card are kept from the plugin, for
    /// further networks. 2 where none is left for it.
    pub fn max_pods_beside(&self, interfaces: u32) -> Option<u32> {
        let limits = self.limits()?;
        let left = limits.interfaces.saturating_sub(interfaces);
        Some(left * limits.addresses.saturating_sub(1) + HOST_PODS)
    }

    /// A warning, where the facts do not know the type.
    pub(crate) fn unknown(&self) -> Option<Diagnostic> {
        if self.limits().is_some() {
            return None;
        }
        let finding = format!("no type of instance was called {} on {}", self.as_str(), as_of());
        let finding = Diagnostic::warning("instance-type-unknown", finding).value(self.as_str());
        Some(match nearest(self.as_str(), types().map(|(name, _)| name)) {
            Some(near) => finding.hint(format!("write {near}, if that is what is meant")),
            None => finding.hint("see that the name is right; if the type is newer, all is well"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_type_with_its_limits() {
        let names: Vec<&str> = types().map(|(name, _)| name).collect();
        assert!(names.len() > 1_000, "{}", names.len());
        assert!(names.is_sorted_by(|one, other| one < other));
        for (name, numbers) in types() {
            assert!(InstanceType::new(name).is_ok(), "{name}");
            let Limits { interfaces, addresses, cards, .. } = limits(numbers).expect(name);
            assert!((1..=40).contains(&interfaces) && (2..=100).contains(&addresses) && cards > 0, "{name}");
        }
        assert_eq!(as_of().len(), "2026-01-31".len());
    }

    #[test]
    fn limits_are_those_of_the_first_card() {
        let of = |name: &str| {
            let kind = InstanceType::new(name).unwrap();
            (kind.interfaces(), kind.addresses_per_interface(), kind.network_cards(), kind.takes_prefixes())
        };
        assert_eq!(of("t3.medium"), (Some(3), Some(6), Some(1), Some(true)));
        assert_eq!(of("p5.48xlarge"), (Some(2), Some(50), Some(32), Some(true)));
        assert_eq!(of("t2.medium"), (Some(3), Some(6), Some(1), Some(false)));
        assert_eq!(of("t3.middle"), (None, None, None, None));
    }

    #[test]
    fn pods_follow_from_interfaces() {
        // Of the table that EKS images are made with.
        for (name, pods) in [("t3.medium", 17), ("m5.large", 29), ("m5.4xlarge", 234), ("c5.metal", 737)] {
            assert_eq!(InstanceType::new(name).unwrap().max_pods(), Some(pods), "{name}");
        }
        let small = InstanceType::literal("t3.medium");
        assert_eq!(small.max_pods_beside(2), Some(7));
        assert_eq!(small.max_pods_beside(4), Some(2));
        let of = |name: &str| InstanceType::new(name).unwrap().pod_addresses_per_interface(true);
        assert_eq!((of("t3.medium"), of("t2.medium")), (Some(80), Some(0)));
        assert_eq!(small.pod_addresses_per_interface(false), Some(5));
    }

    #[test]
    fn sizes_have_an_order() {
        let sizes = [
            "nano",
            "micro",
            "small",
            "medium",
            "large",
            "xlarge",
            "2xlarge",
            "16xlarge",
            "metal",
            "metal-24xl",
        ];
        let ranks = sizes.map(|size| InstanceType::new(format!("m7i.{size}")).unwrap().rank());
        assert!(ranks.is_sorted_by(|one, other| one < other), "{ranks:?}");
    }

    #[test]
    fn a_misspelt_type_is_told_with_what_was_meant() {
        let hint = |name: &str| InstanceType::new(name).unwrap().unknown().and_then(|finding| finding.hint);
        assert_eq!(hint("t3.medium"), None);
        assert_eq!(hint("t3.mediun").as_deref(), Some("write t3.medium, if that is what is meant"));
        assert!(hint("zz99zz.enormous").unwrap().starts_with("see that"));
    }
}
