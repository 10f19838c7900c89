//! Forms of texts: ids, names and ARNs of other resources.

use ipnet::IpNet;

/// Whether a text has a form. A form that is not known here has every text.
///
/// Ids end in eight digits, or in seventeen since 2016.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
pub(crate) fn has(text: &str, form: &str) -> bool {
    match form {
        "AWS::EC2::Image.Id" => is_id(text, "ami-"),
        "AWS::EC2::SecurityGroup.Id" => is_id(text, "sg-"),
        "AWS::EC2::Subnet.Id" => is_id(text, "subnet-"),
        "AWS::EC2::VPC.Id" => is_id(text, "vpc-"),
        "AWS::EC2::SecurityGroup.Name" => is_group_name(text),
        "AWS::ACM::Certificate.Arn" => is_arn(text, "acm", "certificate/"),
        "AWS::IAM::Role.Arn" => is_arn(text, "iam", "role/"),
        "AWS::KMS::Key.Arn" => is_arn(text, "kms", "key/") || is_arn(text, "kms", "alias/"),
        "AWS::KMS::Key.Id" => is_key_id(text) || text.strip_prefix("alias/").is_some_and(is_alias),
        "AWS::KMS::Alias.AliasName" => text.strip_prefix("alias/").is_some_and(is_alias),
        "AWS::Lambda::Function.Arn" => is_arn(text, "lambda", "function:"),
        "AWS::SNS::Topic.Arn" => is_arn(text, "sns", ""),
        "AWS::SQS::Queue.Arn" => is_arn(text, "sqs", ""),
        "AWS::Logs::LogGroup.Name" => is_group(text),
        "AWS::S3::Bucket.Name" => is_bucket(text),
        "ipv4-network" => matches!(text.parse(), Ok(IpNet::V4(_))),
        "ipv6-network" => matches!(text.parse(), Ok(IpNet::V6(_))),
        _ => true,
    }
}

/// The form of what a parameter of a type is given: `AWS::EC2::Subnet::Id` is the id of a subnet.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
pub(crate) fn of_parameter(type_name: &str) -> Option<String> {
    let stored =
        type_name.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
    let (owner, kind) = stored.unwrap_or(type_name).rsplit_once("::")?;
    let kind = if kind == "GroupName" { "Name" } else { kind };
    (owner.matches("::").count() == 2).then(|| format!("{owner}.{kind}"))
}

/// A form in words, with an example.
pub(crate) fn described(form: &str) -> &'static str {
    match form {
        "AWS::EC2::Image.Id" => "the id of an image, such as ami-0123456789abcdef0",
        "AWS::EC2::SecurityGroup.Id" => "the id of a security group, such as sg-0123456789abcdef0",
        "AWS::EC2::Subnet.Id" => "the id of a subnet, such as subnet-0123456789abcdef0",
        "AWS::EC2::VPC.Id" => "the id of a VPC, such as vpc-0123456789abcdef0",
        "AWS::EC2::SecurityGroup.Name" => {
            "the name of a security group: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"
        }
        "AWS::ACM::Certificate.Arn" => {
            "the ARN of a certificate, such as arn:aws:acm:us-east-1:123456789012:certificate/ID"
        }
        "AWS::IAM::Role.Arn" => "the ARN of a role, such as arn:aws:iam::123456789012:role/NAME",
        "AWS::KMS::Key.Arn" => "the ARN of a key, such as arn:aws:kms:us-east-1:123456789012:key/ID",
        "AWS::KMS::Key.Id" => "the id of a key, such as 01234567-89ab-cdef-0123-456789abcdef",
        "AWS::KMS::Alias.AliasName" => "the alias of a key, such as alias/NAME",
        "AWS::Lambda::Function.Arn" => {
            "the ARN of a function, such as arn:aws:lambda:us-east-1:123456789012:function:NAME"
        }
        "AWS::SNS::Topic.Arn" => "the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:NAME",
        "AWS::SQS::Queue.Arn" => "the ARN of a queue, such as arn:aws:sqs:us-east-1:123456789012:NAME",
        "AWS::Logs::LogGroup.Name" => "the name of a log group: 1 to 512 letters, digits and ._-/#",
        "AWS::S3::Bucket.Name" => "the name of a bucket: 3 to 63 small letters, digits, dots and dashes",
        _ => "another form",
    }
}

