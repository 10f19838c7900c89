//! What is wrong with a network is told all at once, and how to mend it.

use insta::assert_snapshot;
use stackwright_constructs::ec2::{
    FlowLogs, GatewayService, InterfaceEndpoint, SubnetIds, SubnetSelection, SubnetSize, Subnets, Vpc,
    VpcIds, VpcProps,
};
use stackwright_constructs::{cidr, ipv6_cidr};
use stackwright_core::{App, Stack, StackProps};
use stackwright_testing::Synthesis;

use crate::findings;

#[test]
fn groups_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let props = VpcProps::new(cidr!("10.0.0.0/16"))
        .secondary_blocks([cidr!("10.0.128.0/17"), cidr!("10.1.0.0/24")])
        .nat_gateway_group("app")
        .subnets([
            Subnets::public("a/b", 24),
            Subnets::private("app", 24).public_ip_on_launch(true),
            Subnets::isolated("app", 26).block(cidr!("10.1.0.0/24")).ipv6_address_on_creation(true),
            Subnets::isolated("far", 24).block(cidr!("10.9.0.0/16")),
            Subnets::isolated("huge", 8),
        ]);
    Vpc::new(&stack, "vpc", props);
    assert_snapshot!(findings(&app));
}

#[test]
fn zones_that_cannot_be() {
    let app = App::new();
    let unknown = Stack::new(&app, "unknown");
    Vpc::new(&unknown, "three", VpcProps::new(cidr!("10.0.0.0/16")).max_azs(3));
    let none: [&str; 0] = [];
    Vpc::new(&unknown, "none", VpcProps::new(cidr!("10.0.0.0/16")).availability_zones(none));
    let known = Stack::with_props(&app, "known", StackProps::new().region("eu-west-1"));
    Vpc::new(&known, "three", VpcProps::new(cidr!("10.0.0.0/16")).max_azs(3));
    let zones = ["eu-west-1a", "eu-west-1a", "us-east-1a"];
    Vpc::new(&known, "both", VpcProps::new(cidr!("10.0.0.0/16")).max_azs(2).availability_zones(zones));
    assert_snapshot!(findings(&app));
}

#[test]
fn gateways_without_a_place_or_a_purpose() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let private = || [Subnets::private("app", 24)];
    let both = || [Subnets::public("public", 24), Subnets::private("app", 24)];
    let vpc = |id: &str, props: VpcProps| Vpc::new(&stack, id, props);
    vpc("no-public", VpcProps::new(cidr!("10.0.0.0/16")).subnets(private()));
    vpc("no-way-out", VpcProps::new(cidr!("10.0.0.0/16")).nat_gateways(0).subnets(both()));
    let elsewhere = [Subnets::private("app", 24).egress_elsewhere()];
    vpc("elsewhere", VpcProps::new(cidr!("10.0.0.0/16")).nat_gateways(0).subnets(elsewhere));
    vpc("no-internet", VpcProps::new(cidr!("10.0.0.0/16")).internet_gateway(false).subnets(both()));
    vpc("no-group", VpcProps::new(cidr!("10.0.0.0/16")).nat_gateway_group("web").subnets(both()));
    let addresses = ["eipalloc-0a1b2c3d"];
    vpc("one-address", VpcProps::new(cidr!("10.0.0.0/16")).nat_gateway_addresses(addresses).subnets(both()));
    vpc("no-dns", VpcProps::new(cidr!("10.0.0.0/16")).dns_support(false).dns_hostnames(true));
    vpc("one-week", VpcProps::new(cidr!("10.0.0.0/16")).flow_logs(FlowLogs::new().retention_days(8)));
    assert_snapshot!(findings(&app));
}

#[test]
fn plans_that_do_not_fit() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let too_many = [Subnets::public("public", 25), Subnets::private("app", 25)];
    Vpc::new(&stack, "full", VpcProps::new(cidr!("10.0.0.0/24")).subnets(too_many));
    let nothing_left = [Subnets::public("public", 25), Subnets::private("app", SubnetSize::EvenShare)];
    Vpc::new(&stack, "shared", VpcProps::new(cidr!("10.0.0.0/24")).subnets(nothing_left));
    Vpc::new(&stack, "vast", VpcProps::new(cidr!("10.0.0.0/8")));
    assert_snapshot!(findings(&app));
}

#[test]
fn ledgers_that_contradict_or_fall_behind() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let groups = || [Subnets::public("public", 24), Subnets::isolated("db", 24)];
    let props = || VpcProps::new(cidr!("10.0.0.0/16")).max_azs(2).subnets(groups());
    let behind = "[net/behind]\n10.0.0.0/24 1 public\n10.0.7.0/24 1 gone\n10.0.1.0/24 2 public\n";
    Vpc::new(&stack, "behind", props().ledger(behind));
    Vpc::new(&stack, "bad", props().ledger("[net/bad]\n10.0.0.0/24 public\n"));
    Vpc::new(&stack, "contrary", props().ledger("[net/contrary]\n10.0.0.0/25 1 public\n10.9.0.0/24 1 db\n"));
    assert_snapshot!(findings(&app));
}

