//! The images that nodes start from.

use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Scope};

use super::instance_type::{Accelerator, Architecture, InstanceType};
use super::version::KubernetesVersion;

/// The last minor version of Kubernetes 1 that there are images of Amazon Linux 2 for.
///
/// Source: [end of Amazon Linux 2 images](https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html)
const LAST_OF_AL2: u32 = 32;

/// The image nodes start from: which system they run.
///
/// For images of EKS's own, the variant follows from the types of instances: x86 or Arm, with drivers for GPUs of NVIDIA
/// or for AWS Neuron. A change replaces a managed node group.
///
/// ```
/// use stackwright_constructs::eks::{CustomSystem, NodeImage};
///
/// let small = NodeImage::bottlerocket();
/// let own = NodeImage::custom("ami-0a1b2c3d4e5f60718", CustomSystem::Al2023);
/// ```
///
/// Source: [EKS optimized images](https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html)
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeImage(pub(super) Image);

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Image {
    #[default]
    Al2023,
    Al2,
    Bottlerocket {
        fips: bool,
    },
    Custom {
        id: Value<String>,
        system: CustomSystem,
    },
}

/// The system of an image of one's own, which says how a node learns of its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomSystem {
    /// Amazon Linux 2023 with `nodeadm`.
    Al2023,
    /// Bottlerocket.
    Bottlerocket,
}

impl NodeImage {
    /// Amazon Linux 2023.
    pub fn al2023() -> Self {
        Self(Image::Al2023)
    }

    /// Bottlerocket, a system for containers and little else.
    pub fn bottlerocket() -> Self {
        Self(Image::Bottlerocket { fips: false })
    }

    /// Bottlerocket with cryptography by FIPS 140-3.
    pub fn bottlerocket_fips() -> Self {
        Self(Image::Bottlerocket { fips: true })
    }

    /// Amazon Linux 2, whose last image is of December 2025, for Kubernetes up to 1.32.
    pub fn al2() -> Self {
        Self(Image::Al2)
    }

    /// An image of one's own, by its id. It is updated by giving another id; EKS does not know of newer ones.
    pub fn custom(id: impl Into<Value<String>>, system: CustomSystem) -> Self {
        Self(Image::Custom { id: id.into(), system })
    }

    /// Whether it is configured as Bottlerocket is.
    pub(super) fn is_bottlerocket(&self) -> bool {
        matches!(
            self.0,
            Image::Bottlerocket { .. } | Image::Custom { system: CustomSystem::Bottlerocket, .. }
        )
    }

