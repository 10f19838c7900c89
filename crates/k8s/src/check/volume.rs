//! Volumes of a pod, and where containers mount them.

use super::field::{Field, repeated};
use crate::names::{DNS_LABEL, is_dns_label};
use crate::{Problem, has_placeholder};

/// Source: <https://kubernetes.io/docs/concepts/storage/volumes/>
pub(super) fn check(spec: &Field<'_>, containers: &[Field<'_>], claims: &[&str], found: &mut Vec<Problem>) {
    let names: Vec<Field<'_>> = spec.get("volumes").items().iter().map(|volume| volume.get("name")).collect();
    for name in &names {
        match name.known() {
            Some(text) if !is_dns_label(text) => {
                found.push(name.misfit("invalid-name", text, "cannot be the name of a volume", DNS_LABEL));
            }
            _ if !name.is_set() => {
                found.push(name.problem("missing-name", "is missing: a volume needs a name"))
            }
            _ => {}
        }
    }
    for (text, field) in repeated(names.iter().cloned()) {
        let message = format!("{text:?} is the name of another volume of the pod");
        found.push(field.problem("duplicate-volume", message).value(text));
    }

    let known: Vec<&str> = names.iter().filter_map(Field::text).chain(claims.iter().copied()).collect();
    for container in containers {
        for list in ["volumeMounts", "volumeDevices"] {
            for mount in container.get(list).items() {
                check_mount(&mount.get("name"), &known, found);
            }
        }
        let paths = container.get("volumeMounts").items();
        for (text, field) in repeated(paths.iter().map(|mount| mount.get("mountPath"))) {
            let message = format!("{text:?} has another volume mounted on it");
            found.push(field.problem("duplicate-mount", message).value(text));
        }
    }
}

fn check_mount(name: &Field<'_>, known: &[&str], found: &mut Vec<Problem>) {
    let Some(text) = name.known() else { return };
    if known.contains(&text) || known.iter().any(|name| has_placeholder(name)) {
        return;
    }
    let allowed = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let message = format!("{text:?} is no volume of the pod: allowed are {allowed}");
    let problem = name.problem("unknown-volume", message).value(text).allowed(allowed);
    found.push(problem.hint("add a volume of this name to the pod"));
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn pod(volumes: &str, mounts: &str) -> String {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, \
             spec: {{volumes: [{volumes}], containers: [{{name: a, volumeMounts: [{mounts}]}}]}}}}"
        )
    }

    #[test]
    fn mounts_have_volumes() {
        assert_eq!(found(&pod("{name: a}, {name: b}", "{name: b, mountPath: /b}")), [""; 0]);
        assert_eq!(
            told(&pod("{name: a}, {name: b}", "{name: c, mountPath: /c}")),
            ["spec.containers.0.volumeMounts.0.name \"c\" is no volume of the pod: allowed are a, b\n\
              hint: add a volume of this name to the pod"],
        );
        assert_eq!(found(&pod("{name: '${stackwright:a.B}'}", "{name: c, mountPath: /c}")), [""; 0]);
        let device = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {initContainers: [{name: a, \
                      volumeDevices: [{name: disk}]}]}}";
        assert_eq!(found(device), ["unknown-volume spec.initContainers.0.volumeDevices.0.name"]);
    }

    #[test]
    fn a_stateful_set_claims_volumes() {
        let set = |claim: &str| {
            found(&format!(
                "{{apiVersion: apps/v1, kind: StatefulSet, metadata: {{name: a}}, spec: {{selector: {{matchLabels: \
                 {{a: b}}}}, volumeClaimTemplates: [{{metadata: {{name: {claim}}}}}], template: {{metadata: {{labels: \
                 {{a: b}}}}, spec: {{containers: [{{name: a, volumeMounts: [{{name: data}}]}}]}}}}}}}}"
            ))
        };
        assert_eq!(set("data"), [""; 0]);
        assert_eq!(set("other"), ["unknown-volume spec.template.spec.containers.0.volumeMounts.0.name"]);
    }

    #[test]
    fn volumes_and_mounts_stand_once() {
        assert_eq!(found(&pod("{name: a}, {name: a}", "")), ["duplicate-volume spec.volumes.1.name"]);
        assert_eq!(
            found(&pod("{name: A}, {emptyDir: {}}", "")),
            ["invalid-name spec.volumes.0.name", "missing-name spec.volumes.1.name",]
        );
        assert_eq!(
            found(&pod(
                "{name: a}",
                "{name: a, mountPath: /a}, {name: a, mountPath: /b}, {name: a, mountPath: /a}"
            )),
            ["duplicate-mount spec.containers.0.volumeMounts.2.mountPath"],
        );
    }
}
