//! What makes pods: selectors that match their template, restart policies their kind allows.

use super::field::Field;
use super::{metadata, pod, selector};
use crate::{Data, Object, Problem};

pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    let spec = Field::of(object, "spec");
    match (object.group(), object.kind()) {
        ("", "Pod") => pod::check(&spec, &[], found),
        ("", "PodTemplate") => template(&Field::of(object, "template"), &[], found),
        ("", "ReplicationController") => {
            template(&spec.get("template"), &[], found);
            restart_policy(object, &spec.get("template"), &["Always"], found);
        }
        ("apps", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet") => {
            let claims: Vec<&str> = claims(&spec).collect();
            template(&spec.get("template"), &claims, found);
            restart_policy(object, &spec.get("template"), &["Always"], found);
            selector::of_workload(&spec.get("selector"), &spec.get("template"), found);
        }
        ("batch", "Job") => job(object, &spec, found),
        ("batch", "CronJob") => job(object, &spec.get("jobTemplate").get("spec"), found),
        _ => {}
    }
}

/// The names of the volumes that a stateful set claims for each of its pods.
fn claims<'a>(spec: &Field<'a>) -> impl Iterator<Item = &'a str> {
    let claims = spec.get("volumeClaimTemplates").items();
    claims.into_iter().filter_map(|claim| claim.get("metadata").get("name").text())
}

fn job(object: &Object, spec: &Field<'_>, found: &mut Vec<Problem>) {
    template(&spec.get("template"), &[], found);
    restart_policy(object, &spec.get("template"), &["Never", "OnFailure"], found);
}

fn template(template: &Field<'_>, claims: &[&str], found: &mut Vec<Problem>) {
    let own = template.get("metadata");
    metadata::labels(&own.get("labels"), found);
    metadata::annotations(&own.get("annotations"), found);
    pod::check(&template.get("spec"), claims, found);
}

/// Left out, the policy is `Always`.
///
/// Sources: <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy>,
/// <https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template>
fn restart_policy(object: &Object, template: &Field<'_>, allowed: &[&str], found: &mut Vec<Problem>) {
    let policy = template.get("spec").get("restartPolicy");
    let given = match policy.data {
        None | Some(Data::Null) => "Always",
        _ => policy.known().unwrap_or(allowed[0]),
    };
    if !template.is_set() || allowed.contains(&given) {
        return;
    }
    let allowed = allowed.join(" and ");
    let kind = object.kind();
    let what = format!("is no restart policy of a {kind}");
    found.push(policy.misfit("invalid-restart-policy", given, &what, &allowed));
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn daemon_set(spec: &str) -> Vec<String> {
        found(&format!(
            "{{apiVersion: apps/v1, kind: DaemonSet, metadata: {{name: a}}, spec: {{selector: {{matchLabels: {{a: b}}}}, \
             template: {{metadata: {{labels: {{a: b}}}}, spec: {spec}}}}}}}"
        ))
    }

    fn job(kind: &str, policy: &str) -> Vec<String> {
        let spec = format!("{{template: {{spec: {{{policy}}}}}}}");
        let spec = if kind == "Job" { spec } else { format!("{{jobTemplate: {{spec: {spec}}}}}") };
        found(&format!("{{apiVersion: batch/v1, kind: {kind}, metadata: {{name: a}}, spec: {spec}}}"))
    }

    #[test]
    fn what_runs_forever_always_restarts() {
        assert_eq!(daemon_set("{}"), [""; 0]);
        assert_eq!(daemon_set("{restartPolicy: Always}"), [""; 0]);
        let wrong = ["invalid-restart-policy spec.template.spec.restartPolicy"];
        assert_eq!(daemon_set("{restartPolicy: OnFailure}"), wrong);
        assert_eq!(
            told(
                "{apiVersion: v1, kind: ReplicationController, metadata: {name: a}, \
                 spec: {template: {spec: {restartPolicy: Never}}}}"
            ),
            [
                "spec.template.spec.restartPolicy \"Never\" is no restart policy of a ReplicationController: allowed are \
              Always"
            ],
        );
    }

    #[test]
    fn what_ends_does_not_always_restart() {
        assert_eq!(job("Job", "restartPolicy: Never"), [""; 0]);
        assert_eq!(job("CronJob", "restartPolicy: OnFailure"), [""; 0]);
        assert_eq!(job("Job", ""), ["invalid-restart-policy spec.template.spec.restartPolicy"]);
        assert_eq!(
            job("CronJob", "restartPolicy: Always"),
            ["invalid-restart-policy spec.jobTemplate.spec.template.spec.restartPolicy"],
        );
    }

    #[test]
    fn labels_of_templates_are_labels() {
        let text = "{apiVersion: v1, kind: PodTemplate, metadata: {name: a}, \
                    template: {metadata: {labels: {a: b c}, annotations: {b: 1}}}}";
        assert_eq!(
            found(text),
            [
                "invalid-label template.metadata.labels.a",
                "invalid-annotation template.metadata.annotations.b"
            ],
        );
    }
}
