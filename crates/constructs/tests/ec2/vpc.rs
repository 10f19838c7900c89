//! t
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::*;
use stackwright_core::*;

#[test]
fn show() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = Vpc::new(
        &stack,
        "vpc",
        VpcProps::new(cidr!("10.10.0.0/16")).nat_gateways(1).kubernetes_role_tags()
            .subnets([Subnets::public("public", 24), Subnets::private("app", 24), Subnets::isolated("db", 24)]),
    );
    let sg = SecurityGroup::new(&stack, "web", SecurityGroupProps::new(&vpc).restrict_egress());
    sg.allow_members(Port::tcp(80), "x");
    sg.allow_ingress(vpc.cidr().unwrap(), Port::tcp(80), "x");
    let out = app.synth(&SynthOptions::default()).unwrap();
    println!("{}", String::from_utf8_lossy(out.file("net.template.json").unwrap()));
}
