//! The policies of resources, wherever they have them: as maps, or as texts of JSON.

use stackwright_cfn::{Function, Map, Node, Resource};

use crate::known::each_item;
use crate::sketch::{GAP, sketch};
use crate::walk::walk_map;
use crate::{Document, Section, Way};

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Who may take on a role.
    Trust,
    /// What whoever has it may do.
    Identity,
    /// Who may do what with the resource that has it.
    Resource,
    /// What goes through an endpoint, or is allowed at most in an organization.
    Limit,
}

/// A policy of a resource.
pub(crate) struct Policy<'n> {
    pub(crate) form: Form,
    /// Its elements, or what is wrong with the JSON that it is written in. Where the JSON is known in parts, so are
    /// its texts, with [gaps](crate::sketch::GAP).
    pub(crate) map: Result<&'n Map, String>,
}

/// The properties that hold nothing but policies, by resource type.
///
/// Other types have them, too; their policies are known by the name of the property and by their `Statement`.
const HOLDERS: [(&str, &[&str]); 34] = [
    ("AWS::ApiGateway::RestApi", &["Policy"]),
    ("AWS::Backup::BackupVault", &["AccessPolicy"]),
    ("AWS::CodeArtifact::Domain", &["PermissionsPolicyDocument"]),
    ("AWS::CodeArtifact::Repository", &["PermissionsPolicyDocument"]),
    ("AWS::DynamoDB::Table", &["PolicyDocument"]),
    ("AWS::EC2::VPCEndpoint", &["PolicyDocument"]),
    ("AWS::ECR::PublicRepository", &["RepositoryPolicyText"]),
    ("AWS::ECR::RegistryPolicy", &["PolicyText"]),
    ("AWS::ECR::Repository", &["RepositoryPolicyText"]),
    ("AWS::EFS::FileSystem", &["FileSystemPolicy"]),
    ("AWS::Elasticsearch::Domain", &["AccessPolicies"]),
    ("AWS::IAM::Group", &["PolicyDocument"]),
    ("AWS::IAM::GroupPolicy", &["PolicyDocument"]),
    ("AWS::IAM::ManagedPolicy", &["PolicyDocument"]),
    ("AWS::IAM::Policy", &["PolicyDocument"]),
    ("AWS::IAM::Role", &["AssumeRolePolicyDocument", "PolicyDocument"]),
    ("AWS::IAM::RolePolicy", &["PolicyDocument"]),
    ("AWS::IAM::User", &["PolicyDocument"]),
    ("AWS::IAM::UserPolicy", &["PolicyDocument"]),
    ("AWS::IoT::Policy", &["PolicyDocument"]),
    ("AWS::KMS::Key", &["KeyPolicy"]),
    ("AWS::KMS::ReplicaKey", &["KeyPolicy"]),
    ("AWS::Kinesis::ResourcePolicy", &["ResourcePolicy"]),
    ("AWS::Logs::ResourcePolicy", &["PolicyDocument"]),
    ("AWS::OpenSearchService::Domain", &["AccessPolicies"]),
    ("AWS::RolesAnywhere::Profile", &["SessionPolicy"]),
    ("AWS::S3::AccessPoint", &["Policy"]),
    ("AWS::S3::BucketPolicy", &["PolicyDocument"]),
    ("AWS::SNS::TopicInlinePolicy", &["PolicyDocument"]),
    ("AWS::SNS::TopicPolicy", &["PolicyDocument"]),
    ("AWS::SQS::QueueInlinePolicy", &["PolicyDocument"]),
    ("AWS::SQS::QueuePolicy", &["PolicyDocument"]),
    ("AWS::SSO::PermissionSet", &["InlinePolicy"]),
    ("AWS::SecretsManager::ResourcePolicy", &["ResourcePolicy"]),
];

/// A property with statements of another grammar: what is to be kept out of messages and logs.
const OTHER: &str = "DataProtectionPolicy";

/// Shows every policy of a resource.
pub(crate) fn policies(id: &str, resource: &Resource, show: &mut dyn FnMut(&Policy<'_>, &Way<'_>)) {
    let type_name = resource.type_name.as_str();
    let holder = HOLDERS.iter().find(|(name, _)| *name == type_name);
    let keys = holder.map_or(&[][..], |(_, keys)| keys);
    let form = match type_name {
        "AWS::EC2::VPCEndpoint" | "AWS::Organizations::Policy" => Form::Limit,
        "AWS::RolesAnywhere::Profile" | "AWS::SSO::PermissionSet" => Form::Identity,
        name if name.starts_with("AWS::IAM::") => Form::Identity,
        _ => Form::Resource,
    };
    let element = Way::to(Section::Resource, id);
    walk_map(&resource.properties, &element.key("Properties"), &mut |node, way| {
        let is_held = || !keys.is_empty() && keys.contains(&way.property());
        let is_policy = match node {
            Node::Map(map) => is_held() || is_like_a_policy(map, way.property()),
            Node::Call(call) if call.function == Function::If => false,
            Node::Text(_) | Node::Sub(_) | Node::Call(_) => is_held(),
            _ => false,
        };
        if is_policy {
            let form = if way.property() == "AssumeRolePolicyDocument" { Form::Trust } else { form };
            match node {
                Node::Map(map) => show(&Policy { form, map: Ok(map) }, way),
                _ => written(node, form, way, show),
            }
        }
        !is_policy
    });
}

/// Whether a property of a type that is not known to have policies holds one.
fn is_like_a_policy(map: &Map, property: &str) -> bool {
    let is_named = || property.contains("Polic") && property != OTHER || property == "Content";
    map.contains_key("Statement") && is_named()
}

/// Shows a policy that is written in JSON.
fn written(node: &Node, form: Form, way: &Way<'_>, show: &mut dyn FnMut(&Policy<'_>, &Way<'_>)) {
    let text = sketch(node);
    if !text.trim_start().starts_with('{') {
        return;
    }
    match serde_json::from_str::<serde_json::Value>(&text).map(Node::from) {
        Ok(Node::Map(map)) => show(&Policy { form, map: Ok(&map) }, way),
        Ok(_) => {}
        // What is put in may be more than a part of a text.
        Err(_) if text.contains(GAP) => {}
        Err(error) => show(&Policy { form, map: Err(error.to_string()) }, way),
    }
}

/// Shows every statement of a policy.
pub(crate) fn statements<'n>(
    document: &Document<'n>,
    policy: &Policy<'n>,
    way: &Way<'_>,
    show: &mut dyn FnMut(&'n Map, &Way<'_>),
) {
    let Ok(map) = policy.map else { return };
    each_item(document, map.get("Statement"), &way.key("Statement"), show);
}
