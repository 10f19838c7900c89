//! Warnings that may stay, for a reason: what templates and objects say of their own, and which findings that is about.
//!
//! A resource, and a template as a whole, says so in its `Metadata`: `Stackwright: {acknowledge: {CODE: REASON}}`; a
//! Kubernetes object by an annotation `acknowledge.stackwright/CODE: REASON`.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node};
use stackwright_k8s::{Data, Object};

use crate::near::nearest;
use crate::rules;

/// What annotations that acknowledge start with; the code follows.
const ANNOTATION: &str = "acknowledge.stackwright/";

/// The most characters of a reason.
const MOST: usize = 500;

/// That warnings of a code may stay, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The code of the warnings.
    pub code: String,
    /// Why they may stay, in one line.
    pub reason: String,
}

impl Acknowledgement {
    /// An acknowledgement whose reason, which may be wrapped, is put into one line.
    pub fn new(code: &str, reason: &str) -> Self {
        let words: Vec<&str> = reason.split_whitespace().collect();
        Acknowledgement { code: code.to_owned(), reason: words.join(" ") }
    }

    /// What is wrong with it as such: its reason has no words, or more than are read.
    ///
    /// ```
    /// use stackwright_validation::Acknowledgement;
    ///
    /// assert!(Acknowledgement::new("imdsv1", "an appliance that cannot do better").problem().is_none());
    /// assert_eq!(Acknowledgement::new("imdsv1", " ").problem().unwrap().code, "empty-reason");
    /// ```
    pub fn problem(&self) -> Option<Diagnostic> {
        let Acknowledgement { code, reason } = self;
        let count = reason.chars().count();
        if count == 0 {
            let message = format!("{code:?} is acknowledged without a reason");
            let finding = Diagnostic::error("empty-reason", message).value(&**reason);
            return Some(finding.allowed("why it may stay, in words"));
        }
        (count > MOST).then(|| {
            let message = format!("the reason for {code:?} has {count} characters: allowed are up to {MOST}");
            let finding = Diagnostic::error("long-reason", message).value(count.to_string());
            finding.allowed(format!("up to {MOST} characters")).hint("say where the rest of it is written")
        })
    }

    /// That nothing matches it; `whose` is what it is said of, such as `this resource`.
    pub fn unused(&self, whose: &str) -> Diagnostic {
        let code = &self.code;
        let message = format!("{code:?} is acknowledged, but {whose} has no such warning");
        let finding = Diagnostic::warning("unused-acknowledgement", message).value(&**code);
        match nearest(code, rules().map(|rule| rule.code)) {
            Some(meant) => finding.meant(Some(meant)),
            None => finding.hint("take it out: it would hide a warning that nobody has looked at"),
        }
    }
}

/// Something that is said in metadata or in annotations, and the keys that lead to it from there.
pub type Said = (Vec<String>, Result<Acknowledgement, Diagnostic>);

/// What the `Metadata` of a resource or of a template acknowledges; or what is wrong with how it does so.
///
/// ```
/// use stackwright_validation::in_metadata;
///
/// let metadata = stackwright_cfn::json!({ "Stackwright": { "acknowledge": { "imdsv1": "an old appliance" } } });
/// let said = in_metadata(metadata.as_map().unwrap());
/// assert_eq!(said[0].0, ["Stackwright", "acknowledge", "imdsv1"]);
/// assert_eq!(said[0].1.as_ref().unwrap().reason, "an old appliance");
/// ```
pub fn in_metadata(metadata: &Map) -> Vec<Said> {
    let Some(ours) = metadata.get("Stackwright") else { return Vec::new() };
    let way = |keys: &[&str]| -> Vec<String> {
        ["Stackwright"].iter().chain(keys).map(|key| (*key).to_owned()).collect()
    };
    let wrong = |keys: &[&str], what: &str, allowed: &'static str| {
        let message = format!("{what} is no map: allowed is {allowed}");
        (way(keys), Err(Diagnostic::error("invalid-acknowledgement", message).allowed(allowed)))
    };
    let Node::Map(ours) = ours else {
        return vec![wrong(&[], "Stackwright", "a map with acknowledge")];
    };
    let mut said = Vec::new();
    for (key, value) in ours.iter() {
        match (key.as_str(), value) {
            ("acknowledge", Node::Map(reasons)) => said.extend(reasons.iter().map(|(code, reason)| {
                let way = way(&["acknowledge", code]);
                match reason {
                    Node::Text(reason) => (way, Ok(Acknowledgement::new(code, reason))),
                    _ => (way, Err(no_text(code))),
                }
            })),
            ("acknowledge", _) => {
                said.push(wrong(&["acknowledge"], "acknowledge", "a map of codes, each with its reason"));
            }
            (other, _) => {
                let message = format!("Stackwright has no {other:?}: allowed is acknowledge");
                let finding = Diagnostic::error("invalid-acknowledgement", message).value(other);
                let meant = nearest(other, ["acknowledge"].into_iter());
                said.push((way(&[other]), Err(finding.allowed("acknowledge").meant(meant))));
            }
        }
    }
    said
}

