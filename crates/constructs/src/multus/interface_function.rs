//! What gives instances their interfaces: a function, the events that start it, and what it may do.

use stackwright_aws::{events, lambda, logs, sqs};
use stackwright_cfn::{Map, Node, Value, sub};
use stackwright_core::{Construct, Resource, Scope};

use super::NodeNetwork;
use crate::eks::json_text;
use crate::iam::{Arn, Operator, PolicyDocument, PolicyStatement, Principal, Role, RoleProps};

/// CloudFormation takes 4,096 characters.
///
/// Source: [code of functions](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html)
const CODE: &str = include_str!("../../../../templates/multus/interfaces.py");

/// The tags that tell whose an interface or an instance is. The function writes them, too.
pub(super) const OWNER: &str = "networks.stackwright/owner";
const INSTANCE: &str = "networks.stackwright/instance";
const DEVICE: &str = "networks.stackwright/device";

/// By which the VPC CNI plugin leaves an interface alone.
///
/// Source: [tags of interfaces](https://github.com/aws/amazon-vpc-cni-k8s#management-of-interfaces)
const NO_MANAGE: &str = "node.k8s.amazonaws.com/no_manage";

/// How long one run may take. Events are tried three times, and hooks wait for all of them.
const TIMEOUT_SECONDS: u32 = 120;

/// What everything of the function is in; its groups wait for all of it.
pub(super) struct InterfaceFunction {
    pub(super) construct: Construct,
    pub(super) function: Resource<lambda::Function>,
    pub(super) failures: Resource<sqs::Queue>,
}

impl InterfaceFunction {
    /// Makes it for groups whose hooks carry one of these texts along, each of which ends in a slash and the place of its
    /// zone among `zones`.
    #[track_caller]
    pub(super) fn new(
        nodes: &Construct,
        owner: &Value<String>,
        networks: &[NodeNetwork],
        zones: &[usize],
        carried: Vec<Value<String>>,
    ) -> Self {
        let construct = Construct::new(nodes, "Interfaces");
        let log = Resource::new(&construct, "LogGroup", logs::LogGroup::new().retention_in_days(30u32));
        let failures =
            sqs::Queue::new().message_retention_period(14 * 24 * 3_600u32).sqs_managed_sse_enabled(true);
        let failures = Resource::new(&construct, "Failures", failures);
        let role = RoleProps::new(Principal::service("lambda"))
            .inline_policy("interfaces", interfaces(&construct, owner, networks))
            .inline_policy("hooks", hooks(&construct, owner))
            .inline_policy("reports", reports(&log, &failures));
        let role = Role::new(&construct, "Role", role);
        let variables = [
            (
                "NETWORKS",
                json_text(&networks.iter().map(|network| told(network, zones)).collect::<Vec<_>>().into()),
            ),
            ("OWNER", owner.clone()),
            ("AWS_RETRY_MODE", "standard".into()),
            ("AWS_MAX_ATTEMPTS", "8".into()),
        ];
        let variables: Value<std::collections::BTreeMap<String, String>> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let function = lambda::Function::new(lambda::FunctionRequired {
            code: lambda::function::Code::new().zip_file(CODE).into(),
            role: role.role_arn(),
        })
        .description("Gives nodes their interfaces in further networks")
        .runtime("python3.13")
        .architectures(["arm64"])
        .handler("index.handler")
        .timeout(TIMEOUT_SECONDS)
        .memory_size(256u32)
        .logging_config(lambda::function::LoggingConfig::new().log_group(log.ref_()))
        .environment(lambda::function::Environment::new().variables(variables));
        let function = Resource::new(&construct, "Resource", function);
        function.depends_on(&role);
        start_by_events(&construct, &function, &failures, carried);
        Self { construct, function, failures }
    }
}

/// What the function is told of a network.
fn told(network: &NodeNetwork, zones: &[usize]) -> Node {
    let mut told = Map::new();
    told.set("name", network.name());
    let subnets = zones.iter().filter_map(|zone| network.subnet_in(*zone));
    told.set("subnets", subnets.map(|subnet| subnet.subnet_id()).collect::<Vec<_>>());
    let groups = network.security_groups().iter().map(|group| group.security_group_id());
    told.set("groups", groups.collect::<Vec<_>>());
    told.set("check", network.is_destination_checked());
    told.set("addresses", network.addresses_asked().collect::<Map>());
    told.into()
}

