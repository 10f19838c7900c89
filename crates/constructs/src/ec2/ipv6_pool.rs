//! Where an IPv6 block of one's own comes from.

use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Scope};

use super::subnet::has_subnet;
use super::vpc_props::VpcProps;

/// The pool that an IPv6 block of one's own is taken from.
///
/// Sources: [addresses of one's own](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-byoip.html),
/// [pools of IPAM](https://docs.aws.amazon.com/vpc/latest/ipam/how-it-works-ipam.html)
#[derive(Clone, Debug)]
pub enum Ipv6Pool {
    /// Addresses that were brought to EC2, by the id of their pool, such as `ipv6pool-ec2-0a1b2c3d4e5f60718`.
    Byoip(Value<String>),
    /// A pool of VPC IPAM, by its id, such as `ipam-pool-0a1b2c3d4e5f60718`: of addresses that were brought, that Amazon
    /// gave, or that are private.
    Ipam(Value<String>),
}

impl Ipv6Pool {
    /// The pool of addresses that were brought to EC2.
    pub fn byoip(id: impl Into<Value<String>>) -> Self {
        Self::Byoip(id.into())
    }

    /// The pool of VPC IPAM.
    pub fn ipam(id: impl Into<Value<String>>) -> Self {
        Self::Ipam(id.into())
    }
}

/// Reports a block of one's own that cannot be one of a VPC, or has too few blocks for the subnets with these numbers.
pub(super) fn check(vpc: &Construct, props: &VpcProps, numbers: &[u8]) {
    let Some((block, _)) = &props.ipv6 else { return };
    let report = |finding: Diagnostic| vpc.report(props.lines.ipv6.mark(finding.value(block.to_string())));
    let allowed = "a /44, /48, /52, /56 or /60";
    let length = block.prefix_len();
    if !(44..=60).contains(&length) || !length.is_multiple_of(4) {
        let finding = format!("{block} cannot be the IPv6 block of a VPC: allowed is {allowed}");
        report(Diagnostic::error("ipv6-block-size", finding).allowed(allowed));
    } else if let Some(last) = numbers.iter().max().filter(|last| !has_subnet(*block, **last)) {
        let needed = u32::from(*last) + 1;
        let finding =
            format!("the subnets need {needed} blocks of /64, {block} has {}", 1_u32 << (64 - length));
        report(
            Diagnostic::error("ipv6-blocks-do-not-fit", finding)
                .hint("choose a larger block, or fewer subnets"),
        );
    }
}
