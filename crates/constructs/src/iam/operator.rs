//! Condition operators: how a key of the request is compared with the values of a condition.

use std::fmt;

/// How a condition compares.
///
/// Source: [condition operators](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html)
///
/// ```
/// use stackwright_constructs::iam::Operator;
///
/// assert_eq!(Operator::STRING_EQUALS.to_string(), "StringEquals");
/// assert_eq!(
///     Operator::STRING_LIKE.for_any_value().if_exists().to_string(),
///     "ForAnyValue:StringLikeIfExists",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    qualifier: &'static str,
    pub(super) name: &'static str,
    pub(super) if_exists: bool,
}

macro_rules! operators {
    ($($constant:ident $name:literal $says:literal;)*) => {
        impl Operator {
            $(
                #[doc = concat!("`", $name, "`: ", $says, ".")]
                pub const $constant: Operator = Operator { qualifier: "", name: $name, if_exists: false };
            )*
        }

        #[cfg(test)]
        const ALL: &[Operator] = &[$(Operator::$constant),*];
    };
}

operators! {
    STRING_EQUALS "StringEquals" "the same text";
    STRING_NOT_EQUALS "StringNotEquals" "another text";
    STRING_EQUALS_IGNORE_CASE "StringEqualsIgnoreCase" "the same text, large and small letters alike";
    STRING_NOT_EQUALS_IGNORE_CASE "StringNotEqualsIgnoreCase" "another text, large and small letters alike";
    STRING_LIKE "StringLike" "a text that a pattern with `*` and `?` fits";
    STRING_NOT_LIKE "StringNotLike" "a text that no pattern fits";
    NUMERIC_EQUALS "NumericEquals" "the same number";
    NUMERIC_NOT_EQUALS "NumericNotEquals" "another number";
    NUMERIC_LESS_THAN "NumericLessThan" "a smaller number";
    NUMERIC_LESS_THAN_EQUALS "NumericLessThanEquals" "a smaller number, or the same";
    NUMERIC_GREATER_THAN "NumericGreaterThan" "a greater number";
    NUMERIC_GREATER_THAN_EQUALS "NumericGreaterThanEquals" "a greater number, or the same";
    DATE_EQUALS "DateEquals" "the same time";
    DATE_NOT_EQUALS "DateNotEquals" "another time";
    DATE_LESS_THAN "DateLessThan" "an earlier time";
    DATE_LESS_THAN_EQUALS "DateLessThanEquals" "an earlier time, or the same";
    DATE_GREATER_THAN "DateGreaterThan" "a later time";
    DATE_GREATER_THAN_EQUALS "DateGreaterThanEquals" "a later time, or the same";
    BOOL "Bool" "`true` or `false`";
    BINARY_EQUALS "BinaryEquals" "the same bytes, in Base64";
    IP_ADDRESS "IpAddress" "an address in a block";
    NOT_IP_ADDRESS "NotIpAddress" "an address in no block";
    ARN_EQUALS "ArnEquals" "an ARN that a pattern fits, part by part; the same as `ArnLike`";
    ARN_NOT_EQUALS "ArnNotEquals" "an ARN that no pattern fits; the same as `ArnNotLike`";
    ARN_LIKE "ArnLike" "an ARN that a pattern fits, part by part";
    ARN_NOT_LIKE "ArnNotLike" "an ARN that no pattern fits";
    NULL "Null" "whether the key is absent: `true` where it must be";
}

impl Operator {
    /// Also holds where the request lacks the key. `Null` has no such form.
    pub const fn if_exists(mut self) -> Self {
        self.if_exists = true;
        self
    }

    /// For keys with several values: each of them must compare. It holds where there is none.
    pub const fn for_all_values(mut self) -> Self {
        self.qualifier = "ForAllValues:";
        self
    }

    /// For keys with several values: one of them must compare.
    pub const fn for_any_value(mut self) -> Self {
        self.qualifier = "ForAnyValue:";
        self
    }
}

/// As policies write it.
impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = if self.if_exists { "IfExists" } else { "" };
        write!(f, "{}{}{suffix}", self.qualifier, self.name)
    }
}

#[cfg(test)]
mod tests {
    use stackwright_core::{App, Stack, SynthOptions};

    use super::{ALL, Operator};
    use crate::iam::{Grantable, PolicyStatement, User, UserProps};

    #[test]
    fn the_rules_of_templates_know_every_operator() {
        let app = App::new();
        let stack = Stack::new(&app, "stack");
        let read = || PolicyStatement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::orders/*"]);
        let of_many = ALL.iter().filter(|operator| **operator != Operator::NULL);
        let of_many = of_many.map(|operator| operator.for_any_value().if_exists());
        for (id, operators) in [("plain", ALL.to_vec()), ("of-many", of_many.collect())] {
            let all = operators
                .into_iter()
                .fold(read(), |statement, operator| statement.condition(operator, "aws:SourceVpc", ["a"]));
            User::new(&stack, id, UserProps::new()).allow(all);
        }
        let warnings = app.synth(&SynthOptions::new()).map(|assembly| assembly.warnings);
        assert!(warnings.as_ref().is_ok_and(|warnings| warnings.is_empty()), "{warnings:?}");
    }
}
