//! What differs between an assembly and what is deployed, or an earlier assembly.

use stackwright_assembly::{
    Assembly, Deployable, Diagnostics, Environment, FORMAT_VERSION, File, Kind, Manifest, Source,
    SourceEntry, StackFacts,
};
use stackwright_deploy::{
    Aws, AwsOptions, ChartOptions, Difference, Moments, Script, Session, Standing, diff_assemblies,
    diff_deployed,
};

fn deployable(name: &str, kind: Kind) -> Deployable {
    Deployable {
        stack: (kind == Kind::Stack).then(StackFacts::default),
        source_map: vec![SourceEntry {
            id: "Queue".to_owned(),
            path: format!("{name}/queue"),
            type_name: None,
            source: Source { file: "src/main.rs".into(), line: 3, column: 5 },
            overrides: Vec::new(),
        }],
        ..Deployable::new(name, kind, format!("{name}.file"))
    }
}

fn assembly(parts: Vec<(Deployable, &str)>) -> Assembly {
    let files = parts.iter().map(|(it, text)| File { name: it.file.clone(), contents: (*text).into() });
    Assembly {
        files: files.collect(),
        manifest: Manifest {
            version: FORMAT_VERSION,
            deployables: parts.into_iter().map(|(deployable, _)| deployable).collect(),
        },
        warnings: Diagnostics::default(),
    }
}

const QUEUE: &str = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}}";
const OTHER: &str = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: b}}}";
const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";

/// Each difference in short.
fn told(differences: &[Difference]) -> Vec<String> {
    let told = |it: &Difference| {
        let ids: Vec<&str> = it.changes.iter().map(|change| &*change.id).collect();
        format!("{} {:?} {}", it.name, it.standing, ids.join(" "))
    };
    differences.iter().map(told).collect()
}

#[test]
fn assemblies_are_compared_by_name_and_kind() {
    let before = assembly(vec![
        (deployable("a", Kind::Stack), QUEUE),
        (deployable("b", Kind::Stack), QUEUE),
        (deployable("c", Kind::Chart), MAP),
        (deployable("d", Kind::Chart), MAP),
    ]);
    let after = assembly(vec![
        (deployable("d", Kind::Stack), QUEUE),
        (deployable("a", Kind::Stack), OTHER),
        (deployable("c", Kind::Chart), MAP),
    ]);
    let diff = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        diff_assemblies(&before, &after, &names)
    };
    let all = diff(&[]).unwrap();
    assert_eq!(told(&all), ["d New Queue", "a Kept Queue", "c Kept ", "b Gone Queue", "d Gone ConfigMap a"]);
    assert_eq!(all[1].review.losses.len(), 1);
    assert_eq!(all[1].changes[0].construct.as_deref(), Some("a/queue"));
    assert!(all[1].is_any() && !all[2].is_any());
    assert_eq!(told(&diff(&["b", "c"]).unwrap()), ["c Kept ", "b Gone Queue"]);
    assert_eq!(diff(&["x"]).unwrap_err().to_string(), "there is no \"x\": the app has d, a, c");
}

#[test]
fn tags_and_protection_are_compared() {
    let with = |tags: &[(&str, &str)], termination_protection| {
        let mut stack = deployable("a", Kind::Stack);
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        stack.stack = Some(StackFacts { tags, termination_protection, ..StackFacts::default() });
        assembly(vec![(stack, QUEUE)])
    };
    let differences =
        diff_assemblies(&with(&[("a", "1"), ("b", "2")], false), &with(&[("a", "3")], true), &[]).unwrap();
    let edits: Vec<String> = differences[0]
        .changes
        .iter()
        .flat_map(|change| change.edits.iter().map(|edit| format!("{}.{}", change.id, edit.path)))
        .collect();
    assert_eq!(edits, ["Tags.a", "Tags.b", "TerminationProtection."]);
}

#[test]
fn a_broken_file_is_told() {
    let good = assembly(vec![(deployable("a", Kind::Stack), QUEUE)]);
    let bad = assembly(vec![(deployable("a", Kind::Stack), "[")]);
    let error = diff_assemblies(&bad, &good, &[]).unwrap_err().to_string();
    assert!(error.starts_with("\"a.file\" is not a template: "), "{error}");
}

/// What `describe-stacks` answers.
fn described(status: &str, rest: &str) -> String {
    format!(
        r#"{{ "Stacks": [{{ "StackId": "arn:a", "StackName": "a", "StackStatus": "{status}"{rest} }}] }}"#
    )
}

const VERSION: &str = "aws-cli/2.27.0 Python/3.13.2 Linux/6.1";
const NONE: &str = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id a does not exist";

fn deployed(script: &Script, assembly: &Assembly) -> Result<Vec<Difference>, stackwright_deploy::Error> {
    let clock = Moments::new();
    let aws = Aws::new(Session::new(script, &clock, &|_| ()), AwsOptions::default());
    let found = diff_deployed(assembly, &[], &aws, &ChartOptions::default())?;
    found.into_iter().collect()
}

