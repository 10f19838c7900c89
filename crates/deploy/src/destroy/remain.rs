//! What stays when a stack is deleted: what it is told to keep, and what others made on its behalf.

use serde::Deserialize;
use stackwright_assembly::Deployable;
use stackwright_cfn::{Map, Node, Resource, Template};

use super::Leftover;
use super::standing::Standing;
use crate::aws::{AwsError, Problem};
use crate::chart::Known;
use crate::{Aws, parallel};

/// The resources that their deletion policy keeps, and the snapshots that it asks for.
pub(super) fn retained(standing: &Standing<'_>) -> Vec<Leftover> {
    let resources = standing.template.resources.iter();
    let leftovers = resources.filter_map(|(id, resource)| {
        let (reason, is_snapshot) = kept(resource)?;
        // What was never made, or is gone already, does not stay.
        let physical = standing.physical_id(id)?;
        let name = match is_snapshot {
            true => format!("a snapshot of {physical}, {}", resource.type_name),
            false => format!("{physical}, {}", resource.type_name),
        };
        let entries = &standing.deployable.source_map;
        Some(Leftover::new(name, reason).from(entries.iter().find(|entry| *id == *entry.id)))
    });
    leftovers.collect()
}

/// The objects of a chart that say that they stay.
pub(super) fn of_chart(chart: &Deployable, known: &Known) -> Vec<Leftover> {
    let leftover = |(id, policy): &(String, &str)| {
        let entry = chart.source_map.iter().find(|entry| entry.id == *id);
        Leftover::new(id, format!("as it says by {policy}")).from(entry)
    };
    known.staying.iter().map(leftover).collect()
}

/// Whether a resource's deletion policy keeps it.
pub(super) fn is_retained(standing: &Standing<'_>, logical: &str) -> bool {
    let resource = standing.template.resources.iter().find(|(id, _)| *id == *logical);
    resource.and_then(|(_, resource)| kept(resource)).is_some_and(|(_, is_snapshot)| !is_snapshot)
}

/// Why a resource is kept, and whether as a snapshot only.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
fn kept(resource: &Resource) -> Option<(String, bool)> {
    match resource.attributes.get("DeletionPolicy").and_then(Node::as_str) {
        Some(policy @ ("Retain" | "RetainExceptOnCreate")) => {
            Some((format!("its DeletionPolicy is {policy}"), false))
        }
        Some("Snapshot") => Some(("its DeletionPolicy is Snapshot".to_owned(), true)),
        Some(_) => None,
        None => {
            let is_default = match &*resource.type_name {
                "AWS::RDS::DBCluster" => true,
                "AWS::RDS::DBInstance" => !resource.properties.contains_key("DBClusterIdentifier"),
                _ => false,
            };
            is_default.then(|| {
                (
                    "databases are kept as snapshots unless their DeletionPolicy says otherwise".to_owned(),
                    true,
                )
            })
        }
    }
}

/// The log groups that services made by themselves for functions and control planes.
pub(super) fn log_groups(standing: &Standing<'_>) -> Result<Vec<Leftover>, AwsError> {
    let wanted: Vec<String> = standing
        .resources
        .iter()
        .filter_map(|resource| {
            let physical = resource.physical_resource_id.as_deref()?;
            match &*resource.resource_type {
                "AWS::Lambda::Function"
                    if !names_its_log_group(&standing.template, &resource.logical_resource_id) =>
                {
                    Some(format!("/aws/lambda/{physical}"))
                }
                "AWS::EKS::Cluster" => Some(format!("/aws/eks/{physical}/cluster")),
                _ => None,
            }
        })
        .filter(|name| !standing.has(name))
        .collect();
    let aws = &standing.aws;
    let answers = parallel::each(&wanted, |name| {
        let command = ["logs", "describe-log-groups", "--log-group-name-prefix", name];
        aws.run::<Vec<String>>(aws.call(&command).args(["--query", "logGroups[].logGroupName"]))
    });
    let mut leftovers = Vec::new();
    for (name, answer) in wanted.into_iter().zip(answers) {
        let reason = match answer {
            Ok(found) if found.contains(&name) => "the service made it, and AWS keeps logs",
            Ok(_) => continue,
            Err(error) if error.problem() == Problem::Denied => {
                "if the service made it: these credentials may not look"
            }
            Err(error) => return Err(error),
        };
        let words = ["logs", "delete-log-group", "--log-group-name", &name];
        leftovers.push(Leftover::new(format!("log group {name}"), reason).removed_by(aws, &words));
    }
    Ok(leftovers)
}

/// Whether a function writes to a log group that the template says.
fn names_its_log_group(template: &Template, function: &str) -> bool {
    let resource = template.resources.iter().find(|(id, _)| *id == *function);
    let config = resource.and_then(|(_, resource)| resource.properties.get("LoggingConfig"));
    config.and_then(Node::as_map).is_some_and(|config: &Map| config.contains_key("LogGroup"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagged {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
}

/// The load balancers and volumes that controllers in a cluster made and tagged with its name.
pub(super) fn of_cluster(aws: &Aws<'_>, cluster: &str) -> Result<Vec<Leftover>, AwsError> {
    let filters = [
        format!("Key=kubernetes.io/cluster/{cluster}"),
        format!("Key=elbv2.k8s.aws/cluster,Values={cluster}"),
    ];
    let answers = parallel::each(&filters, |filter| {
        let call = aws.call(&["resourcegroupstaggingapi", "get-resources", "--tag-filters", filter]);
        let call = call.args(["--resource-type-filters", "elasticloadbalancing:loadbalancer", "ec2:volume"]);
        aws.run::<Vec<Tagged>>(call.args(["--query", "ResourceTagMappingList"]))
    });
    let mut leftovers: Vec<Leftover> = Vec::new();
    for answer in answers {
        for tagged in answer? {
            let Some(leftover) = of_tagged(aws, cluster, &tagged) else { continue };
            if leftovers.iter().all(|known| known.name != leftover.name) {
                leftovers.push(leftover);
            }
        }
    }
    Ok(leftovers)
}

fn of_tagged(aws: &Aws<'_>, cluster: &str, tagged: &Tagged) -> Option<Leftover> {
    let has = |key: &str| tagged.tags.iter().any(|tag| tag.key == key);
    if has("aws:cloudformation:stack-id") {
        return None;
    }
    let arn = &*tagged.resource_arn;
    if let Some((_, volume)) = arn.rsplit_once(":volume/") {
        // The disks of nodes have the cluster's tag too, and go with the nodes.
        let is_claimed = has("CSIVolumeName") || has("kubernetes.io/created-for/pvc/name");
        let leftover =
            Leftover::new(format!("volume {volume}"), format!("a claim in cluster {cluster:?} made it"));
        return is_claimed
            .then(|| leftover.removed_by(aws, &["ec2", "delete-volume", "--volume-id", volume]));
    }
    let (_, balancer) = arn.split_once(":loadbalancer/")?;
    let reason = format!("a controller in cluster {cluster:?} made it");
    let (name, words) = match balancer.split_once('/') {
        None => (balancer, ["elb", "delete-load-balancer", "--load-balancer-name", balancer]),
        Some((_, rest)) => {
            let name = rest.split('/').next().unwrap_or(rest);
            (name, ["elbv2", "delete-load-balancer", "--load-balancer-arn", arn])
        }
    };
    Some(Leftover::new(format!("load balancer {name}"), reason).removed_by(aws, &words))
}
