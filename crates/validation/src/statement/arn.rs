//! ARNs of policies, as far as they are known.

use stackwright_assembly::{Diagnostic, Severity};

use crate::form::is_region;
use crate::sketch::{GAP, shown};

/// Services whose ARNs have no region.
const GLOBAL: [&str; 12] = [
    "account",
    "billing",
    "budgets",
    "ce",
    "cloudfront",
    "globalaccelerator",
    "iam",
    "networkmanager",
    "organizations",
    "route53",
    "shield",
    "sts",
];

/// What is wrong with an ARN.
pub(super) struct Wrong {
    severity: Severity,
    /// The part of it that is wrong; all of it where this is empty.
    part: String,
    /// It goes on after the ARN.
    message: String,
    allowed: &'static str,
}

impl Wrong {
    fn error(message: impl Into<String>, allowed: &'static str) -> Wrong {
        Wrong { severity: Severity::Error, part: String::new(), message: message.into(), allowed }
    }

    /// IAM takes it, and it never fits.
    fn warning(message: impl Into<String>, allowed: &'static str) -> Wrong {
        Wrong { severity: Severity::Warning, ..Wrong::error(message, allowed) }
    }

    fn part(mut self, part: &str) -> Wrong {
        self.part = part.to_owned();
        self
    }

    pub(super) fn finding(&self, code: &str, what: &str, text: &str) -> Diagnostic {
        let Wrong { severity, part, message, allowed } = self;
        let text = shown(text);
        let mut finding = Diagnostic::error(code, format!("{what} {text:?} {message}: allowed is {allowed}"));
        finding.severity = *severity;
        finding.value(if part.is_empty() { text } else { shown(part) }).allowed(*allowed)
    }
}

/// What is wrong with a text that names resources in a statement.
pub(super) fn resource_problem(key: &str, text: &str) -> Option<Diagnostic> {
    // APIs name their own parts so.
    let wrong = if text == "*" || text.starts_with("execute-api:/") { None } else { problem(text) };
    Some(wrong?.finding("invalid-resource", &format!("{key} is"), text))
}

/// What is wrong with a text that is to be an ARN, or a pattern of ARNs.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
pub(super) fn problem(text: &str) -> Option<Wrong> {
    let open = [GAP, '*', '?'];
    let head = text.split(open).next().unwrap_or_default();
    if !head.starts_with("arn:") && (head.len() == text.len() || !"arn:".starts_with(head)) {
        return Some(Wrong::error("is no ARN", "\"*\", or an ARN such as arn:aws:s3:::bucket/*"));
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let [_, partition, service, region, account, resource] = fields.as_slice() else {
        let six = "an ARN of six fields, such as arn:aws:s3:::bucket/*";
        return (!text.contains(open)).then(|| Wrong::error("has too few fields", six));
    };
    let is_known = |field: &str| !field.contains(open);
    if is_known(partition) && *partition != "aws" && !partition.starts_with("aws-") {
        let message = format!("names partition {partition:?}, which there is not");
        let allowed = "aws, aws-cn, aws-us-gov, or ${AWS::Partition}";
        return Some(Wrong::error(message, allowed).part(partition));
    }
    if !is_known(service) {
        return None;
    }
    let is_bucket = *service == "s3" && is_bucket(resource);
    if (GLOBAL.contains(service) || is_bucket) && !region.is_empty() && *region != "*" {
        let message = format!("has a region, which those of {service} have not");
        let allowed = "nothing between the third and the fourth colon";
        let is_refused = *service == "iam" && is_known(region);
        let wrong = if is_refused { Wrong::error } else { Wrong::warning };
        return Some(wrong(message, allowed).part(region));
    }
    if is_bucket && !account.is_empty() && *account != "*" {
        let message = "has an account, which buckets have not";
        return Some(Wrong::warning(message, "nothing between the fourth and the fifth colon").part(account));
    }
    if !region.is_empty() && is_known(region) && !is_region(region) {
        let message = format!("names {region:?}, which is no region");
        return Some(Wrong::warning(message, "a region such as eu-west-1").part(region));
    }
    if account.len() != 12 && !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!("names account {account:?}, which has {} digits", account.len());
        return Some(Wrong::warning(message, "an account of 12 digits").part(account));
    }
    None
}

/// Whether it is a bucket, or what is in one: all else of S3 has a kind before its name.
fn is_bucket(resource: &str) -> bool {
    let kinds = ["accesspoint", "access-grants", "async-request", "job", "storage-lens"];
    let first = resource.split(['/', ':', '*', '?', GAP]).next().unwrap_or_default();
    !first.is_empty() && !kinds.iter().any(|kind| first.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::problem;
    use crate::sketch::GAP;

    #[test]
    fn arns_are_told_from_what_only_looks_like_them() {
        let check = |text: &str, expected: &str| {
            let found = problem(&text.replace('_', &GAP.to_string()));
            let found = found.map(|wrong| wrong.message).unwrap_or_default();
            assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{text}: {found:?}");
        };
        for good in [
            "arn:aws:s3:::bucket/*",
            "arn:_:s3:::_-files/*",
            "arn:aws-us-gov:iam::123456789012:role/*",
            "arn:*:ec2:*:*:instance/*",
            "arn:aws:ec2:eu-west-1:_:vpc/_",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/a",
            "arn:aws:iam::aws:policy/*",
            "arn:aws:sqs:_:a",
            "arn:aws:sqs:*",
            "_/*",
            "a*",
        ] {
            check(good, "");
        }
        for (bad, expected) in [
            ("bucket", "is no ARN"),
            ("my-bucket/_/*", "is no ARN"),
            ("arn", "is no ARN"),
            ("arn:aws:s3:bucket", "too few fields"),
            ("arn:amazon:s3:::bucket", "partition \"amazon\""),
            ("arn:aws:iam:us-east-1:123456789012:role/a", "those of iam have not"),
            ("arn:aws:cloudfront:_:123456789012:distribution/a", "those of cloudfront have not"),
            ("arn:aws:s3:eu-west-1::bucket", "those of s3 have not"),
            ("arn:aws:s3::_:bucket/*", "buckets have not"),
            ("arn:aws:sqs:eu-west-1a:123456789012:a", "is no region"),
            ("arn:aws:sqs:eu-west-1:12345678901:a", "has 11 digits"),
        ] {
            check(bad, expected);
        }
    }
}
