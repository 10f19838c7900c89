//! Texts of templates and of manifests: what is wrong with one, each finding with its line.

use stackwright_assembly::{Acknowledged, Diagnostic, Related, Source};
use stackwright_cfn::{Places, Template, read_with_places};
use stackwright_k8s::{Object, Placed, Problem, Scopes, check};

use crate::{
    Acknowledgement, Document, Finding, Place, RULES, RULES_OF_FILES, Section, ask, element_diagnostic,
    in_annotations, in_metadata, object_diagnostic, sort,
};

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
    let objects = stackwright_k8s::read_with_places(text);
    let is_manifest = |objects: &Vec<Placed>| {
        !objects.is_empty() && objects.iter().all(|placed| !placed.object.kind().is_empty())
    };
    match objects.ok().filter(is_manifest) {
        Some(objects) => {
            let (findings, acknowledged) = manifest(file, text, &objects);
            Validated { kind: Text::Manifest, findings, acknowledged }
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
    let mut found = ask(&Document::of(&template), RULES.iter().chain(RULES_OF_FILES));
    let said = said(&template, &mut found);
    let codes: Vec<&str> = said.iter().map(|(_, given)| &*given.code).collect();
    // What a resource says is nearer than what the template says.
    let nearness = |index: usize, finding: &Finding| {
        let at = &said[index].0;
        let is_own = at.section == finding.place.section && at.id == finding.place.id;
        (at.section == Section::Metadata || is_own).then_some(usize::from(is_own))
    };
    let sorted = sort(&codes, found, |finding| &finding.diagnostic, nearness);
    let mut told = sorted.told;
    if !told.iter().any(|finding| finding.diagnostic.is_error()) {
        told.extend(sorted.unused.into_iter().map(|index| {
            let (place, given) = &said[index];
            let is_of_all = place.section == Section::Metadata;
            let whose = if is_of_all { "the template" } else { "this resource" };
            Finding::new(place.clone(), given.unused(whose))
        }));
    }
    let acknowledged = sorted.acknowledged.into_iter().map(|(finding, index)| {
        let reason = said[index].1.reason.clone();
        Acknowledged { finding: diagnostic(finding), reason, source: None }
    });
    let acknowledged = acknowledged.collect();
    (told.into_iter().map(diagnostic).collect(), acknowledged)
}

/// What a template and its resources acknowledge, with the places where they do. What is wrong with it is found.
fn said(template: &Template, found: &mut Vec<Finding>) -> Vec<(Place, Acknowledgement)> {
    let of_resources = template.resources.iter().filter_map(|(id, resource)| {
        let metadata = resource.attributes.get("Metadata")?.as_map()?;
        Some((Place::new(Section::Resource, id).at("Metadata").at("Stackwright"), metadata))
    });
    let of_all = (Place::new(Section::Metadata, "Stackwright"), &template.metadata);
    let mut said = Vec::new();
    for (place, metadata) in of_resources.chain([of_all]) {
        for (way, given) in in_metadata(metadata) {
            let place = way.iter().skip(1).fold(place.clone(), |place, key| place.at(key.as_str()));
            match given {
                Ok(given) => {
                    found.extend(given.problem().map(|problem| Finding::new(place.clone(), problem)));
                    said.push((place, given));
                }
                Err(problem) => found.push(Finding::new(place, problem)),
            }
        }
    }
    said
}

/// The namespaces of a manifest may be made by another one, so nothing is said of those that it does not make.
fn manifest(file: &str, text: &str, placed: &[Placed]) -> (Vec<Diagnostic>, Vec<Acknowledged>) {
    let documents = Places::of(text);
    let objects: Vec<&Object> = placed.iter().map(|placed| &placed.object).collect();
    let start = |index: usize| (placed[index].line, placed[index].column);
    let at = |index: usize, keys: &[String]| {
        // Objects that start at one place are the items of a list.
        let listed: Vec<usize> = (0..placed.len()).filter(|other| start(*other) == start(index)).collect();
        let mut way = Vec::new();
        if listed.len() > 1 {
            way.extend(["items".to_owned(), (index - listed[0]).to_string()]);
        }
        way.extend_from_slice(keys);
        let document = documents.iter().find(|document| document.start() == start(index));
        let place = document.map(|document| document.find(way.iter().map(String::as_str)));
        source(file, place.unwrap_or(start(index)))
    };
    let diagnostic = |index: usize, problem: Problem| {
        let source = at(index, &steps(&problem.path));
        object_diagnostic(problem).path(objects[index].to_string()).source(source)
    };
    let scopes = Scopes::new(objects.iter().copied());
    let mut found = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let problems = check::object(object).into_iter().chain(check::scope(object, &scopes));
        found.extend(problems.map(|problem| (index, diagnostic(index, problem))));
    }
    let namespaces: Vec<&str> = objects.iter().filter_map(|object| object.namespace()).collect();
    for conflict in check::together(&objects, &namespaces) {
        let other = conflict.other.map(|other| Related {
            label: "defined first".to_owned(),
            path: Some(objects[other].to_string()),
            source: at(other, &steps("metadata.name")),
        });
        let mut diagnostic = diagnostic(conflict.object, conflict.problem);
        diagnostic.related.extend(other);
        found.push((conflict.object, diagnostic));
    }
    let placed = |index: usize, keys: &[String], diagnostic: Diagnostic| {
        (index, diagnostic.path(objects[index].to_string()).source(at(index, keys)))
    };
    let mut said = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        for (way, given) in in_annotations(object) {
            match given {
                Ok(given) => {
                    found.extend(given.problem().map(|problem| placed(index, &way, problem)));
                    said.push((index, way, given));
                }
                Err(problem) => found.push(placed(index, &way, problem)),
            }
        }
    }
    let codes: Vec<&str> = said.iter().map(|(.., given)| &*given.code).collect();
    let nearness = |index: usize, (object, _): &(usize, _)| (said[index].0 == *object).then_some(0);
    let sorted = sort(&codes, found, |(_, diagnostic)| diagnostic, nearness);
    let mut told: Vec<Diagnostic> = sorted.told.into_iter().map(|(_, diagnostic)| diagnostic).collect();
    if !told.iter().any(Diagnostic::is_error) {
        let unused = sorted.unused.into_iter().map(|index| &said[index]);
        told.extend(unused.map(|(index, way, given)| placed(*index, way, given.unused("this object")).1));
    }
    let acknowledged = sorted.acknowledged.into_iter().map(|((_, finding), index)| Acknowledged {
        finding,
        reason: said[index].2.reason.clone(),
        source: None,
    });
    (told, acknowledged.collect())
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
            &[disk, secret, "f:1:48 empty-reason Stackwright.acknowledge.imdsv1"],
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

    #[test]
    fn dots_within_names_are_no_steps() {
        assert_eq!(steps(r"metadata.labels.a\.b/c"), ["metadata", "labels", "a.b/c"]);
    }
}
