//! Permissions of a delivery: a pipeline that deploys, an application, service accounts of a cluster, and people.
//!
//! `cargo run -p permissions -- synth --out target/permissions` writes their templates.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "shop"));
    let why = "whoever tries it out comes from an address that nobody knows; access needs credentials of IAM";
    app.acknowledge("public-endpoint", why);
    let limits = limits(&app);
    let storage = Storage::new(&app);
    pipeline(&app, &limits);
    application(&app, &storage, &limits);
    service_accounts(&app, &storage);
    people(&app);
    in_another_partition(&app);
    stackwright::run(app)
}

/// What no role of this application may exceed: it cannot give itself more than it has.
fn limits(app: &App) -> ManagedPolicy {
    let stack = Stack::new(app, "limits");
    let everything = PolicyStatement::allow().sid("Everything").any_action().any_resource();
    let but_more_permissions = PolicyStatement::deny()
        .sid("ButMorePermissions")
        .actions([
            "iam:Add*",
            "iam:Attach*",
            "iam:Create*",
            "iam:Delete*",
            "iam:Detach*",
            "iam:Put*",
            "iam:Update*",
        ])
        .actions(["account:*", "organizations:*"])
        .any_resource();
    let props = ManagedPolicyProps::new([everything, but_more_permissions])
        .path("/shop/")
        .description("What no role of the shop may exceed");
    let boundary = ManagedPolicy::new(&stack, "boundary", props);
    boundary
        .acknowledge("wildcard-action", "a boundary allows nothing by itself: it limits what policies allow");
    boundary
}

/// A pipeline at GitHub deploys from its production environment, and only from there, without any stored key.
fn pipeline(app: &App, limits: &ManagedPolicy) {
    let stack = Stack::new(app, "pipeline");
    let github = OidcProviderProps::new("https://token.actions.githubusercontent.com");
    let github = OidcProvider::new(&stack, "github", github);
    let production = github.subjects(["repo:acme/shop:environment:production"]);
    let props = RoleProps::new(production)
        .path("/shop/")
        .description("Deploys the shop from its production environment")
        .max_session_seconds(3_600)
        .permissions_boundary(limits);
    let deployer = Role::new(&stack, "deployer", props);

    // CloudFormation does the work with a role of its own, which nobody else can take on.
    let cloudformation = RoleProps::new(Principal::service("cloudformation").only_for_own_account())
        .path("/shop/")
        .managed_policy(ManagedPolicy::aws("PowerUserAccess"))
        .permissions_boundary(limits);
    let cloudformation = Role::new(&stack, "cloudformation", cloudformation);
    cloudformation.grant_pass(&deployer, "cloudformation.amazonaws.com");

    let stacks: Value<String> = Arn::new("cloudformation", "stack/shop-*/*").of(&stack);
    deployer.allow_actions(
        [
            "cloudformation:CreateChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
        ],
        [stacks],
    );
    deployer.allow(PolicyStatement::allow().actions(["cloudformation:ValidateTemplate"]).any_resource());
}

/// A bucket, the key that it is encrypted with, and a queue.
struct Storage {
    bucket: Resource<l1::s3::Bucket>,
    key: Resource<l1::kms::Key>,
    queue: Resource<l1::sqs::Queue>,
}

impl Storage {
    fn new(app: &App) -> Self {
        let stack = Stack::new(app, "storage");
        // The account decides who may use the key, by policies such as those below.
        let administration = PolicyStatement::allow()
            .sid("TheAccountDecides")
            .principal(Principal::own_account())
            .any_action_of("kms")
            .any_resource();
        let key = l1::kms::Key::new()
            .enable_key_rotation(true)
            .key_policy(PolicyDocument::from([administration]).for_resource(&stack));
        let key = Resource::new(&stack, "key", key);
        key.removal_policy(RemovalPolicy::Retain);

        let rule = l1::s3::bucket::ServerSideEncryptionRule::new()
            .bucket_key_enabled(true)
            .server_side_encryption_by_default(
                l1::s3::bucket::ServerSideEncryptionByDefault::new(
                    l1::s3::bucket::ServerSideEncryptionByDefaultRequired { sse_algorithm: "aws:kms".into() },
                )
                .kms_master_key_id(key.attr_arn()),
            );
        let bucket = l1::s3::Bucket::new().bucket_encryption(l1::s3::bucket::BucketEncryption::new(
            l1::s3::bucket::BucketEncryptionRequired { server_side_encryption_configuration: [rule].into() },
        ));
        let bucket = Resource::new(&stack, "orders", bucket);
        bucket.removal_policy(RemovalPolicy::Retain);
        let queue = Resource::new(&stack, "queue", l1::sqs::Queue::new().sqs_managed_sse_enabled(true));

        let arn = bucket.attr_arn();
        let encrypted_ways_only = PolicyStatement::deny()
            .sid("EncryptedWaysOnly")
            .principal(Principal::anyone())
            .any_action_of("s3")
            .resources([Value::<String>::from(&arn), sub!("{arn}/*", arn = &arn)])
            .condition(Operator::BOOL, "aws:SecureTransport", ["false"]);
        let policy = l1::s3::BucketPolicy::new(l1::s3::BucketPolicyRequired {
            bucket: bucket.ref_(),
            policy_document: PolicyDocument::from([encrypted_ways_only]).for_resource(&stack),
        });
        Resource::new(&stack, "orders-policy", policy);
        Self { bucket, key, queue }
    }

