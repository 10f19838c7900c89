//! A role's ARN where a subnet's id belongs.

use stackwright_aws::ec2::NatGateway;
use stackwright_aws::ids::iam::RoleArn;
use stackwright_cfn::Value;

fn gateway(role: Value<RoleArn>) -> NatGateway {
    NatGateway::new().subnet_id(role)
}

fn main() {
    let _ = gateway("arn:aws:iam::111122223333:role/nodes".into());
}
