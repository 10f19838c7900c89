//! What AWS's documentation says of values, and no schema.

/// What holds for a resource type as a whole, in the grammar of `crates/validation/facts/README.md`, with the page that
/// says so.
pub(super) const ADDITIONS: [(&str, &str, &str); 11] = [
    (
        "AWS::EC2::FlowLog",
        "at(MaxAggregationInterval: in(60,600))",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html",
    ),
    (
        "AWS::EC2::NatGateway",
        "some-of(SubnetId,VpcId,AvailabilityZoneAddresses)",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html",
    ),
    (
        "AWS::EC2::NetworkInterface",
        "at(InterfaceType: in(branch,efa,efa-only,interface,trunk))",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html",
    ),
    (
        "AWS::EC2::Route",
        "one-of(CarrierGatewayId,CoreNetworkArn,EgressOnlyInternetGatewayId,GatewayId,InstanceId,LocalGatewayId,\
         NatGatewayId,NetworkInterfaceId,OdbNetworkArn,TransitGatewayId,VpcEndpointId,VpcPeeringConnectionId)",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html",
    ),
    (
        "AWS::EC2::Route",
        "at(DestinationIpv6CidrBlock: form(ipv6-network))",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html",
    ),
    (
        "AWS::EKS::AccessEntry",
        "at(Type: in(STANDARD,FARGATE_LINUX,EC2_LINUX,EC2_WINDOWS,EC2,HYBRID_LINUX,HYPERPOD_LINUX))",
        "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html",
    ),
    (
        "AWS::EKS::Cluster",
        r#"at(Name: like("^[0-9A-Za-z][A-Za-z0-9\\-_]*$"))"#,
        "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html",
    ),
    (
        "AWS::EKS::Cluster",
        r#"at(Version: like("^1\\.\\d\\d$"))"#,
        "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
    ),
    (
        "AWS::EKS::Nodegroup",
        r#"at(Version: like("^1\\.\\d\\d$"))"#,
        "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
    ),
    (
        "AWS::KMS::Alias",
        r#"at(AliasName: unlike("^alias/aws/"))"#,
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
    ),
    // Invocations of managed instances may take longer.
    (
        "AWS::Lambda::Function",
        "if(has(CapacityProviderConfig); ; at(Timeout: range(1..900)))",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
    ),
];
