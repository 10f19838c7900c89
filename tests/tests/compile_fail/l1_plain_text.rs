//! A computed text where an id belongs, without a word that it is one.

use stackwright_aws::ec2::SubnetRequired;
use stackwright_cfn::Value;

fn required(text: Value<String>) -> SubnetRequired {
    SubnetRequired { vpc_id: text }
}

fn main() {
    let _ = required("vpc-1".into());
}
