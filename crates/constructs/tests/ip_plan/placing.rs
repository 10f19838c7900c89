//! Random requests for one subnet: what is placed never overlaps, and what is refused really does not fit.

use proptest::prelude::*;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::Cidr;
use stackwright_constructs::ip_plan::placing::{Misfit, Range, Request, place};

fn range(addresses: u64, in_prefixes: bool) -> Range {
    Range { network: String::new(), addresses, in_prefixes, blocks: Vec::new(), may_grow: true }
}

fn codes(request: &Request) -> Vec<&'static str> {
    let code = |misfit: &Misfit| match misfit {
        Misfit::Outside { .. } => "outside",
        Misfit::Kept { .. } => "kept",
        Misfit::BelowPrefix { .. } => "below-prefix",
        Misfit::Overlap { .. } => "overlap",
        Misfit::TooSmall { .. } => "too-small",
        Misfit::NoRoom { .. } => "no-room",
        Misfit::NoInterfaces { .. } => "no-interfaces",
        _ => "another",
    };
    place(request).err().iter().flatten().map(code).collect()
}

/// A subnet as a row of addresses, each of which is taken or free.
struct Row(Vec<bool>);

impl Row {
    /// Of a subnet with so many addresses, without what AWS keeps.
    fn new(addresses: usize) -> Self {
        Row((0..addresses).map(|at| at < 4 || at + 1 == addresses).collect())
    }

    fn taken(&self, at: usize, size: usize) -> bool {
        self.0[at..at + size].iter().any(|taken| *taken)
    }

    fn set(&mut self, at: usize, size: usize, taken: bool) {
        self.0[at..at + size].fill(taken);
    }

    /// Whether there is any way at all to put blocks of these sizes somewhere, each aligned to its own size, so that so
    /// many addresses are left. Every place of every block is tried.
    fn fits(&mut self, sizes: &[usize], left: usize) -> bool {
        let Some((&size, rest)) = sizes.split_first() else {
            return self.0.iter().filter(|taken| !**taken).count() >= left;
        };
        (0..self.0.len())
            .step_by(size)
            .filter(|at| at + size <= self.0.len())
            .collect::<Vec<_>>()
            .into_iter()
            .any(|at| {
                if self.taken(at, size) {
                    return false;
                }
                self.set(at, size, true);
                let fits = self.fits(rest, left);
                self.set(at, size, false);
                fits
            })
    }
}

fn small_request() -> impl Strategy<Value = Request> {
    let ranges = proptest::collection::vec((1_u64..40, any::<bool>()), 1..4);
    (25_u8..=28, 0_u64..30, ranges).prop_map(|(prefix, interfaces, ranges)| {
        let subnet = Cidr::new(&format!("10.0.0.0/{prefix}")).unwrap();
        let ranges =
            ranges.into_iter().map(|(addresses, in_prefixes)| range(addresses, in_prefixes)).collect();
        Request { subnet, interfaces, ranges }
    })
}

