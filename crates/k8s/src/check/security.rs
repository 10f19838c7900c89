//! What gives a pod more of its node than most need, and secrets that stand in manifests. All of it are warnings.

use super::field::Field;
use crate::{Data, Object, Problem, secret};

/// The codes of these findings, each with the reason for it in one line.
pub const SECURITY: [(&str, &str); 6] = [
    ("privileged-container", "a privileged container is root on its node"),
    (
        "host-namespace",
        "a pod in a namespace of its node sees the traffic, the processes or the memory of others",
    ),
    (
        "host-path",
        "a pod that reaches files of its node can reach those of other pods and the node's credentials",
    ),
    ("root-container", "who breaks out of a container that runs as root is root outside of it"),
    ("privilege-escalation", "a program with the setuid bit makes root of whoever gets into the container"),
    ("plain-secret", "whoever may read the manifest or its repository reads the secret"),
];

/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/>
pub(super) fn pod(spec: &Field<'_>, containers: &[Field<'_>], found: &mut Vec<Problem>) {
    for container in containers {
        let context = container.get("securityContext");
        if !privileges(&context, found) && !is_elsewhere(spec) {
            user(spec, &context, found);
        }
        variables(container, found);
    }
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        let field = spec.get(name);
        if field.is(true) {
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

/// What makes a container as mighty as its node; whether anything does.
fn privileges(context: &Field<'_>, found: &mut Vec<Problem>) -> bool {
    let before = found.len();
    let privileged = context.get("privileged");
    if privileged.is(true) {
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
    found.len() > before
}

/// Whether root in the containers is nobody on the node, or there is no such user.
fn is_elsewhere(spec: &Field<'_>) -> bool {
    spec.get("hostUsers").is(false) || spec.get("os").get("name").text() == Some("windows")
}

/// Whom a container runs as, as far as it is said: what is left to the image is not known.
fn user(spec: &Field<'_>, context: &Field<'_>, found: &mut Vec<Problem>) {
    let setting = |name: &str| match context.get(name) {
        own if own.is_set() => own,
        _ => spec.get("securityContext").get(name),
    };
    let (id, non_root) = (setting("runAsUser"), setting("runAsNonRoot"));
    let is_somebody = matches!(id.data, Some(Data::Int(1..)));
    let hint = "say runAsNonRoot: true, and a runAsUser where the image has none";
    let as_root = match id.data {
        Some(Data::Int(0)) => {
            Some(warning(&id, "root-container", "is 0: the container runs as root").value("0"))
        }
        _ if non_root.is(false) && !is_somebody => {
            let message = "is false: the container runs as root where its image says so";
            Some(warning(&non_root, "root-container", message).value("false"))
        }
        _ => None,
    };
    // What is said once for a pod is told once.
    found.extend(as_root.map(|told| told.hint(hint)).filter(|told| !found.contains(told)));
    let escalation = context.get("allowPrivilegeEscalation");
    let hint = "say allowPrivilegeEscalation: false";
    if escalation.is(true) {
        let message = "is true: a program of the image may make root of whoever runs it";
        found.push(warning(&escalation, "privilege-escalation", message).value("true").hint(hint));
    } else if !escalation.is_set() && (is_somebody || non_root.is(true)) {
        let message = "keeps root out, but not the programs that make root of whoever runs them: \
                       allowPrivilegeEscalation is true where it is left out";
        let at = [context, &id, &non_root].into_iter().find(|field| field.is_set()).unwrap_or(context);
        let told = warning(at, "privilege-escalation", message).hint(hint);
        found.extend(Some(told).filter(|told| !found.contains(told)));
    }
}

/// Secrets in the environment of a container.
fn variables(container: &Field<'_>, found: &mut Vec<Problem>) {
    for variable in container.get("env").items() {
        let value = variable.get("value");
        let name = variable.get("name").text().unwrap_or_default();
        found.extend(
            written(name, &value).map(|told| told.hint("refer to a Secret with valueFrom.secretKeyRef")),
        );
    }
}

/// A secret under a name that means one, or a key of a known shape.
fn written(name: &str, value: &Field<'_>) -> Option<Problem> {
    let text = value.known()?;
    if let Some(what) = secret::key_in(text) {
        let message = format!("has {what} in it, which everybody can read");
        return Some(warning(value, "plain-secret", message));
    }
    let message = format!("is {name}, a secret, and can be read by everybody who reads the manifest");
    (secret::is_name(name) && secret::is_value(text)).then(|| warning(value, "plain-secret", message))
}

/// A Secret or a ConfigMap in whose contents secrets stand.
pub(super) fn object(object: &Object, found: &mut Vec<Problem>) {
    let hint = "let a controller bring it, such as the CSI driver of Secrets Manager or External Secrets";
    match (object.group(), object.kind()) {
        ("", "Secret") => {
            for (_, field) in ["stringData", "data"].iter().flat_map(|name| Field::of(object, name).entries())
            {
                if field.known().is_some_and(|text| !text.is_empty()) {
                    let told =
                        warning(&field, "plain-secret", "can be read by everybody who reads the manifest");
                    found.push(told.hint(hint));
                }
            }
        }
        ("", "ConfigMap") => {
            let entries = Field::of(object, "data").entries();
            found.extend(entries.iter().filter_map(|(name, field)| Some(written(name, field)?.hint(hint))));
        }
        _ => {}
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
        let mighty = "{privileged: true, runAsUser: 0, allowPrivilegeEscalation: true}";
        pod(&container(mighty), &[&format!("privileged-container {place}.privileged")]);
        pod("{hostNetwork: true, hostPID: false}", &["host-namespace spec.hostNetwork"]);
        pod("{hostIPC: false, hostUsers: true}", &[]);
        pod(
            "{volumes: [{name: a, hostPath: {path: /a}}, {name: b, hostPath: {path: /b}}]}",
            &["host-path spec.volumes"],
        );
        pod("{volumes: [{name: a, emptyDir: {}}]}", &[]);
    }

    #[test]
    fn users_that_containers_run_as() {
        let check = |of_pod: &str, of_container: &str, expected: &[&str]| {
            let container = |name: &str| format!("{{name: {name}, securityContext: {of_container}}}");
            pod(
                &format!(
                    "{{securityContext: {of_pod}, containers: [{}, {}]}}",
                    container("a"),
                    container("b")
                ),
                expected,
            );
        };
        let own = |what: &str, field: &str| {
            [0, 1].map(|index| format!("{what} spec.containers.{index}.securityContext{field}"))
        };
        let both = |found: &[String; 2], of_pod: &str, of_container: &str| {
            check(of_pod, of_container, &[&found[0], &found[1]]);
        };
        both(&own("root-container", ".runAsUser"), "{runAsUser: 5}", "{runAsUser: 0}");
        both(&own("root-container", ".runAsNonRoot"), "{runAsNonRoot: true}", "{runAsNonRoot: false}");
        check("{runAsUser: 0}", "{}", &["root-container spec.securityContext.runAsUser"]);
        both(
            &own("privilege-escalation", ".allowPrivilegeEscalation"),
            "{}",
            "{allowPrivilegeEscalation: true}",
        );
        both(&own("privilege-escalation", ""), "{}", "{runAsUser: 5}");
        check("{runAsUser: 5}", "null", &["privilege-escalation spec.securityContext.runAsUser"]);
        for (of_pod, of_container) in [
            ("{}", "{}"),
            ("{runAsUser: 0}", "{runAsUser: 5, allowPrivilegeEscalation: false}"),
            ("{runAsNonRoot: true}", "{allowPrivilegeEscalation: false}"),
            ("{}", "{runAsNonRoot: false, runAsUser: 5, allowPrivilegeEscalation: false}"),
        ] {
            check(of_pod, of_container, &[]);
        }
        pod("{hostUsers: false, containers: [{name: a, securityContext: {runAsUser: 0}}]}", &[]);
    }

    #[test]
    fn secrets_in_the_environment() {
        let variable = |variable: &str, expected: &[&str]| {
            pod(&format!("{{containers: [{{name: a, env: [{{{variable}}}]}}]}}"), expected);
        };
        let place = "plain-secret spec.containers.0.env.0.value";
        variable("name: DB_PASSWORD, value: hunter22", &[place]);
        variable(&format!("name: ID, value: AKIA{}", "Q".repeat(16)), &[place]);
        for good in [
            "name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}",
            "name: DB_PASSWORD, value: $(OTHER)",
            "name: DB_PASSWORD, value: '${stackwright:stack.Output}'",
            "name: DB_PASSWORD_FILE, value: /run/secrets/db",
            "name: MODE, value: hunter22",
        ] {
            variable(good, &[]);
        }
        let settings =
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {password: hunter22, b: c}}";
        assert_eq!(found(settings), ["plain-secret data.password"]);
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
                    hostPath: {path: /}}], containers: [{name: a, securityContext: {privileged: true}}, {name: b, \
                    env: [{name: TOKEN, value: hunter22}], \
                    securityContext: {runAsUser: 0, allowPrivilegeEscalation: true}}]}}";
        let mut found: Vec<String> =
            found(text).iter().map(|it| it.split(' ').next().unwrap_or_default().to_owned()).collect();
        let mut known = SECURITY.map(|(code, _)| code);
        found.sort();
        known.sort();
        assert_eq!(found, known);
    }
}