    /// What EKS calls the image for these types of instances; `None` for an image of one's own.
    ///
    /// Source: [CreateNodegroup](https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html)
    pub(super) fn ami_type(&self, nodes: &Construct, types: &[InstanceType]) -> Option<&'static str> {
        use {Accelerator::*, Architecture::*};
        let (architecture, accelerator) = common(nodes, types)?;
        let ami_type = match (&self.0, architecture, accelerator) {
            (Image::Custom { .. }, _, _) => return None,
            (Image::Al2023, X86_64, None) => "AL2023_x86_64_STANDARD",
            (Image::Al2023, X86_64, Some(Nvidia)) => "AL2023_x86_64_NVIDIA",
            (Image::Al2023, X86_64, Some(Neuron)) => "AL2023_x86_64_NEURON",
            (Image::Al2023, Arm64, None) => "AL2023_ARM_64_STANDARD",
            (Image::Al2023, Arm64, Some(Nvidia)) => "AL2023_ARM_64_NVIDIA",
            (Image::Al2, X86_64, None) => "AL2_x86_64",
            (Image::Al2, X86_64, Some(_)) => "AL2_x86_64_GPU",
            (Image::Al2, Arm64, None) => "AL2_ARM_64",
            (Image::Bottlerocket { fips: false }, X86_64, None) => "BOTTLEROCKET_x86_64",
            (Image::Bottlerocket { fips: false }, X86_64, Some(Nvidia)) => "BOTTLEROCKET_x86_64_NVIDIA",
            (Image::Bottlerocket { fips: false }, Arm64, None) => "BOTTLEROCKET_ARM_64",
            (Image::Bottlerocket { fips: false }, Arm64, Some(Nvidia)) => "BOTTLEROCKET_ARM_64_NVIDIA",
            (Image::Bottlerocket { fips: true }, X86_64, None) => "BOTTLEROCKET_x86_64_FIPS",
            (Image::Bottlerocket { fips: true }, X86_64, Some(Nvidia)) => "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
            (Image::Bottlerocket { fips: true }, Arm64, None) => "BOTTLEROCKET_ARM_64_FIPS",
            (Image::Bottlerocket { fips: true }, Arm64, Some(Nvidia)) => "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
            (_, _, Some(_)) => {
                let kind = types.first().map(ToString::to_string).unwrap_or_default();
                let finding = format!("there is no such image for {kind}: its accelerator needs another");
                nodes.report(
                    Diagnostic::error("no-image-for-accelerator", finding)
                        .value(kind)
                        .hint("use NodeImage::al2023(), or an image of your own"),
                );
                return None;
            }
        };
        Some(ami_type)
    }

    /// The public parameter of Systems Manager that holds the id of EKS's own image for these types of instances.
    ///
    /// Source: [image ids](https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html)
    pub(super) fn id(
        &self,
        nodes: &Construct,
        version: Option<&KubernetesVersion>,
        types: &[InstanceType],
    ) -> Option<Value<String>> {
        let ami_type = match &self.0 {
            Image::Custom { id, .. } => return Some(id.clone()),
            _ => self.ami_type(nodes, types)?,
        };
        let Some(version) = version else {
            let finding = "which image nodes start from depends on the cluster's version, which is not known";
            nodes.report(
                Diagnostic::error("cluster-fact-unknown", finding)
                    .hint("say ClusterAttributes::version() where the cluster is imported"),
            );
            return None;
        };
        let architecture = if ami_type.contains("ARM_64") { "arm64" } else { "x86_64" };
        let is_nvidia = ami_type.contains("NVIDIA");
        let name = match self.0 {
            Image::Bottlerocket { fips } => {
                let nvidia = if is_nvidia { "-nvidia" } else { "" };
                let fips = if fips { "-fips" } else { "" };
                format!(
                    "/aws/service/bottlerocket/aws-k8s-{version}{nvidia}{fips}/{architecture}/latest/image_id"
                )
            }
            _ => {
                let variant = match ami_type {
                    _ if is_nvidia => "nvidia",
                    "AL2023_x86_64_NEURON" => "neuron",
                    _ => "standard",
                };
                format!(
                    "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/{architecture}/{variant}/recommended/image_id"
                )
            }
        };
        Some(format!("{{{{resolve:ssm:{name}}}}}").into())
    }

    /// Tells that there is no such image for the version.
    pub(super) fn check(&self, nodes: &Construct, version: Option<&KubernetesVersion>) {
        if let Image::Custom { id, .. } = &self.0
            && let Some(text) = id.as_str()
            && !text.starts_with("ami-")
            && !text.starts_with("{{resolve:")
        {
            let finding =
                format!("{text:?} is not the id of an image: allowed are ids such as ami-0a1b2c3d4e5f60718");
            nodes.report(Diagnostic::error("invalid-id", finding).value(text));
        }
        let Some(version) = version.filter(|_| self.0 == Image::Al2) else { return };
        if version.minor().is_some_and(|minor| minor > LAST_OF_AL2) {
            let finding =
                format!("there is no image of Amazon Linux 2 for Kubernetes {version}: the last is for 1.32");
            nodes.report(
                Diagnostic::error("no-image-for-version", finding)
                    .value(version.as_str())
                    .hint("use NodeImage::al2023()"),
            );
        } else {
            let finding = "images of Amazon Linux 2 get no more updates, since 26 November 2025";
            nodes.report(
                Diagnostic::warning("image-without-updates", finding).hint("use NodeImage::al2023()"),
            );
        }
    }
}

/// What all types of instances of a group have in common, which a group with one image needs.
fn common(nodes: &Construct, types: &[InstanceType]) -> Option<(Architecture, Option<Accelerator>)> {
    let inside = |kind: &InstanceType| (kind.architecture(), kind.accelerator());
    let first = types.first()?;
    if let Some(other) = types.iter().find(|other| inside(other) != inside(first)) {
        let finding = format!("the nodes of a group cannot be {first} and {other}: no image is for both");
        nodes.report(
            Diagnostic::error("mixed-instance-types", finding)
                .value(other.as_str())
                .hint("make a group for each architecture and each kind of accelerator"),
        );
        return None;
    }
    Some(inside(first))
}