/// What a Kubernetes object acknowledges by its annotations.
///
/// ```
/// use stackwright_validation::in_annotations;
///
/// let objects = stackwright_k8s::read("
/// apiVersion: v1
/// kind: Pod
/// metadata:
///   name: probe
///   annotations: {acknowledge.stackwright/host-path: reads the logs of the node}
/// ")?;
/// let said = in_annotations(&objects[0]);
/// assert_eq!(said[0].1.as_ref().unwrap().code, "host-path");
/// # Ok::<(), stackwright_k8s::ReadError>(())
/// ```
pub fn in_annotations(object: &Object) -> Vec<Said> {
    let metadata = object.fields().get("metadata").and_then(Data::as_map);
    let annotations = metadata.and_then(|metadata| metadata.get("annotations")?.as_map()).into_iter();
    let ours = annotations
        .flat_map(|annotations| annotations.iter())
        .filter_map(|(key, reason)| Some((key, key.strip_prefix(ANNOTATION)?, reason)));
    ours.map(|(key, code, reason)| {
        let said = reason.as_str().map(|reason| Acknowledgement::new(code, reason));
        (
            vec!["metadata".to_owned(), "annotations".to_owned(), key.to_owned()],
            said.ok_or_else(|| no_text(code)),
        )
    })
    .collect()
}

fn no_text(code: &str) -> Diagnostic {
    let message = format!("{code:?} is acknowledged with no text: allowed is a reason in words");
    Diagnostic::error("empty-reason", message).allowed("why it may stay, in words")
}

/// Findings, by whether they are acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted<F> {
    /// Those that are not, in their order.
    pub told: Vec<F>,
    /// Those that are, each with the index of the acknowledgement that gives the reason.
    pub acknowledged: Vec<(F, usize)>,
    /// The acknowledgements that nothing matches.
    pub unused: Vec<usize>,
}

/// Sorts findings by what is acknowledged: those of a code, wherever `nearness` says how near to a finding it is said.
/// Of several that match the nearest gives the reason, and the last of those that are as near. Errors cannot be
/// acknowledged.
pub fn sort<F>(
    codes: &[&str],
    findings: Vec<F>,
    diagnostic: impl Fn(&F) -> &Diagnostic,
    nearness: impl Fn(usize, &F) -> Option<usize>,
) -> Sorted<F> {
    let mut sorted = Sorted { told: Vec::new(), acknowledged: Vec::new(), unused: Vec::new() };
    let mut is_used = vec![false; codes.len()];
    for finding in findings {
        let is_meant = |code: &str| code == diagnostic(&finding).code && !diagnostic(&finding).is_error();
        let matching: Vec<(usize, usize)> = (0..codes.len())
            .filter(|index| is_meant(codes[*index]))
            .filter_map(|index| Some((nearness(index, &finding)?, index)))
            .collect();
        matching.iter().for_each(|(_, index)| is_used[*index] = true);
        match matching.into_iter().max() {
            Some((_, index)) => sorted.acknowledged.push((finding, index)),
            None => sorted.told.push(finding),
        }
    }
    sorted.unused = (0..codes.len()).filter(|index| !is_used[*index]).collect();
    sorted
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    #[test]
    fn what_is_no_acknowledgement_is_told() {
        let check = |ours: Node, expected: &[&str]| {
            let metadata = json!({ "Stackwright": ours });
            let said: Vec<String> = in_metadata(metadata.as_map().unwrap())
                .into_iter()
                .map(|(way, said)| {
                    let problem = said.as_ref().map_or_else(|it| Some(it.clone()), Acknowledgement::problem);
                    match (said, problem) {
                        (Ok(given), None) => format!("{} {}", given.code, given.reason),
                        (_, problem) => format!("{} {}", problem.unwrap().code, way.join(".")),
                    }
                })
                .collect();
            assert_eq!(said, expected);
        };
        check(json!({ "acknowledge": { "a": "for\n  a\nreason\n" } }), &["a for a reason"]);
        check(json!({}), &[]);
        check(json!({ "acknowledge": { "a": " " } }), &["empty-reason Stackwright.acknowledge.a"]);
        check(json!({ "acknowledge": { "a": 5 } }), &["empty-reason Stackwright.acknowledge.a"]);
        check(json!({ "acknowledge": { "a": "b".repeat(501) } }), &["long-reason Stackwright.acknowledge.a"]);
        check(json!({ "acknowledge": ["a"] }), &["invalid-acknowledgement Stackwright.acknowledge"]);
        check(json!({ "acknowlege": { "a": "b" } }), &["invalid-acknowledgement Stackwright.acknowlege"]);
        check(json!("a"), &["invalid-acknowledgement Stackwright"]);
    }

    #[test]
    fn the_nearest_gives_the_reason() {
        let findings = ["a", "b"].map(|code| Diagnostic::warning(code, "told")).to_vec();
        let findings: Vec<_> = findings.into_iter().chain([Diagnostic::error("a", "told")]).collect();
        let nearness = |index: usize, _: &Diagnostic| [Some(2), Some(1), None, Some(0)][index];
        let sorted = sort(&["a", "a", "b", "c"], findings, |it| it, nearness);
        let codes: Vec<_> = sorted.told.iter().map(|it| (it.code.as_str(), it.is_error())).collect();
        assert_eq!(codes, [("b", false), ("a", true)]);
        assert_eq!(sorted.acknowledged[0].1, 0);
        assert_eq!(sorted.unused, [2, 3]);
    }

    #[test]
    fn a_slip_in_a_code_is_told() {
        let unused = |code: &str| Acknowledgement::new(code, "because").unused("it").hint;
        assert_eq!(unused("unencripted-volume").as_deref(), Some("did you mean \"unencrypted-volume\"?"));
        assert!(unused("unencrypted-volume").is_some_and(|hint| hint.starts_with("take it out")));
    }
}
