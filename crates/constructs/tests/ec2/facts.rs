//! What is in a network's template, without logical ids: the lines that `facts.mjs` writes for the AWS CDK's.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// A resource with its logical id.
struct Resource<'a> {
    id: &'a str,
    kind: &'a str,
    properties: &'a Json,
    depends_on: Vec<&'a str>,
}

/// One line for the VPC, for each subnet, and for each endpoint, in alphabetical order.
pub(crate) fn facts(template: &Json) -> Vec<String> {
    let resources: Vec<Resource<'_>> =
        template["Resources"].as_object().unwrap().iter().map(resource).collect();
    let of = |kind: &'static str| resources.iter().filter(move |resource| resource.kind == kind);
    let has = |kind, word: &str| of(kind).next().map(|_| word.to_owned());
    let subnets: BTreeMap<&str, &str> =
        of("Subnet").map(|subnet| (subnet.id, name(subnet).rsplit('/').next().unwrap())).collect();
    let table_of: BTreeMap<&str, &str> = of("SubnetRouteTableAssociation")
        .map(|link| (reference(&link.properties["SubnetId"]), reference(&link.properties["RouteTableId"])))
        .collect();
    let subnet_of: BTreeMap<&str, &str> =
        table_of.iter().map(|(subnet, table)| (*table, subnets[subnet])).collect();
    let nat_in = |id: &Json| {
        let nat = of("NatGateway").find(|nat| nat.id == reference(id)).unwrap();
        subnets[reference(&nat.properties["SubnetId"])]
    };

    let vpc = of("VPC").next().unwrap();
    let mut lines = vec![join([
        Some("vpc".to_owned()),
        text(&vpc.properties["CidrBlock"]),
        text(&vpc.properties["InstanceTenancy"]),
        Some(format!("dns-hostnames={}", vpc.properties["EnableDnsHostnames"])),
        Some(format!("dns-support={}", vpc.properties["EnableDnsSupport"])),
        has("VPCCidrBlock", "ipv6"),
        has("InternetGateway", "internet-gateway"),
        has("VPCGatewayAttachment", "attached"),
        has("EgressOnlyInternetGateway", "egress-only-gateway"),
        Some(format!("name={}", name(vpc))),
    ])];
    for subnet in of("Subnet") {
        let properties = subnet.properties;
        let zone = &properties["AvailabilityZone"];
        let ipv6 = &properties["Ipv6CidrBlock"]["Fn::Select"];
        let nat = of("NatGateway").find(|nat| reference(&nat.properties["SubnetId"]) == subnet.id);
        let routes =
            of("Route").filter(|route| reference(&route.properties["RouteTableId"]) == table_of[subnet.id]);
        let routes = routes.map(|route| {
            let to = route.properties;
            let destination =
                text(&to["DestinationCidrBlock"]).or_else(|| text(&to["DestinationIpv6CidrBlock"]));
            let target = if to["NatGatewayId"].is_object() {
                format!("nat in {}", nat_in(&to["NatGatewayId"]))
            } else if to["EgressOnlyInternetGatewayId"].is_object() {
                "egress-only-gateway".to_owned()
            } else {
                assert!(to["GatewayId"].is_object());
                "internet-gateway".to_owned()
            };
            let waits =
                of("VPCGatewayAttachment").any(|attachment| route.depends_on.contains(&attachment.id));
            Some(format!("{} to {target}{}", destination.unwrap(), if waits { " once attached" } else { "" }))
        });
        let mut facts = vec![
            Some(subnets[subnet.id].to_owned()),
            text(&properties["CidrBlock"]),
            text(zone).or_else(|| Some(format!("zone {}", zone["Fn::Select"][0]))),
            (properties["MapPublicIpOnLaunch"] == true).then(|| "public-ip".to_owned()),
            ipv6.is_array().then(|| format!("ipv6 block {} of {}", ipv6[0], ipv6[1]["Fn::Cidr"][1])),
            (properties["AssignIpv6AddressOnCreation"] == true).then(|| "ipv6-address".to_owned()),
            nat.map(|nat| match nat.properties["AllocationId"].is_object() {
                true => "nat-gateway with its own address".to_owned(),
                false => "nat-gateway".to_owned(),
            }),
        ];
        let mut routes: Vec<_> = routes.collect();
        routes.sort();
        facts.extend(routes);
        facts.push(Some(format!("name={}", name(subnet))));
        lines.push(join(facts));
    }
    for endpoint in of("VPCEndpoint") {
        let properties = endpoint.properties;
        let service = properties["ServiceName"]["Fn::Sub"].as_str().unwrap();
        let service = service.strip_prefix("com.amazonaws.${AWS::Region}.").unwrap();
        let list = |key: &str| properties[key].as_array().into_iter().flatten().map(reference);
        let places = list("RouteTableIds").map(|table| subnet_of[table]);
        let mut places = places.chain(list("SubnetIds").map(|subnet| subnets[subnet])).collect::<Vec<_>>();
        places.sort_unstable();
        lines.push(join([
            Some(format!("endpoint {service}")),
            text(&properties["VpcEndpointType"]),
            (properties["PrivateDnsEnabled"] == true).then(|| "private-dns".to_owned()),
            Some(places.join(" ")),
        ]));
    }
    lines.sort();
    lines
}

fn resource<'a>((id, resource): (&'a String, &'a Json)) -> Resource<'a> {
    let depends_on = match &resource["DependsOn"] {
        Json::String(one) => vec![one.as_str()],
        Json::Array(several) => several.iter().map(|id| id.as_str().unwrap()).collect(),
        _ => vec![],
    };
    let kind = resource["Type"].as_str().unwrap();
    Resource {
        id,
        kind: kind.strip_prefix("AWS::EC2::").unwrap_or(kind),
        properties: &resource["Properties"],
        depends_on,
    }
}

fn name<'a>(resource: &Resource<'a>) -> &'a str {
    let tags = resource.properties["Tags"].as_array().unwrap();
    tags.iter().find(|tag| tag["Key"] == "Name").unwrap()["Value"].as_str().unwrap()
}

fn reference(value: &Json) -> &str {
    value["Ref"].as_str().unwrap()
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn join(facts: impl IntoIterator<Item = Option<String>>) -> String {
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
