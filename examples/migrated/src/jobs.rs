//! The stack `jobs`, as its template described it.

use stackwright::prelude::*;

/// Describes the stack.
pub(crate) fn describe(app: &App) {
    let stack = Stack::new(app, "jobs");
    stack.add_transform("AWS::LanguageExtensions");

    let stage = Parameter::new(
        &stack,
        "Stage",
        ParameterProps::<String>::new().default("test").allowed_values(["test", "production"]),
    );
    let is_production =
        Condition::new(&stack, "IsProduction", functions::equals::<String>(stage.value(), "production"));
    let failed =
        Resource::new(&stack, "Failed", l1::sqs::Queue::new().queue_name(pseudo::no_value::<String>()));
    let queue = Resource::new(
        &stack,
        "Queue",
        l1::sqs::Queue::new()
            .delay_seconds(functions::if_::<i64>(is_production.holds(), 0, 5))
            .redrive_policy(json!({ "deadLetterTargetArn": failed.attr_arn(), "maxReceiveCount": 3 })),
    );
    queue.deletion_policy(DeletionPolicy::Retain);
    queue.update_replace_policy(DeletionPolicy::Retain);
    let role = Resource::new(
        &stack,
        "Role",
        l1::iam::Role::new(l1::iam::RoleRequired {
            assume_role_policy_document: json!({
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": { "Service": "lambda.amazonaws.com" },
                        "Action": "sts:AssumeRole",
                    },
                ],
            })
            .into(),
        })
        .managed_policy_arns([
            sub!(
                "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
                partition = pseudo::partition()
            )
            .assume::<l1::ids::iam::ManagedPolicyArn>(),
            functions::if_::<l1::ids::iam::ManagedPolicyArn>(
                is_production.holds(),
                sub!("arn:{partition}:iam::aws:policy/ReadOnlyAccess", partition = pseudo::partition())
                    .assume::<l1::ids::iam::ManagedPolicyArn>(),
                pseudo::no_value::<l1::ids::iam::ManagedPolicyArn>(),
            ),
        ])
        .policies([l1::iam::role::Policy::new(l1::iam::role::PolicyRequired {
            policy_document: json!({
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
                        "Resource": queue.attr_arn(),
                        "Condition": { "Bool": { "aws:SecureTransport": "true" } },
                    },
                ],
            })
            .into(),
            policy_name: "queue".into(),
        })]),
    );
    let logs = Resource::new(
        &stack,
        "Logs",
        l1::logs::LogGroup::new()
            .log_group_name(sub!("/aws/lambda/{stack_name}-take", stack_name = pseudo::stack_name()))
            .retention_in_days(14),
    );
    let take = Resource::new(
        &stack,
        "Take",
        l1::lambda::Function::new(l1::lambda::FunctionRequired {
            code: l1::lambda::function::Code::new()
                .zip_file(
                    r#"def handler(event, context):
    return {"ok": True, "text": "a \"quoted\" word"}
"#,
                )
                .into(),
            role: role.attr_arn(),
        })
        .runtime("python3.13")
        .handler("index.handler")
        .timeout(30)
        .environment(l1::lambda::function::Environment::new().variables([
            ("QUEUE", Value::<String>::from(queue.ref_())),
            ("STAGE", stage.value()),
            ("LEVEL", "3".into()),
        ])),
    );
    take.depends_on(&logs);
    Resource::new(
        &stack,
        "Source",
        l1::lambda::EventSourceMapping::new(l1::lambda::EventSourceMappingRequired {
            function_name: take.ref_().into(),
        })
        .event_source_arn(queue.attr_arn())
        .batch_size(10),
    );
    let registration = Resource::raw(&stack, "Registration", "Custom::Registration", Map::new());
    registration.set_property("ServiceToken", take.attr_arn().into_json());
    registration.set_property("Count", json!(3));
    registration.set_property("Stage", stage.value().into_json());
    let first = Resource::new(
        &stack,
        "First",
        l1::ec2::SecurityGroup::new(l1::ec2::SecurityGroupRequired { group_description: "first".into() }),
    );
    Resource::new(
        &stack,
        "Inside",
        l1::ec2::SecurityGroupIngress::new(l1::ec2::SecurityGroupIngressRequired {
            ip_protocol: "tcp".into(),
        })
        .from_port(1)
        .to_port(9)
        .group_id(first.attr_group_id())
        .source_security_group_id(first.attr_group_id()),
    );
    Output::new(&stack, "Token", OutputProps::new(registration.attr::<String>("Token")));
    let entry = Output::new(&stack, "QueueOutput", OutputProps::new(queue.ref_()));
    entry.override_logical_id("Queue");
    Include::read(
        &stack,
        "Included",
        r#"{
  "Resources": {
    "Fn::ForEach::Topics": [
      "Name",
      [
        "Orders",
        "Bills"
      ],
      {
        "Topic${Name}": {
          "Type": "AWS::SNS::Topic",
          "Properties": {
            "DisplayName": {
              "Ref": "Name"
            }
          }
        }
      }
    ]
  }
}
"#,
    );
}
