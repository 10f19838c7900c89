//! What would be lost, as the templates, the values of parameters and the change set tell it together.

use super::*;

/// A table whose name and billing follow parameters, and a group that lets in what a third one says.
const TABLE: &str = r#"{
    "Parameters": {
        "Name": { "Type": "String" },
        "Mode": { "Type": "String" },
        "From": { "Type": "String" },
        "Key": { "Type": "AWS::SSM::Parameter::Value<String>" },
        "Secret": { "Type": "String", "NoEcho": true }
    },
    "Conditions": {
        "IsPaid": { "Fn::Equals": [{ "Ref": "Mode" }, "PROVISIONED"] },
        "IsBoth": { "Fn::And": [{ "Condition": "IsPaid" }, { "Condition": "IsPaid" }] }
    },
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": { "Fn::Sub": "${Name}-table" },
                "BillingMode": { "Ref": "Mode" },
                "KeySchema": [{ "AttributeName": { "Ref": "Key" }, "KeyType": "HASH" }]
            }
        },
        "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "QueueName": { "Ref": "Secret" } } },
        "Other": { "Type": "AWS::SQS::Queue", "Condition": "IsBoth" },
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "d",
                "SecurityGroupIngress": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": { "Ref": "From" } }]
            }
        }
    }
}"#;

/// What came of a deployment that was refused, or asked about.
struct Looked {
    failures: Vec<String>,
    difference: Option<crate::Difference>,
}

/// Deploys the table over itself with these parameters, to a change set of these changes; the person says no.
fn look(parameters: &[(&str, &str)], changes: &Value, options: DeployOptions) -> Looked {
    let kept = [("Name", "a"), ("Mode", "PAY"), ("From", "10.0.0.0/8"), ("Key", "/a"), ("Secret", "****")];
    let kept = kept.map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }));
    let stack =
        json!({ "StackId": ARN, "StackName": "web", "StackStatus": "CREATE_COMPLETE", "Parameters": kept });
    let set = json!({
        "ChangeSetId": "arn:set", "StackId": ARN, "Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE",
        "Changes": changes,
    });
    let script = script()
        .reply("aws cloudformation describe-stacks", json!({ "Stacks": [stack] }).to_string())
        .template(TABLE)
        .no_change_set()
        .done("create-change-set")
        .reply("aws cloudformation describe-change-set", set.to_string())
        .done("delete-change-set");
    let parameter = |(name, value): &(&str, &str)| Parameter {
        stack: None,
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    let options = DeployOptions { parameters: parameters.iter().map(parameter).collect(), ..options };
    let (failures, asked) = (Mutex::new(Vec::new()), Mutex::new(None));
    let observer = |event| {
        if let Event::Failed { diagnostic, .. } = event {
            failures.lock().unwrap().push(diagnostic.to_string());
        }
    };
    let approver = |question| {
        if let Question::Change(difference) = question {
            *asked.lock().unwrap() = Some(*difference);
        }
        Answer::No
    };
    let clock = Moments::new();
    let aws = Aws::new(Session::new(&script, &clock, &observer), AwsOptions::default());
    deploy(&web(TABLE), &options, &aws, &approver).unwrap();
    script.finish();
    Looked { failures: failures.into_inner().unwrap(), difference: asked.into_inner().unwrap() }
}

/// The change of a resource as a change set has it. Each cause is a property, whether it replaces, and what it follows.
fn modified(id: &str, replacement: &str, causes: &[(&str, &str, &str)]) -> Value {
    let details = causes.iter().flat_map(|(name, recreation, entity)| {
        let target = json!({ "Attribute": "Properties", "Name": name, "RequiresRecreation": recreation });
        [
            json!({ "Target": target, "Evaluation": "Dynamic", "ChangeSource": "DirectModification" }),
            json!({
                "Target": target, "Evaluation": "Static", "ChangeSource": "ParameterReference", "CausingEntity": entity,
            }),
        ]
    });
    let details: Vec<Value> = details.collect();
    json!({ "Type": "Resource", "ResourceChange": {
        "Action": "Modify", "LogicalResourceId": id, "PhysicalResourceId": "x", "ResourceType": "X",
        "Replacement": replacement, "Scope": ["Properties"], "Details": details,
    } })
}

fn refusal(parameters: &[(&str, &str)], changes: &Value) -> String {
    look(parameters, changes, DeployOptions::default()).failures.join("\n")
}

