//! What is wrong with permissions is told all at once, with the line of the statement.

use insta::assert_snapshot;
use stackwright_constructs::iam::{
    Grantable, Group, GroupProps, ManagedPolicy, ManagedPolicyProps, OidcProvider, OidcProviderProps,
    Operator, Policy, PolicyDocument, PolicyStatement, Principal, Role, RoleProps, ServiceAccountIdentity,
    ServiceAccountName, ServiceAccountRole, User, UserProps,
};
use stackwright_core::{App, Stack, StackProps, SynthOptions};

use crate::findings;

fn role(stack: &Stack, id: &str) -> Role {
    Role::new(stack, id, RoleProps::new(Principal::service("lambda")))
}

fn read() -> PolicyStatement {
    PolicyStatement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::orders/*"])
}

#[test]
fn everything_must_be_said() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let wide = role(&stack, "wide");
    wide.allow(PolicyStatement::allow().actions(["*"]).resources(["*"]));
    wide.allow(PolicyStatement::allow().actions(["s3:*"]).any_resource());
    let said = role(&stack, "said");
    said.allow(PolicyStatement::allow().any_action().any_resource());
    said.allow(PolicyStatement::allow().any_action_of("s3").resources(["arn:aws:s3:::orders/*"]));
    said.allow(PolicyStatement::deny().actions(["iam:*", "*"]).resources(["*"]));
    let key =
        PolicyStatement::allow().principal(Principal::own_account()).any_action_of("kms").resources(["*"]);
    PolicyDocument::from([key]).for_resource(&stack);
    assert_snapshot!(findings(&app));
}

#[test]
fn statements_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let role = role(&stack, "role");
    role.allow(PolicyStatement::allow());
    role.allow(
        PolicyStatement::allow().actions(["s3:GetObject"]).not_actions(["s3:PutObject"]).any_resource(),
    );
    role.allow(read().not_resources(["arn:aws:s3:::orders/secret"]));
    role.allow(read().sid("not a sid"));
    role.allow(read().principal(Principal::own_account()));
    role.allow(read().resources(["orders", "arn:aws:s3"]));
    role.allow(
        read()
            .condition(Operator::STRING_EQUALS, "aws:SourceVpc", [""; 0])
            .condition(Operator::NULL.if_exists(), "aws:SourceVpce", ["true"])
            .condition(Operator::STRING_LIKE, "SourceVpc", ["vpc-*"])
            .condition(Operator::STRING_LIKE, "SourceVpc", ["vpc-*"]),
    );
    let twice = [read().sid("Read"), read().sid("Read"), read().sid("Read")];
    PolicyDocument::from(twice).for_identity(&stack);
    PolicyDocument::from([read()]).for_resource(&stack);
    assert_snapshot!(findings(&app));
}

#[test]
fn names_of_actions_that_are_not_known() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let wrong = ["s3:GetObjekt", "dynamodbb:GetItem", "s3:Zap*", "GetObject", "s3:Get Object"];
    role(&stack, "role").allow(PolicyStatement::allow().actions(wrong).any_resource());
    role(&stack, "fine")
        .allow(PolicyStatement::deny().not_actions(["S3:getobject", "ec2:Describe*"]).any_resource());
    assert_snapshot!(findings(&app));
}

#[test]
fn principals_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let trusting = |id: &str, principal: Principal| Role::new(&stack, id, RoleProps::new(principal));
    trusting("star", Principal::arn("*"));
    trusting("name", Principal::arn("deploy"));
    trusting("service", Principal::service("EC2 "));
    trusting("account", Principal::account("1111"));
    trusting("token", Principal::web_identity("accounts.google.com"));
    trusting("nobody", Principal::any_of([]));
    let subject = "accounts.google.com:sub";
    let token = Principal::web_identity("accounts.google.com");
    trusting("fine", token.condition(Operator::STRING_EQUALS, subject, ["7"]));
    assert_snapshot!(findings(&app));
}

#[test]
fn settings_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let props = RoleProps::new(Principal::service("lambda"))
        .name("a b")
        .path("app")
        .description("…")
        .max_session_seconds(60)
        .managed_policy(ManagedPolicy::aws("arn:aws:iam::aws:policy/ReadOnlyAccess"))
        .inline_policy("read", [read()])
        .inline_policy("read", [read()])
        .inline_policy("a/b", [read()]);
    Role::new(&stack, "role", props);
    let props = ManagedPolicyProps::new([]).name("x".repeat(129)).path("//x").description("d".repeat(1001));
    ManagedPolicy::new(&stack, "managed", props);
    Policy::new(&stack, "policy", PolicyDocument::new());
    User::new(&stack, "user", UserProps::new().name("ü").path("/ü/"));
    Group::new(&stack, "group", GroupProps::new().name("").path(""));
    assert_snapshot!(findings(&app));
}

#[test]
fn providers_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let provider = |id: &str, url: &str| OidcProvider::new(&stack, id, OidcProviderProps::new(url));
    provider("http", "http://id.example.com");
    provider("slash", "https://id.example.com/");
    provider("port", "https://id.example.com:8443");
    provider("empty", "https://");
    let props = OidcProviderProps::new("https://id.example.com").thumbprints(["9E:99"]);
    let fine = OidcProvider::new(&stack, "thumbprint", props);
    Role::new(&stack, "anyone", RoleProps::new(fine.subjects(["*"])));
    OidcProvider::from_arn(&stack, "arn", "arn:aws:iam::111122223333:saml-provider/x");
    let account = ServiceAccountName::new("Shop", "orders_1");
    ServiceAccountRole::new(&stack, "irsa", account.clone(), ServiceAccountIdentity::irsa(&fine));
    ServiceAccountRole::new(&stack, "pods", account, ServiceAccountIdentity::pod_identity("cluster"));
    assert_snapshot!(findings(&app));
}

#[test]
fn imported_roles_that_cannot_be_changed() {
    let app = App::new();
    let stack = Stack::with_props(&app, "stack", StackProps::new().account("444455556666"));
    let role = Role::from_arn(&stack, "role", "arn:aws:iam::111122223333:role/ci");
    role.allow(read());
    role.trust(Principal::own_account());
    role.add_managed_policy(ManagedPolicy::aws("ReadOnlyAccess"));
    User::new(&stack, "someone", UserProps::new());
    Role::from_arn(&stack, "user", "arn:aws:iam::111122223333:user/ci");
    assert_snapshot!(findings(&app));
}

#[test]
fn the_line_told_is_that_of_the_statement() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let role = role(&stack, "role");
    let line = line!() + 1;
    let statement = PolicyStatement::allow().actions(["s3:GetObject"]);
    role.allow(statement);
    let findings = app.synth(&SynthOptions::new()).unwrap_err();
    let told: Vec<u32> = findings.iter().map(|finding| finding.source.as_ref().unwrap().line).collect();
    assert_eq!(told, [line], "{findings}");
}

/// A statement of `size` characters without white space.
fn sized(size: usize) -> PolicyStatement {
    let around =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":""}]}"#;
    let start = "arn:aws:s3:::";
    let name = "x".repeat(size - around.len() - start.len());
    PolicyStatement::allow().actions(["s3:GetObject"]).resources([format!("{start}{name}")])
}

#[test]
fn policies_fit_or_are_refused() {
    for excess in [0, 1] {
        let app = App::new();
        let stack = Stack::new(&app, "stack");
        let props = RoleProps::new(Principal::service("lambda")).inline_policy("inline", [sized(5_120)]);
        Role::new(&stack, "role", props).allow(sized(5_120 + excess));
        User::new(&stack, "user", UserProps::new()).allow(sized(2_048 + excess));
        Group::new(&stack, "group", GroupProps::new()).allow(sized(5_120 + excess));
        ManagedPolicy::new(&stack, "managed", ManagedPolicyProps::new([sized(6_144 + excess)]));
        match excess {
            0 => assert_eq!(findings(&app), ""),
            _ => assert_snapshot!(findings(&app)),
        }
    }
}

#[test]
fn what_needs_a_higher_quota_is_warned_of() {
    for excess in [0, 1] {
        let app = App::new();
        let stack = Stack::new(&app, "stack");
        let policies = |props: RoleProps, count: usize| {
            (0..count).fold(props, |props, index| {
                props.managed_policy(ManagedPolicy::aws(format!("Policy{index}")))
            })
        };
        Role::new(&stack, "many", policies(RoleProps::new(Principal::service("lambda")), 10 + excess));
        let around = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":""},"Action":"sts:AssumeRole"}]}"#;
        let arn = "arn:aws:iam::111122223333:role/";
        let name = "x".repeat(2_048 - around.len() - arn.len() + excess);
        Role::new(&stack, "trust", RoleProps::new(Principal::arn(format!("{arn}{name}"))));
        match excess {
            0 => assert_eq!(findings(&app), ""),
            _ => assert_snapshot!(findings(&app)),
        }
    }
}
