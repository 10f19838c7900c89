//! `plan`.

use insta::assert_snapshot;
use stackwright_assembly::{AddressBlock, AddressPlan, AddressUse, Capacity, Need, Source};
use stackwright_cli::Options;

use crate::app::{Place, Synthesis, sample};

fn block(first: [u8; 4], last: [u8; 4], usage: AddressUse, name: &str) -> AddressBlock {
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

fn planned(options: &Options) -> Synthesis {
    let mut assembly = sample(options)?;
    let stack = assembly.manifest.deployables[0].stack.as_mut().unwrap();
    stack.address_plans.push(plan());
    Ok(assembly)
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
