//! Escape hatches: applied last, and seen in the manifest.

use insta::assert_snapshot;
use stackwright::aws::ec2;
use stackwright::prelude::*;

use crate::{findings, queue, template};

#[test]
fn overrides_win_over_tags_and_aspects_and_are_listed() {
    let app = App::new();
    app.tag(("owner", "app"));
    let stack = Stack::new(&app, "stack");
    let vpc =
        Resource::new(&stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16").enable_dns_support(true));
    app.aspect(|resource| resource.properties_mut().set("EnableDnsSupport", false));
    vpc.override_property("Tags.0.Value", "override");
    vpc.delete_property("EnableDnsSupport");
    vpc.add_metadata("Why", "to show it");
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert_snapshot!(String::from_utf8_lossy(assembly.file("stack.template.json").unwrap()));
    let listed = &assembly.deployable("stack").unwrap().source_map[0].overrides;
    assert_eq!(*listed, ["Tags.0.Value", "EnableDnsSupport"]);
}

#[test]
fn a_path_that_leads_nowhere_is_an_error() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let subnet = ec2::Subnet::new(ec2::SubnetRequired { vpc_id: "vpc-01234567".into() });
    let subnet = Resource::new(&stack, "Subnet", subnet);
    subnet.delete_property("CidrBlok");
    subnet.delete_property("VpcId");
    subnet.override_property("Tags..Key", "x");
    assert_snapshot!(findings(&app));
}

#[test]
fn typed_properties_can_be_edited_later() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let vpc = Resource::new(&stack, "Vpc", ec2::Vpc::new());
    vpc.edit(|vpc| vpc.cidr_block("10.0.0.0/16"));
    assert_eq!(vpc.properties().get("CidrBlock").unwrap().as_str(), Some("10.0.0.0/16"));
    assert!(template(&app, "stack").contains("10.0.0.0/16"));
}

#[test]
fn an_edit_may_look_around_in_the_tree() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let (first, second) = (queue(&stack, "First"), queue(&stack, "Second"));
    first.edit(|queue| queue.property("Name", format!("{}-{}", stack.name(), second.logical_id())));
    assert!(template(&app, "stack").contains("stack-Second"));
}

#[test]
fn an_override_is_told_at_its_own_line() {
    let makes: [fn(&Resource<Untyped>) -> u32; 3] = [
        |queue| (queue.override_property("", 1), line!()).1,
        |queue| (queue.delete_property("Nowhere"), line!()).1,
        |queue| (queue.override_logical_id(""), line!()).1,
    ];
    for make in makes {
        let app = App::new();
        let queue = queue(&Stack::new(&app, "stack"), "Queue");
        let line = make(&queue);
        let findings = app.synth(&SynthOptions::new()).unwrap_err();
        let told: Vec<_> = findings.iter().map(|one| one.source.as_ref().unwrap().line).collect();
        assert_eq!(told, [line]);
    }
}
