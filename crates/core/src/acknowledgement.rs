//! Acknowledgements: warnings that the program lives with, for a reason that is shown instead.

use std::panic::Location;

use stackwright_assembly::{Acknowledged, Diagnostic, Source};
use stackwright_cfn::Node;
use stackwright_validation::{self as validation, in_annotations, in_metadata};

use crate::tree::{Kind, NodeId, ROOT, Tree};

/// What is said of the warnings of a code, at or below a construct.
pub(crate) struct Acknowledgement {
    pub(crate) construct: NodeId,
    pub(crate) given: validation::Acknowledgement,
    /// Where the program says it; `None` where the template or the object itself does.
    pub(crate) location: Option<&'static Location<'static>>,
    /// Whether it is no matter if nothing matches it.
    pub(crate) is_default: bool,
}

/// Gathers what stacks, resources and objects say of themselves, in metadata and in annotations.
pub(crate) fn gather(tree: &mut Tree) {
    let mut gathered = Vec::new();
    for id in 0..tree.nodes.len() as NodeId {
        let said = match &tree.entry(id).kind {
            Kind::Stack(data) => in_metadata(&data.metadata),
            Kind::Resource(resource) => {
                let metadata = resource.attributes.get("Metadata").and_then(Node::as_map);
                metadata.map(in_metadata).unwrap_or_default()
            }
            Kind::Manifest(object) => in_annotations(object),
            _ => continue,
        };
        gathered.extend(said.into_iter().map(|(_, given)| (id, given)));
    }
    for (construct, given) in gathered {
        let problem = match given {
            Ok(given) => {
                let problem = given.problem();
                let (location, is_default) = (None, false);
                tree.acknowledgements.push(Acknowledgement { construct, given, location, is_default });
                problem
            }
            Err(problem) => Some(problem),
        };
        if let Some(problem) = problem {
            let problem = tree.at(construct, problem);
            tree.findings.push(problem);
        }
    }
}

/// What is left of findings, and what is acknowledged of them.
pub(crate) struct Sorted {
    pub(crate) told: Vec<Diagnostic>,
    pub(crate) acknowledged: Vec<Acknowledged>,
}

/// Takes what is acknowledged out of the findings of a program.
///
/// An acknowledgement that nothing matches hides what may come later, so it is a finding itself, unless there are
/// errors, which may keep others from being found.
pub(crate) fn sort(tree: &mut Tree, findings: Vec<Diagnostic>) -> Sorted {
    let all = std::mem::take(&mut tree.acknowledgements);
    if all.is_empty() {
        return Sorted { told: findings, acknowledged: Vec::new() };
    }
    let paths: Vec<String> = all.iter().map(|one| tree.path(one.construct)).collect();
    let codes: Vec<&str> = all.iter().map(|one| &*one.given.code).collect();
    let nearness = |index: usize, finding: &Diagnostic| {
        covers(&paths[index], finding.path.as_deref()).then_some(paths[index].len())
    };
    let sorted = validation::sort(&codes, findings, |finding| finding, nearness);
    let acknowledged = sorted.acknowledged.into_iter().map(|(finding, index)| {
        let Acknowledgement { given, location, .. } = &all[index];
        Acknowledged { finding, reason: given.reason.clone(), source: location.map(Source::from) }
    });
    let acknowledged = acknowledged.collect();
    let mut told = sorted.told;
    if !told.iter().any(Diagnostic::is_error) {
        let unused = sorted.unused.into_iter().map(|index| &all[index]).filter(|one| !one.is_default);
        told.extend(unused.map(|one| unmatched(tree, one)));
    }
    Sorted { told, acknowledged }
}

fn unmatched(tree: &Tree, one: &Acknowledgement) -> Diagnostic {
    let whose = if one.construct == ROOT { "the app" } else { "this construct" };
    let finding = one.given.unused(whose);
    let finding = match one.location {
        Some(location) => finding.source(location),
        None => finding,
    };
    tree.at(one.construct, finding)
}