proptest! {
    #[test]
    fn a_request_is_refused_only_where_nothing_fits(request in small_request()) {
        let (prefixes, single): (Vec<&Range>, Vec<&Range>) =
            request.ranges.iter().partition(|range| range.in_prefixes);
        let prefixes: u64 = prefixes.iter().map(|range| range.addresses.div_ceil(16)).sum();
        let single: u64 = single.iter().map(|range| range.addresses).sum();
        // Every prefix has a place, and enough is left for whatever needs no particular one.
        let sizes = vec![16; prefixes as usize];
        let mut row = Row::new(request.subnet.addresses() as usize);
        let fits = row.fits(&sizes, (request.interfaces + single) as usize);
        prop_assert_eq!(place(&request).is_ok(), fits, "{:?}", request);
    }

    #[test]
    fn what_is_placed_shares_no_address_and_is_large_enough(
        prefix in 16_u8..=28,
        interfaces in 0_u64..400,
        wanted in proptest::collection::vec((0_u64..600, any::<bool>()), 0..8),
    ) {
        let subnet = Cidr::new(&format!("10.0.0.0/{prefix}")).unwrap();
        let ranges = wanted.iter().map(|(addresses, in_prefixes)| range(*addresses, *in_prefixes)).collect();
        let request = Request { subnet, interfaces, ranges };
        let Ok(placed) = place(&request) else { return Ok(()) };
        let mut row = Row::new(subnet.addresses() as usize);
        for (blocks, (addresses, in_prefixes)) in placed.iter().zip(&wanted) {
            let mut total = 0;
            for block in blocks {
                prop_assert!(subnet.contains(*block));
                prop_assert!(!in_prefixes || block.prefix_len() <= 28);
                let at = (block.first().to_bits() - subnet.first().to_bits()) as usize;
                let size = block.addresses() as usize;
                prop_assert!(!row.taken(at, size), "{} of {:?}", block, placed);
                row.set(at, size, true);
                total += block.addresses();
            }
            prop_assert!(total >= *addresses);
        }
        let left = row.0.iter().filter(|taken| !**taken).count() as u64;
        prop_assert!(left >= interfaces);
    }

    #[test]
    fn growth_appends_and_nothing_moves(
        wanted in proptest::collection::vec((1_u64..60, any::<bool>()), 1..5),
        more in proptest::collection::vec(0_u64..60, 5),
    ) {
        let subnet = cidr!("10.0.0.0/22");
        let ranges = wanted.iter().map(|(addresses, in_prefixes)| range(*addresses, *in_prefixes)).collect();
        let request = Request { subnet, interfaces: 9, ranges };
        let Ok(before) = place(&request) else { return Ok(()) };
        let grown = request.ranges.iter().zip(&before).zip(&more).map(|((range, blocks), more)| Range {
            addresses: range.addresses + more,
            blocks: blocks.clone(),
            ..range.clone()
        });
        let grown = Request { ranges: grown.collect(), ..request };
        let Ok(after) = place(&grown) else { return Ok(()) };
        for ((before, after), range) in before.iter().zip(&after).zip(&grown.ranges) {
            prop_assert!(after.starts_with(before));
            prop_assert!(after.iter().map(|block| block.addresses()).sum::<u64>() >= range.addresses);
        }
    }
}

#[test]
fn blocks_that_cannot_be_are_told_apart() {
    let with = |blocks: &[Cidr], in_prefixes| {
        let range = Range { blocks: blocks.to_vec(), may_grow: false, ..range(1, in_prefixes) };
        codes(&Request { subnet: cidr!("10.0.0.0/24"), interfaces: 0, ranges: vec![range] })
    };
    assert_eq!(with(&[cidr!("10.0.0.16/28")], true), [""; 0]);
    assert_eq!(with(&[cidr!("10.0.1.0/28")], true), ["outside"]);
    assert_eq!(with(&[cidr!("10.0.0.0/28")], true), ["kept"]);
    assert_eq!(with(&[cidr!("10.0.0.240/28")], true), ["kept"]);
    assert_eq!(with(&[cidr!("10.0.0.8/29")], true), ["below-prefix", "too-small"]);
    assert_eq!(with(&[cidr!("10.0.0.8/29")], false), [""; 0]);
    assert_eq!(with(&[cidr!("10.0.0.16/28"), cidr!("10.0.0.16/29")], false), ["overlap"]);
    assert_eq!(with(&[], false), ["too-small"]);
}

#[test]
fn a_way_out_is_a_subnet_that_has_room() {
    let way_out = |interfaces, addresses| {
        let ranges = vec![range(addresses, true)];
        match place(&Request { subnet: cidr!("10.0.0.0/26"), interfaces, ranges }).unwrap_err()[..] {
            [Misfit::NoRoom { way_out, .. } | Misfit::NoInterfaces { way_out, .. }] => way_out,
            ref other => panic!("{other:?}"),
        }
    };
    assert_eq!(way_out(0, 48), Some(25));
    assert_eq!(way_out(60, 16), Some(25));
    assert_eq!(way_out(0, 1 << 16), None, "AWS keeps some addresses of a /16");
    assert_eq!(way_out(u64::MAX, 16), None);
}

#[test]
fn the_smallest_and_the_last_of_all_subnets_do_no_harm() {
    for subnet in
        [cidr!("255.255.255.240/28"), cidr!("255.255.255.255/32"), cidr!("0.0.0.0/0"), cidr!("0.0.0.0/31")]
    {
        for addresses in [1, 11, u64::MAX] {
            let ranges = vec![range(addresses, false), range(addresses, true)];
            let placed = place(&Request { subnet, interfaces: 1, ranges });
            assert_eq!(
                placed.is_ok(),
                subnet == cidr!("0.0.0.0/0") && addresses < 12,
                "{subnet} {addresses}"
            );
        }
    }
}
