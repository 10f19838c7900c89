//! Where nodes get the images of EKS from.

/// The account of the registry in most regions; the others have one of their own.
const ACCOUNT: &str = "602401143452";

/// Regions of that account.
const SHARED: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The other regions, each with its account.
const OWN: [(&str, &str); 16] = [
    ("af-south-1", "877085696533"),
    ("ap-east-1", "800184023465"),
    ("ap-south-2", "900889452093"),
    ("ap-southeast-3", "296578399912"),
    ("ap-southeast-4", "491585149902"),
    ("ca-west-1", "761377655185"),
    ("cn-north-1", "918309763551"),
    ("cn-northwest-1", "961992271922"),
    ("eu-central-2", "900612956339"),
    ("eu-south-1", "590381155156"),
    ("eu-south-2", "455263428931"),
    ("il-central-1", "066635153087"),
    ("me-central-1", "759879836304"),
    ("me-south-1", "558608220178"),
    ("us-gov-east-1", "151742754352"),
    ("us-gov-west-1", "013241004608"),
];

/// The host of the registry in a region; `None` where it is not known.
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html>
pub(super) fn host(region: &str) -> Option<String> {
    let own = OWN.iter().find(|(name, _)| *name == region).map(|(_, account)| *account);
    let account = own.or_else(|| SHARED.contains(&region).then_some(ACCOUNT))?;
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    Some(format!("{account}.dkr.ecr.{region}.{suffix}"))
}