/// The events of the hooks start the function; what it or they fail at three times stays in the queue.
#[track_caller]
fn start_by_events(
    construct: &Construct,
    function: &Resource<lambda::Function>,
    failures: &Resource<sqs::Queue>,
    carried: Vec<Value<String>>,
) {
    let destination =
        lambda::event_invoke_config::OnFailure::new(lambda::event_invoke_config::OnFailureRequired {
            destination: failures.attr_arn().assume(),
        });
    let asynchronous = lambda::EventInvokeConfig::new(lambda::EventInvokeConfigRequired {
        function_name: function.ref_().into(),
        qualifier: "$LATEST".into(),
    })
    .maximum_retry_attempts(2u32)
    .maximum_event_age_in_seconds(3_600u32)
    .destination_config(lambda::event_invoke_config::DestinationConfig::new().on_failure(destination));
    Resource::new(construct, "Retries", asynchronous);

    let mut detail = Map::new();
    detail.set("NotificationMetadata", carried);
    let mut pattern = Map::new();
    pattern.set("source", ["aws.autoscaling"]);
    pattern.set(
        "detail-type",
        ["EC2 Instance-launch Lifecycle Action", "EC2 Instance-terminate Lifecycle Action"],
    );
    pattern.set("detail", detail);
    let target = events::rule::Target::new(events::rule::TargetRequired {
        arn: function.attr_arn().assume(),
        id: "interfaces".into(),
    })
    .dead_letter_config(events::rule::DeadLetterConfig::new().arn(failures.attr_arn()));
    let rule = events::Rule::new()
        .description("Instances that start and end, and wait for the function")
        .event_pattern(Value::from_node(pattern.into()))
        .targets([target]);
    let rule = Resource::new(construct, "Rule", rule);
    let permission = lambda::Permission::new(lambda::PermissionRequired {
        action: "lambda:InvokeFunction".into(),
        function_name: function.ref_().assume(),
        principal: "events.amazonaws.com".into(),
    })
    .source_arn(rule.attr_arn());
    Resource::new(construct, "Permission", permission);
    let by_rule = PolicyStatement::allow()
        .principal(Principal::service("events"))
        .actions(["sqs:SendMessage"])
        .resources([failures.attr_arn()])
        .condition(Operator::ARN_EQUALS, "aws:SourceArn", [rule.attr_arn()]);
    let policy = sqs::QueuePolicy::new(sqs::QueuePolicyRequired {
        policy_document: PolicyDocument::from(by_rule).for_resource(construct).assume(),
        queues: vec![failures.ref_()].into(),
    });
    Resource::new(construct, "FailuresPolicy", policy);
}

/// Interfaces in the networks' subnets and groups only, tagged from the start; the owner's only, afterwards.
///
/// Sources: [what EC2's actions are about](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html),
/// [tags at creation](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html)
fn interfaces(scope: &Construct, owner: &Value<String>, networks: &[NodeNetwork]) -> PolicyDocument {
    let ec2 = |what: Value<String>| Arn::new("ec2", what).of::<String>(scope);
    let any_interface = ec2("network-interface/*".into());
    let any_instance = ec2("instance/*".into());
    let subnets = networks.iter().flat_map(NodeNetwork::subnets);
    let subnets = subnets.map(|subnet| ec2(sub!("subnet/{id}", id = subnet.subnet_id())));
    let groups = networks.iter().flat_map(NodeNetwork::security_groups);
    let groups = groups.map(|group| ec2(sub!("security-group/{id}", id = group.security_group_id())));
    let requested = |key: &str| format!("aws:RequestTag/{key}");
    let owned = format!("aws:ResourceTag/{OWNER}");
    let places: Vec<_> = subnets.chain(groups).collect();
    // Where there are none, that is told already.
    let create_there = (!places.is_empty())
        .then(|| PolicyStatement::allow().actions(["ec2:CreateNetworkInterface"]).resources(places));
    let others = [
        PolicyStatement::allow()
            .actions(["ec2:CreateNetworkInterface"])
            .resources([any_interface.clone()])
            .condition(Operator::STRING_EQUALS, requested(OWNER), [owner.clone()])
            .condition(Operator::STRING_EQUALS, requested(NO_MANAGE), ["true"]),
        PolicyStatement::allow()
            .actions(["ec2:CreateTags"])
            .resources([any_interface.clone()])
            .condition(Operator::STRING_EQUALS, "ec2:CreateAction", ["CreateNetworkInterface"])
            .condition(
                Operator::STRING_EQUALS.for_all_values(),
                "aws:TagKeys",
                ["Name", NO_MANAGE, OWNER, INSTANCE, DEVICE],
            ),
        // Both are about the instance as well: those of the groups have the tag from their start.
        PolicyStatement::allow()
            .actions(["ec2:AttachNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute"])
            .resources([any_interface.clone(), any_instance])
            .condition(Operator::STRING_EQUALS, owned.clone(), [owner.clone()]),
        PolicyStatement::allow()
            .actions(["ec2:DeleteNetworkInterface"])
            .resources([any_interface])
            .condition(Operator::STRING_EQUALS, owned, [owner.clone()]),
        // IAM knows neither resources nor conditions of tags for what describes.
        PolicyStatement::allow()
            .actions(["ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces"])
            .any_resource(),
    ];
    create_there.into_iter().chain(others).collect()
}

/// Any group that has the tag: their names are not known yet when the function is made, which goes before them.
///
/// Source: [what actions of Auto Scaling are about](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html)
fn hooks(scope: &Construct, owner: &Value<String>) -> PolicyDocument {
    let groups = Arn::new("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*").of::<String>(scope);
    PolicyStatement::allow()
        .actions(["autoscaling:CompleteLifecycleAction"])
        .resources([groups])
        .condition(Operator::STRING_EQUALS, format!("aws:ResourceTag/{OWNER}"), [owner.clone()])
        .into()
}

/// Its log, and the queue of what it fails at.
fn reports(log: &Resource<logs::LogGroup>, failures: &Resource<sqs::Queue>) -> PolicyDocument {
    PolicyDocument::from([
        PolicyStatement::allow()
            .actions(["logs:CreateLogStream", "logs:PutLogEvents"])
            .resources([log.attr_arn()]),
        PolicyStatement::allow().actions(["sqs:SendMessage"]).resources([failures.attr_arn()]),
    ])
}
