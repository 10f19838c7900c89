//! From where the Kubernetes API of a cluster can be reached.

use stackwright_core::{Construct, Diagnostic, Scope};

use crate::cidr;
use crate::ec2::Cidr;

/// The most blocks that the public endpoint can be limited to.
///
/// Source: [EKS service quotas](https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html)
const MOST_CIDRS: usize = 40;

/// Addresses the internet does not carry, which a public endpoint never sees.
const PRIVATE: [Cidr; 3] = [cidr!("10.0.0.0/8"), cidr!("172.16.0.0/12"), cidr!("192.168.0.0/16")];

/// From where the Kubernetes API of a cluster can be reached.
///
/// It can be changed at any time.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::eks::EndpointAccess;
///
/// let office = EndpointAccess::public_and_private().public_cidrs([cidr!("203.0.113.0/24")]);
/// ```
///
/// Source: [cluster endpoint](https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html)
#[derive(Clone, Debug)]
#[must_use]
pub struct EndpointAccess {
    pub(super) public: bool,
    pub(super) private: bool,
    pub(super) cidrs: Vec<Cidr>,
}

impl EndpointAccess {
    /// From the internet, and from within the VPC without leaving it.
    pub fn public_and_private() -> Self {
        Self { public: true, private: true, cidrs: Vec::new() }
    }

    /// From the internet only: nodes, too, leave the VPC to reach it.
    pub fn public() -> Self {
        Self { private: false, ..Self::public_and_private() }
    }

    /// From within the VPC and what is connected to it only, so also `kubectl` has to be there.
    pub fn private() -> Self {
        Self { public: false, ..Self::public_and_private() }
    }

    /// The blocks of the internet it is reached from, at most 40. Left out: all of the internet; who may do what is
    /// decided by credentials anyway.
    ///
    /// Without a private endpoint, the addresses of the NAT gateways have to be among them, or no node joins.
    pub fn public_cidrs(mut self, blocks: impl IntoIterator<Item = Cidr>) -> Self {
        self.cidrs = blocks.into_iter().collect();
        self
    }

    pub(super) fn check(&self, cluster: &Construct) {
        if !self.public && !self.cidrs.is_empty() {
            let finding = "the public endpoint of the cluster is limited to blocks, but there is none";
            cluster.report(
                Diagnostic::error("no-public-endpoint", finding)
                    .hint("use EndpointAccess::public_and_private(), or leave the blocks out"),
            );
        }
        if self.cidrs.len() > MOST_CIDRS {
            let given = self.cidrs.len();
            let finding =
                format!("the public endpoint is limited to {given} blocks: allowed are {MOST_CIDRS}");
            cluster.report(
                Diagnostic::error("too-many-endpoint-cidrs", finding)
                    .value(given.to_string())
                    .allowed(MOST_CIDRS.to_string()),
            );
        }
        for block in self.cidrs.iter().filter(|block| PRIVATE.iter().any(|private| private.contains(**block)))
        {
            let finding = format!("the public endpoint cannot be reached from {block}, a private block");
            cluster.report(
                Diagnostic::error("private-endpoint-cidr", finding)
                    .value(block.to_string())
                    .hint("name the public addresses that requests come from, such as those of NAT gateways"),
            );
        }
    }
}
