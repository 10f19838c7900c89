//! Roles, users and groups with their policies.

use insta::assert_snapshot;
use stackwright_constructs::iam::{
    Grantable, Group, GroupProps, InstanceProfile, ManagedPolicy, ManagedPolicyProps, Operator, Policy,
    PolicyStatement, Principal, Role, RoleProps, User, UserProps,
};
use stackwright_core::{App, Resource, Scope, Stack, StackProps};

use crate::template;

fn read_orders() -> PolicyStatement {
    PolicyStatement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::orders/*"])
}

#[test]
fn a_role_with_everything() {
    let app = App::new();
    let stack = Stack::new(&app, "roles");
    let boundary = PolicyStatement::allow().not_actions(["iam:*", "organizations:*"]).any_resource();
    let boundary = ManagedPolicyProps::new([boundary])
        .name("boundary")
        .path("/limits/")
        .description("What nobody here may exceed");
    let boundary = ManagedPolicy::new(&stack, "boundary", boundary);
    let partner =
        Principal::account("111122223333").condition(Operator::STRING_EQUALS, "sts:ExternalId", ["orders"]);
    let props = RoleProps::new(Principal::any_of([
        Principal::service("ec2"),
        Principal::service("ecs-tasks.amazonaws.com"),
        partner,
    ]))
    .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"))
    .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"))
    .inline_policy("orders", [read_orders()])
    .name("worker")
    .path("/app/")
    .description("Works")
    .max_session_seconds(43_200)
    .permissions_boundary(&boundary);
    let role = Role::new(&stack, "worker", props);
    role.add_managed_policy(&boundary);
    role.trust(Principal::service("lambda"));
    role.trust(Principal::own_account().tag_sessions());
    InstanceProfile::new(&stack, "profile", &role);
    assert_snapshot!(template(&app, "roles"));
}

#[test]
fn what_is_granted_is_a_policy_of_its_own() {
    let app = App::new();
    let stack = Stack::new(&app, "grants");
    let worker = Role::new(&stack, "worker", RoleProps::new(Principal::service("lambda")));
    let deployer = Role::new(&stack, "deployer", RoleProps::new(Principal::own_account()));
    worker.allow(read_orders());
    worker.allow_actions(["s3:PutObject"], ["arn:aws:s3:::orders/*"]);
    worker.grant_pass(&deployer, "lambda.amazonaws.com");
    worker.grant_assume(&deployer);
    worker.grant(&deployer, ["iam:GetRole"]);
    // What depends on the role waits for what was granted to it.
    let after = Resource::raw(&stack, "after", "Custom::After", Default::default());
    after.depends_on(&worker);
    assert_snapshot!(template(&app, "grants"));
}

#[test]
fn users_and_groups() {
    let app = App::new();
    let stack = Stack::new(&app, "people");
    let auditors = GroupProps::new().name("auditors").managed_policy(ManagedPolicy::aws("SecurityAudit"));
    let auditors = Group::new(&stack, "auditors", auditors);
    auditors.allow(read_orders());
    let mira = UserProps::new()
        .name("mira")
        .path("/people/")
        .group(&auditors)
        .managed_policy(ManagedPolicy::aws("job-function/ViewOnlyAccess"))
        .permissions_boundary(ManagedPolicy::aws("ReadOnlyAccess"));
    let mira = User::new(&stack, "mira", mira);
    mira.allow_actions(["s3:ListBucket"], ["arn:aws:s3:::orders"]);
    let role = Role::new(&stack, "role", RoleProps::new(&mira));
    let shared = Policy::new(&stack, "shared", [read_orders()]);
    shared.attach_to_role(&role);
    shared.attach_to_user(&mira);
    shared.attach_to_group(&auditors);
    shared.add_statement(PolicyStatement::deny().actions(["s3:DeleteBucket"]).resources(["*"]));
    assert_eq!(auditors.principal(), None);
    assert_snapshot!(template(&app, "people"));
}

#[test]
fn imported_roles_get_policies_of_the_stack() {
    let app = App::new();
    let stack = Stack::with_props(&app, "imports", StackProps::new().account("111122223333"));
    let ci = Role::from_arn(&stack, "ci", "arn:aws:iam::111122223333:role/builders/ci");
    ci.allow(read_orders());
    let parameter = Resource::raw(&stack, "Lookup", "Custom::Lookup", Default::default());
    let found = Role::from_arn(&stack, "found", parameter.attr("RoleArn"));
    found.allow(read_orders());
    assert_eq!(ci.role_name().as_str(), Some("ci"));
    assert!(ci.resource().is_none());
    assert_snapshot!(template(&app, "imports"));
}

#[test]
fn policies_of_two_stacks_on_one_role_have_two_names() {
    let app = App::new();
    let names = ["one", "two"].map(|stack| {
        let stack = Stack::new(&app, stack);
        let role = Role::from_arn(&stack, "ci", "arn:aws:iam::111122223333:role/ci");
        let policy = Policy::new(&stack, "more", [read_orders()]);
        policy.attach_to_role(&role);
        policy.resource().properties().get("PolicyName").and_then(|name| name.as_str().map(str::to_owned))
    });
    assert!(names.iter().all(Option::is_some));
    assert_ne!(names[0], names[1]);
}

#[test]
fn two_resources_that_name_each_other_can_be_made() {
    let app = App::new();
    let stack = Stack::new(&app, "circle");
    let role = Role::new(&stack, "role", RoleProps::new(Principal::service("lambda")));
    let key = Resource::raw(&stack, "key", "Custom::Key", Default::default());
    key.set_property("UsedBy", role.role_arn());
    role.allow_actions(["kms:Decrypt"], [key.attr::<String>("Arn")]);
    let template = template(&app, "circle");
    assert!(template.starts_with('{'), "{template}");
}
