//! What a program says for what a template says.

use stackwright_migrate::{Migration, migrate};

/// The program of resources, each on a line of its own, and without what rustfmt decides.
fn program(resources: &str) -> Migration {
    let lines = resources.trim().lines().map(|line| format!("  {}\n", line.trim()));
    let mut migration = migrate(&format!("Resources:\n{}", lines.collect::<String>()), "stack").unwrap();
    migration.rust = migration.rust.split_whitespace().collect::<Vec<_>>().join(" ");
    migration
}

fn says(migration: &Migration, code: &str) {
    assert!(migration.rust.contains(code), "{code}\n{}", migration.rust);
}

#[test]
fn policies_have_types() {
    let migration = program(
        "
        Live: {Type: AWS::Lambda::Alias, UpdatePolicy: {CodeDeployLambdaAliasUpdate: {ApplicationName: a, DeploymentGroupName: !Ref G, AfterAllowTrafficHook: h}}}
        G: {Type: AWS::SQS::Queue}
        Group: {Type: AWS::AutoScaling::AutoScalingGroup, UpdatePolicy: {AutoScalingScheduledAction: {IgnoreUnmodifiedGroupSizeProperties: 'true'}, AutoScalingRollingUpdate: {PauseTime: PT5M, MaxBatchSize: '2', SuspendProcesses: [Launch]}}}
        Other: {Type: AWS::AutoScaling::AutoScalingGroup, UpdatePolicy: {AutoScalingInstanceRefresh: {Strategy: Rolling, Preferences: {BakeTime: 5, AlarmSpecification: {Alarms: [a]}}}}}
        Ready: {Type: AWS::CloudFormation::WaitCondition, CreationPolicy: {ResourceSignal: {Count: 2, Timeout: !Ref G}}}
        ",
    );
    says(
        &migration,
        "live.update_policy(UpdatePolicy::new() .code_deploy_lambda_alias_update(CodeDeployLambdaAliasUpdate::new(\"a\", g.ref_()) \
         .after_allow_traffic_hook(\"h\")));",
    );
    says(
        &migration,
        "group.update_policy(UpdatePolicy::new() .scheduled_action(true) .rolling_update(RollingUpdate::new() \
         .pause_time(\"PT5M\") .max_batch_size(2) .suspend_processes([\"Launch\"])));",
    );
    says(
        &migration,
        "other.update_policy(UpdatePolicy::new() .instance_refresh(InstanceRefresh::new(\"Rolling\") \
         .bake_time_seconds(5) .alarms([\"a\"])));",
    );
    says(
        &migration,
        "ready.creation_policy(CreationPolicy::new() .signals(2) .timeout(g.ref_().assume::<Period>()));",
    );
    assert!(!migration.untyped.iter().any(|why| why.contains("Policy")), "{:?}", migration.untyped);
}

#[test]
fn a_policy_that_its_type_does_not_have_is_told_once() {
    for policy in ["{ResourceSignal: {Count: [], Later: 1}}", "{ResourceSignal: {}}", "{ResourceSignal: 1}"] {
        let migration = program(&format!(
            "Ready: {{Type: AWS::CloudFormation::WaitCondition, CreationPolicy: {policy}}}"
        ));
        says(&migration, "ready.set_attribute(\"CreationPolicy\", json!({");
        assert_eq!(migration.untyped, ["Ready.CreationPolicy: its type has not all of this"]);
    }
}

#[test]
fn functions_have_types_and_what_has_none_is_told_with_its_reason() {
    let migration = program(
        "
        Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Transform {Name: M, Parameters: {A: [1]}}, TopicName: !Transform {Name: N, More: 1}}}
        Jobs: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Length [a, b], QueueName: !GetStackOutput {StackName: s, OutputName: o, Region: r}}}
        Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: !Select [0, !Cidr [10.0.0.0/16, 4]], AvailabilityZone: !If [InEurope, a, b]}}
        Vpc: {Type: AWS::EC2::VPC, DependsOn: Subnet, Properties: {CidrBlock: !GetAtt Topic.Block, InstanceTenancy: !Ref Nothing}}
        ",
    );
    says(&migration, "functions::transform::<String>(\"M\", Map::from_iter([(\"A\", json!([1]))]))");
    says(&migration, "functions::length::<String>([\"a\", \"b\"])");
    says(
        &migration,
        "functions::get_stack_output::<String>(\"s\", \"o\", Some(Value::<String>::from(\"r\")), None)",
    );
    says(&migration, "Value::<Vec<String>>::from_node(json!({ \"Fn::Cidr\": [\"10.0.0.0/16\", 4] }))");
    assert_eq!(
        migration.untyped,
        [
            "Topic.TopicName: there is no function for Fn::Transform with such arguments",
            "Vpc.CidrBlock: no such attribute of Topic is known",
            "Vpc.InstanceTenancy: there is no parameter or resource Nothing",
            "Subnet.CidrBlock: there is no function for Fn::Cidr with such arguments",
            "Subnet.AvailabilityZone: there is no condition InEurope",
        ]
    );
}

#[test]
fn numbers_stay_what_they_were() {
    let rust = migrate(
        "
Parameters:
  Share: {Type: Number, Default: 10, MinValue: 0.5, MaxValue: 20, AllowedValues: [0.5, 10]}
Resources:
  Entry: {Type: AWS::EC2::NetworkAclEntry, Properties: {Protocol: -1, RuleAction: allow, NetworkAclId: acl-1, RuleNumber: 1}}
",
        "stack",
    );
    let rust = rust.unwrap().rust;
    for code in [
        ".default(10)",
        ".min_value(0.5)",
        ".set(\"MaxValue\", json!(20))",
        ".set(\"AllowedValues\", json!([0.5, 10]))",
        "protocol: (-1).into(),",
    ] {
        assert!(rust.contains(code), "{code}\n{rust}");
    }
}

#[test]
fn what_is_taken_over_as_text_gets_an_id_that_is_free() {
    let migration = program(
        "Included: {Type: AWS::SQS::Queue}\nFn::ForEach::Each: [A, [b], {}]\nJobs: {Type: AWS::SQS::Queue}",
    );
    says(&migration, "Include::read(&stack, \"IncludedTemplate\", r#\"");
}
