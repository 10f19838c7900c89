//! `eks-cluster-stack-001`: the cluster, its users and its nodes.
//!
//! What differs from the walkthrough, and why:
//!
//! - Kubernetes 1.35 instead of 1.20, which EKS has not offered for years; Amazon Linux 2023 instead of Amazon Linux 2,
//!   of which there is no image for it.
//! - Access entries name the administrator, so that no ConfigMap has to be written before anyone can do anything. The
//!   ConfigMap is read as well, for the one thing entries do not do: naming the service-linked role of EMR. Its user may
//!   do nothing yet, as in the walkthrough: an `EmrNamespace`, or EMR itself for each virtual cluster, lets it.
//! - The roles of the control plane and the nodes have the policies that AWS asks for today. The administrator's role
//!   is for people of the account, and no longer for instances.
//! - The node group uses its launch template, which the walkthrough made and left aside. Its user data is gone: the
//!   images come with the SSM agent, and what else it installed was never installed.
//! - The private endpoint is on besides the public one, so that nodes reach the control plane without the internet.

use stackwright::prelude::*;

use crate::source;

/// The cluster in the public and private subnets, with two nodes.
pub(crate) fn add(app: &App, vpc: &Vpc) -> Cluster {
    let props = StackProps::new().description("Miztiik Automation: EKS Cluster");
    let stack = Stack::with_props(app, "eks-cluster-stack-001", props);

    let service_role = Role::new(
        &stack,
        "c_svc_role",
        RoleProps::new(Principal::service("eks"))
            .managed_policy(ManagedPolicy::aws("AmazonEKSClusterPolicy"))
            .managed_policy(ManagedPolicy::aws("AmazonEKSVPCResourceController")),
    );
    let group = SecurityGroupProps::new(vpc).description("EKS Cluster security group");
    let group = SecurityGroup::new(&stack, "eks_cluster_sg", group);
    group.allow_members(Port::all_traffic(), "Allow incoming within SG");

    let cluster = Cluster::new(
        &stack,
        "cluster",
        ClusterProps::new(KubernetesVersion::V1_35, vpc)
            .role(&service_role)
            .subnets([SubnetSelection::group("public"), SubnetSelection::group("app")])
            .security_groups([&group])
            .authentication(AuthenticationMode::ApiAndConfigMap)
            .addons([Addon::vpc_cni(), Addon::kube_proxy(), Addon::pod_identity_agent(), Addon::coredns()]),
    );
    let why = "whoever tries it out comes from an address that nobody knows; access needs credentials of IAM";
    cluster.acknowledge("public-endpoint", why);
    let admin = add_admin(&stack, &cluster);
    cluster.map_service_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers");
    let provider = cluster.oidc_provider();
    let nodes = cluster.add_node_group(
        "on_demand_ng_1",
        NodeGroupProps::new(1..=6)
            .desired(2)
            .instance_types([instance_type!("t3.medium")])
            .disk_gib(100)
            .security_groups([&group])
            .detailed_monitoring()
            .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"))
            .managed_policy(ManagedPolicy::aws("CloudWatchAgentServerPolicy"))
            .label("app", "miztiik_on_demand_ng")
            .label("lifecycle", "on_demand")
            .label("compute_provider", "ec2"),
    );

    source::automation_from(&stack);
    let output = |id, value: Value<String>, description: &'static str| {
        Output::new(&stack, id, OutputProps::new(value).description(description));
    };
    output("eksClusterName", cluster.name().into(), "EKS Cluster Name");
    output("eksClusterArn", cluster.arn(), "EKS Cluster ARN");
    output("eksClusterEndpoint", cluster.endpoint(), "EKS Cluster Endpoint");
    output("eksClusterAdminRole", admin.role_name().into(), "EKS Cluster Admin Role");
    output("eksClusterSvcRole", service_role.role_name().into(), "EKS Cluster Service Role");
    output("eksNodeRole", nodes.role().role_name().into(), "EKS Node Role");
    output("eksClusterOIDCIssuer", cluster.issuer(), "EKS Cluster OIDC Issuer");
    output("eksClusterOIDCProviderArn", provider.provider_arn().into(), "EKS Cluster OIDC Provider ARN");
    output("eksClusterConfigCommand", cluster.config_command_as(&admin), "Lets kubectl know the cluster");
    cluster
}

/// The role that people of the account take on to administer the cluster.
fn add_admin(stack: &Stack, cluster: &Cluster) -> Role {
    let admin = Role::new(stack, "c_admin", RoleProps::new(Principal::own_account()));
    admin.allow_actions(["eks:DescribeCluster"], [cluster.arn()]);
    cluster.grant_admin(&admin);
    cluster.deploy_charts_as(admin.role_arn());
    admin
}
