//! Stacks in every state, with a scripted AWS CLI.

mod loss;

use std::sync::Mutex;

use serde_json::{Value, json};
use stackwright_assembly::{
    Assembly, Deployable, Diagnostics, Environment, FORMAT_VERSION, File, Kind, Manifest, Source,
    SourceEntry, StackFacts,
};

use super::{DeployOptions, Outcome, Parameter, deploy};
use crate::{Answer, Aws, AwsOptions, Event, Moments, Question, Script, Session};

const ARN: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1";
const VPC: &str =
    r#"{"Resources":{"Vpc":{"Type":"AWS::EC2::VPC","Properties":{"CidrBlock":"10.0.0.0/16"}}}}"#;

fn deployable(name: &str, dependencies: &[&str]) -> Deployable {
    Deployable {
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        stack: Some(StackFacts::default()),
        source_map: vec![SourceEntry {
            id: "Vpc".to_owned(),
            path: format!("{name}/vpc"),
            type_name: Some("AWS::EC2::VPC".into()),
            source: Source { file: "src/main.rs".into(), line: 7, column: 3 },
            overrides: Vec::new(),
        }],
        ..Deployable::new(name, Kind::Stack, format!("{name}.template.json"))
    }
}

/// One stack called web.
fn web(template: &str) -> Assembly {
    assembly(vec![deployable("web", &[])], template)
}

fn assembly(deployables: Vec<Deployable>, template: &str) -> Assembly {
    let file = |deployable: &Deployable| File { name: deployable.file.clone(), contents: template.into() };
    Assembly {
        files: deployables.iter().map(file).collect(),
        manifest: Manifest { version: FORMAT_VERSION, deployables },
        warnings: Diagnostics::default(),
    }
}

/// What came of a deployment, and what was told of it.
struct Told {
    outcomes: Vec<(String, Outcome)>,
    notes: Vec<String>,
    failures: Vec<String>,
}

impl Told {
    fn outcome(&self) -> Outcome {
        self.outcomes[0].1
    }
}

fn run(script: &Script, assembly: &Assembly, options: &DeployOptions, answer: Answer) -> Told {
    let (notes, failures) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let observer = |event| match event {
        Event::Noted { note, .. } => notes.lock().unwrap().push(note),
        Event::Failed { diagnostic, .. } => failures.lock().unwrap().push(diagnostic.to_string()),
        _ => {}
    };
    let clock = Moments::new();
    let aws = Aws::new(Session::new(script, &clock, &observer), AwsOptions::default());
    let outcomes = deploy(assembly, options, &aws, &|_: Question| answer).unwrap();
    script.finish();
    Told { outcomes, notes: notes.into_inner().unwrap(), failures: failures.into_inner().unwrap() }
}

fn run_web(script: &Script) -> Told {
    run(script, &web(VPC), &DeployOptions::default(), Answer::Yes)
}

fn script() -> Script {
    Script::new().reply("aws --version", "aws-cli/2.31.0 Python/3.13.7")
}

/// What the tests expect of the AWS CLI, by what it is asked for.
trait Expects: Sized {
    fn stack(self, status: &str) -> Self;
    fn no_stack(self) -> Self;
    fn template(self, body: &str) -> Self;
    fn change_set(self, status: &str, execution: &str, reason: &str) -> Self;
    fn no_change_set(self) -> Self;
    fn events(self, events: &[Value]) -> Self;
    /// A call that is answered with nothing.
    fn done(self, command: &str) -> Self;
    fn refused(self, command: &str, code: &str, message: &str) -> Self;
}

impl Expects for Script {
    fn stack(self, status: &str) -> Self {
        let stack = json!({ "StackId": ARN, "StackName": "web", "StackStatus": status });
        self.reply(
            "aws cloudformation describe-stacks --stack-name",
            json!({ "Stacks": [stack] }).to_string(),
        )
    }

    fn no_stack(self) -> Self {
        self.refused("describe-stacks", "ValidationError", "Stack with id web does not exist")
    }

    fn template(self, body: &str) -> Self {
        let body: Value = serde_json::from_str(body).unwrap();
        self.reply("aws cloudformation get-template", json!({ "TemplateBody": body }).to_string())
    }

    fn change_set(self, status: &str, execution: &str, reason: &str) -> Self {
        let set = json!({
            "ChangeSetId": "arn:set", "StackId": ARN, "Status": status, "StatusReason": reason,
            "ExecutionStatus": execution, "Changes": [],
        });
        self.reply("aws cloudformation describe-change-set", set.to_string())
    }

