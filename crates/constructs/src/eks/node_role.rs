//! The role of nodes.

use stackwright_core::Scope;

use super::node_settings::NodeSettings;
use super::service_network::IpFamily;
use crate::iam::{Arn, ManagedPolicy, PolicyDocument, PolicyStatement, Principal, Role, RoleProps};

/// The role that was given, or one with what nodes need.
///
/// Source: [node role](https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html)
#[track_caller]
pub(super) fn node_role(nodes: &impl Scope, settings: &NodeSettings, family: IpFamily) -> Role {
    if let Some(role) = &settings.role {
        return role.clone();
    }
    let mut role = RoleProps::new(Principal::service("ec2"))
        .managed_policy(ManagedPolicy::aws("AmazonEKSWorkerNodePolicy"))
        .managed_policy(ManagedPolicy::aws("AmazonEC2ContainerRegistryPullOnly"));
    role = match family {
        IpFamily::Ipv4 => role.managed_policy(ManagedPolicy::aws("AmazonEKS_CNI_Policy")),
        IpFamily::Ipv6 => role.inline_policy("ipv6-addresses", ipv6_addresses(nodes)),
    };
    for policy in &settings.managed_policies {
        role = role.managed_policy(policy.clone());
    }
    let role = Role::new(nodes, "Role", role);
    if family == IpFamily::Ipv6 {
        role.acknowledge_by_default(
            "wildcard-resource",
            "AWS's own policy for the network plugin: it may not know its interfaces",
        );
    }
    role
}

/// What the VPC CNI plugin does in an IPv6 cluster, for which AWS has no policy.
///
/// Source: [IPv6 policy](https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html#cni-iam-role-create-ipv6-policy)
fn ipv6_addresses(nodes: &impl Scope) -> PolicyDocument {
    let interfaces = Arn::new("ec2", "network-interface/*").region("*").account("*").of(nodes);
    PolicyDocument::new()
        .statement(
            PolicyStatement::allow()
                .actions([
                    "ec2:AssignIpv6Addresses",
                    "ec2:DescribeInstances",
                    "ec2:DescribeTags",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeInstanceTypes",
                ])
                .any_resource(),
        )
        .statement(
            PolicyStatement::allow()
                .actions(["ec2:CreateTags"])
                .resources::<stackwright_cfn::Value<String>>([interfaces]),
        )
}
