//! What would be lost: resources that hold data, or that are to be kept.

use serde::Serialize;
use stackwright_assembly::Source;
use stackwright_cfn::{Resource, Template};

use crate::compare::{Change, Comparison, Kind, Path, Replacement, Section, is_deleted_by_default, short};

/// Types whose resources hold what a template cannot bring back: data, keys, addresses and names others rely on.
const HOLD_DATA: &[&str] = &[
    "AWS::ACMPCA::CertificateAuthority",
    "AWS::APS::Workspace",
    "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault",
    "AWS::Cassandra::Keyspace",
    "AWS::Cassandra::Table",
    "AWS::CloudFormation::Stack",
    "AWS::CloudTrail::EventDataStore",
    "AWS::CodeArtifact::Domain",
    "AWS::CodeArtifact::Repository",
    "AWS::CodeCommit::Repository",
    "AWS::Cognito::IdentityPool",
    "AWS::Cognito::UserPool",
    "AWS::DAX::Cluster",
    "AWS::DirectoryService::MicrosoftAD",
    "AWS::DirectoryService::SimpleAD",
    "AWS::DocDB::DBCluster",
    "AWS::DocDB::DBInstance",
    "AWS::DSQL::Cluster",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::EIP",
    "AWS::EC2::Instance",
    "AWS::EC2::Volume",
    "AWS::ECR::PublicRepository",
    "AWS::ECR::Repository",
    "AWS::EFS::FileSystem",
    "AWS::EKS::Cluster",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElastiCache::ServerlessCache",
    "AWS::Elasticsearch::Domain",
    "AWS::FSx::FileSystem",
    "AWS::FSx::Volume",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::Kinesis::Stream",
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::Logs::LogGroup",
    "AWS::MemoryDB::Cluster",
    "AWS::MSK::Cluster",
    "AWS::MSK::ServerlessCluster",
    "AWS::Neptune::DBCluster",
    "AWS::Neptune::DBInstance",
    "AWS::NeptuneGraph::Graph",
    "AWS::OpenSearchServerless::Collection",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::GlobalCluster",
    "AWS::Redshift::Cluster",
    "AWS::RedshiftServerless::Namespace",
    "AWS::Route53::HostedZone",
    "AWS::S3::Bucket",
    "AWS::S3Express::DirectoryBucket",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::SecretsManager::Secret",
    "AWS::SQS::Queue",
    "AWS::Timestream::Database",
    "AWS::Timestream::InfluxDBInstance",
    "AWS::Timestream::Table",
];

/// What would become of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// It leaves the template.
    Removed,
    /// It may be replaced, which is known only once CloudFormation looks at it.
    MayBeReplaced,
    /// It is replaced by another one.
    Replaced,
}

/// A resource that holds data, or is to be kept, and would be removed or replaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loss {
    /// The logical id.
    pub id: String,
    /// The resource type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The path of its construct; absent where no source map tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub construct: Option<String>,
    /// The line of the program; absent where no source map tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What would become of it.
    pub fate: Fate,
    /// The properties that are the reason; none where it is removed.
    pub because: Vec<Path>,
    /// What CloudFormation does with the old one: `Delete`, `Retain`, `RetainExceptOnCreate` or `Snapshot`.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
    pub policy: String,
    /// Whether its type holds what a template cannot bring back.
    pub holds_data: bool,
}

/// The losses among the changes, in their order.
pub(super) fn of(comparison: &Comparison) -> Vec<Loss> {
    let (before, after) = comparison.templates();
    let resources = comparison.changes().iter().filter(|change| change.section == Section::Resources);
    resources.filter_map(|change| loss(change, before, after)).collect()
}

fn loss(change: &Change, before: &Template, after: &Template) -> Option<Loss> {
    let old = resource(before, &change.id)?;
    let (fate, policy) = match (change.kind, change.replacement()) {
        (Kind::Removed, _) => (Fate::Removed, policy(old, "DeletionPolicy")),
        (Kind::Changed, Replacement::Yes) => (Fate::Replaced, replace_policy(old, after, &change.id)),
        (Kind::Changed, Replacement::Maybe) => (Fate::MayBeReplaced, replace_policy(old, after, &change.id)),
        _ => return None,
    };
    let holds_data = HOLD_DATA.contains(&&*old.type_name);
    // Who wants a resource kept when it leaves does not want another one in its place either.
    let is_kept = |attribute| self::policy(old, attribute) != "Delete";
    if !holds_data && policy == "Delete" && !is_kept("DeletionPolicy") {
        return None;
    }
    let edits = change.edits.iter().filter(|edit| edit.replacement > Replacement::No).map(|edit| &edit.path);
    let because = edits.chain(change.consequences.iter().map(|consequence| &consequence.path));
    Some(Loss {
        id: change.id.clone(),
        type_name: old.type_name.to_string(),
        construct: change.construct.clone(),
        source: change.source.clone(),
        fate,
        because: if change.kind == Kind::Changed { because.cloned().collect() } else { Vec::new() },
        policy,
        holds_data,
    })
}

fn resource<'a>(template: &'a Template, id: &str) -> Option<&'a Resource> {
    template.resources.iter().find(|(name, _)| *name == *id).map(|(_, resource)| resource)
}

fn policy(resource: &Resource, attribute: &str) -> String {
    match resource.attributes.get(attribute) {
        Some(policy) => short(policy),
        None if attribute == "DeletionPolicy" && !is_deleted_by_default(resource) => "Snapshot".to_owned(),
        None => "Delete".to_owned(),
    }
}

/// The policy of an update is that of the template to be.
fn replace_policy(old: &Resource, after: &Template, id: &str) -> String {
    policy(resource(after, id).unwrap_or(old), "UpdateReplacePolicy")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::is_known;

    #[test]
    fn every_type_that_holds_data_is_a_type() {
        let unknown: Vec<&str> = HOLD_DATA.iter().copied().filter(|name| !is_known(name)).collect();
        assert_eq!(unknown, [""; 0]);
    }
}
