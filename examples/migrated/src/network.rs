//! The stack `network`, as its template described it.

use stackwright::prelude::*;

/// Describes the stack.
pub(crate) fn describe(app: &App) {
    let stack = Stack::with_props(
        app,
        "network",
        StackProps::new().description("A network with one public subnet in each of up to three zones"),
    );
    stack.add_metadata(
        "AWS::CloudFormation::Interface",
        json!({
            "ParameterGroups": [
                { "Label": { "default": "Network" }, "Parameters": ["VpcCidr", "Zones"] },
            ],
        }),
    );

    let vpc_cidr = Parameter::new(
        &stack,
        "VpcCidr",
        ParameterProps::<String>::new().default("10.0.0.0/16").allowed_pattern("^[0-9./]+$").min_length(9),
    );
    let zones =
        Parameter::new(&stack, "Zones", ParameterProps::<i64>::new().default(2).allowed_values([2, 3]));
    let peers = Parameter::new(
        &stack,
        "Peers",
        ParameterProps::<Vec<String>>::new().default(["10.1.0.0/16", "10.2.0.0/16"]),
    );
    let key_name = Parameter::new(
        &stack,
        "KeyName",
        ParameterProps::<String>::of_type("AWS::EC2::KeyPair::KeyName")
            .constraint_description("the name of a key pair"),
    );
    let image = Parameter::new(
        &stack,
        "Image",
        ParameterProps::<String>::of_type("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>")
            .set("Default", json!("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")),
    );
    let sizes = Mapping::new(
        &stack,
        "Sizes",
        MappingProps::new()
            .value("us-east-1", "bastion", "t3.small")
            .value("us-east-1", "ports", json!(["22", "443"]))
            .value("eu-west-1", "bastion", "t3.micro")
            .value("eu-west-1", "ports", json!(["22", "443"])),
    );
    let has_two = Condition::new(&stack, "HasTwo", functions::equals::<i64>(zones.value(), 2));
    let has_three = Condition::new(&stack, "HasThree", functions::not(has_two.holds()));
    let in_main = Condition::new(
        &stack,
        "InMain",
        functions::and([has_three.holds(), functions::equals::<String>(pseudo::region(), "us-east-1")]),
    );
    Rule::new(
        &stack,
        "KnownZones",
        RuleProps::new()
            .assert(functions::contains(["2", "3"], zones.value().assume::<String>()), "two or three zones"),
    );
    let gateway = Resource::new(&stack, "Gateway", l1::ec2::InternetGateway::new());
    let vpc = Resource::new(
        &stack,
        "Vpc",
        l1::ec2::Vpc::new()
            .cidr_block(vpc_cidr.value())
            .enable_dns_support(true)
            .instance_tenancy("default")
            .tags([
                l1::Tag::of("Name", sub!("{stack_name}-vpc", stack_name = pseudo::stack_name())),
                l1::Tag::of("team", "network"),
            ]),
    );
    let gateway_attachment = Resource::new(
        &stack,
        "GatewayAttachment",
        l1::ec2::VpcGatewayAttachment::new(l1::ec2::VpcGatewayAttachmentRequired { vpc_id: vpc.ref_() })
            .internet_gateway_id(gateway.ref_()),
    );
    let routes = Resource::new(
        &stack,
        "Routes",
        l1::ec2::RouteTable::new(l1::ec2::RouteTableRequired { vpc_id: vpc.ref_() }),
    );
    let default_route = Resource::new(
        &stack,
        "DefaultRoute",
        l1::ec2::Route::new(l1::ec2::RouteRequired { route_table_id: routes.ref_() })
            .destination_cidr_block("0.0.0.0/0")
            .gateway_id(gateway.ref_()),
    );
    default_route.depends_on(&gateway_attachment);
    let first_subnet = Resource::new(
        &stack,
        "FirstSubnet",
        l1::ec2::Subnet::new(l1::ec2::SubnetRequired { vpc_id: vpc.ref_() })
            .availability_zone(functions::select::<String>(0, functions::get_azs("")))
            .cidr_block(functions::select::<String>(0, functions::cidr(vpc.attr_cidr_block(), 6, 8)))
            .map_public_ip_on_launch(true),
    );
    let third_subnet = Resource::new(
        &stack,
        "ThirdSubnet",
        l1::ec2::Subnet::new(l1::ec2::SubnetRequired { vpc_id: vpc.ref_() })
            .availability_zone(functions::select::<String>(2, functions::get_azs(pseudo::region())))
            .cidr_block("10.0.2.0/24"),
    );
    third_subnet.condition(&has_three);
    let bastions = Resource::new(
        &stack,
        "Bastions",
        l1::ec2::SecurityGroup::new(l1::ec2::SecurityGroupRequired { group_description: "bastions".into() })
            .vpc_id(vpc.ref_())
            .security_group_ingress([
                Value::<l1::ec2::security_group::Ingress>::from(
                    l1::ec2::security_group::Ingress::new(l1::ec2::security_group::IngressRequired {
                        ip_protocol: "tcp".into(),
                    })
                    .from_port(22)
                    .to_port(22)
                    .cidr_ip(functions::select::<String>(0, peers.value())),
                ),
                functions::if_::<l1::ec2::security_group::Ingress>(
                    in_main.holds(),
                    l1::ec2::security_group::Ingress::new(l1::ec2::security_group::IngressRequired {
                        ip_protocol: "-1".into(),
                    })
                    .cidr_ip(vpc_cidr.value()),
                    pseudo::no_value::<l1::ec2::security_group::Ingress>(),
                ),
            ]),
    );
    let bastion = Resource::new(
        &stack,
        "Bastion",
        l1::ec2::Instance::new()
            .image_id(image.value())
            .key_name(key_name.value())
            .metadata_options(
                l1::ec2::instance::MetadataOptions::new()
                    .http_tokens(l1::ec2::instance::MetadataOptions::HTTP_TOKENS_REQUIRED),
            )
            .instance_type(sizes.find::<String>(pseudo::region(), "bastion"))
            .subnet_id(first_subnet.ref_())
            .security_group_ids([bastions.attr_group_id()])
            .user_data(functions::base64(sub!(
                r#"#!/bin/bash
echo "{join} ${{HOME}} {{braces}}"
/opt/aws/bin/cfn-signal --stack {stack_name} --resource Bastion --region {region}
"#,
                join = functions::join("-", [Value::<String>::from("hello"), pseudo::stack_name()]),
                stack_name = pseudo::stack_name(),
                region = pseudo::region()
            ))),
    );
    bastion.creation_policy(CreationPolicy::new().timeout("PT5M"));
    bastion.add_metadata(
        "AWS::CloudFormation::Init",
        json!({
            "config": {
                "files": {
                    "/etc/motd": { "content": sub!("welcome to {vpc}\n", vpc = vpc.ref_()) },
                },
            },
        }),
    );
    let entry = Output::new(
        &stack,
        "VpcOutput",
        OutputProps::new(vpc.ref_())
            .description("the network")
            .export(sub!("{stack_name}-vpc", stack_name = pseudo::stack_name())),
    );
    entry.override_logical_id("Vpc");
    let entry = Output::new(
        &stack,
        "ThirdSubnetOutput",
        OutputProps::new(third_subnet.ref_()).condition(has_three.holds()),
    );
    entry.override_logical_id("ThirdSubnet");
    Output::new(
        &stack,
        "Database",
        OutputProps::new(sub!("{{{{resolve:ssm:/db/{stack_name}}}}}", stack_name = pseudo::stack_name())),
    );
}
