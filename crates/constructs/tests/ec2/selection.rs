//! Choosing subnets by group, kind, and zone.

use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{Subnet, SubnetSelection, Subnets, Vpc, VpcProps};
use stackwright_core::{App, Scope, Stack};

fn ids(subnets: &[Subnet]) -> Vec<String> {
    subnets.iter().map(Scope::id).collect()
}

#[test]
fn subnets_are_chosen_by_kind_group_and_zone() {
    let stack = Stack::new(&App::new(), "net");
    let props =
        VpcProps::new(cidr!("10.0.0.0/16")).availability_zones(["eu-west-1a", "eu-west-1b"]).subnets([
            Subnets::public("edge", 24),
            Subnets::private("app", 24),
            Subnets::private("batch", 24),
            Subnets::isolated("db", 24),
        ]);
    let vpc = Vpc::new(&stack, "vpc", props);
    let chosen = |selection| ids(&vpc.select(selection));
    assert_eq!(chosen(SubnetSelection::public()), ["edgeSubnet1", "edgeSubnet2"]);
    assert_eq!(
        chosen(SubnetSelection::private()),
        ["appSubnet1", "appSubnet2", "batchSubnet1", "batchSubnet2"]
    );
    assert_eq!(chosen(SubnetSelection::private().one_per_az()), ["appSubnet1", "appSubnet2"]);
    assert_eq!(chosen(SubnetSelection::isolated()), ["dbSubnet1", "dbSubnet2"]);
    assert_eq!(chosen(SubnetSelection::group("batch")), ["batchSubnet1", "batchSubnet2"]);
    assert_eq!(chosen(SubnetSelection::private().in_zones(["eu-west-1b"])), ["appSubnet2", "batchSubnet2"]);
    let second = vpc.subnets()[1].clone();
    assert_eq!(chosen(SubnetSelection::these([second])), ["edgeSubnet2"]);
}

#[test]
fn without_a_choice_the_least_exposed_subnets_are_meant() {
    let stack = Stack::new(&App::new(), "net");
    let first = |id: &str, groups: Vec<Subnets>| {
        let vpc = Vpc::new(&stack, id, VpcProps::new(cidr!("10.0.0.0/16")).subnets(groups));
        ids(&vpc.select(SubnetSelection::new())).remove(0)
    };
    let (public, private, isolated) =
        (Subnets::public("edge", 24), Subnets::private("app", 24), Subnets::isolated("db", 24));
    assert_eq!(first("all", vec![public.clone(), isolated.clone(), private]), "appSubnet1");
    assert_eq!(first("two", vec![public.clone(), isolated]), "dbSubnet1");
    assert_eq!(first("one", vec![public]), "edgeSubnet1");
}
