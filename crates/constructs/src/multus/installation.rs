//! Multus itself: the objects that bring it to every node of a cluster.

use stackwright_core::Diagnostic;
use stackwright_k8s::{Object, QUANTITY, Quantity};

use crate::eks::{Cluster, image_registry};

const OBJECTS: &str = include_str!("../../../../templates/multus/objects.yaml");

/// How Multus is installed in a cluster whose own network is the VPC CNI.
///
/// It is the build of EKS, as a daemon on every Linux node; not on Fargate, which has no daemons.
/// Configurations of networks that differ by node are looked for in `/etc/cni/multus/net.d` of the node. A daemon
/// waits for the configuration of the VPC CNI, and is ready once its own has taken the place of that.
///
/// ```
/// use stackwright_constructs::multus::Installation;
///
/// let multus = Installation::in_region("eu-west-1").memory_limit("400Mi");
/// assert!(multus.check().is_empty());
/// assert_eq!(multus.image(), "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/multus-cni:v4.1.4-eksbuild.3_thick");
/// assert_eq!(multus.objects().len(), 6);
/// ```
///
/// Source: <https://docs.aws.amazon.com/eks/latest/userguide/pod-multus-network.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    registry: Registry,
    version: MultusVersion,
    memory_request: String,
    memory_limit: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Registry {
    Region(String),
    Host(String),
}

/// A build of the thick plugin by EKS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultusVersion {
    /// v4.1.4-eksbuild.3, the default.
    #[default]
    V4_1_4Build3,
    /// v4.1.4-eksbuild.1.
    V4_1_4Build1,
    /// v4.0.2-eksbuild.1.
    V4_0_2Build1,
    /// Another one, by the tag of its image.
    Other(String),
}

impl MultusVersion {
    fn tag(&self) -> &str {
        match self {
            MultusVersion::V4_1_4Build3 => "v4.1.4-eksbuild.3_thick",
            MultusVersion::V4_1_4Build1 => "v4.1.4-eksbuild.1_thick",
            MultusVersion::V4_0_2Build1 => "v4.0.2-eksbuild.1_thick",
            MultusVersion::Other(tag) => tag,
        }
    }
}

impl Installation {
    /// With the image from the registry that [the cluster's nodes use](Cluster::image_registry), also where its region is
    /// known only at deploy time.
    #[track_caller]
    pub fn for_cluster(cluster: &Cluster) -> Self {
        Self::from_registry(cluster.image_registry().token())
    }

    /// With the image from the registry of EKS in this region.
    pub fn in_region(region: impl Into<String>) -> Self {
        Self::of(Registry::Region(region.into()))
    }

    /// With the image from another registry, such as a mirror at `123456789012.dkr.ecr.eu-west-1.amazonaws.com`. The image
    /// is `eks/multus-cni` there.
    pub fn from_registry(host: impl Into<String>) -> Self {
        Self::of(Registry::Host(host.into()))
    }

    fn of(registry: Registry) -> Self {
        Installation {
            registry,
            version: MultusVersion::default(),
            memory_request: "50Mi".to_owned(),
            memory_limit: "200Mi".to_owned(),
        }
    }

    /// The build; by default v4.1.4-eksbuild.3.
    #[must_use]
    pub fn version(mut self, version: MultusVersion) -> Self {
        self.version = version;
        self
    }

    /// The memory that each node keeps for the daemon; by default `50Mi`.
    #[must_use]
    pub fn memory_request(mut self, quantity: impl Into<String>) -> Self {
        self.memory_request = quantity.into();
        self
    }

    /// The memory at which the daemon is stopped; by default `200Mi`.
    ///
    /// The upstream default of `50Mi` is too little where many pods start at once
    /// ([multus-cni#1346](https://github.com/k8snetworkplumbingwg/multus-cni/issues/1346)).
    #[must_use]
    pub fn memory_limit(mut self, quantity: impl Into<String>) -> Self {
        self.memory_limit = quantity.into();
        self
    }

    /// The image; that of `us-west-2` where the registry of the region is not known, which [`check`](Self::check) tells.
    #[must_use]
    pub fn image(&self) -> String {
        let host = match &self.registry {
            Registry::Region(region) => {
                image_registry::host(region).or_else(|| image_registry::host("us-west-2")).unwrap_or_default()
            }
            Registry::Host(host) => host.clone(),
        };
        format!("{host}/eks/multus-cni:{}", self.version.tag())
    }

    /// The objects, all of them in `kube-system` or of the cluster.
    #[must_use]
    pub fn objects(&self) -> Vec<Object> {
        let mut objects = stackwright_k8s::read(OBJECTS)
            .unwrap_or_else(|error| unreachable!("the text is our own: {error}"));
        let image = self.image();
        for object in &mut objects {
            object.replace_texts(|text| match text {
                "<image>" => Some(image.clone()),
                "<memory-request>" => Some(self.memory_request.clone()),
                "<memory-limit>" => Some(self.memory_limit.clone()),
                _ => None,
            });
        }
        objects
    }

    /// Everything that is wrong with the settings.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Registry::Region(region) = &self.registry
            && image_registry::host(region).is_none()
        {
            found.push(image_registry::unknown(region));
        }
        let sizes = [("request", &self.memory_request), ("limit", &self.memory_limit)].map(|(what, text)| {
            let quantity = Quantity::parse(text).filter(|quantity| !quantity.is_negative());
            if quantity.is_none() {
                let message = format!("the memory {what} `{text}` is not a quantity: allowed are {QUANTITY}");
                found.push(Diagnostic::error("invalid-quantity", message).value(text).allowed(QUANTITY));
            }
            quantity
        });
        if let [Some(request), Some(limit)] = sizes
            && request > limit
        {
            let (request, limit) = (&self.memory_request, &self.memory_limit);
            let message = format!("the memory request {request} is more than the limit {limit}");
            found.push(
                Diagnostic::error("request-over-limit", message)
                    .value(request)
                    .allowed(format!("up to {limit}")),
            );
        }
        found
    }
}
