//! The role an AWS service takes on for something a VPC has it do.

use stackwright_aws::iam;
use stackwright_cfn::{Node, json, pseudo};
use stackwright_core::{Resource, Scope};

/// A role that only `service` may take on, on behalf of this account, for what `statements` allow.
///
/// Source: [the confused deputy problem](https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html)
#[track_caller]
pub(super) fn service_role(
    scope: &impl Scope,
    service: &'static str,
    statements: Node,
) -> Resource<iam::Role> {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "aws:SourceAccount": pseudo::account_id() } },
        }],
    });
    let policy = iam::role::Policy::new(iam::role::PolicyRequired {
        policy_name: "allowed".into(),
        policy_document: json!({ "Version": "2012-10-17", "Statement": statements }).into(),
    });
    let role = iam::Role::new(iam::RoleRequired { assume_role_policy_document: trust.into() });
    Resource::new(scope, "Role", role.policies([policy]))
}
