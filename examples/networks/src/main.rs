//! Networks of every kind: with gateways, dual stack, isolated, imported, and for further interfaces of pods.
//!
//! `cargo run -p networks -- synth --out target/networks` writes their templates, `cargo run -p networks -- plan` shows
//! whose addresses are whose where that is planned.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "networks"));
    let vpc = web_network(&app);
    web_services(&app, &vpc);
    dual_stack_network(&app);
    isolated_network(&app);
    beside_an_existing_network(&app);
    network_of_planes(&app);
    stackwright::run(app)
}

/// Three tiers in two zones with one NAT gateway; the ledger keeps every subnet where it is.
fn web_network(app: &App) -> Vpc {
    let stack = Stack::new(app, "web-network");
    let props = VpcProps::new(cidr!("10.20.0.0/16"))
        .max_azs(2)
        .nat_gateways(1)
        .subnets([Subnets::public("edge", 26), Subnets::private("app", 22), Subnets::isolated("db", 24)])
        .kubernetes_role_tags()
        .lock_default_security_group()
        .flow_logs(FlowLogs::new().traffic(Traffic::Rejected).retention_days(90))
        .ledger(include_str!("../cidr.ledger"));
    let vpc = Vpc::new(&stack, "vpc", props);
    vpc.add_gateway_endpoint("s3", GatewayService::S3);
    vpc
}

/// Security groups of another stack: a load balancer, the servers behind it, and their database.
fn web_services(app: &App, vpc: &Vpc) {
    let stack = Stack::new(app, "web-services");
    let group = |id, description| {
        SecurityGroup::new(
            &stack,
            id,
            SecurityGroupProps::new(vpc).description(description).restrict_egress(),
        )
    };
    let balancer = group("balancer", "Load balancer");
    let servers = group("servers", "Web servers");
    let database = group("database", "Database");
    balancer.allow_ingress(Peer::anyone_ipv4(), Port::tcp(443), "https");
    balancer.allow_egress(&servers, Port::tcp(8443), "requests");
    servers.allow_ingress(&balancer, Port::tcp(8443), "requests");
    servers.allow_egress(&database, Port::tcp(5432), "queries");
    database.allow_ingress(&servers, Port::tcp(5432), "queries");
    database.allow_members(Port::tcp(5432), "replication");
}

/// IPv4 and IPv6 in three zones, with pods in a block of their own.
fn dual_stack_network(app: &App) {
    let stack = Stack::with_props(app, "dual-stack-network", StackProps::new().region("eu-west-1"));
    let pods = cidr!("100.64.0.0/16");
    let props =
        VpcProps::new(cidr!("10.30.0.0/20")).max_azs(3).dual_stack().secondary_blocks([pods]).subnets([
            Subnets::public("edge", 26),
            Subnets::private("nodes", 23),
            Subnets::private("pods", SubnetSize::EvenShare).block(pods),
        ]);
    Vpc::new(&stack, "vpc", props);
}

/// No way out: what the network needs of AWS, it reaches by endpoints. Space is kept for a third zone.
fn isolated_network(app: &App) {
    let stack = Stack::new(app, "isolated-network");
    let props = VpcProps::new(cidr!("10.40.0.0/22")).reserved_azs(1).subnets([
        Subnets::isolated("nodes", SubnetSize::EvenShare),
        Subnets::isolated("later", 26).reserved(),
    ]);
    let vpc = Vpc::new(&stack, "vpc", props);
    vpc.add_gateway_endpoint("s3", GatewayService::S3);
    for service in ["ecr.api", "ecr.dkr", "sts", "ssm"] {
        vpc.add_interface_endpoint(service, InterfaceEndpoint::aws(service));
    }
}

/// A security group in a network that something else made.
fn beside_an_existing_network(app: &App) {
    let stack = Stack::new(app, "beside");
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"])
        .blocks([cidr!("10.50.0.0/16")])
        .subnets([SubnetIds::private("app", ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"])]);
    let vpc = Vpc::from_ids(&stack, "vpc", ids);
    vpc.add_interface_endpoint("sts", InterfaceEndpoint::aws("sts").subnets(SubnetSelection::group("app")));
}

/// Three planes of traffic, in two zones. Their ranges are for four nodes in each zone, of which there are one to three;
/// the ledger keeps them where they are.
fn network_of_planes(app: &App) {
    let stack = Stack::with_props(app, "planes", StackProps::new().region("us-west-2"));
    let groups = [
        Subnets::isolated("nodes", 24),
        Subnets::isolated("management", 26),
        Subnets::isolated("control", 25),
        Subnets::isolated("user", 24),
    ];
    let ledger = include_str!("../cidr.ledger");
    let props = VpcProps::new(cidr!("10.60.0.0/20")).max_azs(2).subnets(groups).ledger(ledger);
    let vpc = Vpc::new(&stack, "vpc", props);

    let plane = |name: &str| SubnetSelection::group(name);
    let plan = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 1..=3).growth(1).instance_type(instance_type!("m5.2xlarge")))
        // Few pods, each with the address that others know it by.
        .network(PlannedNetwork::named("management", plane("management")).pods_per_node("workers", 2))
        .network(PlannedNetwork::pool("control", plane("control")).pods_per_node("workers", 8))
        // Prefixes of the nodes' interfaces: routed to the node by the VPC itself.
        .network(PlannedNetwork::prefixes("user", plane("user")).pods_per_node("workers", 24))
        .pods(PlannedPods::on_nodes("gateway", "workers", 24).interfaces("user", 2).interfaces("control", 1))
        .peer("office", cidr!("192.168.0.0/16"))
        .ledger(ledger);
    let plan = IpPlan::new(&stack, "addresses", &vpc, plan);

    // What the program knows of the plan, charts can use.
    let first = plan.allot("management", 0, 1);
    for address in first {
        Output::new(
            &stack,
            "Console",
            OutputProps::new(address.ipv4().to_string()).description("where the console answers"),
        );
    }
}
