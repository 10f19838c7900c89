//! What is in a VPC beside what stacks made there, and keeps it from being deleted.
//!
//! Controllers and services make network interfaces, load balancers and security groups of their own, and not all of
//! them are gone when what they were made for is.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html>

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Leftover;
use crate::Aws;
use crate::aws::AwsError;

/// When a network is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before anything is deleted: nodes and services still have interfaces, which go with them.
    Before,
    /// When all is deleted that could be: whatever has an interface now keeps the network.
    Stuck,
}

/// A VPC that is to be deleted.
#[derive(Clone, Copy)]
pub(super) struct Network<'a> {
    /// The AWS CLI, set to its region.
    pub(super) aws: &'a Aws<'a>,
    /// The VPC's id.
    pub(super) vpc: &'a str,
    /// The ARN of the VPC's stack, for what it says of partition, region and account.
    pub(super) stack: &'a str,
    /// The ids of all that is deleted with it, clusters by their names.
    pub(super) known: &'a BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Interface {
    network_interface_id: String,
    status: String,
    #[serde(default)]
    description: String,
    attachment: Option<Attachment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    instance_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SecurityGroup {
    group_id: String,
    group_name: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl Network<'_> {
    /// What is in the way of the VPC's deletion, in the order in which it can be removed.
    pub(super) fn obstacles(&self, moment: Moment) -> Result<Vec<Leftover>, AwsError> {
        let filter = format!("Name=vpc-id,Values={}", self.vpc);
        let ask =
            |operation, result| self.aws.call(&["ec2", operation, "--filters", &filter, "--query", result]);
        let interfaces: Vec<Interface> =
            self.aws.run(ask("describe-network-interfaces", "NetworkInterfaces"))?;
        let groups: Vec<SecurityGroup> = self.aws.run(ask("describe-security-groups", "SecurityGroups"))?;

        let mut obstacles: Vec<Leftover> =
            interfaces.iter().filter_map(|interface| self.of_interface(interface, moment)).collect();
        // A load balancer has an interface in each of its subnets.
        let mut seen = BTreeSet::new();
        obstacles.retain(|obstacle| seen.insert(obstacle.name.clone()));
        // An interface that is attached to nothing is kept by nothing, so these can go at once.
        obstacles.sort_by_key(|obstacle| obstacle.name.starts_with(INTERFACE));
        obstacles.extend(groups.iter().filter_map(|group| self.of_group(group)));
        Ok(obstacles)
    }

    fn of_interface(&self, interface: &Interface, moment: Moment) -> Option<Leftover> {
        let Interface { network_interface_id: id, description, .. } = interface;
        if self.known.contains(id) {
            return None;
        }
        if let Some(balancer) = description.strip_prefix("ELB ") {
            return self.of_balancer(balancer);
        }
        let described = || match description.is_empty() {
            true => String::new(),
            false => format!(": {description}"),
        };
        if interface.status == "available" {
            let reason = match description.starts_with("aws-K8S-") {
                true => format!("left by the VPC CNI, attached to nothing{}", described()),
                false => format!("attached to nothing{}", described()),
            };
            let words = ["ec2", "delete-network-interface", "--network-interface-id", id];
            return Some(Leftover::new(format!("{INTERFACE}{id}"), reason).removed_by(self.aws, &words));
        }
        if moment == Moment::Before {
            return None;
        }
        let user = |id: &str, words: &[&str]| {
            let leftover = Leftover::new(id, "has network interfaces there").removed_by(self.aws, words);
            (!self.known.contains(id)).then_some(leftover)
        };
        let last = description.rsplit(' ').next().unwrap_or_default();
        if let Some(instance) =
            interface.attachment.as_ref().and_then(|attachment| attachment.instance_id.as_deref())
        {
            return user(instance, &["ec2", "terminate-instances", "--instance-ids", instance]);
        }
        if last.starts_with("nat-") {
            return user(last, &["ec2", "delete-nat-gateway", "--nat-gateway-id", last]);
        }
        if last.starts_with("vpce-") {
            return user(last, &["ec2", "delete-vpc-endpoints", "--vpc-endpoint-ids", last]);
        }
        if let Some(cluster) = description.strip_prefix("Amazon EKS ") {
            return user(cluster, &["eks", "delete-cluster", "--name", cluster]);
        }
        let reason = match description.starts_with("AWS Lambda VPC ENI") {
            true => format!(
                "Lambda removes it up to 40 minutes after the last function that used it{}",
                described()
            ),
            false => format!("in use{}", described()),
        };
        Some(Leftover::new(format!("{INTERFACE}{id}"), reason))
    }

    /// A load balancer by what its interfaces are described with: its name if it is a classic one, and else the end of
    /// its ARN.
    fn of_balancer(&self, text: &str) -> Option<Leftover> {
        let reason = "a controller in a cluster made it, or somebody else";
        let Some((_, name)) = text.split_once('/') else {
            let words = ["elb", "delete-load-balancer", "--load-balancer-name", text];
            let leftover =
                Leftover::new(format!("load balancer {text}"), reason).removed_by(self.aws, &words);
            return (!self.known.contains(text)).then_some(leftover);
        };
        let mut parts = self.stack.split(':').skip(1);
        let partition = parts.next()?;
        let (region, account) = (parts.nth(1)?, parts.next()?);
        let arn = format!("arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{text}");
        let name = name.split('/').next()?;
        let words = ["elbv2", "delete-load-balancer", "--load-balancer-arn", &arn];
        let leftover = Leftover::new(format!("load balancer {name}"), reason).removed_by(self.aws, &words);
        (!self.known.contains(&arn)).then_some(leftover)
    }

    fn of_group(&self, group: &SecurityGroup) -> Option<Leftover> {
        let SecurityGroup { group_id: id, group_name, tags } = group;
        let tag = |key: &str| tags.iter().find(|tag| tag.key == key).map(|tag| &*tag.value);
        // EKS deletes its own with the cluster.
        let is_of_cluster = tag("aws:eks:cluster-name").is_some_and(|cluster| self.known.contains(cluster));
        if group_name == "default" || self.known.contains(id) || is_of_cluster {
            return None;
        }
        let name = format!("security group {id}");
        if let Some(stack) = tag("aws:cloudformation:stack-name") {
            return Some(Leftover::new(name, format!("of stack {stack:?}: {group_name}")));
        }
        let words = ["ec2", "delete-security-group", "--group-id", id];
        Some(
            Leftover::new(name, format!("made outside of the stacks: {group_name}"))
                .removed_by(self.aws, &words),
        )
    }
}

