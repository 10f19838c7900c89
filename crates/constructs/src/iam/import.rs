//! Roles that are there already.

use stackwright_aws::ids::iam::{RoleArn, RoleName};
use stackwright_cfn::{Value, functions};
use stackwright_core::{Construct, Diagnostic, Scope};

use super::role::Role;

#[track_caller]
pub(super) fn role(scope: &impl Scope, id: &str, arn: Value<RoleArn>) -> Role {
    let construct = Construct::new(scope, id);
    let Some(text) = arn.as_str().map(str::to_owned) else {
        let name = functions::select(1, functions::split("/", &arn));
        return Role::imported(construct, arn, name.assume(), false);
    };
    match fields(&text) {
        Some((account, name)) => {
            let own = construct.environment().account;
            let is_foreign = own.is_some_and(|own| own != account);
            Role::imported(construct, arn, name.into(), is_foreign)
        }
        None => {
            let allowed = "the ARN of a role, such as arn:aws:iam::123456789012:role/deploy";
            let finding = format!("{text:?} is not the ARN of a role: allowed is {allowed}");
            construct.report(Diagnostic::error("invalid-role-arn", finding).value(text).allowed(allowed));
            Role::imported(construct, arn, Value::<RoleName>::from(""), false)
        }
    }
}

/// The ARN of a role with its path left out; one that is known only at deploy time is taken to have none.
pub(crate) fn without_path(arn: Value<String>) -> Value<String> {
    let Some(text) = arn.as_str() else { return arn };
    match (fields(text), text.split_once(":role/")) {
        (Some((_, name)), Some((start, _))) => format!("{start}:role/{name}").into(),
        _ => arn,
    }
}

/// The account and the name in the ARN of a role.
fn fields(arn: &str) -> Option<(&str, &str)> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", "", account, resource] = fields[..] else { return None };
    let (kind, name) = resource.rsplit_once('/')?;
    let is_role = kind == "role" || kind.starts_with("role/");
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_role && is_account && !name.is_empty()).then_some((account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_left_out_of_what_is_known() {
        let short = |arn: &str| without_path(arn.into()).token();
        assert_eq!(short("arn:aws:iam::111122223333:role/a/b/c"), "arn:aws:iam::111122223333:role/c");
        for same in ["arn:aws:iam::111122223333:role/c", "arn:aws:iam::111122223333:user/a/c", "role"] {
            assert_eq!(short(same), same);
        }
    }

    #[test]
    fn arns_of_roles_are_taken_apart() {
        assert_eq!(fields("arn:aws:iam::111122223333:role/deploy"), Some(("111122223333", "deploy")));
        assert_eq!(fields("arn:aws-cn:iam::111122223333:role/a/b/c"), Some(("111122223333", "c")));
        for wrong in [
            "deploy",
            "arn:aws:iam::111122223333:user/deploy",
            "arn:aws:iam::111122223333:roles/deploy",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::1111:role/deploy",
            "arn:aws:sts::111122223333:assumed-role/deploy/me",
        ] {
            assert_eq!(fields(wrong), None, "{wrong}");
        }
    }
}
