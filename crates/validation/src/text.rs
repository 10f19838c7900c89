//! Texts of templates and of manifests: what is wrong with one, each finding with its line.

use stackwright_assembly::{Acknowledged, Diagnostic, Related, Source};
use stackwright_cfn::{Places, read_with_places};
use stackwright_k8s::{Object, Placed, Problem, Scopes, check};

use crate::{Document, Finding, Place, RULES, RULES_OF_FILES, ask, element_diagnostic, object_diagnostic};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// A CloudFormation template, in JSON or YAML.
    Template,
    /// Kubernetes objects, in one document or several.
    Manifest,
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validated {
    /// What it was taken for.
    pub kind: Text,
    /// What is wrong with it, or worth knowing.
    pub findings: Vec<Diagnostic>,
    /// What it acknowledges itself, in the metadata of resources.
    pub acknowledged: Vec<Acknowledged>,
}

/// What is wrong with a text, and what it was taken for: a manifest where its documents are of a `kind`, else a
/// template. `file` is what the findings call it.
///
/// ```
/// use stackwright_validation::{Text, validate_text};
///
/// let text = "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {CidrBlock: 10.0.0.0/33}\n";
/// let validated = validate_text("network.yaml", text);
/// assert_eq!(validated.kind, Text::Template);
/// let findings = validated.findings;
/// assert_eq!(findings[0].source.as_ref().map(ToString::to_string).as_deref(), Some("network.yaml:4:29"));
/// assert_eq!(findings[0].path.as_deref(), Some("Vpc.CidrBlock"));
/// ```
pub fn validate_text(file: &str, text: &str) -> Validated {
    let objects = stackwright_k8s::read_with_places(text);
    let is_manifest = |objects: &Vec<Placed>| {
        !objects.is_empty() && objects.iter().all(|placed| !placed.object.kind().is_empty())
    };
    match objects.ok().filter(is_manifest) {
        Some(objects) => {
            let findings = manifest(file, text, &objects);
            Validated { kind: Text::Manifest, findings, acknowledged: Vec::new() }
        }
        None => {
            let (findings, acknowledged) = template(file, text);
            Validated { kind: Text::Template, findings, acknowledged }
        }
    }
}

fn source(file: &str, (line, column): (usize, usize)) -> Source {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Source { file: file.to_owned().into(), line: number(line), column: number(column) }
}

fn template(file: &str, text: &str) -> (Vec<Diagnostic>, Vec<Acknowledged>) {
    let (template, places) = match read_with_places(text) {
        Ok(read) => read,
        Err(error) => {
            let diagnostic = element_diagnostic(error.problem().clone());
            return (vec![diagnostic.source(source(file, (error.line(), error.column())))], Vec::new());
        }
    };
    let at = |place: &Place| {
        let steps: Vec<String> = place.steps.iter().map(ToString::to_string).collect();
        let outer = [place.section.key(), place.id.as_str()];
        source(file, places.find(outer.into_iter().chain(steps.iter().map(String::as_str))))
    };
    let diagnostic = |finding: Finding| {
        let related = finding.related.into_iter().map(|(label, place)| {
            let (path, source) = (Some(place.to_string()), at(&place));
            Related { label, path, source }
        });
        let mut diagnostic = finding.diagnostic;
        diagnostic.related.extend(related);
        diagnostic.path(finding.place.to_string()).source(at(&finding.place))
    };
    let (mut findings, mut acknowledged) = (Vec::new(), Vec::new());
    for mut finding in ask(&Document::of(&template), RULES.iter().chain(RULES_OF_FILES)) {
        match finding.acknowledged.take() {
            Some(reason) => {
                acknowledged.push(Acknowledged { finding: diagnostic(finding), reason, source: None });
            }
            None => findings.push(diagnostic(finding)),
        }
    }
    (findings, acknowledged)
}