const INTERFACE: &str = "network interface ";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Moment, Network};
    use crate::{Aws, AwsOptions, Moments, Script, Session};

    const STACK: &str = "arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/net/1";

    /// What is in the way, a line each, with the command behind an arrow.
    fn obstacles(interfaces: &str, groups: &str, moment: Moment) -> Vec<String> {
        let script = Script::new()
            .reply("aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=vpc-1", interfaces)
            .reply("aws ec2 describe-security-groups --filters Name=vpc-id,Values=vpc-1", groups);
        let clock = Moments::new();
        let options = AwsOptions { region: Some("cn-north-1".into()), ..AwsOptions::default() };
        let aws = Aws::new(Session::new(&script, &clock, &|_| ()), options);
        let known: BTreeSet<String> = ["sg-own", "prod", "nat-own", "eni-own"].map(String::from).into();
        let network = Network { aws: &aws, vpc: "vpc-1", stack: STACK, known: &known };
        let found = network.obstacles(moment).unwrap();
        script.finish();
        let line = |found: &super::Leftover| match &found.command {
            Some(command) => format!("{} ({}) -> {command}", found.name, found.reason),
            None => format!("{} ({})", found.name, found.reason),
        };
        found.iter().map(line).collect()
    }

    fn interface(id: &str, status: &str, description: &str) -> String {
        format!(r#"{{ "NetworkInterfaceId": "{id}", "Status": "{status}", "Description": "{description}" }}"#)
    }

    const INSTANCE: &str = r#"{ "NetworkInterfaceId": "eni-i", "Status": "in-use", "Description": "aws-K8S-i-1",
        "Attachment": { "InstanceId": "i-1" } }"#;

    #[test]
    fn what_is_attached_to_nothing_and_load_balancers_are_found_before() {
        let interfaces = [
            interface("eni-1", "available", "aws-K8S-i-0ab"),
            interface("eni-2", "available", ""),
            interface("eni-3", "in-use", "ELB net/k8s-web/50dc"),
            interface("eni-4", "in-use", "ELB net/k8s-web/50dc"),
            interface("eni-5", "in-use", "ELB a0123"),
            interface("eni-6", "in-use", "Interface for NAT Gateway nat-1"),
            interface("eni-own", "available", "of the stack"),
            INSTANCE.to_owned(),
        ];
        assert_eq!(
            obstacles(&format!("[{}]", interfaces.join(",")), "[]", Moment::Before),
            [
                "load balancer k8s-web (a controller in a cluster made it, or somebody else) -> \
                 aws elbv2 delete-load-balancer --load-balancer-arn \
                 arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/net/k8s-web/50dc --region cn-north-1",
                "load balancer a0123 (a controller in a cluster made it, or somebody else) -> \
                 aws elb delete-load-balancer --load-balancer-name a0123 --region cn-north-1",
                "network interface eni-1 (left by the VPC CNI, attached to nothing: aws-K8S-i-0ab) -> \
                 aws ec2 delete-network-interface --network-interface-id eni-1 --region cn-north-1",
                "network interface eni-2 (attached to nothing) -> \
                 aws ec2 delete-network-interface --network-interface-id eni-2 --region cn-north-1",
            ]
        );
    }

    #[test]
    fn whatever_has_an_interface_is_found_when_nothing_moves() {
        let interfaces = [
            interface("eni-1", "in-use", "Interface for NAT Gateway nat-1"),
            interface("eni-2", "in-use", "Interface for NAT Gateway nat-own"),
            interface("eni-3", "in-use", "VPC Endpoint Interface vpce-1"),
            interface("eni-4", "in-use", "Amazon EKS other"),
            interface("eni-5", "in-use", "Amazon EKS prod"),
            interface("eni-6", "in-use", "AWS Lambda VPC ENI-f"),
            interface("eni-7", "in-use", "RDSNetworkInterface"),
            INSTANCE.to_owned(),
        ];
        assert_eq!(
            obstacles(&format!("[{}]", interfaces.join(",")), "[]", Moment::Stuck),
            [
                "nat-1 (has network interfaces there) -> aws ec2 delete-nat-gateway --nat-gateway-id nat-1 --region cn-north-1",
                "vpce-1 (has network interfaces there) -> \
                 aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-1 --region cn-north-1",
                "other (has network interfaces there) -> aws eks delete-cluster --name other --region cn-north-1",
                "i-1 (has network interfaces there) -> aws ec2 terminate-instances --instance-ids i-1 --region cn-north-1",
                "network interface eni-6 (Lambda removes it up to 40 minutes after the last function that used it: \
                 AWS Lambda VPC ENI-f)",
                "network interface eni-7 (in use: RDSNetworkInterface)",
            ]
        );
    }

    #[test]
    fn security_groups_of_others_are_found() {
        let groups = r#"[
            { "GroupId": "sg-default", "GroupName": "default" },
            { "GroupId": "sg-own", "GroupName": "net-nodes" },
            { "GroupId": "sg-eks", "GroupName": "eks-cluster-sg-prod-1",
              "Tags": [{ "Key": "aws:eks:cluster-name", "Value": "prod" }] },
            { "GroupId": "sg-other", "GroupName": "db",
              "Tags": [{ "Key": "aws:cloudformation:stack-name", "Value": "data" }] },
            { "GroupId": "sg-k8s", "GroupName": "k8s-elb-a0123" }
        ]"#;
        assert_eq!(
            obstacles("[]", groups, Moment::Before),
            [
                "security group sg-other (of stack \"data\": db)",
                "security group sg-k8s (made outside of the stacks: k8s-elb-a0123) -> \
                 aws ec2 delete-security-group --group-id sg-k8s --region cn-north-1",
            ]
        );
    }
}