    fn no_change_set(self) -> Self {
        self.refused("describe-change-set", "ChangeSetNotFound", "ChangeSet does not exist")
    }

    fn events(self, events: &[Value]) -> Self {
        // AWS tells the newest first.
        let newest: Vec<&Value> = events.iter().rev().collect();
        self.reply("aws cloudformation describe-stack-events", json!({ "StackEvents": newest }).to_string())
    }

    fn done(self, command: &str) -> Self {
        self.reply(&format!("aws cloudformation {command}"), "")
    }

    fn refused(self, command: &str, code: &str, message: &str) -> Self {
        let talk = format!("An error occurred ({code}) when calling the X operation: {message}");
        self.fail(&format!("aws cloudformation {command}"), 254, &talk)
    }
}

/// An event of the stack as a whole.
fn whole(status: &str, reason: &str) -> Value {
    event("web", ARN, status, reason)
}

fn event(id: &str, physical: &str, status: &str, reason: &str) -> Value {
    json!({
        "EventId": format!("{id}-{status}"), "StackId": ARN, "LogicalResourceId": id, "PhysicalResourceId": physical,
        "ResourceType": "AWS::EC2::VPC", "ResourceStatus": status, "ResourceStatusReason": reason,
    })
}

#[test]
fn a_stack_is_made() {
    let script = script()
        .no_stack()
        .done("create-change-set --stack-name web")
        .change_set("CREATE_IN_PROGRESS", "UNAVAILABLE", "")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("execute-change-set --change-set-name arn:set")
        .events(&[whole("REVIEW_IN_PROGRESS", "")])
        .events(&[
            whole("REVIEW_IN_PROGRESS", ""),
            whole("CREATE_IN_PROGRESS", ""),
            whole("CREATE_COMPLETE", ""),
        ]);
    assert_eq!(run_web(&script).outcome(), Outcome::Created);
    let asked = script.transcript();
    let created = asked.lines().find(|line| line.contains("create-change-set")).unwrap();
    assert!(created.contains("--change-set-type CREATE --template-body file://"), "{created}");
    let words: Vec<&str> = created.split(' ').collect();
    let after = |option| words[words.iter().position(|word| *word == option).unwrap() + 1];
    assert_eq!(after("--change-set-name"), after("--client-token"));
    assert!(!created.contains("--capabilities"), "{created}");
}

#[test]
fn what_is_just_so_is_left_alone() {
    let reordered =
        r#"{"Resources":{"Vpc":{"Properties":{"CidrBlock":"10.0.0.0/16"},"Type":"AWS::EC2::VPC"}}}"#;
    let told = run_web(&script().stack("UPDATE_ROLLBACK_COMPLETE").template(reordered));
    assert_eq!(told.outcome(), Outcome::Unchanged);
}

#[test]
fn an_empty_change_set_is_no_change() {
    let old = VPC.replace("10.0", "10.1");
    let script = script()
        .stack("CREATE_COMPLETE")
        .template(&old)
        .no_change_set()
        .done("create-change-set")
        .change_set("FAILED", "UNAVAILABLE", "The submitted information didn't contain changes.")
        .done("delete-change-set --change-set-name arn:set");
    let told = run_web(&script);
    assert_eq!(told.outcome(), Outcome::Unchanged);
    assert_eq!(told.notes, ["CloudFormation finds nothing to do about what differs"]);
}

#[test]
fn a_change_set_of_an_earlier_run_is_used() {
    let script = script()
        .stack("REVIEW_IN_PROGRESS")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("execute-change-set")
        .events(&[whole("CREATE_IN_PROGRESS", ""), whole("CREATE_COMPLETE", "")]);
    assert_eq!(run_web(&script).outcome(), Outcome::Created);
}

#[test]
fn a_change_set_that_could_not_be_made_is_made_again_by_another_token() {
    let script = script()
        .stack("REVIEW_IN_PROGRESS")
        .change_set("FAILED", "UNAVAILABLE", "no permission")
        .done("delete-change-set")
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("execute-change-set")
        .events(&[whole("CREATE_IN_PROGRESS", ""), whole("CREATE_COMPLETE", "")]);
    assert_eq!(run_web(&script).outcome(), Outcome::Created);
    assert!(script.transcript().contains("-again --change-set-type"), "{}", script.transcript());
}

