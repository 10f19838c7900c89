//! The app under test: a network, a stack that uses it, a chart that uses both.

use stackwright_cfn::{Map, functions, json, sub};
use stackwright_core::{
    App, Chart, Condition, Construct, Mapping, MappingProps, Output, OutputProps, Parameter, ParameterProps,
    Resource, Stack, Untyped,
};

pub(crate) struct Shop {
    pub(crate) app: App,
    pub(crate) vpc: Resource<Untyped>,
    pub(crate) group: Resource<Untyped>,
}

/// Made anew for each test, for an app is synthesized once.
pub(crate) fn shop() -> Shop {
    let app = App::new();
    let network = Stack::new(&app, "network");
    let vpc_group = Construct::new(&network, "vpc");
    let vpc = Resource::raw(&vpc_group, "Resource", "AWS::EC2::VPC", Map::new());
    vpc.set_property("CidrBlock", "10.0.0.0/16");
    for (index, name) in ["public", "app", "db"].into_iter().enumerate() {
        let subnet = Resource::raw(&vpc_group, name, "AWS::EC2::Subnet", Map::new());
        subnet.set_property("CidrBlock", format!("10.0.{index}.0/24"));
        subnet.set_property("VpcId", vpc.ref_::<String>());
        let name = json!({ "Key": "Name", "Value": format!("shop/{name}") });
        subnet.set_property("Tags", json!([{ "Key": "tier", "Value": "net" }, name]));
        subnet.set_property("MapPublicIpOnLaunch", index == 0);
    }

    let web = Stack::new(&app, "web");
    let stage = Parameter::<String>::new(&web, "Stage", ParameterProps::new().default("test"));
    let is_live = Condition::new(&web, "IsLive", functions::equals::<String>(stage.value(), "live"));
    Mapping::new(&web, "Sizes", MappingProps::new().value("test", "Count", 1).value("live", "Count", 3));
    let group = Resource::raw(&web, "Group", "AWS::EC2::SecurityGroup", Map::new());
    group.set_property("VpcId", vpc.ref_::<String>());
    group.set_property("GroupDescription", sub!("of {stage}", stage = stage.value()));
    group.set_attribute("DeletionPolicy", "Retain");
    group.condition(&is_live);
    group.override_property("GroupName", "web");
    Output::new(
        &web,
        "GroupId",
        OutputProps::new(group.attr::<String>("GroupId")).condition(is_live.holds()),
    );

    let agents = Chart::new(&app, "agents");
    agents.add(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "settings", "namespace": "kube-system" },
        "data": {
            "vpc": vpc.ref_::<String>(),
            "url": format!("https://{}/shop", vpc.ref_::<String>().token()),
            "script": "set -e\ninstall agent\nstart agent\n",
            "limits.json": r#"{"requests": 5, "bursts": [1, 2]}"#,
        },
    }));
    Shop { app, vpc, group }
}
