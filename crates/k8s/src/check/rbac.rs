//! Bindings of roles: subjects that name somebody, roles that can be bound.

use super::field::Field;
use crate::{Object, Problem};

/// Source: <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-binding-examples>
pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    if object.group() != "rbac.authorization.k8s.io" {
        return;
    }
    let roles: &[&str] = match object.kind() {
        "RoleBinding" => &["ClusterRole", "Role"],
        "ClusterRoleBinding" => &["ClusterRole"],
        _ => return,
    };
    let kind = Field::of(object, "roleRef").get("kind");
    if let Some(text) = kind.known()
        && !roles.contains(&text)
    {
        let what = format!("cannot be bound by a {}", object.kind());
        found.push(kind.misfit("invalid-role", text, &what, &roles.join(" and ")));
    }
    for subject in Field::of(object, "subjects").items() {
        check_subject(object, &subject, found);
    }
}

fn check_subject(object: &Object, subject: &Field<'_>, found: &mut Vec<Problem>) {
    let (kind, name, namespace) = (subject.get("kind"), subject.get("name"), subject.get("namespace"));
    if !name.is_set() {
        found.push(name.problem("missing-name", "is missing: a subject needs a name"));
    }
    match kind.known() {
        Some("ServiceAccount") if namespace.text().is_none_or(str::is_empty) => {
            let message = "is missing: a service account is one of a namespace";
            let problem = namespace.problem("missing-namespace", message);
            found.push(match object.namespace() {
                Some(own) => {
                    problem.hint(format!("write {own:?}, if the account is in the namespace of the binding"))
                }
                None => problem,
            });
        }
        Some("User" | "Group") if namespace.is_set() => {
            let message = "is given, but users and groups belong to no namespace";
            found.push(namespace.problem("unexpected-namespace", message).hint("leave it out"));
        }
        Some("ServiceAccount" | "User" | "Group") => {}
        Some(other) => {
            let allowed = "ServiceAccount, User, Group";
            found.push(kind.misfit("invalid-subject", other, "is no kind of subject", allowed));
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn binding(kind: &str, role: &str, subject: &str) -> String {
        format!(
            "{{apiVersion: rbac.authorization.k8s.io/v1, kind: {kind}, metadata: {{name: a, namespace: apps}}, \
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {role}, name: r}}, subjects: [{subject}]}}"
        )
    }

    #[test]
    fn subjects_name_somebody() {
        let of = |subject: &str| found(&binding("RoleBinding", "Role", subject));
        assert_eq!(
            of(
                "{kind: ServiceAccount, name: a, namespace: b}, {kind: User, name: u}, {kind: Group, name: g}"
            ),
            [""; 0]
        );
        assert_eq!(of("{kind: ServiceAccount, namespace: b}"), ["missing-name subjects.0.name"]);
        assert_eq!(of("{kind: User, name: u, namespace: b}"), ["unexpected-namespace subjects.0.namespace"]);
        assert_eq!(of("{kind: Role, name: u}"), ["invalid-subject subjects.0.kind"]);
        assert_eq!(
            told(&binding("RoleBinding", "Role", "{kind: ServiceAccount, name: a}")),
            ["subjects.0.namespace is missing: a service account is one of a namespace\n\
              hint: write \"apps\", if the account is in the namespace of the binding"],
        );
    }

    #[test]
    fn roles_of_a_namespace_are_not_bound_in_the_whole_cluster() {
        assert_eq!(found(&binding("RoleBinding", "ClusterRole", "")), [""; 0]);
        assert_eq!(found(&binding("ClusterRoleBinding", "ClusterRole", "")), [""; 0]);
        assert_eq!(found(&binding("ClusterRoleBinding", "Role", "")), ["invalid-role roleRef.kind"]);
    }
}