/// Upper case letters are taken in ids, though AWS makes none of them.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        matches!(rest.len(), 8 | 17) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// An ARN of a service whose last part starts with `prefix` and says something after it.
fn is_arn(text: &str, service: &str, prefix: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (arn, partition, named, region, account, rest) = (next(), next(), next(), next(), next(), next());
    let is_account = |account: &str| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    // Policies of AWS's own belong to no account.
    arn == "arn"
        && partition.starts_with("aws")
        && named == service
        && (service == "iam") == region.is_empty()
        && is_account(account)
        && rest.strip_prefix(prefix).is_some_and(|name| !name.is_empty())
}

/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html>
fn is_key_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(rest) = text.strip_prefix("mrk-") {
        return rest.len() == 32 && is_hex(rest);
    }
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|part| is_hex(part))
}

fn is_alias(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte))
}

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
fn is_group_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" ._-:/()#,@[]+=&;{}!$*".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
fn is_group(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/#".contains(&byte);
    (1..=512).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let is_end = |end: Option<char>| end.is_some_and(|end| end.is_ascii_alphanumeric());
    (3..=63).contains(&text.len())
        && text.bytes().all(is_allowed)
        && is_end(text.chars().next())
        && is_end(text.chars().last())
        && !["..", ".-", "-."].iter().any(|pair| text.contains(pair))
}

/// Whether a text has the form of the name of a region, such as `eu-west-1`.
pub fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.len() >= 2
        && words.iter().all(is_word)
        && number.len() == 1
        && number.as_bytes()[0].is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions() {
        let good = ["us-east-1", "us-gov-west-1", "ap-southeast-7", "us-iso-east-1", "eusc-de-east-1"];
        assert!(good.into_iter().all(is_region));
        assert!(!["us-east", "us-east-1a", "US-EAST-1", "us--1", "", "1"].into_iter().any(is_region));
    }

    #[test]
    fn forms_are_told_from_what_only_looks_like_them() {
        let account = "123456789012";
        let check = |form: &str, good: &[&str], bad: &[&str]| {
            good.iter().for_each(|text| assert!(has(text, form), "{text} is a {form}"));
            bad.iter().for_each(|text| assert!(!has(text, form), "{text} is no {form}"));
            assert_ne!(described(form), described(""), "{form}");
        };
        check(
            "AWS::EC2::Subnet.Id",
            &["subnet-01234567", "subnet-0123456789abcdef0"],
            &["subnet-1", "sg-01234567", ""],
        );
        check("AWS::EC2::Image.Id", &["ami-01234567"], &["ami", "ami-0123456!"]);
        check("AWS::EC2::SecurityGroup.Name", &["web servers (1)"], &["", "größe", "a|b"]);
        check(
            "AWS::IAM::Role.Arn",
            &[&format!("arn:aws:iam::{account}:role/a/b"), &format!("arn:aws-cn:iam::{account}:role/a")],
            &[
                "role",
                "arn:aws:iam::1:role/a",
                &format!("arn:aws:iam::{account}:user/a"),
                &format!("arn:aws:iam::{account}:role/"),
            ],
        );
        check(
            "AWS::KMS::Key.Id",
            &["01234567-89ab-cdef-0123-456789abcdef", "mrk-0123456789abcdef0123456789abcdef", "alias/a"],
            &["key", "01234567-89ab-cdef-0123"],
        );
        check("AWS::KMS::Alias.AliasName", &["alias/aws/ebs"], &["alias/", "aws/ebs", "alias/a b"]);
        check(
            "AWS::SNS::Topic.Arn",
            &[&format!("arn:aws:sns:eu-west-1:{account}:a")],
            &[&format!("arn:aws:sns::{account}:a"), "a"],
        );
        check(
            "AWS::Lambda::Function.Arn",
            &[&format!("arn:aws:lambda:eu-west-1:{account}:function:a:b")],
            &["a"],
        );
        check("AWS::S3::Bucket.Name", &["a-b.c", "123"], &["ab", "A-b", "-ab", "ab.", "a..b", "a-.b"]);
        check("AWS::Logs::LogGroup.Name", &["/aws/eks/a#b"], &["", "a b"]);
        assert!(
            has("10.0.0.0/8", "ipv4-network") && !has("::/0", "ipv4-network") && has("::/0", "ipv6-network")
        );
        assert!(has("anything", "json"));
    }
}