/// What is told of the resources, and of the stack's settings, in short.
fn told(difference: &crate::Difference) -> Vec<String> {
    let change = |change: &crate::compare::Change| {
        let edits = change.edits.iter().map(|edit| {
            let [before, after] = [&edit.before, &edit.after]
                .map(|it| it.as_ref().map_or(String::new(), crate::compare::short));
            format!(" {}: {before} -> {after}", edit.path)
        });
        let edits: String = edits.collect();
        format!("{} {:?}{edits}", change.id, change.replacement())
    };
    difference.changes.iter().map(change).collect()
}

#[test]
fn a_value_of_a_parameter_that_replaces_is_refused() {
    // Of what it is not sure, as of most where a parameter is in it, CloudFormation says so.
    for replacement in ["True", "Conditional"] {
        let changes = json!([modified("Table", replacement, &[("TableName", "Always", "Name")])]);
        assert_eq!(
            refusal(&[("Name", "b")], &changes),
            "error[loss-refused]: AWS::DynamoDB::Table \"Table\" holds what cannot be brought back and would be replaced for \
             Properties.TableName\n  at web\nhint: if it may be lost: --allow-replace Table"
        );
    }
}

#[test]
fn a_value_of_a_parameter_that_is_changed_in_place_is_not_refused() {
    let changes = json!([modified("Table", "Conditional", &[("BillingMode", "Conditionally", "Mode")])]);
    let looked = look(&[("Mode", "PER_REQUEST")], &changes, DeployOptions::default());
    assert_eq!(looked.failures, [""; 0]);
    let difference = looked.difference.unwrap();
    assert_eq!(
        told(&difference),
        [
            "Parameters No Mode: PAY -> PER_REQUEST",
            "IsPaid No : !Equals [PAY, PROVISIONED] -> !Equals [PER_REQUEST, PROVISIONED]",
            "Table No Properties.BillingMode: PAY -> PER_REQUEST",
        ],
        "the other queue is not among what CloudFormation would change"
    );
}

#[test]
fn a_condition_that_follows_a_parameter_takes_a_resource_along() {
    let gone = json!([{ "ResourceChange": {
        "Action": "Remove", "LogicalResourceId": "Other", "ResourceType": "AWS::SQS::Queue",
    } }]);
    let message = refusal(&[("Mode", "PROVISIONED")], &gone);
    assert!(
        message
            .contains("AWS::SQS::Queue \"Other\" holds what cannot be brought back and would be removed\n"),
        "{message}"
    );
    let added = json!([{ "ResourceChange": {
        "Action": "Add", "LogicalResourceId": "Other", "ResourceType": "AWS::SQS::Queue",
    } }]);
    let looked = look(&[("Mode", "PROVISIONED")], &added, DeployOptions::default());
    let changes = looked.difference.unwrap().changes;
    let other = changes.iter().find(|change| change.id == "Other").unwrap();
    assert_eq!(other.kind, crate::compare::Kind::Added);
    let unclear = json!([modified("Other", "Conditional", &[])]);
    let message = refusal(&[("Mode", "PROVISIONED")], &unclear);
    assert!(
        message.contains("\"Other\" holds what cannot be brought back and may be replaced for Condition"),
        "{message}"
    );
}

#[test]
fn what_only_cloudformation_knows_is_believed() {
    let changes = json!([modified("Table", "True", &[("KeySchema", "Always", "Key")])]);
    let message = refusal(&[("Key", "/b")], &changes);
    assert!(message.contains("would be replaced for Properties.KeySchema[0].AttributeName"), "{message}");
    let in_place = json!([modified("Table", "False", &[])]);
    assert_eq!(refusal(&[("Key", "/b")], &in_place), "", "the other parameter has the same value");
    // The parameter is the same, and what it leads to is not.
    let message = refusal(&[("From", "10.0.0.0/9")], &changes);
    assert!(message.contains("would be replaced for Properties.KeySchema\n"), "{message}");
}

#[test]
fn a_secret_is_not_shown_and_only_may_replace() {
    let changes = json!([modified("Queue", "Conditional", &[("QueueName", "Always", "Secret")])]);
    let options = || DeployOptions { allow_replace: vec!["Queue".to_owned()], ..DeployOptions::default() };
    let looked = look(&[("Secret", "hunter2")], &changes, options());
    let told = told(&looked.difference.unwrap());
    assert_eq!(
        told,
        [
            "Parameters No Secret: **** -> \"**** (as given)\"",
            "Queue Maybe Properties.QueueName: **** -> !Ref Secret"
        ]
    );
}

#[test]
fn what_a_parameter_opens_is_asked_about() {
    let changes = json!([modified("Group", "False", &[])]);
    let widening = || DeployOptions { review: crate::ReviewMode::Widening, ..DeployOptions::default() };
    let looked = look(&[("From", "0.0.0.0/0")], &changes, widening());
    assert!(looked.difference.unwrap().review.openings[0].is_public);
}
