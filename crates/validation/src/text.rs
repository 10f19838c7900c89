//! Texts of templates and of manifests: what is wrong with one, each finding with its line.

mod manifest;
mod template;

use std::collections::BTreeMap;

use stackwright_assembly::{Acknowledged, Diagnostic, Source};
use stackwright_k8s::Placed;

use crate::{Finding, Place};
use manifest::manifest;
use template::ReadTemplate;

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
    /// What it acknowledges itself: in metadata, or in annotations of objects.
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
    File { name: file, text }.read().validated(Vec::new())
}

/// What is wrong with several texts that belong together, each with the name of its file: also what two templates of one
/// account and region cannot both have.
///
/// ```
/// use stackwright_validation::validate_texts;
///
/// let template = "
/// Resources: {Topic: {Type: AWS::SNS::Topic}}
/// Outputs: {Topic: {Value: !Ref Topic, Export: {Name: topic}}}
/// ";
/// let validated = validate_texts(&[("one.yaml", template), ("two.yaml", template)]);
/// assert!(validated[0].findings.is_empty());
/// assert_eq!(validated[1].findings[0].code, "duplicate-export");
/// ```
pub fn validate_texts(files: &[(&str, &str)]) -> Vec<Validated> {
    let read: Vec<Read<'_>> = files.iter().map(|(name, text)| File { name, text }.read()).collect();
    let mut repeated = repeated_exports(&read);
    let together = read.iter().enumerate();
    together.map(|(index, read)| read.validated(repeated.remove(&index).unwrap_or_default())).collect()
}

/// The exports of each template that one before it has, too. They may be meant for other regions.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>
fn repeated_exports(read: &[Read<'_>]) -> BTreeMap<usize, Vec<Finding>> {
    let mut taken: BTreeMap<String, (usize, &ReadTemplate<'_>, Place)> = BTreeMap::new();
    let mut repeated: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for (index, read) in read.iter().enumerate() {
        let Read::Template(template) = read else { continue };
        for (name, place) in template.exports() {
            match taken.get(&name) {
                // One template by itself is told by the rules.
                Some((of, ..)) if *of == index => {}
                Some((_, first, at)) => {
                    let message = format!(
                        "export {name:?} is used by two templates: allowed is once in an account and region"
                    );
                    let finding = Diagnostic::warning("duplicate-export", message).value(name);
                    let finding = finding.allowed("once in an account and region");
                    let finding = finding.related(first.related("used first", at));
                    repeated.entry(index).or_default().push(Finding::new(place, finding));
                }
                None => _ = taken.insert(name, (index, template, place)),
            }
        }
    }
    repeated
}

/// A text and what it is called.
#[derive(Clone, Copy)]
struct File<'t> {
    name: &'t str,
    text: &'t str,
}

impl<'t> File<'t> {
    fn source(self, (line, column): (usize, usize)) -> Source {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Source { file: self.name.to_owned().into(), line: number(line), column: number(column) }
    }

    fn read(self) -> Read<'t> {
        let objects = stackwright_k8s::read_with_places(self.text);
        let is_manifest = |objects: &Vec<Placed>| {
            !objects.is_empty() && objects.iter().all(|placed| !placed.object.kind().is_empty())
        };
        if let Some(objects) = objects.ok().filter(is_manifest) {
            return Read::Manifest(self, objects);
        }
        match ReadTemplate::of(self) {
            Ok(template) => Read::Template(Box::new(template)),
            Err(finding) => Read::Unreadable(finding),
        }
    }
}

/// What a text was taken for.
enum Read<'t> {
    Template(Box<ReadTemplate<'t>>),
    Manifest(File<'t>, Vec<Placed>),
    /// A template with something that cannot be read.
    Unreadable(Box<Diagnostic>),
}

impl Read<'_> {
    fn validated(&self, more: Vec<Finding>) -> Validated {
        let (kind, (findings, acknowledged)) = match self {
            Read::Template(template) => (Text::Template, template.validated(more)),
            Read::Manifest(file, objects) => (Text::Manifest, manifest(*file, objects)),
            Read::Unreadable(finding) => (Text::Template, (vec![Diagnostic::clone(finding)], Vec::new())),
        };
        Validated { kind, findings, acknowledged }
    }
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

    /// That of a text these findings are left, and these are acknowledged, told as code, path and reason.
    #[track_caller]
    fn check_acknowledged(text: &str, findings: &[&str], expected: &[&str]) {
        let Validated { kind, acknowledged, .. } = validate_text("f", text);
        check(text, kind, findings);
        let line = |given: &Acknowledged| {
            let finding = &given.finding;
            format!("{} {}: {}", finding.code, finding.path.as_deref().unwrap_or_default(), given.reason)
        };
        assert_eq!(acknowledged.iter().map(line).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn templates_and_their_resources_acknowledge_warnings() {
        let template = |of_all: &str, of_disk: &str| {
            format!(
                "Metadata: {of_all}
Parameters: {{DbPassword: {{Type: String, NoEcho: true, Default: hunter22}}}}
Resources:
  Disk:
    Type: AWS::EC2::Volume
    Metadata: {of_disk}
    Properties: {{Size: 1, AvailabilityZone: !Ref Zone}}
  Zone: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !Ref DbPassword}}}}
"
            )
        };
        let says =
            |code: &str, reason: &str| format!("{{Stackwright: {{acknowledge: {{{code}: {reason}}}}}}}");
        let (disk, secret) = ("f:7:5 unencrypted-volume Disk", "f:2:64 plain-secret DbPassword.Default");
        check_acknowledged(&template("{}", "{}"), &[disk, secret], &[]);
        check_acknowledged(
            &template(&says("plain-secret", "for tests"), &says("unencrypted-volume", "public")),
            &[],
            &["unencrypted-volume Disk: public", "plain-secret DbPassword.Default: for tests"],
        );
        check_acknowledged(
            &template(&says("unencrypted-volume", "far"), &says("unencrypted-volume", "near")),
            &[secret],
            &["unencrypted-volume Disk: near"],
        );
        check_acknowledged(
            &template("{}", &says("plain-secret", "elsewhere")),
            &[
                disk,
                secret,
                "f:6:58 unused-acknowledgement Disk.Metadata.Stackwright.acknowledge.plain-secret",
            ],
            &[],
        );
        check_acknowledged(
            &template(&says("imdsv1", "' '"), "{}"),
            &[disk, secret, "f:1:48 empty-reason Metadata.Stackwright.acknowledge.imdsv1"],
            &[],
        );
    }

    #[test]
    fn objects_acknowledge_warnings() {
        let pod = |annotation: &str| {
            format!(
                "apiVersion: v1
kind: Pod
metadata:
  name: probe
  annotations:
    acknowledge.stackwright/{annotation}
spec: {{hostPID: true, containers: [{{name: a, image: b}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: other}}
spec: {{hostPID: true, containers: [{{name: a, image: b}}]}}
"
            )
        };
        let other = "f:12:17 host-namespace Pod other";
        check_acknowledged(
            &pod("host-namespace: looks at processes"),
            &[other],
            &["host-namespace Pod probe: looks at processes"],
        );
        check_acknowledged(
            &pod("host-path: because"),
            &["f:7:17 host-namespace Pod probe", other, "f:6:40 unused-acknowledgement Pod probe"],
            &[],
        );
    }
}
