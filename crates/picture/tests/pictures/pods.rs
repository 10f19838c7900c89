//! Networks of pods, and pods in them.

use insta::assert_snapshot;
use stackwright_assembly::{
    AddressBlock, AddressPlan, AddressUse, ClusterFacts, Environment, Kind, Source, StackFacts,
};
use stackwright_picture::{ArrowKind, ShapeKind};

use crate::assembly::{binding, deployable, lines, network};

const CLUSTER: &str = r#"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Data: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Cluster: {Type: AWS::EKS::Cluster, Properties: {Name: main, Version: "1.35", ResourcesVpcConfig: {SubnetIds: [!Ref Data]}}}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateData: {UserData: !Base64 {"Fn::Sub": "join ${Cluster}"}}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      VPCZoneIdentifier: [!Ref Data]
      LaunchTemplate: {LaunchTemplateId: !Ref Template}
      LifecycleHookSpecificationList: [{NotificationMetadata: "me/0"}]
      Tags: [{Key: networks.stackwright/owner, Value: me}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          OWNER: me
          NETWORKS: !Sub '[{"name":"user","subnets":["${Data}"],"addresses":{"Ipv4PrefixCount":2,"Ipv6PrefixCount":1}},{"name":"gone","subnets":[]}]'
Outputs:
  Name: {Value: !Ref Cluster}
"#;

const CHART: &str = r#"
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: data, namespace: planes}
spec:
  config: '{"plugins":[{"type":"ipvlan","master":"ens6","mode":"l3","ipam":{"type":"host-local","ranges":[[{"subnet":"10.0.1.0/24","rangeStart":"10.0.1.16","rangeEnd":"10.0.1.31"}]]}},{"type":"sbr"}]}'
---
{apiVersion: k8s.cni.cncf.io/v1, kind: NetworkAttachmentDefinition, metadata: {name: user, namespace: planes}, spec: {}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: planes}
spec:
  replicas: 3
  template:
    metadata: {annotations: {k8s.v1.cni.cncf.io/networks: "data@n1, planes/user, other/far"}}
    spec: {containers: [{name: a, image: b}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: planes}
spec:
  jobTemplate: {spec: {template: {metadata: {annotations: {k8s.v1.cni.cncf.io/networks: '[{"name":"data","ips":["10.0.1.17/24"]}]'}}, spec: {}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: agent}, spec: {hostNetwork: true, containers: []}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: no-pod}}
"#;

#[test]
fn pods_are_in_the_cluster_that_their_chart_goes_to() {
    let mut chart = deployable("apps", Kind::Chart, &["base"]);
    chart.bindings.push(binding("base", "Name"));
    let name = chart.bindings[0].placeholder.clone();
    chart.cluster = Some(ClusterFacts { name, environment: Environment::default(), role: None });
    let picture = network(vec![(deployable("base", Kind::Stack, &[]), CLUSTER), (chart, CHART)]);
    assert_snapshot!(lines(&picture));
    let agent = picture.shapes().iter().find(|shape| shape.name == "agent").unwrap();
    assert!(agent.properties.iter().any(|property| property.name == "on the network of its node"));
}

#[test]
fn a_chart_may_go_to_a_cluster_by_its_name_or_to_any() {
    let to = |name: Option<&str>| {
        let mut chart = deployable("apps", Kind::Chart, &[]);
        chart.cluster = name.map(|name| ClusterFacts { name: name.to_owned(), ..ClusterFacts::default() });
        let picture = network(vec![(deployable("base", Kind::Stack, &[]), CLUSTER), (chart, CHART)]);
        let pods = picture.shapes().iter().find(|shape| shape.name == "agent").unwrap();
        pods.within.clone().unwrap()
    };
    assert_eq!(to(Some("main")), "base/Cluster");
    assert_eq!(to(Some("legacy")), "(outside)/legacy");
    assert_eq!(to(None), "(outside)/cluster");
}

#[test]
fn planned_addresses_are_those_of_the_networks_that_hand_them_out() {
    let network = |name: &str, first: &str| {
        let ipam = format!(
            r#"{{"type":"whereabouts","range":"10.0.1.0/24","range_start":"{first}","range_end":"10.0.1.63"}}"#
        );
        let config = format!(r#"{{"type":"ipvlan","master":"user","ipam":{ipam}}}"#);
        let head = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition";
        format!("{head}\nmetadata: {{name: {name}}}\nspec: {{config: '{config}'}}\n---\n")
    };
    let block = |usage, [first, last]: [[u8; 4]; 2], name: &str, parts| AddressBlock {
        first: first.into(),
        last: last.into(),
        usage,
        name: name.to_owned(),
        zone: None,
        path: "base/Data".to_owned(),
        source: Source { file: "src/main.rs".into(), line: 9, column: 5 },
        need: None,
        parts,
    };
    let pool = block(AddressUse::Pool, [[10, 0, 1, 32], [10, 0, 1, 63]], "shared", Vec::new());
    let subnet = block(AddressUse::Subnet, [[10, 0, 1, 0], [10, 0, 1, 255]], "Data", vec![pool]);
    let plan = AddressPlan {
        path: "base/plan".to_owned(),
        source: Source { file: "src/main.rs".into(), line: 9, column: 5 },
        vpc: "base/Vpc".to_owned(),
        blocks: vec![block(AddressUse::Vpc, [[10, 0, 0, 0], [10, 0, 255, 255]], "", vec![subnet])],
        neighbours: Vec::new(),
        capacities: Vec::new(),
    };
    let mut base = deployable("base", Kind::Stack, &[]);
    base.source_map.push(crate::assembly::entry("Data", "base/Data/Resource", 3));
    base.stack = Some(StackFacts { address_plans: vec![plan], ..StackFacts::default() });
    let chart = network("shared-1", "10.0.1.32") + &network("other", "10.0.1.48");
    let picture =
        crate::assembly::network(vec![(base, CLUSTER), (deployable("apps", Kind::Chart, &[]), &chart)]);

    let ranges = picture.shapes().iter().filter(|shape| shape.kind == ShapeKind::Range);
    assert_eq!(
        ranges.map(|shape| &*shape.note).collect::<Vec<_>>(),
        ["10.0.1.32/27", "10.0.1.48 - 10.0.1.63"]
    );
    let carried = picture.arrows().iter().filter(|arrow| arrow.kind == ArrowKind::Carries);
    let carried: Vec<(&str, &str)> = carried.map(|arrow| (&*arrow.from, &*arrow.to)).collect();
    let [shared, other] =
        ["shared-1", "other"].map(|name| format!("apps/NetworkAttachmentDefinition {name}"));
    assert_eq!(
        carried,
        [
            ("base/Data/shared 10.0.1.32/27", &*shared),
            ("base/Data/other 10.0.1.48 - 10.0.1.63", &*other),
            ("base/Group/user", &*shared),
            ("base/Group/user", &*other),
        ]
    );
}
