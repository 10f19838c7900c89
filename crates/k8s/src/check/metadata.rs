//! What every object has: version, kind, name, namespace, labels, annotations.

use super::field::Field;
use crate::names::{
    DNS_LABEL, DNS_SUBDOMAIN, KEY, LABEL_VALUE, is_dns_label, is_dns_subdomain, is_key, is_label_value,
    is_path_segment, is_service_name,
};
use crate::{Data, Object, Problem, Scopes, has_placeholder};

/// How many bytes the keys and values of all annotations of an object may have together.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/>
const MAX_ANNOTATIONS: usize = 256 << 10;

/// How many characters the name of a cron job may have, so that its jobs can be named after it.
///
/// Source: <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>
const MAX_CRON_JOB: usize = 52;

pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    kind(object, found);
    name(object, found);
    let metadata = Field::of(object, "metadata");
    let namespace = metadata.get("namespace");
    if let Some(text) = namespace.known()
        && !is_dns_label(text)
    {
        found.push(namespace.misfit("invalid-name", text, "cannot be a namespace", DNS_LABEL));
    }
    labels(&metadata.get("labels"), found);
    annotations(&metadata.get("annotations"), found);
}

fn kind(object: &Object, found: &mut Vec<Problem>) {
    let version = Field::of(object, "apiVersion");
    let given = object.api_version();
    let fits = match given.split_once('/') {
        Some((group, version)) => is_dns_subdomain(group) && is_dns_label(version),
        None => is_dns_label(given),
    };
    if !fits {
        let allowed = "versions such as v1 or apps/v1";
        found.push(version.misfit("invalid-api-version", given, "is not an API's version", allowed));
    }
    if object.kind().is_empty() {
        let problem =
            Field::of(object, "kind").problem("missing-kind", "is missing: allowed are kinds such as Pod");
        found.push(problem.allowed("kinds such as Pod"));
    }
}

fn name(object: &Object, found: &mut Vec<Problem>) {
    let metadata = Field::of(object, "metadata");
    let name = metadata.get("name");
    let Some(text) = name.text().filter(|text| !text.is_empty()) else {
        let problem = name.problem("missing-name", "is missing: an object that is applied needs a name");
        let hint = "a name that the server makes up would be another one with every deployment";
        found.push(match metadata.get("generateName").is_set() {
            true => problem.hint(hint),
            false => problem,
        });
        return;
    };
    if has_placeholder(text) {
        return;
    }
    let kind = object.kind();
    let (fits, allowed) = match (object.group(), kind) {
        ("", "Namespace") => (is_dns_label(text), DNS_LABEL),
        ("", "Service") => (
            is_service_name(text),
            "1 to 63 lower-case letters, digits and dashes, with a letter first and a letter or digit last",
        ),
        ("batch", "CronJob") if text.len() > MAX_CRON_JOB => (false, "up to 52 characters"),
        // These are named in paths of the API only.
        ("rbac.authorization.k8s.io" | "certificates.k8s.io", _) | ("networking.k8s.io", "IPAddress") => {
            (is_path_segment(text), "texts without slashes and percent signs")
        }
        _ => (is_dns_subdomain(text), DNS_SUBDOMAIN),
    };
    if !fits {
        found.push(name.misfit("invalid-name", text, &format!("cannot be the name of a {kind}"), allowed));
    }
}

/// Whether the namespace fits what the kind belongs to.
pub(super) fn scope(object: &Object, scopes: &Scopes) -> Option<Problem> {
    let namespace = Field::of(object, "metadata").get("namespace");
    if scopes.is_namespaced(object) || !namespace.is_set() {
        return None;
    }
    let text = namespace.text().unwrap_or_default();
    let message = format!("{text:?} is given, but a {} belongs to no namespace", object.kind());
    Some(namespace.problem("unexpected-namespace", message).value(text).hint("leave it out"))
}

/// Labels of an object or template, or those a selector asks for.
pub(super) fn labels(labels: &Field<'_>, found: &mut Vec<Problem>) {
    pairs("invalid-label", labels, found);
    for (_, field) in labels.entries() {
        if let Some(value) = field.known()
            && !is_label_value(value)
        {
            found.push(field.misfit("invalid-label", value, "cannot be the value of a label", LABEL_VALUE));
        }
    }
}

