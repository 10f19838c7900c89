//! Where nodes get the images of EKS from.

use std::panic::Location;

use stackwright_cfn::{Value, pseudo};
use stackwright_core::{Diagnostic, Mapping, MappingProps, Scope};

use super::cluster::Cluster;

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

/// The other regions, each with its account. `ap-east-2` is not among them: AWS's page has the host of another region there.
const OWN: [(&str, &str); 21] = [
    ("af-south-1", "877085696533"),
    ("ap-east-1", "800184023465"),
    ("ap-south-2", "900889452093"),
    ("ap-southeast-3", "296578399912"),
    ("ap-southeast-4", "491585149902"),
    ("ap-southeast-5", "151610086707"),
    ("ap-southeast-6", "333609536671"),
    ("ap-southeast-7", "121268973566"),
    ("ca-west-1", "761377655185"),
    ("cn-north-1", "918309763551"),
    ("cn-northwest-1", "961992271922"),
    ("eu-central-2", "900612956339"),
    ("eu-south-1", "590381155156"),
    ("eu-south-2", "455263428931"),
    ("eusc-de-east-1", "877088126301"),
    ("il-central-1", "066635153087"),
    ("me-central-1", "759879836304"),
    ("me-south-1", "558608220178"),
    ("mx-central-1", "730335286997"),
    ("us-gov-east-1", "151742754352"),
    ("us-gov-west-1", "013241004608"),
];

/// The host of the registry in a region; `None` where it is not known.
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html>
pub(crate) fn host(region: &str) -> Option<String> {
    all().find(|(name, _)| *name == region).map(|(_, host)| host)
}

/// Every region that is known, with the host of its registry, in the order of the alphabet.
fn all() -> impl Iterator<Item = (&'static str, String)> {
    let mut accounts: Vec<_> = SHARED.map(|region| (region, ACCOUNT)).into_iter().chain(OWN).collect();
    accounts.sort_unstable();
    accounts.into_iter().map(|(region, account)| {
        let suffix = match region.split('-').next() {
            Some("cn") => "amazonaws.com.cn",
            Some("eusc") => "amazonaws.eu",
            _ => "amazonaws.com",
        };
        (region, format!("{account}.dkr.ecr.{region}.{suffix}"))
    })
}

impl Cluster {
    /// The host that its nodes get the images of EKS from, such as `602401143452.dkr.ecr.eu-west-1.amazonaws.com`.
    ///
    /// It is text where the region of the cluster is known. Otherwise the stack of the cluster gets a mapping of all
    /// regions, at the first call, and deploying it to one that is not among them fails.
    ///
    /// ```
    /// use stackwright_constructs::eks::{Cluster, ClusterAttributes};
    /// use stackwright_core::{App, Stack, StackProps};
    ///
    /// let stack = Stack::with_props(&App::new(), "shop", StackProps::new().region("eu-west-1"));
    /// let cluster = Cluster::from_attributes(&stack, "cluster", ClusterAttributes::new("shop"));
    /// assert_eq!(cluster.image_registry().as_str(), Some("602401143452.dkr.ecr.eu-west-1.amazonaws.com"));
    /// ```
    ///
    /// Source: <https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html>
    #[track_caller]
    pub fn image_registry(&self) -> Value<String> {
        let Some(region) = self.environment().region else { return self.mapped_registry() };
        if let Some(host) = host(&region) {
            return host.into();
        }
        self.report(unknown(&region).source(Location::caller()));
        self.mapped_registry()
    }

    #[track_caller]
    fn mapped_registry(&self) -> Value<String> {
        const KEY: &str = "host";
        let find = |mapping: &Mapping| mapping.find(pseudo::region(), KEY);
        if let Some(mapping) = self.0.image_registries.get() {
            return find(mapping);
        }
        let hosts = all().fold(MappingProps::new(), |hosts, (region, host)| hosts.value(region, KEY, host));
        let mapping = Mapping::new(self, "ImageRegistries", hosts);
        find(self.0.image_registries.get_or_init(|| mapping))
    }
}

/// The finding about a region whose registry is not known.
pub(crate) fn unknown(region: &str) -> Diagnostic {
    let message = format!("the registry of EKS in region `{region}` is not known");
    Diagnostic::error("unknown-registry", message)
        .value(region)
        .hint("name it by `Installation::from_registry`: AWS lists them under \"add-ons-images\"")
}
