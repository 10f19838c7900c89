//! Required arguments by position, where two strings could be swapped.

use stackwright_aws::ec2::SubnetRouteTableAssociation;

fn main() {
    let _ = SubnetRouteTableAssociation::new("rtb-1", "subnet-1");
}
