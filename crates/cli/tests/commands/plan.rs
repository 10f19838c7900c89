//! `plan`.

use std::net::{IpAddr, Ipv6Addr};

use insta::assert_snapshot;
use stackwright_assembly::{AddressBlock, AddressPlan, AddressUse, Capacity, Need, Source};
use stackwright_cli::Options;

use crate::app::{Place, Synthesis, sample};

fn block(first: impl Into<IpAddr>, last: impl Into<IpAddr>, usage: AddressUse, name: &str) -> AddressBlock {
    AddressBlock {
        first: first.into(),
        last: last.into(),
        usage,
        name: name.to_owned(),
        zone: None,
        path: "network/addresses".to_owned(),
        source: Source { file: "src/main.rs".into(), line: 9, column: 5 },
        need: None,
        parts: Vec::new(),
    }
}

/// A VPC with two subnets, one of which is planned; the name of its network is none that HTML can take as it is.
fn plan() -> AddressPlan {
    let need = |now, most, grown, of| Some(Need { now, most, grown, of });
    let data = |last: u8| {
        let at = |from, to, usage, name| block([10, 0, last, from], [10, 0, last, to], usage, name);
        let parts = vec![
            at(0, 3, AddressUse::Aws, ""),
            AddressBlock { need: need(1, 2, 4, 27), ..at(4, 31, AddressUse::Interfaces, "") },
            AddressBlock { need: need(16, 30, 32, 32), ..at(32, 63, AddressUse::Prefixes, "<user> & co") },
            at(64, 126, AddressUse::Interfaces, ""),
            at(127, 127, AddressUse::Aws, ""),
        ];
        let parts =
            parts.into_iter().map(|part| AddressBlock { zone: Some("1".to_owned()), ..part }).collect();
        AddressBlock { zone: Some("1".to_owned()), parts, ..at(0, 127, AddressUse::Subnet, "data") }
    };
    let app = block([10, 0, 0, 0], [10, 0, 0, 255], AddressUse::Subnet, "app");
    let app = AddressBlock { zone: Some("eu-west-1a".to_owned()), ..app };
    let vpc = block([10, 0, 0, 0], [10, 0, 15, 255], AddressUse::Vpc, "");
    let capacity =
        |what: &str, used, of| Capacity { nodes: "workers".to_owned(), what: what.to_owned(), used, of };
    AddressPlan {
        path: "network/addresses".to_owned(),
        source: Source { file: "src/main.rs".into(), line: 9, column: 5 },
        vpc: "network/vpc".to_owned(),
        blocks: vec![AddressBlock { parts: vec![app, data(1)], ..vpc }],
        neighbours: vec![block([172, 20, 0, 0], [172, 20, 255, 255], AddressUse::Services, "cluster")],
        capacities: vec![capacity("interfaces of each m5.large", 2, 3), capacity("places", 9, 10)],
    }
}

/// The same with a block of IPv6, of which a subnet is planned for two networks.
fn dual_stack_plan() -> AddressPlan {
    let need = |of| Some(Need { now: 16, most: 30, grown: 32, of });
    let at = |first: &str, last: &str, usage, name| {
        let [first, last] = [first, last].map(|address| address.parse::<Ipv6Addr>().unwrap());
        AddressBlock { zone: Some("1".to_owned()), ..block(first, last, usage, name) }
    };
    let (inside, end) = ("2001:db8:0:101", "ffff:ffff:ffff");
    let parts = vec![
        at(&format!("{inside}::"), &format!("{inside}::3"), AddressUse::Aws, ""),
        at(&format!("{inside}::4"), &format!("{inside}:0:{end}"), AddressUse::Interfaces, ""),
        AddressBlock {
            need: need(1 << 48),
            ..at(&format!("{inside}:1::"), &format!("{inside}:1:{end}"), AddressUse::Pool, "shared")
        },
        AddressBlock {
            need: need(1 << 48),
            ..at(&format!("{inside}:2::"), &format!("{inside}:2:{end}"), AddressUse::Named, "named")
        },
        at(&format!("{inside}:3::"), &format!("{inside}:ffff:ffff:ffff:fffe"), AddressUse::Interfaces, ""),
        at(&format!("{inside}:ffff:{end}"), &format!("{inside}:ffff:{end}"), AddressUse::Aws, ""),
    ];
    let app = at("2001:db8:0:100::", "2001:db8:0:100:ffff:ffff:ffff:ffff", AddressUse::Subnet, "app");
    let data = at(&format!("{inside}::"), &format!("{inside}:ffff:{end}"), AddressUse::Subnet, "data");
    let vpc = at("2001:db8:0:100::", "2001:db8:0:1ff:ffff:ffff:ffff:ffff", AddressUse::Vpc, "");
    let mut plan = plan();
    let data = AddressBlock { parts, ..data };
    plan.blocks.push(AddressBlock { zone: None, parts: vec![app, data], ..vpc });
    plan
}

