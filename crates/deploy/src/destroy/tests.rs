//! Destructions of every kind, played by a script.

use std::sync::Mutex;

use serde_json::{Value, json};
use stackwright_assembly::{
    Assembly, Binding, ClusterFacts, Deployable, Diagnostics, Environment, FORMAT_VERSION, Kind, Manifest,
    Source, SourceEntry, StackFacts,
};

use super::{DestroyOptions, Destruction, destroy};
use crate::{Answer, Aws, AwsOptions, Error, Event, Moments, Outcome, Question, Script, Session};

fn id(stack: &str) -> String {
    format!("arn:aws:cloudformation:eu-west-1:123456789012:stack/{stack}/1")
}

fn stack(name: &str, dependencies: &[&str]) -> Deployable {
    let entry = |id: &str, line| SourceEntry {
        id: id.to_owned(),
        path: format!("{name}/{}", id.to_lowercase()),
        type_name: None,
        source: Source { file: "src/main.rs".into(), line, column: 5 },
        overrides: Vec::new(),
    };
    Deployable {
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        stack: Some(StackFacts::default()),
        source_map: vec![entry("Vpc", 3), entry("Bucket", 4)],
        ..Deployable::new(name, Kind::Stack, format!("{name}.template.json"))
    }
}

fn app(deployables: Vec<Deployable>) -> Assembly {
    let manifest = Manifest { version: FORMAT_VERSION, deployables };
    Assembly { manifest, files: Vec::new(), warnings: Diagnostics::default() }
}

/// What the AWS CLI says of a stack.
fn described(name: &str, status: &str, more: &str) -> String {
    let id = id(name);
    format!(
        r#"{{ "Stacks": [{{ "StackId": "{id}", "StackName": "{name}", "StackStatus": "{status}" {more} }}] }}"#
    )
}

const ABSENT: &str = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id x does not exist";

fn tools() -> Script {
    Script::new().reply("aws --version", "aws-cli/2.31.0 Python/3.13.7")
}

/// A stack that is up: its description, its resources as `LOGICAL TYPE PHYSICAL`, its template.
fn up(script: Script, name: &str, status: &str, more: &str, resources: &[&str], template: &str) -> Script {
    let resources: Vec<String> = resources
        .iter()
        .map(|resource| {
            let mut words = resource.split(' ');
            let mut word = || words.next().unwrap();
            format!(
                r#"{{ "LogicalResourceId": "{}", "ResourceType": "{}", "PhysicalResourceId": "{}",
                    "ResourceStatus": "CREATE_COMPLETE" }}"#,
                word(),
                word(),
                word(),
            )
        })
        .collect();
    let id = id(name);
    script
        .reply(
            &format!("aws cloudformation describe-stacks --stack-name {name} "),
            described(name, status, more),
        )
        .reply(
            &format!("aws cloudformation list-stack-resources --stack-name {id}"),
            format!("[{}]", resources.join(",")),
        )
        .reply(&format!("aws cloudformation get-template --stack-name {id}"), template)
}

