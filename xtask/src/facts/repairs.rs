//! Repairs of the upstream database, each with its reason. One that changes nothing is an error: it is no longer needed.

use super::references::all_targets;
use stackwright_codegen::model::{Service, Target, Type};

/// What is wrong upstream.
#[derive(Clone, Copy, Debug)]
enum Repair {
    /// What refers to `from` means `to`, and an attribute `from` yields the same as `to`.
    Same { from: &'static str, to: &'static str },
    /// `field` does not refer to `target`.
    NotTo { field: &'static str, target: &'static str },
    /// `field` refers to `target`, beside what is said already.
    AlsoTo { field: &'static str, target: &'static str },
    /// Every text property and attribute called `name` of the types in `namespace` refers to `target`, if nothing is said.
    Named { namespace: &'static str, name: &'static str, target: &'static str },
}

use Repair::{AlsoTo, Named, NotTo, Same};

const SECURITY_GROUP: &str = "AWS::EC2::SecurityGroup.Id";
const SUBNET: &str = "AWS::EC2::Subnet.SubnetId";
const VPC: &str = "AWS::EC2::VPC.VpcId";
const ATTACHMENT: &str = "AWS::EC2::TransitGatewayAttachment.Id";
const ROLE_ARN: &str = "AWS::IAM::Role.Arn";
const INSTANCE: &str = "AWS::EC2::Instance.InstanceId";
const KEY_ARN: &str = "AWS::KMS::Key.Arn";
const PREFIX_LIST: &str = "AWS::EC2::PrefixList.PrefixListId";
const ROUTE_TABLE: &str = "AWS::EC2::RouteTable.RouteTableId";
const AUTOSCALING: &str = "AWS::AutoScaling";
const EC2: &str = "AWS::EC2";
const EKS: &str = "AWS::EKS";
const EVENTS: &str = "AWS::Events";
const LAMBDA: &str = "AWS::Lambda";
const LOGS: &str = "AWS::Logs";
const SSM: &str = "AWS::SSM";

const REPAIRS: &[Repair] = &[
    // Two names for one thing.
    Same { from: "AWS::EC2::SecurityGroup.GroupId", to: SECURITY_GROUP },
    Same { from: "AWS::EC2::VPC.DefaultSecurityGroup", to: SECURITY_GROUP },
    Same { from: "AWS::EC2::VPCEndpoint.VpcId", to: VPC },
    Same { from: "AWS::Logs::LogStream.LogGroupName", to: "AWS::Logs::LogGroup.LogGroupName" },
    Same { from: "AWS::EC2::TransitGatewayVpcAttachment.Id", to: ATTACHMENT },
    Same { from: "AWS::EC2::TransitGatewayPeeringAttachment.TransitGatewayAttachmentId", to: ATTACHMENT },
    // A replica key is a key.
    Same { from: "AWS::KMS::ReplicaKey.KeyId", to: "AWS::KMS::Key.KeyId" },
    Same { from: "AWS::KMS::ReplicaKey.Arn", to: "AWS::KMS::Key.Arn" },
    // `Id` where `Ref` is meant, and other names of attributes that do not exist.
    Same {
        from: "AWS::ApplicationAutoScaling::ScalingPolicy.Id",
        to: "AWS::ApplicationAutoScaling::ScalingPolicy.Arn",
    },
    Same {
        from: "AWS::CertificateManager::Certificate.Id",
        to: "AWS::CertificateManager::Certificate.CertificateArn",
    },
    Same { from: "AWS::EC2::Instance.Id", to: "AWS::EC2::Instance.InstanceId" },
    Same {
        from: "AWS::ElasticLoadBalancing::LoadBalancer.Id",
        to: "AWS::ElasticLoadBalancing::LoadBalancer.LoadBalancerName",
    },
    Same { from: "AWS::Glue::Crawler.Id", to: "AWS::Glue::Crawler.Name" },
    Same { from: "AWS::Glue::Database.Id", to: "AWS::Glue::Database.DatabaseName" },
    Same { from: "AWS::Glue::Job.Id", to: "AWS::Glue::Job.Name" },
    Same { from: "AWS::Lambda::Alias.Arn", to: "AWS::Lambda::Alias.AliasArn" },
    Same { from: "AWS::Lambda::Alias.Id", to: "AWS::Lambda::Alias.AliasArn" },
    Same { from: "AWS::Lambda::Version.Arn", to: "AWS::Lambda::Version.FunctionArn" },
    Same { from: "AWS::RDS::DBCluster.Arn", to: "AWS::RDS::DBCluster.DBClusterArn" },
    // References that upstream guessed from a name.
    NotTo {
        field: "AWS::AutoScaling::AutoScalingGroup.AutoScalingGroupName",
        target: "AWS::EC2::Instance.AutoScalingGroupName",
    },
    NotTo { field: "AWS::EKS::Cluster.Name", target: "AWS::ECR::Repository.ClusterName" },
    NotTo { field: "AWS::Events::Rule.RunCommandTarget.Values", target: "AWS::EC2::Instance.InstanceId" },
    NotTo {
        field: "AWS::Glue::SchemaVersion.Schema.RegistryName",
        target: "AWS::Glue::Registry.RegistryName",
    },
    NotTo { field: "AWS::Logs::LogGroup.LogGroupName", target: "AWS::Lambda::Function.FunctionName" },
    NotTo {
        field: "AWS::StepFunctions::StateMachine.DefinitionString",
        target: "AWS::ApiGateway::RestApi.ApiEndpoint",
    },
    // The name of a group in EC2-Classic, not the id of one.
    NotTo { field: "AWS::EC2::SecurityGroup.Ingress.SourceSecurityGroupName", target: SECURITY_GROUP },
    NotTo { field: "AWS::EC2::SecurityGroupIngress.GroupName", target: SECURITY_GROUP },
    // Where AWS takes a name or an ARN, upstream lists only one of them.
    AlsoTo {
        field: "AWS::AutoScaling::LaunchConfiguration.IamInstanceProfile",
        target: "AWS::IAM::InstanceProfile.Arn",
    },
    AlsoTo { field: "AWS::Lambda::Alias.FunctionName", target: "AWS::Lambda::Function.Arn" },
    AlsoTo { field: "AWS::Lambda::EventInvokeConfig.FunctionName", target: "AWS::Lambda::Function.Arn" },
    AlsoTo { field: "AWS::Lambda::Url.TargetFunctionArn", target: "AWS::Lambda::Function.FunctionName" },
    // References that upstream does not know of, in the services most applications use.
    AlsoTo { field: "AWS::EC2::NatGateway.SecondaryAllocationIds", target: "AWS::EC2::EIP.AllocationId" },
    AlsoTo { field: "AWS::EC2::SecurityGroupVpcAssociation.GroupId", target: SECURITY_GROUP },
    AlsoTo { field: "AWS::EKS::Cluster.ClusterSecurityGroupId", target: SECURITY_GROUP },
    AlsoTo { field: "AWS::EKS::FargateProfile.PodExecutionRoleArn", target: ROLE_ARN },
    AlsoTo { field: "AWS::EKS::FargateProfile.Subnets", target: SUBNET },
    AlsoTo { field: "AWS::EKS::Nodegroup.RemoteAccess.SourceSecurityGroups", target: SECURITY_GROUP },
    AlsoTo { field: "AWS::IAM::AccessKey.UserName", target: "AWS::IAM::User.UserName" },
    AlsoTo { field: "AWS::IAM::GroupPolicy.GroupName", target: "AWS::IAM::Group.GroupName" },
    AlsoTo { field: "AWS::IAM::Policy.Groups", target: "AWS::IAM::Group.GroupName" },
    AlsoTo { field: "AWS::IAM::Policy.Roles", target: "AWS::IAM::Role.RoleName" },
    AlsoTo { field: "AWS::IAM::Policy.Users", target: "AWS::IAM::User.UserName" },
    AlsoTo { field: "AWS::IAM::RolePolicy.RoleName", target: "AWS::IAM::Role.RoleName" },
    AlsoTo { field: "AWS::IAM::UserPolicy.UserName", target: "AWS::IAM::User.UserName" },
    AlsoTo { field: "AWS::IAM::UserToGroupAddition.GroupName", target: "AWS::IAM::Group.GroupName" },
    AlsoTo { field: "AWS::IAM::UserToGroupAddition.Users", target: "AWS::IAM::User.UserName" },
    Named { namespace: EC2, name: "AllocationId", target: "AWS::EC2::EIP.AllocationId" },
    Named { namespace: EC2, name: "DestinationPrefixListId", target: PREFIX_LIST },
    Named { namespace: EC2, name: "InstanceId", target: INSTANCE },
    Named { namespace: EC2, name: "KmsKeyArn", target: KEY_ARN },
    Named { namespace: EC2, name: "LaunchTemplateId", target: "AWS::EC2::LaunchTemplate.LaunchTemplateId" },
    Named { namespace: EC2, name: "NatGatewayId", target: "AWS::EC2::NatGateway.NatGatewayId" },
    Named { namespace: EC2, name: "NetworkAclId", target: "AWS::EC2::NetworkAcl.Id" },
    Named { namespace: EC2, name: "NetworkInterfaceId", target: "AWS::EC2::NetworkInterface.Id" },
    Named { namespace: EC2, name: "PrefixListId", target: PREFIX_LIST },
    Named { namespace: EC2, name: "RoleArn", target: ROLE_ARN },
    Named { namespace: EC2, name: "RouteTableId", target: ROUTE_TABLE },
    Named { namespace: EC2, name: "RouteTableIds", target: ROUTE_TABLE },
    Named { namespace: EC2, name: "SecurityGroupId", target: SECURITY_GROUP },
    Named { namespace: EC2, name: "SecurityGroupIds", target: SECURITY_GROUP },
    Named { namespace: EC2, name: "SourcePrefixListId", target: PREFIX_LIST },
    Named { namespace: EC2, name: "SubnetId", target: SUBNET },
    Named { namespace: EC2, name: "SubnetIds", target: SUBNET },
    Named { namespace: EC2, name: "TransitGatewayAttachmentId", target: ATTACHMENT },
    Named { namespace: EC2, name: "TransitGatewayId", target: "AWS::EC2::TransitGateway.Id" },
    Named { namespace: EC2, name: "VpcEndpointId", target: "AWS::EC2::VPCEndpoint.Id" },
    Named { namespace: EC2, name: "VpcId", target: VPC },
    Named { namespace: EC2, name: "VpcPeeringConnectionId", target: "AWS::EC2::VPCPeeringConnection.Id" },
    Named { namespace: EC2, name: "VpnGatewayId", target: "AWS::EC2::VPNGateway.VPNGatewayId" },
    Named { namespace: EKS, name: "ClusterName", target: "AWS::EKS::Cluster.Name" },
    Named { namespace: EKS, name: "KeyArn", target: KEY_ARN },
    Named { namespace: EKS, name: "NodeRoleArn", target: ROLE_ARN },
    Named { namespace: EKS, name: "RoleArn", target: ROLE_ARN },
    Named { namespace: EKS, name: "TargetRoleArn", target: ROLE_ARN },
    Named { namespace: AUTOSCALING, name: "InstanceId", target: INSTANCE },
    Named { namespace: EVENTS, name: "EventBusArn", target: "AWS::Events::EventBus.Arn" },
    Named { namespace: EVENTS, name: "RoleArn", target: ROLE_ARN },
    Named { namespace: LAMBDA, name: "KmsKeyArn", target: KEY_ARN },
    Named { namespace: LAMBDA, name: "SecurityGroupIds", target: SECURITY_GROUP },
    Named { namespace: LAMBDA, name: "SubnetIds", target: SUBNET },
    Named { namespace: LOGS, name: "ExecutionRoleArn", target: ROLE_ARN },
    Named { namespace: LOGS, name: "KmsKeyArn", target: KEY_ARN },
    Named { namespace: LOGS, name: "RoleArn", target: ROLE_ARN },
    Named { namespace: SSM, name: "RoleArn", target: ROLE_ARN },
    Named { namespace: SSM, name: "ServiceRoleArn", target: ROLE_ARN },
];

/// Applies every repair.
pub(super) fn apply(services: &mut [Service]) -> Result<(), String> {
    apply_all(REPAIRS, services)
}

fn apply_all(repairs: &[Repair], services: &mut [Service]) -> Result<(), String> {
    let idle: Vec<String> = repairs
        .iter()
        .filter(|repair| !apply_one(**repair, services))
        .map(|repair| format!("{repair:?}"))
        .collect();
    if idle.is_empty() {
        return Ok(());
    }
    Err(format!("these repairs change nothing and should be removed or corrected:\n  {}", idle.join("\n  ")))
}

/// Whether the repair changed anything.
fn apply_one(repair: Repair, services: &mut [Service]) -> bool {
    let mut changed = false;
    match repair {
        Same { from, to } => {
            let (from, to) = (target(from), target(to));
            let of_field = from.to_string();
            for (owner, targets) in all_targets(services) {
                for target in targets.iter_mut().filter(|target| **target == from) {
                    *target = to.clone();
                    changed = true;
                }
                if owner == of_field {
                    targets.push(to.clone());
                }
            }
        }
        NotTo { field, target: to } => {
            let to = target(to);
            for (_, targets) in all_targets(services).into_iter().filter(|(owner, _)| owner == field) {
                changed |= targets.contains(&to);
                targets.retain(|target| *target != to);
            }
        }
        AlsoTo { field, target: to } => {
            let to = target(to);
            for (_, targets) in all_targets(services).into_iter().filter(|(owner, _)| owner == field) {
                if !targets.contains(&to) {
                    targets.push(to.clone());
                    changed = true;
                }
            }
        }
        Named { namespace, name, target: to } => {
            let to = target(to);
            let service = services.iter_mut().find(|service| service.namespace == namespace);
            for resource in service.into_iter().flat_map(|service| &mut service.resources) {
                let is_own = format!("{namespace}::{}", resource.name) == to.type_name;
                let attributes = resource.attributes.iter_mut().filter(|_| !is_own);
                let attributes =
                    attributes.map(|attribute| (&attribute.name, &attribute.ty, &mut attribute.targets));
                let properties = resource
                    .properties
                    .iter_mut()
                    .chain(resource.types.iter_mut().flat_map(|ty| &mut ty.properties))
                    .map(|property| (&property.name, &property.ty, &mut property.targets));
                for (_, _, targets) in attributes
                    .chain(properties)
                    .filter(|(field, ty, targets)| *field == name && is_text(ty) && targets.is_empty())
                {
                    targets.push(to.clone());
                    changed = true;
                }
            }
        }
    }
    changed
}

fn is_text(ty: &Type) -> bool {
    match ty {
        Type::String(values) => values.is_empty(),
        Type::List(element) => is_text(element),
        _ => false,
    }
}

/// `AWS::EC2::Subnet.SubnetId`, or an attribute with dots.
fn target(name: &str) -> Target {
    let (type_name, field) = name.split_once('.').unwrap_or((name, ""));
    Target::new(type_name, field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stackwright_codegen::{parse, write};

    const FACTS: &str = "service eks AWS::EKS\n\nresource Cluster\n  attribute Id string\n  property Name string -> AWS::ECR::Repository.ClusterName\n  property RoleArn string\n";

    fn repaired(repair: Repair) -> Result<String, String> {
        let mut services = [parse::service(FACTS).unwrap()];
        apply_all(&[repair], &mut services)?;
        Ok(write::service(&services[0]))
    }

    #[test]
    fn a_repair_changes_what_it_says() {
        for (repair, was, is) in [
            (
                NotTo { field: "AWS::EKS::Cluster.Name", target: "AWS::ECR::Repository.ClusterName" },
                "Name string -> AWS::ECR::Repository.ClusterName",
                "Name string",
            ),
            (
                Named { namespace: EKS, name: "RoleArn", target: ROLE_ARN },
                "RoleArn string",
                "RoleArn string -> AWS::IAM::Role.Arn",
            ),
            (
                AlsoTo { field: "AWS::EKS::Cluster.Name", target: "AWS::X::Y.Z" },
                "ClusterName",
                "ClusterName or AWS::X::Y.Z",
            ),
            (
                Same { from: "AWS::ECR::Repository.ClusterName", to: "AWS::X::Y.Z" },
                "AWS::ECR::Repository.ClusterName",
                "AWS::X::Y.Z",
            ),
        ] {
            assert_eq!(repaired(repair), Ok(FACTS.replace(was, is)), "{repair:?}");
        }
    }

    #[test]
    fn a_repair_that_changes_nothing_is_an_error() {
        for repair in [
            NotTo { field: "AWS::EKS::Cluster.Name", target: "AWS::X::Y.Z" },
            Named { namespace: EKS, name: "SubnetId", target: SUBNET },
            AlsoTo { field: "AWS::EKS::Cluster.Name", target: "AWS::ECR::Repository.ClusterName" },
            Same { from: "AWS::X::Y.Z", to: SUBNET },
        ] {
            let error = repaired(repair).unwrap_err();
            assert!(error.contains(&format!("{repair:?}")), "{error}");
        }
    }
}
