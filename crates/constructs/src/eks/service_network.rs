//! The addresses of Kubernetes services.

use stackwright_core::{Construct, Diagnostic, Scope};

use crate::cidr;
use crate::ec2::{Cidr, Vpc};
use crate::line::Line;

/// The blocks that addresses of services are taken from.
const ALLOWED: [Cidr; 3] = [cidr!("10.0.0.0/8"), cidr!("172.16.0.0/12"), cidr!("192.168.0.0/16")];

/// Which addresses the pods and services of a cluster have. A change replaces the cluster.
///
/// Source: [IPv6 clusters](https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IpFamily {
    /// IPv4 addresses.
    #[default]
    Ipv4,
    /// IPv6 addresses; the VPC has to be dual stack.
    Ipv6,
}

/// The IPv4 block of services that EKS chooses for a VPC with this primary block.
///
/// It is said in the template all the same, because nodes that start themselves have to know it and CloudFormation
/// cannot tell.
///
/// Source: [KubernetesNetworkConfigRequest](https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html)
fn usual(primary: Cidr) -> Cidr {
    if ALLOWED[0].contains(primary) { cidr!("172.20.0.0/16") } else { cidr!("10.100.0.0/16") }
}

/// The addresses of a cluster's services, which it tells the address plan of its VPC.
#[derive(Clone, Debug)]
pub(crate) struct ServiceAddresses {
    /// The VPC that the cluster is in.
    pub(crate) vpc: Construct,
    pub(crate) block: Cidr,
    pub(crate) line: Line,
}

/// The IPv4 block of services; `None` where EKS chooses one of a kind or a place that is not known here.
pub(super) fn service_cidr(
    cluster: &Construct,
    vpc: &Vpc,
    family: IpFamily,
    given: Option<Cidr>,
    line: Line,
) -> Option<Cidr> {
    let report = |finding| cluster.report(line.mark(finding));
    match (family, given) {
        (IpFamily::Ipv6, given) => {
            if let Some(block) = given {
                let finding =
                    format!("the services of an IPv6 cluster cannot have addresses of {block}: EKS chooses");
                report(
                    Diagnostic::error("service-cidr-of-ipv6-cluster", finding)
                        .value(block.to_string())
                        .hint("leave the block out, or make an IPv4 cluster"),
                );
            }
            if vpc.resource().is_some() && !vpc.is_dual_stack() {
                let finding = "an IPv6 cluster is to be in a VPC without IPv6 addresses";
                report(
                    Diagnostic::error("vpc-without-ipv6", finding)
                        .hint("make the VPC with VpcProps::dual_stack()"),
                );
            }
            None
        }
        (IpFamily::Ipv4, given) => {
            let block = given.or_else(|| vpc.cidr().map(usual))?;
            check(cluster, vpc, block, line);
            cluster.tell(ServiceAddresses { vpc: vpc.construct().clone(), block, line });
            Some(block)
        }
    }
}

fn check(cluster: &Construct, vpc: &Vpc, block: Cidr, line: Line) {
    let report = |finding| cluster.report(line.mark(finding));
    if !(12..=24).contains(&block.prefix_len()) || !ALLOWED.iter().any(|allowed| allowed.contains(block)) {
        let allowed = "a /12 to /24 within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16";
        let finding =
            format!("the services of a cluster cannot have addresses of {block}: allowed is {allowed}");
        report(Diagnostic::error("service-cidr", finding).value(block.to_string()).allowed(allowed));
    }
    for other in vpc.blocks().iter().filter(|other| other.overlaps(block)) {
        let finding = format!("the addresses of services, {block}, overlap with {other} of the VPC");
        report(
            Diagnostic::error("service-cidr-in-vpc", finding)
                .value(block.to_string())
                .hint("give the cluster a service_cidr() apart from the VPC and all it is connected to"),
        );
    }
}