/// The namespaces of a manifest may be made by another one, so nothing is said of those that it does not make.
fn manifest(file: &str, text: &str, placed: &[Placed]) -> Vec<Diagnostic> {
    let documents = Places::of(text);
    let objects: Vec<&Object> = placed.iter().map(|placed| &placed.object).collect();
    let start = |index: usize| (placed[index].line, placed[index].column);
    let at = |index: usize, path: &str| {
        // Objects that start at one place are the items of a list.
        let listed: Vec<usize> = (0..placed.len()).filter(|other| start(*other) == start(index)).collect();
        let mut way = Vec::new();
        if listed.len() > 1 {
            way.extend(["items".to_owned(), (index - listed[0]).to_string()]);
        }
        way.extend(steps(path));
        let document = documents.iter().find(|document| document.start() == start(index));
        let place = document.map(|document| document.find(way.iter().map(String::as_str)));
        source(file, place.unwrap_or(start(index)))
    };
    let diagnostic = |index: usize, problem: Problem| {
        let source = at(index, &problem.path);
        object_diagnostic(problem).path(objects[index].to_string()).source(source)
    };
    let scopes = Scopes::new(objects.iter().copied());
    let mut found = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let problems = check::object(object).into_iter().chain(check::scope(object, &scopes));
        found.extend(problems.map(|problem| diagnostic(index, problem)));
    }
    let namespaces: Vec<&str> = objects.iter().filter_map(|object| object.namespace()).collect();
    for conflict in check::together(&objects, &namespaces) {
        let other = conflict.other.map(|other| Related {
            label: "defined first".to_owned(),
            path: Some(objects[other].to_string()),
            source: at(other, "metadata.name"),
        });
        let mut diagnostic = diagnostic(conflict.object, conflict.problem);
        diagnostic.related.extend(other);
        found.push(diagnostic);
    }
    found
}

/// The steps of a path whose dots within names are written `\.`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        let last = steps.last_mut();
        match (character, last) {
            ('.', _) => steps.push(String::new()),
            ('\\', Some(last)) => last.extend(characters.next()),
            (other, Some(last)) => last.push(other),
            (_, None) => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kind: Text, expected: &[&str]) {
        let Validated { kind: found_kind, findings, .. } = validate_text("f", text);
        let line = |finding: &Diagnostic| {
            let source = finding.source.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{source} {} {}", finding.code, finding.path.as_deref().unwrap_or_default())
        };
        assert_eq!(
            (found_kind, findings.iter().map(line).collect::<Vec<_>>()),
            (kind, expected.iter().map(ToString::to_string).collect())
        );
    }

    #[test]
    fn findings_stand_at_their_lines_in_templates() {
        let yaml = "\
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: !If [C, 901, 5]
      Tags:
        - Key: a
Conditions: {C: !Equals [a, b]}
";
        let expected =
            ["f:5:29 out-of-range Queue.DelaySeconds.Fn::If.1", "f:7:11 missing-property Queue.Tags.0"];
        check(yaml, Text::Template, &expected);
        let json = r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue",
 "Properties": {"DelaySeconds": {"Fn::If": ["C", 901, 5]}}}}, "Conditions": {"C": {"Fn::Equals": [1, 2]}}}"#;
        check(json, Text::Template, &["f:2:50 out-of-range Queue.DelaySeconds.Fn::If.1"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        check("Resources:\n  A: [b]\n", Text::Template, &["f:2:6 unreadable-template "]);
        check("", Text::Template, &["f:1:1 unreadable-template "]);
        check("a: [", Text::Template, &["f:1:4 unreadable-template "]);
    }

    #[test]
    fn findings_stand_at_their_lines_in_manifests() {
        let text = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: Web
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: a, namespace: made-elsewhere}}
  - apiVersion: v1
    kind: ServiceAccount
    metadata: {name: a, namespace: made-elsewhere}
";
        let expected =
            ["f:4:9 invalid-name ConfigMap Web", "f:12:22 duplicate-object ServiceAccount made-elsewhere/a"];
        check(text, Text::Manifest, &expected);
    }

    #[test]
    fn dots_within_names_are_no_steps() {
        assert_eq!(steps(r"metadata.labels.a\.b/c"), ["metadata", "labels", "a.b/c"]);
    }
}
