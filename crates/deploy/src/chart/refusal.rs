//! What kubectl says when it, or the cluster, refuses.

/// Whether asking again after a while may help: the cluster was not reached, or is too busy.
pub(super) fn is_passing(talk: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "connection refused",
        "was refused - did you specify",
        "connection reset by peer",
        "i/o timeout",
        "TLS handshake timeout",
        "unexpected EOF",
        "etcdserver: ",
        "(TooManyRequests)",
        "(ServiceUnavailable)",
    ];
    SIGNS.iter().any(|sign| talk.contains(sign))
}

/// Whether all that is wrong is that the cluster has no such kinds.
pub(super) fn is_of_unknown_kinds(talk: &str) -> bool {
    talk.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .all(|line| line.contains("no matches for kind"))
}

/// Whether a kind that was asked for by its name is not there any more.
pub(super) fn is_of_gone_kind(talk: &str) -> bool {
    ["doesn't have a resource type", "could not find the requested resource"]
        .iter()
        .any(|sign| talk.contains(sign))
}

/// Whether who asks is not known to the cluster, or not allowed to.
pub(super) fn is_of_access(talk: &str) -> bool {
    talk.contains("(Unauthorized)")
        || talk.contains("(Forbidden)")
        || talk.contains("server has asked for the client to provide credentials")
}

/// Why an object was refused, in one line.
pub(super) struct Refusal {
    pub(super) reason: String,
    /// Whether others have set the fields to something else.
    pub(super) is_conflict: bool,
}

impl Refusal {
    pub(super) fn read(talk: &str) -> Self {
        let conflicts = conflicts(talk);
        if !conflicts.is_empty() {
            return Refusal { reason: conflicts.join(", "), is_conflict: true };
        }
        let said: Vec<&str> = talk.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let said = said.join(" ");
        let said = said.strip_prefix("error: ").unwrap_or(&said);
        let said = said.strip_prefix("Error from server").map_or(said, |rest| rest.trim_start_matches(": "));
        Refusal { reason: said.trim().to_owned(), is_conflict: false }
    }
}

/// Which field is owned by whom, as the API server tells it.
///
/// Source: `getConflictMessage` in
/// <https://github.com/kubernetes/apimachinery/blob/master/pkg/util/managedfields/internal/conflict.go>
fn conflicts(talk: &str) -> Vec<String> {
    let mut told = Vec::new();
    let Some((_, message)) = talk.split_once("Apply failed with ") else { return told };
    let mut manager = "";
    for line in message.lines() {
        if let Some((_, named)) = line.split_once(" with \"") {
            manager = named.split('"').next().unwrap_or_default();
        }
        let field = match line.strip_prefix("- ") {
            Some(field) => Some(field),
            None => line.find(": .").map(|at| &line[at + 2..]),
        };
        match field {
            Some(field) => told.push(format!("{field} is owned by {manager:?}")),
            None if line.contains("conflicts") => {}
            // From here on kubectl explains what one may do.
            None => break,
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    const ADVICE: &str = "\nPlease review the fields above--they currently have other managers. Here\n\
                          are the ways you can resolve this warning:\n* If you intend to manage all of these fields\n";

    fn read(talk: &str) -> (String, bool) {
        let refusal = Refusal::read(talk);
        (refusal.reason, refusal.is_conflict)
    }

    #[test]
    fn a_conflict_tells_the_field_and_its_owner() {
        let one = "error: Apply failed with 1 conflict: conflict with \"someone\" using v1: .data.k";
        assert_eq!(read(&format!("{one}{ADVICE}")), (".data.k is owned by \"someone\"".into(), true));
        let timed = "error: Apply failed with 1 conflict: conflict with \"kubectl-edit\" with subresource \"scale\" using \
                     apps/v1 at 2026-11-22T22:43:10Z: .spec.replicas";
        assert_eq!(
            read(&format!("{timed}{ADVICE}")),
            (".spec.replicas is owned by \"kubectl-edit\"".into(), true)
        );
    }

    #[test]
    fn several_conflicts_are_all_told() {
        let several = "error: Apply failed with 3 conflicts: conflicts with \"a\" using v1:\n- .data.x\n- .data.y\n\
                       conflicts with \"b\":\n- .metadata.labels.team";
        let reason =
            ".data.x is owned by \"a\", .data.y is owned by \"a\", .metadata.labels.team is owned by \"b\"";
        assert_eq!(read(&format!("{several}{ADVICE}")), (reason.into(), true));
    }

    #[test]
    fn any_other_refusal_is_what_the_server_says() {
        let server = "Error from server: failed to create typed patch object (default/b; /v1, Kind=Pod): .spec.foo: field \
                      not declared in schema\n";
        let reason = "failed to create typed patch object (default/b; /v1, Kind=Pod): .spec.foo: field not declared in \
                      schema";
        assert_eq!(read(server), (reason.into(), false));
        assert_eq!(
            read("Error from server (NotFound): namespaces \"nono\" not found\n").0,
            "(NotFound): namespaces \"nono\" not found"
        );
        assert_eq!(
            read("The Pod \"b\" is invalid: \n* spec.containers: Required value\n").0,
            "The Pod \"b\" is invalid: * spec.containers: Required value"
        );
    }
}