/// Events, the newest first, each as `ID LOGICAL STATUS REASON`; the logical id of the stack is its name.
fn events(stack: &str, lines: &[&str]) -> String {
    let events: Vec<String> = lines
        .iter()
        .map(|line| {
            let mut words = line.splitn(4, ' ');
            let (event, logical, status) =
                (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            let physical = if logical == stack { id(stack) } else { logical.to_lowercase() };
            let reason = words
                .next()
                .map(|reason| format!(r#", "ResourceStatusReason": "{reason}""#))
                .unwrap_or_default();
            format!(
                r#"{{ "EventId": "{event}", "StackId": "{}", "LogicalResourceId": "{logical}",
                    "PhysicalResourceId": "{physical}", "ResourceType": "AWS::EC2::VPC",
                    "ResourceStatus": "{status}" {reason} }}"#,
                id(stack),
            )
        })
        .collect();
    format!(r#"{{ "StackEvents": [{}] }}"#, events.join(","))
}

/// The deletion of a stack that has this status now, and what its events say after it.
fn deletion(script: Script, name: &str, status: &str, after: &[&str]) -> Script {
    let id = id(name);
    let latest = format!("before {name} CREATE_COMPLETE");
    let all = [after, &[&latest]].concat();
    script
        .reply(&format!("aws cloudformation describe-stacks --stack-name {id}"), described(name, status, ""))
        .reply(
            &format!("aws cloudformation describe-stack-events --stack-name {id} --max-items 1 "),
            events(name, &[&latest]),
        )
        .reply(
            &format!(
                "aws cloudformation delete-stack --stack-name {id} --client-request-token stackwright-before"
            ),
            "",
        )
        .reply(
            &format!("aws cloudformation describe-stack-events --stack-name {id} --max-items 100"),
            events(name, &all),
        )
}

/// What happened: outcomes, what was asked, and what was told.
struct Run {
    outcomes: Result<Vec<(String, Outcome)>, Error>,
    asked: Vec<Destruction>,
    told: Vec<Event>,
}

impl Run {
    fn new(script: &Script, app: &Assembly, names: &[&str], answer: Answer) -> Self {
        let clock = Moments::new();
        let (asked, told) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let observer = |event| told.lock().unwrap().push(event);
        let aws = Aws::new(Session::new(script, &clock, &observer), AwsOptions::default());
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let options = DestroyOptions { names, ..DestroyOptions::default() };
        let approver = |question| match question {
            Question::Destroy(destruction) => {
                asked.lock().unwrap().push(destruction);
                answer
            }
            other => panic!("{other:?}"),
        };
        let outcomes = destroy(app, &options, &aws, &approver);
        script.finish();
        Run { outcomes, asked: asked.into_inner().unwrap(), told: told.into_inner().unwrap() }
    }

    fn outcomes(&self) -> Vec<(&str, Outcome)> {
        self.outcomes.as_ref().unwrap().iter().map(|(name, outcome)| (&**name, *outcome)).collect()
    }

    fn failures(&self) -> Vec<String> {
        let failures = self.told.iter().filter_map(|event| match event {
            Event::Failed { diagnostic, .. } => Some(diagnostic.to_string()),
            _ => None,
        });
        failures.collect()
    }

    fn notes(&self) -> Vec<&str> {
        let notes = self.told.iter().filter_map(|event| match event {
            Event::Noted { note, .. } => Some(&**note),
            _ => None,
        });
        notes.collect()
    }
}

#[test]
fn nothing_there_is_nothing_to_ask() {
    let script = tools().fail("aws cloudformation describe-stacks --stack-name net", 254, ABSENT);
    let run = Run::new(&script, &app(vec![stack("net", &[])]), &[], Answer::Nobody);
    assert_eq!(run.outcomes(), [("net", Outcome::Absent)]);
    assert!(run.asked.is_empty());
}

#[test]
fn what_depends_on_a_stack_goes_before_it() {
    let app = app(vec![stack("net", &[]), stack("eks", &["net"]), stack("logs", &[])]);
    let script = up(tools(), "net", "CREATE_COMPLETE", "", &["Topic AWS::SNS::Topic t"], "{}");
    let script = up(script, "eks", "UPDATE_COMPLETE", "", &[], "{}");
    let gone = |name: &str| [format!("2 {name} DELETE_COMPLETE"), format!("1 {name} DELETE_IN_PROGRESS")];
    let (eks, net) = (gone("eks"), gone("net"));
    let script = deletion(script, "eks", "UPDATE_COMPLETE", &[&eks[0], &eks[1]]);
    let script = deletion(script, "net", "CREATE_COMPLETE", &[&net[0], &net[1]]);
    let run = Run::new(&script, &app, &["net"], Answer::Yes);
    assert_eq!(run.outcomes(), [("eks", Outcome::Deleted), ("net", Outcome::Deleted)]);
    let doomed: Vec<_> = run.asked[0]
        .doomed
        .iter()
        .map(|doomed| (&*doomed.name, doomed.status.as_deref(), doomed.resources, doomed.because.as_deref()))
        .collect();
    assert_eq!(
        doomed,
        [
            ("eks", Some("UPDATE_COMPLETE"), Some(0), Some("net")),
            ("net", Some("CREATE_COMPLETE"), Some(1), None)
        ]
    );
    let transcript = script.transcript();
    let at = |stack| transcript.find(&format!("delete-stack --stack-name {}", id(stack))).unwrap();
    assert!(at("eks") < at("net"), "{transcript}");
}

#[test]
fn nothing_is_deleted_without_a_yes() {
    let app = app(vec![stack("net", &[])]);
    let script = || up(tools(), "net", "CREATE_COMPLETE", "", &[], "{}");
    let run = Run::new(&script(), &app, &[], Answer::No);
    assert_eq!(run.outcomes(), [("net", Outcome::Declined)]);
    let run = Run::new(&script(), &app, &[], Answer::Nobody);
    assert_eq!(run.outcomes.unwrap_err().help(), Some("say so with --yes"));
}

#[test]
fn what_stays_is_named() {
    let template = r#"{ "Resources": {
        "Bucket": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" },
        "Never": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" },
        "Db": { "Type": "AWS::RDS::DBInstance" },
        "Vpc": { "Type": "AWS::EC2::VPC", "DeletionPolicy": "Delete" },
        "Quiet": { "Type": "AWS::Lambda::Function", "Properties": { "LoggingConfig": { "LogGroup": "mine" } } }
    } }"#;
    let resources = [
        "Bucket AWS::S3::Bucket data-1",
        "Db AWS::RDS::DBInstance db-1",
        "Loud AWS::Lambda::Function loud-1",
        "Quiet AWS::Lambda::Function quiet-1",
        "Eks AWS::EKS::Cluster prod",
    ];
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer";
    let tagged = format!(
        r#"[
            {{ "ResourceARN": "{balancer}/a0123", "Tags": [] }},
            {{ "ResourceARN": "arn:aws:ec2:eu-west-1:123456789012:volume/vol-1", "Tags": [{{ "Key": "CSIVolumeName" }}] }},
            {{ "ResourceARN": "arn:aws:ec2:eu-west-1:123456789012:volume/vol-2", "Tags": [] }},
            {{ "ResourceARN": "{balancer}/net/own/1", "Tags": [{{ "Key": "aws:cloudformation:stack-id" }}] }}
        ]"#
    );
    let script = up(tools(), "net", "CREATE_COMPLETE", "", &resources, template)
        .reply(
            "aws logs describe-log-groups --log-group-name-prefix /aws/lambda/loud-1",
            r#"["/aws/lambda/loud-10"]"#,
        )
        .fail(
            "aws logs describe-log-groups --log-group-name-prefix /aws/eks/prod/cluster",
            254,
            "An error occurred (AccessDeniedException) when calling the DescribeLogGroups operation: no",
        )
        .reply(
            "aws resourcegroupstaggingapi get-resources --tag-filters Key=kubernetes.io/cluster/prod",
            tagged,
        )
        .reply(
            "aws resourcegroupstaggingapi get-resources --tag-filters Key=elbv2.k8s.aws/cluster,Values=prod",
            format!(r#"[{{ "ResourceARN": "{balancer}/app/k8s-web/1", "Tags": [] }}]"#),
        );
    let run = Run::new(&script, &app(vec![stack("net", &[])]), &[], Answer::No);
    let remains: Vec<String> = run.asked[0]
        .remains
        .iter()
        .map(|left| {
            let place = left.source.as_deref().map(|source| format!(" at {source}")).unwrap_or_default();
            let command = left.command.as_deref().map(|command| format!(" -> {command}")).unwrap_or_default();
            format!("{} ({}){place}{command}", left.name, left.reason)
        })
        .collect();
    assert_eq!(
        remains,
        [
            "data-1, AWS::S3::Bucket (its DeletionPolicy is Retain) at src/main.rs:4:5".to_owned(),
            "a snapshot of db-1, AWS::RDS::DBInstance (databases are kept as snapshots unless their DeletionPolicy \
             says otherwise)"
                .to_owned(),
            "log group /aws/eks/prod/cluster (if the service made it: these credentials may not look) -> \
             aws logs delete-log-group --log-group-name /aws/eks/prod/cluster"
                .to_owned(),
            "load balancer a0123 (a controller in cluster \"prod\" made it) -> \
             aws elb delete-load-balancer --load-balancer-name a0123"
                .to_owned(),
            "volume vol-1 (a claim in cluster \"prod\" made it) -> aws ec2 delete-volume --volume-id vol-1".to_owned(),
            format!(
                "load balancer k8s-web (a controller in cluster \"prod\" made it) -> \
                 aws elbv2 delete-load-balancer --load-balancer-arn {balancer}/app/k8s-web/1"
            ),
        ]
    );
}

