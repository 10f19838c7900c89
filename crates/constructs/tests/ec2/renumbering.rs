//! A change that moves subnets is seen before it is deployed.

use insta::assert_snapshot;
use stackwright_cfn::read;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{Subnets, Vpc, VpcProps};
use stackwright_core::{App, Stack, StackProps, SynthOptions};

use crate::template;

const LEDGER: &str = "\
[net/vpc]
10.0.0.0/24  ::0  1:eu-west-1a  public
10.0.1.0/24  ::1  2:eu-west-1b  public
10.0.2.0/24  ::2  1:eu-west-1a  db
10.0.3.0/24  ::3  2:eu-west-1b  db
";

/// The template with this many zones, and the warnings where `previous` was written before.
fn synth(zones: usize, ledger: Option<&str>, previous: Option<&str>) -> (String, String) {
    let app = App::new();
    let stack = Stack::with_props(&app, "net", StackProps::new().region("eu-west-1"));
    let zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"].into_iter().take(zones);
    let mut props = VpcProps::new(cidr!("10.0.0.0/16"))
        .availability_zones(zones)
        .dual_stack()
        .subnets([Subnets::public("public", 24), Subnets::isolated("db", 24)]);
    if let Some(ledger) = ledger {
        props = props.ledger(ledger);
    }
    Vpc::new(&stack, "vpc", props);
    let previous = previous.map(str::to_owned);
    let options = SynthOptions::new().previous(move |_| read(previous.as_deref()?).ok());
    let assembly = app.synth(&options).unwrap();
    let template = String::from_utf8(assembly.file("net.template.json").unwrap().to_vec()).unwrap();
    let warnings = assembly.warnings.iter().map(|warning| {
        let hint = warning.hint.as_deref().unwrap_or_default();
        format!("{}: {}\n  {hint}", warning.path.as_deref().unwrap_or_default(), warning.message)
    });
    (template, warnings.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_zone_that_moves_the_subnets_behind_it_is_told() {
    let (before, _) = synth(2, None, None);
    assert_snapshot!(synth(3, None, Some(&before)).1);
}

#[test]
fn nothing_is_told_where_nothing_moves() {
    let (before, warnings) = synth(2, None, None);
    assert_eq!(warnings, "");
    assert_eq!(synth(2, None, Some(&before)).1, "");
    assert_eq!(synth(2, Some(LEDGER), Some(&before)).1, "");
}

#[test]
fn with_a_ledger_a_new_zone_moves_nothing() {
    let (before, _) = synth(2, Some(LEDGER), None);
    let (after, warnings) = synth(3, Some(LEDGER), Some(&before));
    let (before, moved) = (addresses(&before), addresses(&after));
    assert_eq!(before.iter().filter(|subnet| !moved.contains(subnet)).count(), 0, "{before:?} {moved:?}");
    assert_eq!(moved.len(), before.len() + 2);
    assert_snapshot!(warnings);
    // What the warning says to write is what is missing.
    let (_, ledger) = warnings.split_once("let it say\n").unwrap();
    assert_eq!(synth(3, Some(ledger), Some(&after)).1, "");
}

/// The logical id of each subnet with its addresses.
fn addresses(template: &str) -> Vec<(String, String, String)> {
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let subnets = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::EC2::Subnet");
    let address = |(id, subnet): (&String, &serde_json::Value)| {
        let properties = &subnet["Properties"];
        let ipv6 = &properties["Ipv6CidrBlock"]["Fn::Select"][0];
        (id.clone(), properties["CidrBlock"].to_string(), ipv6.to_string())
    };
    subnets.map(address).collect()
}

#[test]
fn the_numbers_of_ipv6_blocks_come_round() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let ledger = "[net/vpc]\n10.0.0.0/24 ::ff 1 app\n10.0.1.0/24 ::0 2 app\n";
    let groups = [Subnets::isolated("app", 24), Subnets::isolated("db", 24)];
    Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.0.0.0/16")).dual_stack().subnets(groups).ledger(ledger));
    let template: serde_json::Value = serde_json::from_str(&template(&app, "net")).unwrap();
    let resources = template["Resources"].as_object().unwrap().values();
    let numbers: Vec<&serde_json::Value> = resources
        .filter(|resource| resource["Type"] == "AWS::EC2::Subnet")
        .map(|subnet| &subnet["Properties"]["Ipv6CidrBlock"]["Fn::Select"][0])
        .collect();
    assert_eq!(numbers, [255, 0, 1, 2]);
}