fn with_plan(options: &Options, plan: AddressPlan) -> Synthesis {
    let mut assembly = sample(options)?;
    let stack = assembly.manifest.deployables[0].stack.as_mut().unwrap();
    stack.address_plans.push(plan);
    Ok(assembly)
}

fn planned(options: &Options) -> Synthesis {
    with_plan(options, plan())
}

fn dual_stack(options: &Options) -> Synthesis {
    with_plan(options, dual_stack_plan())
}

#[test]
fn plan_as_a_table() {
    assert_snapshot!(Place::new().run("plan", planned));
}

#[test]
fn plan_as_data() {
    assert_snapshot!(Place::new().run("plan --format json", planned));
}

#[test]
fn plan_as_a_drawing() {
    assert_snapshot!(Place::new().run("plan --format svg", planned));
}

#[test]
fn ipv6_as_a_table() {
    assert_snapshot!(Place::new().run("plan", dual_stack));
}

#[test]
fn ipv6_as_data() {
    let data = Place::new().run("plan --format json", dual_stack);
    assert_snapshot!(&data[data.find(r#""first": "2001:db8:0:100::""#).unwrap()..]);
}

#[test]
fn ipv6_as_a_drawing() {
    let drawing = Place::new().run("plan --format svg", dual_stack);
    let ipv4 = Place::new().run("plan --format svg", planned);
    let is_of_ipv4 = |line: &&str| !line.starts_with("<svg") && ipv4.lines().any(|other| other == *line);
    let only: Vec<&str> = drawing.lines().filter(|line| !is_of_ipv4(line)).collect();
    assert_snapshot!(only.join("\n"));
}

#[test]
fn a_page_needs_nothing_besides_itself() {
    let page = Place::new().run("plan --format html", planned);
    let drawing = Place::new().run("plan --format svg", planned);
    let drawing = &drawing[drawing.find("<svg").unwrap()..drawing.find("</svg>").unwrap()];
    assert!(page.contains(drawing), "the page has the drawing in it");
    let links: Vec<&str> = page.match_indices("http").map(|(at, _)| &page[at..at + 26]).collect();
    assert_eq!(links, ["http://www.w3.org/2000/svg"], "the name of a language, which is not fetched");
    assert!(["<script", "<link", "@import", "url("].iter().all(|word| !page.contains(word)));
    assert!(page.contains("&lt;user&gt; &amp; co, by prefixes") && !page.contains("<user>"));
    assert_snapshot!(page[page.find("<section>").unwrap()..]);
}

#[test]
fn several_plans_are_one_document() {
    let two = |options: &Options| {
        let mut assembly = planned(options)?;
        let other = AddressPlan { vpc: "cluster/vpc".to_owned(), ..plan() };
        assembly.manifest.deployables[1].stack.as_mut().unwrap().address_plans.push(other);
        Ok(assembly)
    };
    let drawing = Place::new().run("plan --format svg", two);
    assert_eq!(drawing.matches("<svg").count(), 1);
    assert!(drawing.contains("Addresses of network/vpc, cluster/vpc"));
    let table = Place::new().run("plan", two);
    assert_eq!(table.matches(": addresses of ").count(), 2);
}

#[test]
fn plan_of_an_app_that_has_none() {
    assert_snapshot!(Place::new().run("plan", sample));
}

#[test]
fn plan_of_an_app_that_has_none_as_data() {
    assert_snapshot!(Place::new().run("plan --format json", sample));
}
