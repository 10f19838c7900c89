//! Custom resource definitions: named after what they define.

use super::field::{Field, repeated};
use crate::{Data, Object, Problem};

/// Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/>
pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    if !object.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return;
    }
    let spec = Field::of(object, "spec");
    let name = Field::of(object, "metadata").get("name");
    if let (Some(plural), Some(group)) = (spec.get("names").get("plural").known(), spec.get("group").known())
        && let Some(given) = name.known()
    {
        let expected = format!("{plural}.{group}");
        if given != expected {
            let message = format!("{given:?} is not named after what it defines: allowed is {expected}");
            found.push(name.problem("invalid-name", message).value(given).allowed(expected));
        }
    }
    let scope = spec.get("scope");
    if let Some(text) = scope.known()
        && !matches!(text, "Namespaced" | "Cluster")
    {
        found.push(scope.misfit("invalid-scope", text, "is no scope", "Namespaced and Cluster"));
    }
    let versions = spec.get("versions");
    let is_stored = |version: &Field<'_>| version.get("storage").data == Some(&Data::Bool(true));
    let stored = versions.items().iter().filter(|version| is_stored(version)).count();
    if stored != 1 {
        let message = format!("have {stored} that are stored: allowed is 1");
        found.push(versions.problem("invalid-versions", message).value(stored.to_string()).allowed("1"));
    }
    for (text, field) in repeated(versions.items().iter().map(|version| version.get("name"))) {
        found.push(field.problem("invalid-versions", format!("{text:?} is given twice")).value(text));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn definition(name: &str, scope: &str, versions: &str) -> String {
        format!(
            "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {{name: {name}}}, \
             spec: {{group: a.io, scope: {scope}, names: {{plural: ships, kind: Ship}}, versions: [{versions}]}}}}"
        )
    }

    #[test]
    fn a_definition_is_named_after_what_it_defines() {
        let version = "{name: v1, storage: true}";
        assert_eq!(found(&definition("ships.a.io", "Namespaced", version)), [""; 0]);
        assert_eq!(
            told(&definition("ship.a.io", "Cluster", version)),
            ["metadata.name \"ship.a.io\" is not named after what it defines: allowed is ships.a.io"],
        );
        assert_eq!(found(&definition("ships.a.io", "Global", version)), ["invalid-scope spec.scope"]);
    }

    #[test]
    fn one_version_is_stored() {
        let of = |versions: &str| found(&definition("ships.a.io", "Cluster", versions));
        let wrong = ["invalid-versions spec.versions"];
        assert_eq!(of("{name: v1, storage: false}, {name: v2, storage: true}"), [""; 0]);
        assert_eq!(of("{name: v1, storage: false}"), wrong);
        assert_eq!(of("{name: v1, storage: true}, {name: v2, storage: true}"), wrong);
        assert_eq!(of("{name: v1, storage: true}, {name: v1}"), ["invalid-versions spec.versions.1.name"]);
    }
}