#[test]
fn selections_and_imports_that_find_nothing() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.0.0.0/16")));
    vpc.select(SubnetSelection::isolated());
    vpc.select(SubnetSelection::group("Db"));
    vpc.select(SubnetSelection::public().in_zones(["eu-west-1a"]));
    let ids = VpcIds::new("vpc-1", ["eu-west-1a", "eu-west-1b"]).subnets([
        SubnetIds::private("app", ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]),
        SubnetIds::public("web", ["subnet-0a1b2c4d"]).route_tables(["rtb-0a1b2c4d", "rtb-0a1b2c4e"]),
    ]);
    let imported = Vpc::from_ids(&stack, "imported", ids);
    imported.select(SubnetSelection::private().in_zones(["eu-west-1c"]));
    imported.add_interface_endpoint("sts", InterfaceEndpoint::aws("sts"));
    assert_snapshot!(findings(&app));
}

#[test]
fn imported_blocks_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let ids = ["subnet-0a1b2c3d", "subnet-0a1b2c3e"];
    let blocks = [ipv6_cidr!("2001:db8::/64"), ipv6_cidr!("2001:db8::/60")];
    let ids = VpcIds::new("vpc-0a1b2c3d", ["eu-west-1a", "eu-west-1b"]).subnets([
        SubnetIds::isolated("app", ids)
            .blocks([cidr!("10.0.0.0/24"), cidr!("10.0.1.0/24")])
            .ipv6_blocks(blocks),
        SubnetIds::isolated("db", ids).blocks([cidr!("10.0.2.0/24"), cidr!("10.0.0.128/25")]),
        SubnetIds::isolated("small", ids).ipv6_blocks([ipv6_cidr!("2001:db8:0:ff::/80")]),
    ]);
    Vpc::from_ids(&stack, "imported", ids);
    Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.0.0.0/16")));
    assert_snapshot!(findings(&app));
}

#[test]
fn a_finding_points_at_the_setting_it_is_about() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let start = line!();
    let public = Subnets::public("public", 24);
    let private = Subnets::private("app", 29);
    let props = VpcProps::new(cidr!("10.0.0.0/16"))
        .max_azs(3)
        .ledger("[net/vpc]\nnonsense")
        .nat_gateway_group("nowhere")
        .dns_hostnames(true)
        .dns_support(false)
        .flow_logs(FlowLogs::new().retention_days(2))
        .subnets([public, private]);
    Vpc::new(&stack, "vpc", props);
    let synthesis = Synthesis::of(&app);
    let told = [
        ("subnet-size", 2),
        ("address-ledger-syntax", 5),
        ("nat-gateway-group", 6),
        ("dns-hostnames-without-support", 7),
        ("log-retention", 9),
        ("zones-of-unknown-region", 4),
    ];
    assert_eq!(synthesis.findings().codes(), told.map(|(code, _)| code));
    for (code, line) in told {
        synthesis.findings().with_code(code).on_line(start + line);
    }
}

#[test]
fn of_two_groups_of_one_name_the_second_is_wrong() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let first = Subnets::isolated("db", 24);
    let second = Subnets::isolated("db", 24);
    Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.0.0.0/16")).subnets([first, second]));
    Synthesis::of(&app).has_error("subnet-group-twice").count(1).on_line(line!() - 2);
}

#[test]
fn a_default_group_points_at_its_vpc() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let props = VpcProps::new(cidr!("10.0.0.0/28"));
    Vpc::new(&stack, "vpc", props);
    Synthesis::of(&app).has_error("subnets-do-not-fit").count(1).on_line(line!() - 1);
}

#[test]
fn what_a_flawed_network_lacks_is_told_once() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let groups = [Subnets::public("public", 24), Subnets::private("app", 24)];
    let props =
        VpcProps::new(cidr!("10.0.0.0/26")).nat_gateway_addresses(["eipalloc-0a1b2c3d"]).subnets(groups);
    let vpc = Vpc::new(&stack, "vpc", props);
    assert!(vpc.select(SubnetSelection::group("app")).is_empty());
    vpc.add_interface_endpoint("queues", InterfaceEndpoint::aws("sqs"));
    vpc.add_gateway_endpoint("files", GatewayService::S3);
    let nowhere = Vpc::new(&stack, "nowhere", VpcProps::new(cidr!("10.0.0.0/16")).max_azs(0));
    assert!(nowhere.select(SubnetSelection::new()).is_empty());
    let told = ["subnets-do-not-fit", "subnets-do-not-fit", "no-zones"];
    assert_eq!(Synthesis::of(&app).findings().codes(), told);
}
