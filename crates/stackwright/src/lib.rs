//! Typed infrastructure for AWS and Kubernetes networks, in Rust.
//!
//! A program describes its stacks; `cargo run -- synth` turns them into CloudFormation templates.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use stackwright::prelude::*;
//!
//! fn main() -> ExitCode {
//!     let app = stackwright::app();
//!     let stack = Stack::new(&app, "network");
//!     let vpc = Resource::new(&stack, "Vpc", l1::ec2::Vpc::new().cidr_block("10.0.0.0/16"));
//!     vpc.tag(("team", "network"));
//!     stackwright::run(app)
//! }
//! ```
//!
//! The [guide] leads from an empty directory to deployed pods, and has the words of other tools.

// Nothing of it is in a program.
#[cfg(any(doc, doctest))]
mod pages;

use std::process::ExitCode;

#[cfg(any(doc, doctest))]
pub use pages::guide;
pub use stackwright_assembly as assembly;
pub use stackwright_aws as aws;
pub use stackwright_cfn as cfn;
pub use stackwright_constructs as constructs;
pub use stackwright_core as core;
pub use stackwright_k8s as k8s;
pub use stackwright_validation as validation;

pub use stackwright_cfn::{json, sub};

use stackwright_core::{App, Diagnostic, Diagnostics, Scope, SynthOptions};

/// What almost every program uses: the tree, values and functions, the constructs, and the generated types as `l1`.
pub mod prelude {
    pub use stackwright_aws as l1;
    pub use stackwright_cfn::{
        CodeDeployLambdaAliasUpdate, CreationPolicy, DeletionPolicy, InstanceRefresh, Json, Map, Node,
        Period, RollingUpdate, UpdatePolicy, Value, functions, json, pseudo, sub,
    };
    pub use stackwright_constructs::ec2::{
        Cidr, FlowLogs, GatewayService, InterfaceEndpoint, IpBlock, Ipv6Cidr, Ipv6Pool, Peer, Port,
        SecurityGroup, SecurityGroupProps, Subnet, SubnetIds, SubnetKind, SubnetSelection, SubnetSize,
        Subnets, Traffic, Vpc, VpcEndpoint, VpcIds, VpcProps,
    };
    pub use stackwright_constructs::eks::{
        AccessPolicy, AccessPrincipal, AccessScope, Addon, AuthenticationMode, AwsAuthConfigMap, Cluster,
        ClusterAttributes, ClusterProps, ControlPlaneLog, CustomSystem, EmrNamespace, EndpointAccess,
        FargateProfile, FargateProfileProps, FargateSelector, InstanceType, IpFamily, KubernetesVersion,
        LifecycleHook, NodeGroup, NodeGroupProps, NodeImage, NodeKind, NodeRepair, NodeShare,
        SelfManagedNodes, SelfManagedNodesProps, Taint, UpgradePolicy,
    };
    pub use stackwright_constructs::iam::{
        Arn, Grantable, Group, GroupProps, InstanceProfile, ManagedPolicy, ManagedPolicyProps,
        ManagedPolicyRef, OidcProvider, OidcProviderProps, Operator, PodIdentityAssociation, Policy,
        PolicyDocument, PolicyStatement, Principal, Role, RoleProps, ServiceAccountIdentity,
        ServiceAccountName, ServiceAccountRole, User, UserProps,
    };
    pub use stackwright_constructs::ip_plan::{
        InterfaceAddresses, IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, PlannedPods, PodAddresses,
        Reservations,
    };
    pub use stackwright_constructs::multus::{
        AddressRange, AddressedPods, AddressedPodsProps, AssignedAttachments, Attachment, Attachments,
        Bridge, CniConfig, CniVersion, Dhcp, EniPrefix, HostDevice, HostLocal, Installation, Ipvlan,
        IpvlanMode, Macvlan, MacvlanMode, Multus, MultusNodes, MultusNodesProps, MultusVersion, Network,
        NetworkAttachmentDefinition, NodeNetwork, Route, SourceRouting, StartupTaint, StaticAddresses,
        Tuning, Vlan, Whereabouts, WhereaboutsPlugin, WhereaboutsPluginProps,
    };
    pub use stackwright_constructs::ssm::{SsmAgentInstaller, SsmAgentInstallerProps};
    pub use stackwright_constructs::{cidr, instance_type, ipv6_cidr};
    pub use stackwright_core::*;
}

/// An empty app with the context values of the command line (`--context KEY=VALUE`).
#[track_caller]
pub fn app() -> App {
    App::with_context(stackwright_cli::context())
}

/// Does what the command line says with the app, and gives the process's exit code.
///
/// `--help` lists the commands. Exit codes: 0 done, 1 the operation failed, 2 usage, 3 the app has errors.
pub fn run(app: App) -> ExitCode {
    stackwright_cli::run(move |asked| {
        check_context(&app)?;
        let mut options = SynthOptions::new().format(asked.format);
        if let Some(previous) = asked.previous.clone() {
            options = options.previous(move |stack| {
                let text = String::from_utf8(previous.template(stack)?).ok()?;
                stackwright_cfn::read(&text).ok()
            });
        }
        app.synth(&options)
    })
}

/// A context value that the program never gets would be a surprise.
fn check_context(app: &App) -> Result<(), Diagnostics> {
    let unheard = |(key, value): (String, String)| {
        let message = format!("context value {key}={value} is given, but the program does not take any");
        app.context(&key).is_none().then(|| {
            Diagnostic::error("context-not-taken", message)
                .value(format!("{key}={value}"))
                .hint("start the program with stackwright::app() instead of App::new()")
        })
    };
    let findings: Vec<Diagnostic> = stackwright_cli::context().into_iter().filter_map(unheard).collect();
    if findings.is_empty() { Ok(()) } else { Err(Diagnostics::new(findings)) }
}

/// The example of the README, which has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
