//! What the application promises, beyond that its output is as it was.

use stackwright::prelude::*;
use stackwright_testing::{Synthesis, absent, any, containing, document, matching, reference};

fn synthesis() -> Synthesis {
    let app = App::new();
    crate::describe(&app);
    Synthesis::of(&app)
}

#[test]
fn there_are_two_zones_and_one_way_out() {
    let synthesis = synthesis();
    let network = synthesis.template("eks-cluster-vpc-stack-001");
    network.has_count("AWS::EC2::Subnet", 6);
    network.has_count("AWS::EC2::NatGateway", 1);
    network.all_resources("AWS::EC2::Subnet", json!({ "CidrBlock": matching(r"^10\.10\.[0-5]\.0/24$") }));
}

#[test]
fn the_subnets_of_further_interfaces_have_no_way_out() {
    let synthesis = synthesis();
    let network = synthesis.template("eks-cluster-vpc-stack-001");
    for zone in 1..=2 {
        let table = reference(format!("eks-cluster-vpc-stack-001/vpc/dbSubnet{zone}/RouteTable"));
        network
            .has_resource("AWS::EC2::SubnetRouteTableAssociation", json!({ "RouteTableId": table.clone() }));
        network.has_no_resource("AWS::EC2::Route", json!({ "RouteTableId": table }));
    }
}

#[test]
fn nodes_are_those_of_the_launch_template() {
    let synthesis = synthesis();
    let cluster = synthesis.template("eks-cluster-stack-001");
    let group = json!({ "LaunchTemplate": { "Id": any(), "Version": any() }, "DiskSize": absent() });
    cluster.has_resource("AWS::EKS::Nodegroup", group);
    let data = json!({ "MetadataOptions": { "HttpTokens": "required" } });
    cluster.has_resource("AWS::EC2::LaunchTemplate", json!({ "LaunchTemplateData": data }));
}

#[test]
fn pods_ask_for_addresses_of_the_network_they_are_attached_to() {
    let synthesis = synthesis();
    let config = json!({ "type": "ipvlan", "mode": "l2", "master": "ens6", "ipam": { "type": "static" } });
    let networks = synthesis.manifest("multus-stack-001");
    networks
        .object("NetworkAttachmentDefinition", "ipvlan-conf-1")
        .is_like(json!({ "spec": { "config": document(config) } }));

    let attachment = json!({ "name": "ipvlan-conf-1", "ips": [matching(r"^10\.10\.4\.\d+/24$")] });
    let annotation = json!({ "k8s.v1.cni.cncf.io/networks": document(containing([attachment])) });
    // The first zone's, which `eks-cluster-stack-001` tells.
    let zone = functions::select::<String>(0, functions::get_azs(""));
    let selector = json!({ "topology.kubernetes.io/zone": zone });
    let pods = synthesis.manifest("multus-sample-apps-stack-001");
    pods.has_count("Pod", 2);
    pods.all_objects(
        "Pod",
        json!({ "metadata": { "annotations": annotation }, "spec": { "nodeSelector": selector } }),
    );
}

#[test]
fn nothing_is_overridden_and_nothing_is_wrong() {
    let synthesis = synthesis();
    synthesis.has_no_findings();
    for stack in ["eks-cluster-vpc-stack-001", "eks-cluster-stack-001"] {
        assert_eq!(synthesis.template(stack).overrides(), []);
    }
}

#[test]
#[ignore = "takes a while in a debug build: `tests/real/run bytes` runs it"]
fn a_thousand_syntheses_give_the_same_bytes() {
    let synth = || {
        let app = App::new();
        crate::describe(&app);
        app.synth(&SynthOptions::new()).unwrap()
    };
    let first = synth();
    for _ in 1..1_000 {
        assert!(synth() == first);
    }
}