#[test]
fn all_that_keeps_stacks_from_being_deleted_is_told_and_nothing_is_deleted() {
    let app = app(vec![stack("net", &[]), stack("eks", &["net"])]);
    let exports = r#", "Outputs": [
        { "OutputKey": "A", "OutputValue": "a", "ExportName": "net:A" },
        { "OutputKey": "B", "OutputValue": "b", "ExportName": "net:B" },
        { "OutputKey": "C", "OutputValue": "c", "ExportName": "net:C" }
    ]"#;
    let script = up(tools(), "net", "CREATE_COMPLETE", exports, &[], "{}");
    let script = up(script, "eks", "CREATE_COMPLETE", r#", "EnableTerminationProtection": true"#, &[], "{}")
        .reply("aws cloudformation list-imports --export-name net:A", r#"["eks", "web", "api"]"#)
        .reply("aws cloudformation list-imports --export-name net:B", r#"["eks"]"#)
        .fail(
            "aws cloudformation list-imports --export-name net:C",
            254,
            "An error occurred (ValidationError) when calling the ListImports operation: Export 'net:C' is not imported",
        );
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("eks", Outcome::Failed), ("net", Outcome::Failed)]);
    assert!(run.asked.is_empty());
    assert_eq!(
        run.failures(),
        [
            "error[termination-protection]: the stack is protected from being deleted\n  at eks\nhint: if it is really \
             to go, lift the protection: aws cloudformation update-termination-protection \
             --no-enable-termination-protection --stack-name eks",
            "error[export-in-use]: exports of the stack are in use: \"net:A\" by web, api\n  at net\nhint: delete the \
             stacks that import them first, or deploy those without the import",
        ]
    );
}

