//! Partitions: the parts of AWS that share nothing, not even the beginning of an ARN.

use stackwright_cfn::{Value, pseudo};
use stackwright_core::Scope;

/// The partition a region is in, by the form of its name; `None` where it has no form that AWS uses.
///
/// Source: [partitions](https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html)
///
/// ```
/// use stackwright_constructs::iam::partition_of_region;
///
/// assert_eq!(partition_of_region("eu-west-1"), Some("aws"));
/// assert_eq!(partition_of_region("cn-north-1"), Some("aws-cn"));
/// assert_eq!(partition_of_region("us-gov-west-1"), Some("aws-us-gov"));
/// assert_eq!(partition_of_region("atlantis"), None);
/// ```
pub fn partition_of_region(region: &str) -> Option<&'static str> {
    let (place, number) = region.rsplit_once('-')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = place.split('-').collect();
    match parts[..] {
        ["us", "gov", _] => Some("aws-us-gov"),
        ["us", "iso", _] => Some("aws-iso"),
        ["us", "isob", _] => Some("aws-iso-b"),
        ["eu", "isoe", _] => Some("aws-iso-e"),
        ["us", "isof", _] => Some("aws-iso-f"),
        ["eusc", _, _] => Some("aws-eusc"),
        ["cn", _] => Some("aws-cn"),
        [area, _] if area.len() == 2 => Some("aws"),
        _ => None,
    }
}

/// The partition a construct is deployed to: text where the stack's region tells it, else `AWS::Partition`.
pub fn partition(scope: &impl Scope) -> Value<String> {
    match scope.environment().region.as_deref().and_then(partition_of_region) {
        Some(partition) => partition.into(),
        None => pseudo::partition(),
    }
}
