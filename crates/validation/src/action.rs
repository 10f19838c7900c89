//! Actions of policies: whether there is one of the name.

mod names;

use stackwright_assembly::Diagnostic;

use names::Unknown;

/// What is wrong with the name of an action, in which `*` and `?` may stand for other characters; `None` where nothing
/// is. The facts of names may be behind what AWS has, so a name that is not known is a warning.
///
/// ```
/// use stackwright_validation::action_problem;
///
/// assert!(action_problem("s3:Get*").is_none());
/// let found = action_problem("s3:GetObjekt").unwrap();
/// assert_eq!((&*found.code, found.hint.as_deref()), ("unknown-action", Some("did you mean \"s3:GetObject\"?")));
/// assert_eq!(action_problem("GetObject").unwrap().code, "invalid-action");
/// ```
pub fn action_problem(action: &str) -> Option<Diagnostic> {
    let unknown = |message: String, nearest: Option<String>| {
        let finding = Diagnostic::warning("unknown-action", message).value(action);
        match nearest {
            Some(_) => finding.meant(nearest.as_deref()),
            None => finding.hint(format!("the names are those of {}", names::as_of())),
        }
    };
    Some(match names::check(action).err()? {
        Unknown::Form => {
            let allowed = "a service, a colon and the name of an action, such as s3:GetObject";
            let finding = format!("{action:?} is not an action: allowed is {allowed}");
            Diagnostic::error("invalid-action", finding).value(action).allowed(allowed)
        }
        Unknown::Service { nearest } => {
            let message = format!("{action:?} names a service that is not known");
            unknown(message, nearest.map(str::to_owned))
        }
        Unknown::Action { service, nearest } => {
            let message = format!("{action:?} is no action of the service that is known");
            unknown(message, nearest.map(|nearest| format!("{service}:{nearest}")))
        }
    })
}
