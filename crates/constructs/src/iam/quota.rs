//! What IAM limits: the length of names and the size of policies.

use stackwright_core::{Diagnostic, Scope};

/// The page that every limit here is taken from.
///
/// Source: [IAM quotas](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)
const SOURCE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

/// The most characters of a managed policy.
pub(super) const MANAGED_POLICY: usize = 6_144;
/// The most characters of a trust policy, unless AWS grants more.
pub(super) const TRUST_POLICY: usize = 2_048;
/// How many managed policies a user, group or role may have, unless AWS grants more.
pub(super) const MANAGED_POLICIES: usize = 10;

/// The most characters of the names of most things.
pub(super) const NAME: usize = 64;
/// The most characters of the names of groups, instance profiles and policies.
pub(super) const LONG_NAME: usize = 128;

/// What the name of something of IAM's may consist of, beside letters and digits.
const NAME_MARKS: &str = "+=,.@_-";

/// Whether a character may stand in a name.
pub(super) fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || NAME_MARKS.contains(character)
}

pub(super) fn check_name(scope: &impl Scope, what: &str, name: &str, longest: usize) {
    if name.is_empty() || name.chars().count() > longest || !name.chars().all(is_of_name) {
        let allowed = format!("1 to {longest} letters, digits and {NAME_MARKS}");
        let finding = format!("the name of a {what} cannot be {name:?}: allowed are {allowed}");
        scope.report(Diagnostic::error("invalid-iam-name", finding).value(name).allowed(allowed));
    }
}

/// Source: [identifiers](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html)
pub(super) fn check_path(scope: &impl Scope, path: &str) {
    let is_framed = path == "/" || (path.len() > 1 && path.starts_with('/') && path.ends_with('/'));
    let is_plain = path.chars().all(|character| ('!'..='~').contains(&character));
    if !is_framed || !is_plain || path.len() > 512 {
        let allowed = "up to 512 characters that begin and end with a slash, such as /deploy/";
        let finding = format!("the path {path:?} cannot be: allowed are {allowed}");
        scope.report(Diagnostic::error("invalid-iam-path", finding).value(path).allowed(allowed));
    }
}

/// Source: [CreateRole](https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html)
pub(super) fn check_description(scope: &impl Scope, description: &str) {
    let is_plain =
        |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    if description.chars().count() > 1000 || !description.chars().all(is_plain) {
        let allowed = "up to 1,000 characters of Latin-1";
        let finding = format!("the description {description:?} cannot be: allowed are {allowed}");
        scope.report(
            Diagnostic::error("invalid-iam-description", finding).value(description).allowed(allowed),
        );
    }
}

/// That `what` is more than AWS takes, white space not counted.
pub(super) fn too_large(what: &str, size: usize, most: usize) -> Diagnostic {
    let finding =
        format!("too large: {what}, at least {size} characters without white space: allowed are {most}");
    Diagnostic::error("policy-too-large", finding)
        .value(size.to_string())
        .allowed(format!("{most} characters without white space"))
        .hint(format!("put some of it into managed policies, or use patterns; see {SOURCE}"))
}

/// That a role trusts so much that AWS has to be asked first.
pub(super) fn large_trust(size: usize) -> Diagnostic {
    let finding = format!(
        "the trust policy has at least {size} characters without white space: allowed are {TRUST_POLICY}, unless the \
         quota was raised"
    );
    Diagnostic::warning("large-trust-policy", finding)
        .value(size.to_string())
        .allowed(format!("{TRUST_POLICY} characters without white space"))
        .hint(format!("ask for a higher quota of role trust policy length; see {SOURCE}"))
}

/// That more managed policies are attached than AWS allows without being asked.
pub(super) fn many_managed_policies(count: usize) -> Diagnostic {
    let finding = format!(
        "{count} managed policies are attached: allowed are {MANAGED_POLICIES}, unless the quota was raised"
    );
    Diagnostic::warning("many-managed-policies", finding)
        .value(count.to_string())
        .allowed(MANAGED_POLICIES.to_string())
        .hint(format!("merge some of them, or ask for a higher quota; see {SOURCE}"))
}
