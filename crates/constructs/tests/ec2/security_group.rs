//! The rules of security groups: in line, or as resources of their own.

use insta::assert_snapshot;
use stackwright_cfn::functions;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{Peer, Port, SecurityGroup, SecurityGroupProps, Subnets, Vpc, VpcProps};
use stackwright_core::{App, Stack};

use crate::{findings, template};

fn vpc(stack: &Stack) -> Vpc {
    Vpc::new(
        stack,
        "vpc",
        VpcProps::new(cidr!("10.0.0.0/24")).max_azs(1).subnets([Subnets::isolated("db", 26)]),
    )
}

#[test]
fn rules_stand_in_line_unless_they_name_a_group() {
    let app = App::new();
    let network = Stack::new(&app, "network");
    let vpc = vpc(&network);
    let stack = Stack::new(&app, "groups");
    let web = SecurityGroup::new(
        &stack,
        "web",
        SecurityGroupProps::new(&vpc).description("Web servers").name("web"),
    );
    web.allow_ingress(Peer::anyone_ipv4(), Port::tcp(443), "https");
    web.allow_ingress(Peer::anyone_ipv6(), Port::tcp(443), "https");
    web.allow_ingress(Peer::prefix_list("pl-0a1b2c3d"), Port::udp_range(1000..=2000), "");
    web.allow_ingress(cidr!("10.0.0.0/8"), Port::icmp_ping(), "ping");
    // The same rule again changes nothing.
    web.allow_ingress(cidr!("10.0.0.0/8"), Port::icmp_ping(), "ping");

    let db = SecurityGroup::new(&stack, "db", SecurityGroupProps::new(&vpc).restrict_egress());
    db.allow_ingress(&web, Port::tcp(5432), "queries");
    db.allow_members(Port::all_traffic(), "replication");
    // The two groups name each other.
    web.allow_ingress(&db, Port::tcp(8080), "callbacks");
    let cache = SecurityGroup::new(&stack, "cache", SecurityGroupProps::new(&vpc).restrict_egress());
    cache.allow_egress(Peer::ipv6("2001:db8::/32"), Port::protocol(50), "tunnel");
    cache.allow_egress(&db, Port::tcp(5432), "warm-up");
    assert_snapshot!(template(&app, "groups"));
}

#[test]
fn groups_of_dual_stack_networks_reach_everything_by_ipv6_too() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let props =
        VpcProps::new(cidr!("10.0.0.0/24")).max_azs(1).dual_stack().subnets([Subnets::isolated("db", 26)]);
    let vpc = Vpc::new(&stack, "vpc", props);
    let group = SecurityGroup::new(&stack, "group", SecurityGroupProps::new(&vpc));
    let rules = group.resource().unwrap().properties();
    let rules = serde_json::to_value(rules.get("SecurityGroupEgress").unwrap()).unwrap();
    assert_eq!((&rules[0]["CidrIp"], &rules[1]["CidrIpv6"]), (&"0.0.0.0/0".into(), &"::/0".into()));
}

#[test]
fn rules_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = vpc(&stack);
    let group = SecurityGroup::new(&stack, "group", SecurityGroupProps::new(&vpc).description("für alle"));
    group.allow_ingress(cidr!("0.0.0.0/0"), Port::tcp(22), "");
    group.allow_ingress(Peer::ipv6("::/0"), Port::tcp(22), "");
    group.allow_ingress(Peer::ipv6("2001:db8::1/32"), Port::tcp(22), "");
    #[expect(clippy::reversed_empty_ranges, reason = "this is the mistake")]
    group.allow_ingress(cidr!("10.0.0.0/8"), Port::tcp_range(443..=80), "a\nb");
    group.allow_egress(cidr!("10.0.0.0/8"), Port::tcp(80), "");
    group.allow_ingress(Peer::security_group_id("sg-xyz"), Port::tcp(80), "");
    group.allow_ingress(Peer::prefix_list("list"), Port::tcp(80), "");
    SecurityGroup::from_id(&stack, "imported", "sg-xyz");
    assert_snapshot!(findings(&app));
}

#[test]
fn groups_that_have_no_name_yet_are_told_apart() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let group = SecurityGroup::new(&stack, "group", SecurityGroupProps::new(&vpc(&stack)));
    for export in ["one", "two", "one"] {
        group.allow_ingress(Peer::security_group_id(functions::import_value(export)), Port::tcp(443), "");
    }
    let template = template(&app, "net");
    let count = |text: &str| template.matches(text).count();
    assert_eq!((count("AWS::EC2::SecurityGroupIngress"), count("\"one\""), count("\"two\"")), (2, 1, 1));
}