#[test]
fn what_is_in_progress_is_joined() {
    let app = app(vec![stack("net", &[])]);
    let ended = ["3 net DELETE_COMPLETE", "2 net DELETE_IN_PROGRESS", "1 net CREATE_COMPLETE"];
    let follow =
        format!("aws cloudformation describe-stack-events --stack-name {} --max-items 100", id("net"));
    let describe = format!("aws cloudformation describe-stacks --stack-name {}", id("net"));

    let script = up(tools(), "net", "DELETE_IN_PROGRESS", "", &[], "{}")
        .reply(&describe, described("net", "DELETE_IN_PROGRESS", ""))
        .reply(&follow, events("net", &ended));
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("net", Outcome::Deleted)]);
    assert_eq!(run.notes(), ["it is being deleted already: joining that"]);

    let script = up(tools(), "net", "UPDATE_IN_PROGRESS", "", &[], "{}")
        .reply(&describe, described("net", "UPDATE_IN_PROGRESS", ""))
        .reply(&follow, events("net", &["2 net UPDATE_COMPLETE", "1 net UPDATE_IN_PROGRESS"]));
    let script = deletion(script, "net", "UPDATE_COMPLETE", &ended[..2]);
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("net", Outcome::Deleted)]);
    assert_eq!(run.notes(), ["UPDATE_IN_PROGRESS already: waiting for the end of it"]);
}

#[test]
fn a_failed_deletion_is_explained_with_what_is_in_the_way() {
    let app = app(vec![stack("net", &[]), stack("web", &["net"])]);
    let interface =
        r#"[{ "NetworkInterfaceId": "eni-1", "Status": "available", "Description": "aws-K8S-i-1" }]"#;
    let interfaces = "aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=vpc-1";
    let groups = "aws ec2 describe-security-groups --filters Name=vpc-id,Values=vpc-1";
    let script = up(tools(), "net", "CREATE_COMPLETE", "", &["Vpc AWS::EC2::VPC vpc-1"], "{}")
        .fail("aws cloudformation describe-stacks --stack-name web", 254, ABSENT)
        .always(interfaces, interface)
        .always(groups, "[]");
    let script = deletion(
        script,
        "net",
        "CREATE_COMPLETE",
        &[
            "4 net DELETE_FAILED The following resource(s) failed to delete: [Vpc].",
            "3 Vpc DELETE_FAILED The vpc 'vpc-1' has dependencies and cannot be deleted.",
            "2 Vpc DELETE_IN_PROGRESS",
            "1 net DELETE_IN_PROGRESS",
        ],
    );
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("web", Outcome::Absent), ("net", Outcome::Failed)]);
    assert_eq!(run.asked[0].obstacles[0].name, "network interface eni-1");
    assert_eq!(run.asked[0].absent, ["web"]);
    let command = "aws ec2 delete-network-interface --network-interface-id eni-1";
    let reason = "(left by the VPC CNI, attached to nothing: aws-K8S-i-1)";
    assert_eq!(run.notes(), [format!("network interface eni-1 is in the way {reason}: {command}")]);
    assert_eq!(
        run.failures(),
        [format!(
            "error[stack-failed]: AWS::EC2::VPC \"Vpc\" could not be deleted: The vpc 'vpc-1' has dependencies and \
             cannot be deleted.\n  at net/vpc\n  in src/main.rs:3:5\nhint: remove what is in the way, then run it \
             again\nnetwork interface eni-1 {reason}\n  $ {command}"
        )]
    );
}

