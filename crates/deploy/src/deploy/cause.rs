//! Why an operation of a stack failed: the first thing that went wrong, not what went wrong because of it.

use stackwright_assembly::{Deployable, Diagnostic};

use super::follow::{Ended, entry};
use crate::aws::StackEvent;

/// What is wrong, with the construct and the line it comes from.
pub(crate) fn diagnostic(stack: &Deployable, ended: &Ended) -> Diagnostic {
    let status = &ended.status;
    let Some(event) = root(&ended.events) else {
        return Diagnostic::error("stack-failed", format!("the stack is {status}"));
    };
    let reason = event.reason().unwrap_or("no reason is given");
    let what = match event.is_of_stack() {
        true => format!("stack \"{}\"", stack.name),
        false => format!("{} \"{}\"", event.resource_type, event.logical_resource_id),
    };
    let verb = match event.resource_status.split('_').next() {
        Some("CREATE") => "created",
        Some("DELETE") => "deleted",
        Some("IMPORT") => "imported",
        // What a stack says when it rolls back is about what it did before.
        Some("ROLLBACK") => "created",
        _ => "updated",
    };
    let mut diagnostic = Diagnostic::error("stack-failed", format!("{what} could not be {verb}: {reason}"));
    if let Some(entry) = entry(stack, &event.logical_resource_id).filter(|_| !event.is_of_stack()) {
        diagnostic = diagnostic.path(&entry.path).source(entry.source.clone());
    }
    match hint(reason) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// The event that the others follow from: the first resource that failed by itself; where there is none, what the stack
/// as a whole says.
fn root(events: &[StackEvent]) -> Option<&StackEvent> {
    let is_failed = |event: &&StackEvent| event.resource_status.ends_with("_FAILED");
    let is_cascade = |event: &&StackEvent| {
        let reason = event.reason().unwrap_or_default();
        ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"]
            .iter()
            .any(|cancelled| reason.contains(cancelled))
    };
    let own = events.iter().filter(is_failed).filter(|event| !event.is_of_stack() && !is_cascade(event));
    let of_stack = events.iter().filter(|event| {
        let is_bad = event.resource_status.contains("ROLLBACK") || event.resource_status.ends_with("_FAILED");
        event.is_of_stack() && is_bad && event.reason().is_some()
    });
    own.chain(of_stack).next()
}

/// What may help against reasons that are often met, by words that stand in them.
fn hint(reason: &str) -> Option<&'static str> {
    const KNOWN: [(&[&str], &str); 13] = [
        (
            &["is in use by", "it is in use by", "cannot be deleted as it is in use"],
            "another stack imports it: deploy that one first with --exclusively, without the reference, or refer to \
             the value weakly (References::Weak)",
        ),
        (&["already exists in stack"], "two stacks describe the same thing: take it out of one of them"),
        (
            &["already exists", "AlreadyExists"],
            "something of this name is there that is not this stack's: let CloudFormation choose the name, choose \
             another, or import what is there",
        ),
        (
            &["LimitExceeded", "limit exceeded", "maximum number of", "Maximum number of", "quota"],
            "a quota of the account is used up: free some, or ask for more at \
             https://console.aws.amazon.com/servicequotas/",
        ),
        (
            &["is not authorized to perform", "AccessDenied", "not authorized", "UnauthorizedOperation"],
            "give the permission to the credentials in use, or let CloudFormation act as a role with --role-arn",
        ),
        (
            &["InsufficientInstanceCapacity", "sufficient capacity", "Insufficient capacity"],
            "AWS has none of these instances there now: choose other types or zones, or try again later",
        ),
        (
            &["failed to join the kubernetes cluster", "NodeCreationFailure"],
            "the nodes do not reach the cluster's endpoint, or their role has no access: look at routes, security \
             groups and access entries",
        ),
        (
            &["DependencyViolation", "has dependencies and cannot be deleted", "has a dependent object"],
            "something that CloudFormation did not make still uses it, such as a network interface of a load balancer: \
             remove that first",
        ),
        (
            &["bucket you tried to delete is not empty", "BucketNotEmpty"],
            "a bucket is deleted when it is empty: empty it with \"aws s3 rm --recursive s3://NAME\", or let it stay \
             with the deletion policy Retain",
        ),
        (
            &["conflicts with another subnet"],
            "a subnet of the same addresses is still there: do not move subnets in one step; a ledger of addresses \
             keeps them in place",
        ),
        (
            &["Invalid principal in policy", "Invalid Principal", "MalformedPolicyDocument"],
            "a principal or an action that the policy names does not exist",
        ),
        (
            &["WaitCondition timed out", "did not stabilize", "Exceeded attempts to wait", "timed out"],
            "it took longer than CloudFormation waits: look at the logs of the resource itself",
        ),
        (
            &["Requires capabilities"],
            "the assembly's manifest.json does not say what the template needs: synthesize it again",
        ),
    ];
    let is_in = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    KNOWN.iter().find(|(words, _)| is_in(words)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::{diagnostic, hint, root};
    use crate::aws::StackEvent;
    use crate::deploy::follow::Ended;
    use stackwright_assembly::{Deployable, Kind, Source, SourceEntry};

    fn event(id: &str, status: &str, reason: &str) -> StackEvent {
        let stack_id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1".to_owned();
        StackEvent {
            event_id: format!("{id}-{status}"),
            physical_resource_id: Some(if id == "web" { stack_id.clone() } else { id.to_lowercase() }),
            stack_id,
            logical_resource_id: id.to_owned(),
            resource_type: "AWS::EC2::EIP".to_owned(),
            resource_status: status.to_owned(),
            resource_status_reason: (!reason.is_empty()).then(|| reason.to_owned()),
        }
    }

    fn stack() -> Deployable {
        let entry = SourceEntry {
            id: "Eip1A2B".to_owned(),
            path: "web/vpc/Eip".to_owned(),
            type_name: None,
            source: Source { file: "src/main.rs".into(), line: 12, column: 5 },
            overrides: Vec::new(),
        };
        Deployable { source_map: vec![entry], ..Deployable::new("web", Kind::Stack, "") }
    }

    #[test]
    fn the_first_failure_is_told_and_not_what_it_cancelled() {
        let events = vec![
            event("web", "CREATE_IN_PROGRESS", "User Initiated"),
            event("Role", "CREATE_FAILED", "Resource creation cancelled"),
            event("Eip1A2B", "CREATE_FAILED", "The maximum number of addresses has been reached."),
            event("Late", "CREATE_FAILED", "boom"),
            event("web", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Eip1A2B]."),
            event("web", "ROLLBACK_COMPLETE", ""),
        ];
        let told = diagnostic(&stack(), &Ended { status: "ROLLBACK_COMPLETE".to_owned(), events });
        assert_eq!(
            told.to_string(),
            "error[stack-failed]: AWS::EC2::EIP \"Eip1A2B\" could not be created: The maximum number of addresses \
             has been reached.\n  at web/vpc/Eip\n  in src/main.rs:12:5\nhint: a quota of the account is used up: \
             free some, or ask for more at https://console.aws.amazon.com/servicequotas/"
        );
    }

    #[test]
    fn what_the_stack_says_is_told_where_no_resource_failed() {
        let events = vec![
            event("web", "UPDATE_IN_PROGRESS", "User Initiated"),
            event(
                "web",
                "UPDATE_ROLLBACK_IN_PROGRESS",
                "Export web:Id cannot be deleted as it is in use by app",
            ),
            event("web", "UPDATE_ROLLBACK_COMPLETE", ""),
        ];
        assert_eq!(root(&events).unwrap().resource_status, "UPDATE_ROLLBACK_IN_PROGRESS");
        let told = diagnostic(&stack(), &Ended { status: "UPDATE_ROLLBACK_COMPLETE".to_owned(), events });
        assert_eq!(
            told.message,
            "stack \"web\" could not be updated: Export web:Id cannot be deleted as it is in use by app"
        );
        assert!(told.hint.unwrap().contains("--exclusively"));
    }

    #[test]
    fn hints_are_for_known_reasons_only() {
        assert_eq!(hint("Properties validation failed"), None);
        assert!(hint("The WaitCondition timed out. Received 0 conditions").is_some());
        assert!(hint("bucket-x already exists").unwrap().contains("not this stack's"));
        assert!(hint("bucket-x already exists in stack arn:1").unwrap().contains("two stacks"));
    }
}
