//! What there is: a network, and who may talk to whom in it.

use stackwright::prelude::*;

/// Everything; the names of stacks begin with `name`.
pub(crate) fn describe(app: &App, name: &str) {
    app.tag(("project", name));
    let vpc = network(app, name);
    web(app, name, &vpc);
}

/// Subnets of three kinds in two zones, and one way out for the private ones.
fn network(app: &App, name: &str) -> Vpc {
    let stack = Stack::new(app, &format!("{name}-network"));
    let props = VpcProps::new(cidr!("10.20.0.0/16"))
        .max_azs(2)
        .nat_gateways(1)
        .subnets([
            Subnets::public("edge", 24),
            Subnets::private("app", 20),
            Subnets::isolated("data", 24),
        ]);
    Vpc::new(&stack, "vpc", props)
}

/// The servers of a web site, in a stack that uses the network of another one.
fn web(app: &App, name: &str, vpc: &Vpc) {
    let stack = Stack::new(app, &format!("{name}-web"));
    let props = SecurityGroupProps::new(vpc).description("web servers");
    let servers = SecurityGroup::new(&stack, "servers", props);
    let inside = cidr!("10.20.0.0/16");
    servers.allow_ingress(inside, Port::tcp(443), "https from inside");
}