#[test]
fn other_failures_get_a_hint_too() {
    let app = app(vec![stack("net", &[])]);
    let check = |after: &[&str], message: &str, hint: &str| {
        let script = up(tools(), "net", "CREATE_COMPLETE", "", &[], "{}");
        let run = Run::new(&deletion(script, "net", "CREATE_COMPLETE", after), &app, &[], Answer::Yes);
        assert_eq!(run.outcomes(), [("net", Outcome::Failed)]);
        let [failure] = &run.failures()[..] else { panic!("one failure") };
        assert!(failure.contains(message) && failure.ends_with(hint), "{failure}");
    };
    check(
        &["1 net CREATE_COMPLETE Export net:A cannot be deleted as it is in use by web"],
        "the deletion was called off, the stack is CREATE_COMPLETE: Export net:A cannot be deleted as it is in use by web",
        "hint: delete the stacks that import it first, or deploy those without the import",
    );
    check(
        &["3 net DELETE_FAILED", "2 Vpc DELETE_FAILED boom", "1 net DELETE_IN_PROGRESS"],
        "AWS::EC2::VPC \"Vpc\" could not be deleted: boom\n  at net/vpc",
        "hint: mend it and run it again, or let it stay: aws cloudformation delete-stack --stack-name net \
         --retain-resources Vpc",
    );
}

#[test]
fn charts_go_with_a_cluster_that_is_gone() {
    let placeholder = "${stackwright:eks.Name}".to_owned();
    let chart = Deployable {
        kind: Kind::Chart,
        stack: None,
        cluster: Some(ClusterFacts {
            name: placeholder.clone(),
            environment: Environment::default(),
            role: None,
        }),
        bindings: vec![Binding { placeholder, stack: "eks".into(), output: "Name".into() }],
        ..stack("pods", &["eks"])
    };
    let app = app(vec![stack("eks", &[]), chart]);

    let script = tools().fail("aws cloudformation describe-stacks --stack-name eks", 254, ABSENT);
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("pods", Outcome::Absent), ("eks", Outcome::Absent)]);

    // The cluster went before the deletion failed.
    let script = up(tools(), "eks", "DELETE_FAILED", "", &["Vpc AWS::SNS::Topic t"], "{}");
    let ended = ["2 eks DELETE_COMPLETE", "1 eks DELETE_IN_PROGRESS"];
    let script = deletion(script, "eks", "DELETE_FAILED", &ended);
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("pods", Outcome::Absent), ("eks", Outcome::Deleted)]);
}

#[test]
fn objects_that_stay_are_told_beforehand() {
    let chart = Deployable { kind: Kind::Chart, stack: None, ..stack("pods", &[]) };
    let inventory = json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "stackwright-pods-objects", "namespace": "kube-system", "resourceVersion": "1" },
        "data": { "objects": "v1 ConfigMap kube-system/aws-auth\nv1 ConfigMap kube-system/other\n" },
    });
    let object = |name: &str, annotations: Value| {
        let metadata = json!({ "name": name, "namespace": "kube-system", "annotations": annotations });
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata })
    };
    let both =
        [object("aws-auth", json!({ "stackwright/removal-policy": "keep" })), object("other", json!({}))];
    let script = tools()
        .reply("kubectl get --filename -", inventory.to_string())
        .reply("kubectl get --filename -", json!({ "kind": "List", "items": both }).to_string());
    let run = Run::new(&script, &app(vec![chart]), &[], Answer::No);
    let [destruction] = &run.asked[..] else { panic!("asked once") };
    assert_eq!(destruction.doomed[0].resources, Some(2));
    let remains: Vec<String> =
        destruction.remains.iter().map(|it| format!("{}: {}", it.name, it.reason)).collect();
    assert_eq!(remains, ["ConfigMap kube-system/aws-auth: as it says by stackwright/removal-policy"]);
}

#[test]
fn ctrl_c_is_an_outcome_and_nothing_new_is_begun() {
    let app = app(vec![stack("net", &[]), stack("eks", &["net"])]);
    let script = up(tools(), "net", "CREATE_COMPLETE", "", &[], "{}");
    let script = up(script, "eks", "CREATE_COMPLETE", "", &[], "{}")
        .interrupted(&format!("aws cloudformation describe-stacks --stack-name {}", id("eks")));
    let run = Run::new(&script, &app, &[], Answer::Yes);
    assert_eq!(run.outcomes(), [("eks", Outcome::Interrupted), ("net", Outcome::Skipped)]);
}
