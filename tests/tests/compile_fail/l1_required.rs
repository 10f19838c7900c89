//! Leaving out what a resource type requires.

use stackwright_aws::ec2::{Subnet, SubnetRequired};

fn main() {
    let _ = Subnet::new(SubnetRequired {});
}