    /// Lets someone read the objects under a prefix, which takes the key as well.
    fn grant_read(&self, grantee: &impl Grantable, prefix: &str) {
        let bucket = self.bucket.attr_arn();
        let objects = sub!("{bucket}/{prefix}/*", bucket = &bucket, prefix);
        grantee.allow_actions(["s3:GetObject"], [objects]);
        grantee.allow(PolicyStatement::allow().actions(["s3:ListBucket"]).resources([bucket]).condition(
            Operator::STRING_LIKE,
            "s3:prefix",
            [format!("{prefix}/*")],
        ));
        grantee.allow_actions(["kms:Decrypt"], [self.key.attr_arn()]);
    }

    /// Lets someone write objects under a prefix, which takes the key as well.
    fn grant_write(&self, grantee: &impl Grantable, prefix: &str) {
        let objects = sub!("{bucket}/{prefix}/*", bucket = self.bucket.attr_arn(), prefix);
        grantee.allow_actions(["s3:PutObject"], [objects]);
        grantee.allow_actions(["kms:Decrypt", "kms:GenerateDataKey"], [self.key.attr_arn()]);
    }
}

/// Servers that read one part of the bucket and write another one.
fn application(app: &App, storage: &Storage, limits: &ManagedPolicy) {
    let stack = Stack::new(app, "application");
    let props = RoleProps::new(Principal::service("ec2"))
        .path("/shop/")
        .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"))
        .permissions_boundary(limits);
    let servers = Role::new(&stack, "servers", props);
    storage.grant_read(&servers, "incoming");
    storage.grant_write(&servers, "done");
    InstanceProfile::new(&stack, "profile", &servers);

    // An auditor of another company may look at what is done.
    let auditor = Principal::account("111122223333").condition(
        Operator::STRING_EQUALS,
        "sts:ExternalId",
        ["shop-audit-2026"],
    );
    let auditor = Role::new(&stack, "auditor", RoleProps::new(auditor).path("/shop/"));
    storage.grant_read(&auditor, "done");
}

/// Two service accounts of a cluster that is there already, one for each of the ways EKS has.
fn service_accounts(app: &App, storage: &Storage) {
    let stack = Stack::new(app, "service-accounts");
    let cluster = l1::eks::Cluster::new(l1::eks::ClusterRequired {
        resources_vpc_config: l1::eks::cluster::ResourcesVpcConfig::new(
            l1::eks::cluster::ResourcesVpcConfigRequired {
                subnet_ids: ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"].into(),
            },
        )
        .into(),
        role_arn: Role::new(
            &stack,
            "cluster-role",
            RoleProps::new(Principal::service("eks"))
                .managed_policy(ManagedPolicy::aws("AmazonEKSClusterPolicy")),
        )
        .role_arn(),
    });
    let cluster = Resource::new(&stack, "cluster", cluster);

    // By a token: the issuer is known only when the cluster is there, so the role's trust policy is text.
    let provider = OidcProviderProps::new(cluster.attr_open_id_connect_issuer_url());
    let provider = OidcProvider::new(&stack, "provider", provider);
    let orders = ServiceAccountRole::new(
        &stack,
        "orders",
        ServiceAccountName::new("shop", "orders"),
        ServiceAccountIdentity::irsa(&provider),
    );
    storage.grant_write(&orders, "incoming");
    orders.allow_actions(["sqs:SendMessage"], [storage.queue.attr_arn()]);

    // By Pod Identity: nothing of the cluster is needed but its name.
    let billing = ServiceAccountRole::new(
        &stack,
        "billing",
        ServiceAccountName::new("shop", "billing"),
        ServiceAccountIdentity::pod_identity(cluster.ref_()),
    );
    storage.grant_read(&billing, "done");
    let queue = [storage.queue.attr_arn()];
    billing.allow_actions(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue);
}

/// People who may look at everything, and do more only with a second factor.
fn people(app: &App) {
    let stack = Stack::new(app, "people");
    let support = GroupProps::new().managed_policy(ManagedPolicy::aws("job-function/ViewOnlyAccess"));
    let support = Group::new(&stack, "support", support);
    let with_second_factor =
        Principal::own_account().condition(Operator::BOOL, "aws:MultiFactorAuthPresent", ["true"]);
    let rescue = RoleProps::new(with_second_factor)
        .managed_policy(ManagedPolicy::aws("PowerUserAccess"))
        .description("For emergencies")
        .max_session_seconds(7_200);
    let rescue = Role::new(&stack, "rescue", rescue);
    rescue.grant_assume(&support);
}

/// Beijing: the same words, other ARNs.
fn in_another_partition(app: &App) {
    let stack = Stack::with_props(app, "beijing", StackProps::new().region("cn-north-1"));
    let props = RoleProps::new(Principal::any_of([Principal::service("ec2"), Principal::own_account()]))
        .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"));
    let servers = Role::new(&stack, "servers", props);
    let bucket: Value<String> = Arn::new("s3", "shop-assets/*").without_region().without_account().of(&stack);
    servers.allow_actions(["s3:GetObject"], [bucket]);
}
