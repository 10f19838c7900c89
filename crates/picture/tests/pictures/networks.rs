//! Networks of templates that no construct has made.

use insta::assert_snapshot;
use stackwright_assembly::Kind;
use stackwright_picture::{Picture, View};

use crate::assembly::{assembly, deployable, entry, lines, network};

const NETWORK: &str = r#"
Parameters:
  Block: {Type: String, Default: 10.1.0.0/16}
Conditions:
  IsLarge: !Equals [a, b]
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Block}}
  More: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !GetAtt Vpc.VpcId, CidrBlock: 100.64.0.0/16}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.1.0/24, AvailabilityZone: !Select ["1", !GetAZs ""]}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Sub "${Vpc}", CidrBlock: 10.1.0.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}}
  Ipam: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, Ipv4NetmaskLength: 24, CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]], AvailabilityZone: eu-west-1c}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Peering: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref Vpc, PeerVpcId: vpc-1}}
  Transit: {Type: AWS::EC2::TransitGateway}
  Reach: {Type: AWS::EC2::TransitGatewayAttachment, Properties: {VpcId: !Ref Vpc, TransitGatewayId: !Ref Transit, SubnetIds: [!Ref A]}}
  Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !If [IsLarge, !Ref A, !Ref "AWS::NoValue"]}}
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [!Ref Table]}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  TableOfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Table, SubnetId: !Ref A}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  Over: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 10.2.0.0/16, VpcPeeringConnectionId: !Ref Peering}}
  Far: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 10.0.0.0/8, TransitGatewayId: !Ref Transit}}
  Wan: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 10.9.0.0/16, TransitGatewayId: tgw-1}}
  Reserved: {Type: AWS::EC2::SubnetCidrReservation, Properties: {SubnetId: !Ref A, Cidr: 10.1.0.64/28, ReservationType: prefix}}
Outputs:
  Subnet: {Value: !Ref A, Export: {Name: !Sub "${AWS::StackName}-subnet"}}
"#;

#[test]
fn a_network_of_resources_alone() {
    assert_snapshot!(lines(&network(vec![(deployable("net", Kind::Stack, &[]), NETWORK)])));
}

#[test]
fn what_runs_in_subnets_of_other_stacks_and_of_other_apps() {
    let servers = r#"
Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      InstanceType: c7g.large
      SubnetId: !ImportValue net-subnet
      NetworkInterfaces: [{DeviceIndex: "1", NetworkInterfaceId: !Ref Second}, {DeviceIndex: 2, SubnetId: !ImportValue net-subnet}]
  Second: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: !ImportValue net-subnet, PrivateIpAddress: 10.1.0.9}}
  Third: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: subnet-0a}}
  Tie: {Type: AWS::EC2::NetworkInterfaceAttachment, Properties: {NetworkInterfaceId: !Ref Third, InstanceId: !Ref Server, DeviceIndex: "3"}}
  Template: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {InstanceType: m7i.large}}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {MinSize: "0", MaxSize: "4", VPCZoneIdentifier: [!ImportValue net-subnet], LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}}
  Nowhere: {Type: AWS::EC2::Instance, Properties: {InstanceType: t3.micro}}
"#;
    let picture = network(vec![
        (deployable("net", Kind::Stack, &[]), NETWORK),
        (deployable("servers", Kind::Stack, &["net"]), servers),
    ]);
    let lines = lines(&picture);
    let of_servers: Vec<&str> =
        lines.lines().filter(|line| line.contains("servers/") || line.contains("outside")).collect();
    assert_snapshot!(of_servers.join("\n"));
}

#[test]
fn exports_in_a_ring_come_to_an_end() {
    let ring = |other: &str| {
        format!(
            "Resources: {{S: {{Type: 'AWS::EC2::Subnet', Properties: {{VpcId: !ImportValue {other}}}}}}}\n"
        ) + &format!(
            "Outputs: {{O: {{Value: !ImportValue {other}, Export: {{Name: !Sub '${{AWS::StackName}}'}}}}}}\n"
        )
    };
    let (one, two) = (ring("two"), ring("one"));
    let picture = network(vec![
        (deployable("one", Kind::Stack, &["two"]), &one),
        (deployable("two", Kind::Stack, &["one"]), &two),
    ]);
    assert_eq!(lines(&picture).matches("subnet S").count(), 2);
}

#[test]
fn a_shape_tells_where_it_comes_from() {
    let mut stack = deployable("net", Kind::Stack, &[]);
    stack.source_map.push(entry("Vpc", "net/main/Resource", 7));
    stack.source_map.push(entry("A", "net/main/webSubnet1/Resource", 7));
    let picture = network(vec![(stack, NETWORK)]);
    let shape = |id: &str| picture.shapes().iter().find(|shape| shape.id == id).unwrap();
    let vpc = shape("net/Vpc");
    assert_eq!((&*vpc.name, vpc.path.as_deref()), ("main", Some("net/main")));
    assert_eq!(vpc.source.as_ref().unwrap().to_string(), "src/main.rs:7:5");
    assert_eq!(shape("net/A").name, "web", "the group of the subnet");
    assert_eq!(
        (&*shape("net/B").name, &shape("net/B").source),
        ("B", &None),
        "what is not known is left out"
    );
}

#[test]
fn what_is_named_is_drawn_with_what_it_depends_on() {
    let empty = "Resources: {}\n";
    let stack = |name, dependencies: &[&str]| (deployable(name, Kind::Stack, dependencies), empty);
    let all = assembly(vec![stack("a", &[]), stack("b", &["a"]), stack("c", &["b"]), stack("d", &["a"])]);
    let names = |wanted: &[&str]| {
        let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
        let picture = Picture::new(&all, &wanted, View::Deployables).unwrap();
        picture.shapes().iter().map(|shape| shape.name.clone()).collect::<Vec<_>>().join("")
    };
    assert_eq!([names(&[]), names(&["c"]), names(&["d"]), names(&["a"])], ["abcd", "abc", "ad", "a"]);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let told = |name: &str, kind, text: &str| {
        let error =
            Picture::new(&assembly(vec![(deployable(name, kind, &[]), text)]), &[], View::All).unwrap_err();
        format!("{error}: {}", error.cause())
    };
    assert_snapshot!(
        [told("net", Kind::Stack, "Resources: ["), told("apps", Kind::Chart, "- a list"),].join("\n")
    );
    let mut gone = assembly(vec![(deployable("net", Kind::Stack, &[]), "")]);
    gone.files.clear();
    let error = Picture::new(&gone, &[], View::All).unwrap_err();
    assert_eq!(
        format!("{error}: {}", error.cause()),
        "net.template.yaml of the assembly cannot be drawn: it is not there"
    );
}
