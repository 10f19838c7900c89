//! What gives a pod more of its node than most need, and secrets that stand in manifests. All of it are warnings.

use super::field::Field;
use crate::{Data, Object, Problem};

/// The codes of these findings, each with the reason for it in one line.
pub const SECURITY: [(&str, &str); 4] = [
    ("privileged-container", "a privileged container is root on its node"),
    (
        "host-namespace",
        "a pod in a namespace of its node sees the traffic, the processes or the memory of others",
    ),
    (
        "host-path",
        "a pod that reaches files of its node can reach those of other pods and the node's credentials",
    ),
    ("plain-secret", "whoever may read the manifest or its repository reads the secret"),
];

/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/>
pub(super) fn pod(spec: &Field<'_>, containers: &[Field<'_>], found: &mut Vec<Problem>) {
    for container in containers {
        let context = container.get("securityContext");
        let privileged = context.get("privileged");
        if privileged.data == Some(&Data::Bool(true)) {
            found.push(warning(
                &privileged,
                "privileged-container",
                "is true: the container is root on its node",
            ));
        }
        for capability in context.get("capabilities").get("add").items() {
            if let Some(name @ ("ALL" | "SYS_ADMIN" | "CAP_SYS_ADMIN")) = capability.text() {
                let message = format!("is {name:?}: the container can become root on its node");
                found.push(warning(&capability, "privileged-container", message).value(name));
            }
        }
    }
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        let field = spec.get(name);
        if field.data == Some(&Data::Bool(true)) {
            found.push(warning(&field, "host-namespace", "is true: the pod shares it with its node"));
        }
    }
    // A finding for each volume would say one thing many times over.
    let volumes = spec.get("volumes");
    let paths: Vec<_> = volumes.items().iter().map(|volume| volume.get("hostPath").get("path")).collect();
    let paths: Vec<&str> = paths.iter().filter_map(Field::text).collect();
    if !paths.is_empty() {
        let message = format!("has files of the node: {}", paths.join(", "));
        found.push(warning(&volumes, "host-path", message).value(paths.join(", ")));
    }
}

/// A secret whose contents stand in it.
pub(super) fn secret(object: &Object, found: &mut Vec<Problem>) {
    if !object.group().is_empty() || object.kind() != "Secret" {
        return;
    }
    for name in ["stringData", "data"] {
        for (_, field) in Field::of(object, name).entries() {
            if field.known().is_some_and(|text| !text.is_empty()) {
                let hint = "let a controller bring it, such as the CSI driver of Secrets Manager or External Secrets";
                found.push(
                    warning(&field, "plain-secret", "can be read by everybody who reads the manifest")
                        .hint(hint),
                );
            }
        }
    }
}

fn warning(field: &Field<'_>, code: &'static str, message: impl AsRef<str>) -> Problem {
    field.problem(code, message).warning()
}

#[cfg(test)]
mod tests {
    use super::SECURITY;
    use crate::check::testing::found;

    #[track_caller]
    fn pod(spec: &str, expected: &[&str]) {
        let text = format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {spec}}}");
        assert_eq!(found(&text), expected, "{spec}");
    }

    #[test]
    fn pods_that_have_much_of_their_node() {
        let container = |context: &str| format!("{{containers: [{{name: a, securityContext: {context}}}]}}");
        let place = "spec.containers.0.securityContext";
        pod(&container("{privileged: true}"), &[&format!("privileged-container {place}.privileged")]);
        pod(
            &container("{capabilities: {add: [CHOWN, SYS_ADMIN]}}"),
            &[&format!("privileged-container {place}.capabilities.add.1")],
        );
        for context in ["{}", "{privileged: false}", "{capabilities: {add: [NET_ADMIN], drop: [ALL]}}"] {
            pod(&container(context), &[]);
        }
        pod("{hostNetwork: true, hostPID: false}", &["host-namespace spec.hostNetwork"]);
        pod("{hostIPC: false, hostUsers: true}", &[]);
        pod(
            "{volumes: [{name: a, hostPath: {path: /a}}, {name: b, hostPath: {path: /b}}]}",
            &["host-path spec.volumes"],
        );
        pod("{volumes: [{name: a, emptyDir: {}}]}", &[]);
    }

    #[test]
    fn secrets_that_stand_in_the_manifest() {
        let secret =
            |rest: &str| found(&format!("{{apiVersion: v1, kind: Secret, metadata: {{name: a}}, {rest}}}"));
        assert_eq!(secret("stringData: {a: b, c: ''}"), ["plain-secret stringData.a"]);
        assert_eq!(secret("data: {a: YQ==}"), ["plain-secret data.a"]);
        assert_eq!(secret("type: Opaque"), [""; 0]);
        assert_eq!(secret("stringData: {a: '${stackwright:stack.Output}'}"), [""; 0], "known at deploy time");
    }

    #[test]
    fn every_code_has_its_reason() {
        let text = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true, volumes: [{name: a, \
                    hostPath: {path: /}}], containers: [{name: a, securityContext: {privileged: true}}]}}";
        let mut codes: Vec<String> =
            found(text).iter().map(|it| it.split(' ').next().unwrap_or_default().to_owned()).collect();
        codes.push("plain-secret".to_owned());
        assert_eq!(codes, SECURITY.map(|(code, _)| code));
    }
}
