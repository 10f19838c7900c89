//! Networks whose addresses the cluster hands out: prints the configuration of each as the plugins read it, one a line.
//!
//! `cargo run -p stackwright-constructs --example whereabouts_configs`; `tests/real/run whereabouts` gives the lines to the
//! real plugin.
#![expect(clippy::print_stdout, reason = "this program is here to print")]

use std::process::ExitCode;

use stackwright_constructs::cidr;
use stackwright_constructs::multus::{AddressRange, CniConfig, Ipvlan, Route, Whereabouts};

fn main() -> ExitCode {
    let mut has_errors = false;
    for (name, addresses) in [("exclusions", exclusions()), ("whole-bytes", whole_bytes())] {
        let config = CniConfig::new(name, Ipvlan::new("eth1"), addresses);
        for finding in config.check() {
            println!("{finding}");
            has_errors = true;
        }
        println!("{}", config.to_json());
    }
    if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What is left of a range between blocks, with a router and routes.
fn exclusions() -> Whereabouts {
    let range = AddressRange::new(cidr!("10.10.6.0/24")).start([10, 10, 6, 10]).end([10, 10, 6, 17]);
    let range = range.exclude(cidr!("10.10.6.12/30")).exclude(cidr!("10.10.6.17/32")).gateway([10, 10, 6, 1]);
    Whereabouts::new(range).route(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 6, 1]))
}

/// Addresses that end in 255 and 0, and are no ends of their subnet.
fn whole_bytes() -> Whereabouts {
    Whereabouts::new(AddressRange::new(cidr!("10.10.8.0/23")).start([10, 10, 8, 254]).end([10, 10, 9, 1]))
}