/// Whether a finding is at or below the construct of a path. One without a path belongs to the app.
pub(crate) fn covers(construct: &str, finding: Option<&str>) -> bool {
    let rest = finding.unwrap_or_default().strip_prefix(construct);
    rest.is_some_and(|rest| construct.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use stackwright_assembly::{Assembly, Diagnostics};
    use stackwright_cfn::json;

    use super::covers;
    use crate::{App, Chart, Construct, Manifests, Resource, Scope, Stack, SynthOptions};

    /// A stack with something that is stored plainly, which `say` may acknowledge.
    fn synth(say: impl FnOnce(&App, &Stack, &Construct)) -> Result<Assembly, Diagnostics> {
        let app = App::new();
        let stack = Stack::new(&app, "web");
        let cache = Resource::raw(&stack, "Cache", "AWS::EFS::FileSystem", Default::default());
        say(&app, &stack, cache.construct());
        app.synth(&SynthOptions::new())
    }

    fn codes(findings: &Diagnostics) -> Vec<&str> {
        findings.iter().map(|finding| finding.code.as_str()).collect()
    }

    const CODE: &str = "unencrypted-storage";

    #[test]
    fn a_warning_is_acknowledged_at_its_construct_and_above() {
        assert_eq!(codes(&synth(|_, _, _| {}).unwrap().warnings), [CODE]);
        let above = synth(|app, _, _| app.acknowledge(CODE, "far")).unwrap();
        let both = synth(|_, stack, cache| {
            cache.acknowledge(CODE, "near");
            stack.acknowledge(CODE, "far");
        });
        for (assembly, reason) in [(above, "far"), (both.unwrap(), "near")] {
            assert_eq!(codes(&assembly.warnings), [""; 0]);
            let [given] = assembly.manifest.deployables[0].acknowledged.as_slice() else { panic!("one") };
            assert_eq!((given.reason.as_str(), given.finding.path.as_deref()), (reason, Some("web/Cache")));
            assert!(given.source.is_some());
        }
    }

    #[test]
    fn an_acknowledgement_for_nothing_is_told() {
        let other = synth(|_, stack, _| stack.acknowledge("public-ingress", "because")).unwrap();
        assert_eq!(codes(&other.warnings), [CODE, "unused-acknowledgement"]);
        let elsewhere = synth(|_, stack, _| {
            Resource::raw(stack, "Cache2", "AWS::SQS::Queue", Default::default())
                .acknowledge(CODE, "because");
        });
        assert_eq!(codes(&elsewhere.unwrap().warnings), [CODE, "unused-acknowledgement"]);
    }

    #[test]
    fn a_reason_has_words_and_errors_stay() {
        let silent = synth(|_, _, cache| cache.acknowledge(CODE, " ")).unwrap_err();
        assert_eq!(codes(&silent), ["empty-reason"]);
        let wrong = synth(|app, stack, _| {
            stack.acknowledge("invalid-type-name", "because");
            app.acknowledge(CODE, "because");
            Resource::raw(stack, "Thing", "Thing", Default::default());
        });
        assert_eq!(codes(&wrong.unwrap_err()), ["invalid-type-name"]);
    }

    #[test]
    fn what_a_construct_acknowledges_by_default_need_not_match() {
        let other = synth(|_, stack, _| stack.acknowledge_by_default("public-ingress", "because")).unwrap();
        assert_eq!(codes(&other.warnings), [CODE]);
        let same = synth(|_, _, cache| cache.acknowledge_by_default(CODE, "because")).unwrap();
        assert_eq!(codes(&same.warnings), [""; 0]);
        assert_eq!(same.manifest.deployables[0].acknowledged.len(), 1);
    }

    #[test]
    fn templates_and_objects_acknowledge_their_own() {
        let app = App::new();
        let stack = Stack::new(&app, "web");
        let cache = Resource::raw(&stack, "Cache", "AWS::EFS::FileSystem", Default::default());
        cache.add_metadata("Stackwright", json!({ "acknowledge": { "unencrypted-storage": "near" } }));
        stack.add_metadata(
            "Stackwright",
            json!({ "acknowledge": { "unencrypted-storage": "far", "imdsv1": "none" } }),
        );
        let chart = Chart::new(&app, "pods");
        Manifests::read(
            &chart,
            "pods",
            "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: {acknowledge.stackwright/host-namespace: \
             looks at processes}}, spec: {hostPID: true, containers: [{name: a, image: b}]}}",
        );
        let assembly = app.synth(&SynthOptions::new()).unwrap();
        assert_eq!(codes(&assembly.warnings), ["unused-acknowledgement"]);
        let reasons: Vec<_> = (assembly.manifest.deployables.iter())
            .flat_map(|one| one.acknowledged.iter().map(|given| (&*given.reason, given.source.is_some())))
            .collect();
        assert_eq!(reasons, [("near", false), ("looks at processes", false)]);
    }

    #[test]
    fn a_construct_covers_what_is_below_it() {
        for (construct, finding) in [("", "a"), ("a", "a"), ("a/b", "a/b/c")] {
            assert!(covers(construct, Some(finding)), "{construct} covers {finding}");
        }
        for (construct, finding) in [("a", "ab"), ("a/b", "a"), ("a", "b/a")] {
            assert!(!covers(construct, Some(finding)), "{construct} does not cover {finding}");
        }
        assert!(covers("", None) && !covers("a", None));
    }
}