pub(super) fn annotations(annotations: &Field<'_>, found: &mut Vec<Problem>) {
    pairs("invalid-annotation", annotations, found);
    let length = |(key, field): &(&str, Field<'_>)| key.len() + field.text().map_or(0, str::len);
    let bytes: usize = annotations.entries().iter().map(length).sum();
    if bytes > MAX_ANNOTATIONS {
        let message = format!("have {bytes} bytes: allowed are {MAX_ANNOTATIONS}");
        let problem = annotations.problem("annotations-too-large", message);
        found.push(problem.value(bytes.to_string()).allowed(format!("up to {MAX_ANNOTATIONS} bytes")));
    }
}

/// Keys by the rules, values that are text.
fn pairs(code: &'static str, field: &Field<'_>, found: &mut Vec<Problem>) {
    if let Some(data) = field.data.filter(|data| !matches!(data, Data::Map(_) | Data::Null)) {
        found.push(field.problem(code, format!("is {}: allowed is a map of texts", data.describe())));
    }
    for (key, value) in field.entries() {
        // The domain of an annotation may have capitals; nobody writes any.
        if !has_placeholder(key) && !is_key(key) {
            found.push(value.misfit(code, key, "cannot be a key", KEY));
        }
        if value.text().is_none() {
            let kind = value.data.map_or("nothing", Data::describe);
            let problem = value.problem(code, format!("is {kind}: allowed is text"));
            found.push(problem.allowed("text").hint("put it in quotes"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};
    use crate::{Scopes, check};

    fn named(kind: &str, version: &str, name: &str) -> Vec<String> {
        found(&format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: {name:?}}}}}"))
    }

    #[test]
    fn every_kind_has_its_names() {
        let wrong = ["invalid-name metadata.name"];
        assert_eq!(named("ConfigMap", "v1", "a.b"), [""; 0]);
        assert_eq!(named("ConfigMap", "v1", "a_b"), wrong);
        assert_eq!(named("Namespace", "v1", "a-b"), [""; 0]);
        assert_eq!(named("Namespace", "v1", "a.b"), wrong);
        assert_eq!(named("Service", "v1", "a1"), [""; 0]);
        assert_eq!(named("Service", "v1", "1a"), wrong);
        assert_eq!(named("ClusterRole", "rbac.authorization.k8s.io/v1", "system:node"), [""; 0]);
        assert_eq!(named("ClusterRole", "rbac.authorization.k8s.io/v1", "a/b"), wrong);
        assert_eq!(named("CronJob", "batch/v1", &"a".repeat(52)), [""; 0]);
        assert_eq!(named("CronJob", "batch/v1", &"a".repeat(53)), wrong);
        assert_eq!(named("ConfigMap", "v1", "${stackwright:a.B}"), [""; 0]);
    }

    #[test]
    fn what_an_object_is_must_be_there() {
        assert_eq!(found("{metadata: {name: a}}"), ["invalid-api-version apiVersion", "missing-kind kind"]);
        assert_eq!(
            found("{apiVersion: a/b/c, kind: X, metadata: {name: a}}"),
            ["invalid-api-version apiVersion"]
        );
        assert_eq!(found("{apiVersion: v1, kind: ConfigMap}"), ["missing-name metadata.name"]);
        assert_eq!(
            told("{apiVersion: v1, kind: ConfigMap, metadata: {generateName: a-}}"),
            ["metadata.name is missing: an object that is applied needs a name\n\
              hint: a name that the server makes up would be another one with every deployment"],
        );
    }

    #[test]
    fn labels_and_annotations_are_texts_with_proper_keys() {
        let text = "
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  namespace: A
  labels: {ok: fine, a.io/b/c: x, value: a b, flag: true, number: 1}
  annotations: {ok: 'a b', 'a b': x, list: [1]}
";
        assert_eq!(
            found(text),
            [
                "invalid-name metadata.namespace",
                r"invalid-label metadata.labels.a\.io/b/c",
                "invalid-label metadata.labels.flag",
                "invalid-label metadata.labels.number",
                "invalid-label metadata.labels.value",
                "invalid-annotation metadata.annotations.a b",
                "invalid-annotation metadata.annotations.list",
            ],
        );
        assert_eq!(
            told("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {debug: yes}}}"),
            ["metadata.labels.debug is a boolean: allowed is text\nhint: put it in quotes"],
        );
        assert_eq!(
            found("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: [a]}}"),
            ["invalid-label metadata.labels"],
        );
    }

    #[test]
    fn annotations_have_a_size() {
        let of = |bytes: usize| {
            let value = "x".repeat(bytes - 1);
            found(&format!(
                "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, annotations: {{a: {value}}}}}}}"
            ))
        };
        assert_eq!(of(262_144), [""; 0]);
        assert_eq!(of(262_145), ["annotations-too-large metadata.annotations"]);
    }

    #[test]
    fn what_belongs_to_the_cluster_has_no_namespace() {
        let objects = crate::read(
            "{apiVersion: v1, kind: Node, metadata: {namespace: a}}\n---\n{apiVersion: v1, kind: Node}\n---\n\
             {apiVersion: v1, kind: Pod, metadata: {namespace: a}}\n",
        )
        .unwrap();
        let scopes = Scopes::new(&objects);
        let codes: Vec<_> =
            objects.iter().map(|object| check::scope(object, &scopes).map(|found| found.code)).collect();
        assert_eq!(codes, [Some("unexpected-namespace"), None, None]);
    }
}
