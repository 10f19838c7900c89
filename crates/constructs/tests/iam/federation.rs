//! Who comes with a token: of a pipeline, of a service account, of a directory.

use insta::assert_snapshot;
use serde_json::Value as Json;
use stackwright_aws::eks;
use stackwright_constructs::iam::{
    Grantable, ManagedPolicy, OidcProvider, OidcProviderProps, Operator, PodIdentityAssociation, Principal,
    Role, RoleProps, ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole,
};
use stackwright_core::{App, Resource, Scope, Stack};

use crate::template;

fn cluster(stack: &Stack) -> Resource<eks::Cluster> {
    let cluster = eks::Cluster::new(eks::ClusterRequired {
        resources_vpc_config: eks::cluster::ResourcesVpcConfig::new(
            eks::cluster::ResourcesVpcConfigRequired { subnet_ids: ["subnet-0a1b2c3d"].into() },
        )
        .into(),
        role_arn: "arn:aws:iam::111122223333:role/cluster".into(),
    });
    Resource::new(stack, "cluster", cluster)
}

fn orders() -> ServiceAccountName {
    ServiceAccountName::new("shop", "orders")
}

#[test]
fn a_pipeline_deploys_with_its_own_token() {
    let app = App::new();
    let stack = Stack::new(&app, "delivery");
    let github = OidcProviderProps::new("https://token.actions.githubusercontent.com");
    let github = OidcProvider::new(&stack, "github", github);
    let production = github.subjects(["repo:acme/shop:environment:production"]);
    Role::new(&stack, "deployer", RoleProps::new(production));
    let branches = github.subjects(["repo:acme/shop:ref:refs/heads/main", "repo:acme/shop:ref:refs/tags/v*"]);
    Role::new(&stack, "builder", RoleProps::new(branches));
    let anyone_of_acme =
        github.any_subject().condition(Operator::STRING_EQUALS, github.claim("repository_owner"), ["acme"]);
    Role::new(&stack, "reader", RoleProps::new(anyone_of_acme));
    assert_snapshot!(template(&app, "delivery"));
}

#[test]
fn other_providers_and_directories() {
    let app = App::new();
    let stack = Stack::new(&app, "federation");
    let own = OidcProviderProps::new("https://id.example.com/tenants/7")
        .audiences(["shop"])
        .thumbprints(["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]);
    let own = OidcProvider::new(&stack, "own", own);
    let known = OidcProvider::from_arn(&stack, "known", own.provider_arn());
    let given = OidcProvider::from_arn(
        &stack,
        "given",
        "arn:aws:iam::111122223333:oidc-provider/id.example.com/tenants/8",
    );
    assert_eq!(given.claim("sub").as_str(), Some("id.example.com/tenants/8:sub"));
    assert_eq!(own.claim("sub").as_str(), Some("id.example.com/tenants/7:sub"));
    assert!(known.claim("sub").as_str().is_none());
    let directory = Principal::saml(
        "arn:aws:iam::111122223333:saml-provider/directory",
        "https://signin.aws.amazon.com/saml",
    );
    let everyone = Principal::any_of([own.subjects(["mira"]), given.subjects(["noor"]), directory]);
    Role::new(&stack, "everyone", RoleProps::new(everyone));
    assert_snapshot!(template(&app, "federation"));
}

#[test]
fn a_service_account_proves_itself_by_a_token_of_its_cluster() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = cluster(&stack);
    let provider = OidcProviderProps::new(cluster.attr_open_id_connect_issuer_url());
    let provider = OidcProvider::new(&stack, "provider", provider);
    let role = ServiceAccountRole::new(&stack, "orders", orders(), ServiceAccountIdentity::irsa(&provider));
    role.allow_actions(["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:111122223333:orders"]);
    let (key, arn) = role.annotation().unwrap();
    assert_eq!(key, "eks.amazonaws.com/role-arn");
    assert_eq!(arn, role.role().role_arn());
    assert_snapshot!(template(&app, "shop"));
}

/// CloudFormation cannot compute keys, so the trust policy is text. Filled in, it is the policy that EKS documents.
#[test]
fn the_trust_of_a_service_account_is_right_once_it_is_deployed() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = cluster(&stack);
    let provider = OidcProviderProps::new(cluster.attr_open_id_connect_issuer_url());
    let provider = OidcProvider::new(&stack, "provider", provider);
    ServiceAccountRole::new(&stack, "orders", orders(), ServiceAccountIdentity::irsa(&provider));

    let template: Json = serde_json::from_str(&template(&app, "shop")).unwrap();
    let trust = &template["Resources"]["orders"]["Properties"]["AssumeRolePolicyDocument"]["Fn::Sub"];
    let issuer = serde_json::json!({
        "Fn::Select": [1, { "Fn::Split": ["//", { "Fn::GetAtt": ["cluster", "OpenIdConnectIssuerUrl"] }] }],
    });
    assert_eq!(trust[1], serde_json::json!({ "Value1": issuer }));
    let arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
    let text = trust[0].as_str().unwrap();
    let deployed =
        text.replace("${provider}", arn).replace("${Value1}", "oidc.eks.eu-west-1.amazonaws.com/id/ABC");
    assert_eq!(
        serde_json::from_str::<Json>(&deployed).unwrap(),
        serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Federated": arn },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud": "sts.amazonaws.com",
                        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub": "system:serviceaccount:shop:orders",
                    },
                },
            }],
        }),
    );
}

#[test]
fn a_service_account_is_associated_with_a_role() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = cluster(&stack);
    let identity = ServiceAccountIdentity::pod_identity(cluster.ref_());
    let role = ServiceAccountRole::with_role(&stack, "orders", orders(), identity, |role| {
        role.name("orders").managed_policy(ManagedPolicy::aws("AmazonSQSReadOnlyAccess"))
    });
    assert!(role.annotation().is_none());
    // A second account with a role that has been there before.
    let pods = Principal::service("pods.eks").tag_sessions();
    let shared = Role::new(&stack, "shared", RoleProps::new(pods));
    let invoices = ServiceAccountName::new("shop", "invoices");
    let association = PodIdentityAssociation::new(&stack, "invoices", "elsewhere", invoices, &shared);
    assert_eq!(association.path(), "shop/invoices");
    assert_snapshot!(template(&app, "shop"));
}