#[test]
fn what_was_made_though_its_answer_was_lost_is_followed() {
    let script = script()
        .no_stack()
        .refused("create-change-set", "AlreadyExistsException", "ChangeSet already exists")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .refused("execute-change-set", "InvalidChangeSetStatus", "is in EXECUTE_IN_PROGRESS status")
        .change_set("CREATE_COMPLETE", "EXECUTE_IN_PROGRESS", "")
        .events(&[whole("CREATE_IN_PROGRESS", ""), whole("CREATE_COMPLETE", "")]);
    assert_eq!(run_web(&script).outcome(), Outcome::Created);
}

#[test]
fn a_change_set_that_cannot_be_executed_is_told() {
    let script = script()
        .no_stack()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .refused("execute-change-set", "AccessDenied", "User: me is not authorized to perform: x")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "");
    let told = run_web(&script);
    assert_eq!(told.outcome(), Outcome::Failed);
    assert!(told.failures[0].contains("User: me is not authorized"), "{:?}", told.failures);
    assert!(told.failures[0].contains("hint: ask for the permission"), "{:?}", told.failures);
}

#[test]
fn a_change_set_that_cannot_be_made_leaves_no_shell() {
    let script = script()
        .no_stack()
        .done("create-change-set")
        .change_set("FAILED", "UNAVAILABLE", "Export web:Id is exported by another stack")
        .done("delete-change-set")
        .stack("REVIEW_IN_PROGRESS")
        .reply("aws cloudformation list-change-sets", r#"{ "Summaries": [] }"#)
        .done("delete-stack");
    let told = run_web(&script);
    assert!(told.failures[0].contains("could not be made: Export web:Id is exported"), "{:?}", told.failures);
}

#[test]
fn the_cause_of_a_rollback_is_told_with_its_line() {
    let script = script()
        .stack("UPDATE_COMPLETE")
        .template(&VPC.replace("10.0", "10.1"))
        .no_change_set()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .events(&[whole("UPDATE_COMPLETE", "")])
        .done("execute-change-set")
        .events(&[
            whole("UPDATE_COMPLETE", ""),
            whole("UPDATE_IN_PROGRESS", "User Initiated"),
            event("Vpc", "vpc-1", "UPDATE_FAILED", "The CIDR is taken"),
            whole("UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Vpc]."),
        ])
        .events(&[
            whole("UPDATE_COMPLETE", ""),
            whole("UPDATE_IN_PROGRESS", "User Initiated"),
            event("Vpc", "vpc-1", "UPDATE_FAILED", "The CIDR is taken"),
            whole("UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Vpc]."),
            whole("UPDATE_ROLLBACK_COMPLETE", ""),
        ]);
    let told = run_web(&script);
    assert_eq!(told.outcome(), Outcome::Failed);
    assert_eq!(
        told.failures,
        [
            "error[stack-failed]: AWS::EC2::VPC \"Vpc\" could not be updated: The CIDR is taken\n  at web/vpc\n  \
          in src/main.rs:7:3"
        ]
    );
}

#[test]
fn what_is_in_progress_is_joined() {
    let script = script()
        .stack("UPDATE_IN_PROGRESS")
        .events(&[whole("CREATE_COMPLETE", ""), whole("UPDATE_IN_PROGRESS", "")])
        .events(&[
            whole("CREATE_COMPLETE", ""),
            whole("UPDATE_IN_PROGRESS", ""),
            whole("UPDATE_COMPLETE", ""),
        ])
        .stack("UPDATE_COMPLETE")
        .template(VPC);
    let told = run_web(&script);
    assert_eq!(
        (told.outcome(), &*told.notes[0]),
        (Outcome::Unchanged, "UPDATE_IN_PROGRESS already: joining it")
    );
}

#[test]
fn what_is_lost_is_deleted_if_the_person_agrees() {
    let refused =
        run(&script().stack("ROLLBACK_COMPLETE"), &web(VPC), &DeployOptions::default(), Answer::Nobody);
    assert!(
        refused.failures[0].contains("ROLLBACK_COMPLETE, which can only be deleted"),
        "{:?}",
        refused.failures
    );
    assert!(refused.failures[0].contains("hint: say yes beforehand with --yes"), "{:?}", refused.failures);

    let script = script()
        .stack("ROLLBACK_COMPLETE")
        .events(&[whole("ROLLBACK_COMPLETE", "")])
        .done("delete-stack --stack-name arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1")
        .events(&[
            whole("ROLLBACK_COMPLETE", ""),
            whole("DELETE_IN_PROGRESS", ""),
            whole("DELETE_COMPLETE", ""),
        ])
        .no_stack()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("execute-change-set")
        .events(&[whole("CREATE_IN_PROGRESS", ""), whole("CREATE_COMPLETE", "")]);
    assert_eq!(run_web(&script).outcome(), Outcome::Created);
}

#[test]
fn a_rollback_that_failed_is_tried_again_if_the_person_agrees() {
    let failed = [whole("UPDATE_ROLLBACK_FAILED", "")];
    let again = [
        whole("UPDATE_ROLLBACK_FAILED", ""),
        whole("UPDATE_ROLLBACK_IN_PROGRESS", ""),
        whole("UPDATE_ROLLBACK_COMPLETE", ""),
    ];
    let script = script()
        .stack("UPDATE_ROLLBACK_FAILED")
        .events(&failed)
        .done("continue-update-rollback")
        .events(&again)
        .stack("UPDATE_ROLLBACK_COMPLETE")
        .template(VPC);
    assert_eq!(run_web(&script).outcome(), Outcome::Unchanged);
    let script = self::script()
        .stack("UPDATE_ROLLBACK_FAILED")
        .events(&[whole("UPDATE_IN_PROGRESS", "")])
        .done("continue-update-rollback")
        .events(&[
            whole("UPDATE_IN_PROGRESS", ""),
            whole("UPDATE_ROLLBACK_IN_PROGRESS", ""),
            event("Vpc", "vpc-1", "UPDATE_FAILED", "boom"),
            whole("UPDATE_ROLLBACK_FAILED", ""),
        ]);
    let told = run_web(&script);
    assert!(
        told.failures[0].ends_with(
            "hint: mend it and run it again, or leave it as it is: aws cloudformation continue-update-rollback \
             --stack-name web --resources-to-skip Vpc"
        ),
        "{:?}",
        told.failures
    );
    let declined = run(
        &self::script().stack("UPDATE_ROLLBACK_FAILED"),
        &web(VPC),
        &DeployOptions::default(),
        Answer::No,
    );
    assert_eq!(declined.outcome(), Outcome::Declined);
}

#[test]
fn what_the_person_declines_leaves_nothing() {
    let script = script()
        .no_stack()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("delete-change-set")
        .stack("REVIEW_IN_PROGRESS")
        .reply("aws cloudformation list-change-sets", r#"{ "Summaries": [] }"#)
        .done("delete-stack");
    let told = run(&script, &web(VPC), &DeployOptions::default(), Answer::No);
    assert_eq!((told.outcome(), told.failures.len()), (Outcome::Declined, 0));
}

#[test]
fn the_shell_of_a_stack_stays_while_somebody_has_a_change_set_for_it() {
    let script = script()
        .stack("REVIEW_IN_PROGRESS")
        .no_change_set()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("delete-change-set")
        .stack("REVIEW_IN_PROGRESS")
        .reply("aws cloudformation list-change-sets", r#"{ "Summaries": [{}] }"#);
    assert_eq!(run(&script, &web(VPC), &DeployOptions::default(), Answer::No).outcome(), Outcome::Declined);
}

#[test]
fn ctrl_c_ends_it_and_nothing_else_is_begun() {
    let script = script().no_stack().interrupted("aws cloudformation create-change-set");
    let both = assembly(vec![deployable("web", &[]), deployable("app", &["web"])], VPC);
    let told = run(&script, &both, &DeployOptions::default(), Answer::Yes);
    let outcomes: Vec<Outcome> = told.outcomes.iter().map(|(_, outcome)| *outcome).collect();
    assert_eq!(outcomes, [Outcome::Interrupted, Outcome::Skipped]);
    assert_eq!(told.failures, [""; 0]);
}

#[test]
fn a_stack_of_another_account_is_left_alone() {
    let mut stack = deployable("web", &[]);
    let environment =
        Environment { account: Some("111111111111".to_owned()), region: Some("us-east-1".to_owned()) };
    stack.stack = Some(StackFacts { environment, ..StackFacts::default() });
    let identity = r#"{ "Account": "222222222222", "Arn": "arn:aws:iam::222222222222:user/me" }"#;
    let script = script().reply("aws sts get-caller-identity --region us-east-1", identity);
    let told = run(&script, &assembly(vec![stack], VPC), &DeployOptions::default(), Answer::Yes);
    assert!(told.failures[0].contains("is for account 111111111111, the credentials are of 222222222222"));
}

#[test]
fn a_message_that_nobody_is_told_of_ends_by_the_state_of_the_stack() {
    let started = [whole("CREATE_IN_PROGRESS", "")];
    let mut script = script()
        .no_stack()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("execute-change-set");
    for _ in 0..4 {
        script = script.events(&started);
    }
    assert_eq!(run_web(&script.stack("CREATE_COMPLETE")).outcome(), Outcome::Created);
}

#[test]
fn what_was_replaced_and_not_deleted_is_told() {
    let events = [
        whole("CREATE_COMPLETE", ""),
        whole("UPDATE_IN_PROGRESS", ""),
        event("Vpc", "vpc-1", "DELETE_FAILED", "it has dependencies"),
        whole("UPDATE_COMPLETE", ""),
    ];
    let script = script()
        .stack("CREATE_COMPLETE")
        .template(&VPC.replace("10.0", "10.1"))
        .no_change_set()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .events(&events[..1])
        .done("execute-change-set")
        .events(&events);
    let told = run_web(&script);
    assert_eq!(told.outcome(), Outcome::Updated);
    let note = "could not be deleted and is left behind: AWS::EC2::VPC vpc-1: it has dependencies";
    assert_eq!(told.notes, [note]);
}

#[test]
fn parameters_are_checked_before_anything_is_made() {
    let template =
        VPC.replacen('{', r#"{"Parameters":{"A":{"Type":"String"},"B":{"Type":"String","Default":"b"}},"#, 1);
    let parameter = |stack: Option<&str>, name: &str| Parameter {
        stack: stack.map(str::to_owned),
        name: name.to_owned(),
        value: "x".to_owned(),
    };
    let options = |parameters| DeployOptions { parameters, ..DeployOptions::default() };
    let told = run(&script().no_stack(), &web(&template), &DeployOptions::default(), Answer::Yes);
    assert!(told.failures[0].contains("needs values for parameters: A"), "{:?}", told.failures);
    let stray = options(vec![parameter(Some("web"), "A"), parameter(Some("web"), "C")]);
    let told = run(&script().no_stack(), &web(&template), &stray, Answer::Yes);
    assert!(told.failures[0].contains("has no parameter \"C\": it has A, B"), "{:?}", told.failures);

    let script = Script::new();
    let clock = Moments::new();
    let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
    let elsewhere = options(vec![parameter(Some("wbe"), "A")]);
    let error = deploy(&web(&template), &elsewhere, &aws, &|_| Answer::Yes).unwrap_err();
    assert_eq!(error.to_string(), "parameter \"A\" is given for \"wbe\", which is not deployed");
    script.finish();
}

#[test]
fn names_bring_what_they_depend_on() {
    let all = assembly(
        vec![deployable("a", &[]), deployable("b", &["a"]), deployable("c", &["b"]), deployable("d", &["a"])],
        VPC,
    );
    let chosen = |names: &[&str], exclusively| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let options = DeployOptions { names, exclusively, ..DeployOptions::default() };
        let found = options.select(&all).map_err(|error| error.to_string())?;
        Ok::<_, String>(found.iter().map(|deployable| deployable.name.clone()).collect::<String>())
    };
    assert_eq!(chosen(&[], false).unwrap(), "abcd");
    assert_eq!(chosen(&["c"], false).unwrap(), "abc");
    assert_eq!(chosen(&["d", "c"], true).unwrap(), "cd");
    assert_eq!(chosen(&["e"], true).unwrap_err(), "there is no \"e\": the app has a, b, c, d");
}

#[test]
fn values_of_parameters_stand_in_no_command() {
    let template = VPC.replacen('{', r#"{"Parameters":{"Password":{"Type":"String","NoEcho":true}},"#, 1);
    let parameter = Parameter { stack: None, name: "Password".to_owned(), value: "hunter2".to_owned() };
    let options = DeployOptions { parameters: vec![parameter], ..DeployOptions::default() };
    let script = script()
        .no_stack()
        .done("create-change-set")
        .change_set("CREATE_COMPLETE", "AVAILABLE", "")
        .done("execute-change-set")
        .events(&[whole("CREATE_IN_PROGRESS", ""), whole("CREATE_COMPLETE", "")]);
    assert_eq!(run(&script, &web(&template), &options, Answer::Yes).outcome(), Outcome::Created);
    assert!(script.transcript().contains("--parameters file://"), "{}", script.transcript());
    assert!(!script.transcript().contains("hunter2"), "{}", script.transcript());
}
