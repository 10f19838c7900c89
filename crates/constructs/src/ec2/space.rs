//! What is taken and what is free in one address block.

use std::collections::BTreeMap;
use std::iter;

use super::cidr::{Cidr, addresses};

/// The smallest subnet AWS makes, of 16 addresses.
/// See [subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
pub(super) const SMALLEST_SUBNET: u8 = 28;

/// An address block that is handed out piece by piece.
///
/// Pieces follow one another, each aligned to its own size, as the AWS CDK hands them out. The holes that alignment
/// leaves are used only when nothing fits behind the last piece, which is where the AWS CDK gives up.
#[derive(Clone, Debug)]
pub(super) struct Space {
    network: Cidr,
    /// Where each piece that is gone starts, and where the next address after it is. No two overlap.
    taken: BTreeMap<u64, u64>,
    /// Everything from here to the end of the network is free.
    cursor: u64,
}

impl Space {
    pub(super) fn new(network: Cidr) -> Self {
        Self { network, taken: BTreeMap::new(), cursor: start(network) }
    }

    /// Takes exactly this block, which the caller knows to be inside and free.
    pub(super) fn take(&mut self, cidr: Cidr) {
        self.taken.insert(start(cidr), end(cidr));
        self.cursor = self.cursor.max(end(cidr));
    }

    /// Takes the next free block of this size, if there is one.
    pub(super) fn place(&mut self, prefix: u8) -> Option<Cidr> {
        let size = addresses(prefix);
        let (at, _) = iter::once(self.tail())
            .chain(self.holes())
            .map(|(from, to)| (from.next_multiple_of(size), to))
            .find(|(at, to)| at + size <= *to)?;
        let cidr = Cidr::from_first(u32::try_from(at).ok()?, prefix);
        self.take(cidr);
        Some(cidr)
    }

    /// The shortest prefix of which `count` blocks can still be placed: the largest fair share.
    pub(super) fn share(&self, count: usize) -> Option<u8> {
        let prefixes = self.network.prefix_len()..=SMALLEST_SUBNET;
        let behind = |prefix: &u8| blocks(self.tail(), *prefix) >= count as u64;
        let anywhere = |prefix: &u8| {
            iter::once(self.tail()).chain(self.holes()).map(|span| blocks(span, *prefix)).sum::<u64>()
                >= count as u64
        };
        prefixes.clone().find(behind).or_else(|| prefixes.clone().find(anywhere))
    }

    /// How many addresses are free.
    pub(super) fn left(&self) -> u64 {
        iter::once(self.tail()).chain(self.holes()).map(|(from, to)| to - from).sum()
    }

    fn tail(&self) -> (u64, u64) {
        (self.cursor, end(self.network))
    }

    /// The free spans in front of the pieces, from the lowest; some are empty.
    fn holes(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut from = start(self.network);
        self.taken.iter().map(move |(&start, &end)| (std::mem::replace(&mut from, end), start))
    }
}

/// How many aligned blocks of this size a span has room for.
fn blocks((from, to): (u64, u64), prefix: u8) -> u64 {
    let size = addresses(prefix);
    to.saturating_sub(from.next_multiple_of(size)) / size
}

fn start(cidr: Cidr) -> u64 {
    u64::from(cidr.first().to_bits())
}

fn end(cidr: Cidr) -> u64 {
    start(cidr) + cidr.addresses()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cidr;

    fn placed(network: Cidr, prefixes: &[u8]) -> Vec<Option<String>> {
        let mut space = Space::new(network);
        prefixes.iter().map(|prefix| space.place(*prefix).map(|cidr| cidr.to_string())).collect()
    }

    fn some(cidr: &str) -> Option<String> {
        Some(cidr.to_owned())
    }

    #[test]
    fn pieces_follow_one_another_on_their_own_alignment() {
        assert_eq!(
            placed(cidr!("10.0.0.0/24"), &[28, 26, 28]),
            [some("10.0.0.0/28"), some("10.0.0.64/26"), some("10.0.0.128/28")]
        );
    }

    #[test]
    fn holes_are_used_only_at_the_end() {
        assert_eq!(
            placed(cidr!("10.0.0.0/24"), &[28, 25, 26, 27, 28, 28]),
            [
                some("10.0.0.0/28"),
                some("10.0.0.128/25"),
                some("10.0.0.64/26"),
                some("10.0.0.32/27"),
                some("10.0.0.16/28"),
                None
            ]
        );
    }

    #[test]
    fn the_last_addresses_of_ipv4_can_be_taken() {
        assert_eq!(
            placed(cidr!("255.255.255.0/24"), &[25, 25, 28]),
            [some("255.255.255.0/25"), some("255.255.255.128/25"), None]
        );
    }

    #[test]
    fn a_share_is_the_largest_size_that_fits_everyone() {
        let mut space = Space::new(cidr!("10.0.0.0/16"));
        assert_eq!(
            (space.share(1), space.share(6), space.share(4096), space.share(4097)),
            (Some(16), Some(19), Some(28), None)
        );
        space.take(cidr!("10.0.255.0/24"));
        assert_eq!(space.share(1), Some(17), "with nothing free behind the last piece, holes are shared");
        assert_eq!(space.left(), 65536 - 256);
    }

    #[test]
    fn shares_come_from_behind_the_other_pieces_while_they_fit_there() {
        let mut space = Space::new(cidr!("10.0.0.0/23"));
        space.take(cidr!("10.0.0.0/28"));
        space.take(cidr!("10.0.0.128/25"));
        assert_eq!(space.share(5), Some(27), "with the hole in front, five /26 would fit");
    }
}