#[test]
fn a_stack_is_compared_with_what_is_deployed() {
    let mut stack = deployable("a", Kind::Stack);
    stack.stack = Some(StackFacts {
        environment: Environment { account: None, region: Some("eu-west-1".to_owned()) },
        ..StackFacts::default()
    });
    let assembly = assembly(vec![(stack, OTHER)]);
    let body = serde_json::json!({ "TemplateBody": QUEUE });
    let protected = r#", "EnableTerminationProtection": true, "Tags": [{ "Key": "t", "Value": "v" }]"#;
    let script = Script::new()
        .reply("aws --version", VERSION)
        .reply(
            "aws cloudformation describe-stacks --stack-name a --region eu-west-1",
            described("CREATE_COMPLETE", protected),
        )
        .reply("aws cloudformation get-template --stack-name a", body.to_string());
    let differences = deployed(&script, &assembly).unwrap();
    assert_eq!(told(&differences), ["a Kept Tags Queue"], "protection is never turned off");
    script.finish();
}

#[test]
fn a_stack_that_is_not_there_is_new() {
    let assembly = assembly(vec![(deployable("a", Kind::Stack), QUEUE)]);
    let missing =
        Script::new().reply("aws --version", VERSION).fail("aws cloudformation describe-stacks", 254, NONE);
    assert_eq!(told(&deployed(&missing, &assembly).unwrap()), ["a New Queue"]);
    missing.finish();

    let planned = Script::new()
        .reply("aws --version", VERSION)
        .reply("aws cloudformation describe-stacks", described("REVIEW_IN_PROGRESS", ""));
    assert_eq!(told(&deployed(&planned, &assembly).unwrap()), ["a New Queue"]);
    planned.finish();

    let lost = Script::new()
        .reply("aws --version", VERSION)
        .reply("aws cloudformation describe-stacks", described("ROLLBACK_COMPLETE", ""));
    let differences = deployed(&lost, &assembly).unwrap();
    assert_eq!(told(&differences), ["a New Queue"]);
    assert_eq!(
        differences[0].notes,
        ["it is ROLLBACK_COMPLETE, and can only be deleted before it is made again"]
    );
}

#[test]
fn a_parameter_keeps_its_value() {
    let template =
        |default| format!("Parameters: {{P: {{Type: String, Default: {default}}}}}\nResources: {{}}");
    let assembly = assembly(vec![(deployable("a", Kind::Stack), &template("new"))]);
    let parameters = r#", "Parameters": [{ "ParameterKey": "P", "ParameterValue": "old" }]"#;
    let script = Script::new()
        .reply("aws --version", VERSION)
        .reply("aws cloudformation describe-stacks", described("UPDATE_IN_PROGRESS", parameters))
        .reply(
            "aws cloudformation get-template",
            serde_json::json!({ "TemplateBody": template("old") }).to_string(),
        );
    assert_eq!(
        deployed(&script, &assembly).unwrap()[0].notes,
        [
            "it is UPDATE_IN_PROGRESS: what is there changes now",
            "parameter P stays \"old\" unless deploy is given another with --parameters",
        ]
    );
}

#[test]
fn what_aws_refuses_is_told() {
    let assembly = assembly(vec![(deployable("a", Kind::Stack), QUEUE)]);
    let denied = "An error occurred (AccessDenied) when calling the DescribeStacks operation: no";
    let script =
        Script::new().reply("aws --version", VERSION).fail("aws cloudformation describe-stacks", 254, denied);
    let error = deployed(&script, &assembly).unwrap_err().to_string();
    assert!(error.starts_with("cannot read stack \"a\": "), "{error}");
}

#[test]
fn standing_is_told_in_json() {
    let before = assembly(vec![(deployable("a", Kind::Stack), QUEUE)]);
    let after = assembly(vec![(deployable("a", Kind::Stack), OTHER)]);
    let difference = diff_assemblies(&before, &after, &[]).unwrap().remove(0);
    assert_eq!(difference.standing, Standing::Kept);
    insta::assert_snapshot!(serde_json::to_string_pretty(&difference).unwrap());
}

#[test]
fn what_cannot_be_compared_hides_nothing_else() {
    let assembly = assembly(vec![(deployable("a", Kind::Stack), QUEUE), (deployable("c", Kind::Chart), MAP)]);
    let version = r#"{ "clientVersion": { "gitVersion": "v1.33.0" } }"#;
    let refused = "error: You must be logged in to the server (Unauthorized)";
    let script = Script::new()
        .reply("aws --version", VERSION)
        .reply("kubectl version", version)
        .fail("aws cloudformation describe-stacks --stack-name a", 254, NONE)
        .fail("kubectl get", 1, refused);
    let clock = Moments::new();
    let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
    let found = diff_deployed(&assembly, &[], &aws, &ChartOptions::default()).unwrap();
    assert_eq!(found[0].as_ref().unwrap().standing, Standing::New);
    let error = found[1].as_ref().unwrap_err().to_string();
    assert!(error.starts_with("cannot read the objects of the cluster: "), "{error}");
    script.finish();
}
