//! What AWS's validator finds is told like what our own rules find.

use stackwright::prelude::*;
use stackwright::validation::{Rendered, Validator};
use stackwright_aws_validator::AwsValidator;

/// A state machine without a first state, which only AWS's validator looks for, and the line that it is made in.
fn machine(stack: &Stack) -> (Resource<Untyped>, u32) {
    let (machine, line) = (resource(stack, "Machine", "AWS::StepFunctions::StateMachine"), line!());
    machine.set_property("RoleArn", json!({ "Fn::ImportValue": "machine-role" }));
    machine.set_property("Definition", json!({ "States": { "Wait": { "Type": "Succeed" } } }));
    (machine, line)
}

/// A bucket whose access is set in a way that AWS's validator alone warns of.
fn bucket(stack: &Stack) -> Resource<Untyped> {
    let bucket = resource(stack, "Files", "AWS::S3::Bucket");
    bucket.set_property("AccessControl", "Private");
    bucket
}

#[track_caller]
fn resource(stack: &Stack, id: &str, type_name: &'static str) -> Resource<Untyped> {
    Resource::raw(stack, id, type_name, Map::new())
}

fn told(findings: &Diagnostics) -> Vec<String> {
    let line = |finding: &Diagnostic| {
        let source = finding.source.as_ref().map_or(0, |source| source.line);
        format!("{} {} {source}", finding.code, finding.path.as_deref().unwrap_or_default())
    };
    findings.iter().filter(|finding| finding.code.starts_with("aws-")).map(line).collect()
}

#[test]
fn an_error_has_the_construct_and_the_line_of_the_program() {
    for format in [Format::Json, Format::Yaml] {
        let app = App::new();
        app.add_validator(AwsValidator::new());
        let (_, line) = machine(&Stack::new(&app, "jobs"));
        let findings = app.synth(&SynthOptions::new().format(format)).unwrap_err();
        assert_eq!(told(&findings), [format!("aws-E3601 jobs/Machine {line}")]);
        let message = &findings.iter().find(|finding| finding.is_error()).unwrap().message;
        assert!(message.starts_with("Definition: ") && message.contains("StartAt"), "{message}");
    }
}

#[test]
fn without_it_nothing_is_said() {
    let app = App::new();
    let stack = Stack::new(&app, "jobs");
    machine(&stack);
    bucket(&stack);
    assert_eq!(told(&app.synth(&SynthOptions::new()).unwrap().warnings), [""; 0]);

    let app = App::new();
    app.add_validator(AwsValidator::new().without("E3601"));
    machine(&Stack::new(&app, "jobs"));
    assert_eq!(told(&app.synth(&SynthOptions::new()).unwrap().warnings), [""; 0]);
}

#[test]
fn a_warning_can_be_acknowledged() {
    let synth = |say: fn(&Resource<Untyped>)| {
        let app = App::new();
        app.add_validator(AwsValidator::new());
        say(&bucket(&Stack::new(&app, "web")));
        app.synth(&SynthOptions::new()).unwrap()
    };
    let silent = synth(|_| {});
    assert!(told(&silent.warnings)[0].starts_with("aws-W3045 web/Files "));
    let said = synth(|bucket| bucket.acknowledge("aws-W3045", "older tools look at it"));
    assert_eq!(told(&said.warnings), [""; 0]);
    let given = said.manifest.deployables[0].acknowledged.iter();
    assert_eq!(given.filter(|it| it.reason == "older tools look at it").count(), 1);
}

#[test]
fn what_is_about_no_element_is_about_the_stack() {
    let template = Rendered { stack: "empty", environment: &Environment::default(), text: "{}" };
    let findings = AwsValidator::new().validate(&template);
    let found: Vec<_> =
        findings.iter().map(|it| (it.diagnostic.code.as_str(), it.place.id.as_str())).collect();
    assert_eq!(found, [("aws-F0001", "")]);
}
