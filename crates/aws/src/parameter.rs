//! The ids that a parameter can have, which CloudFormation looks up before it deploys anything.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>

use crate::cfn::ParameterId;
use crate::ids::ec2;

macro_rules! ids {
    ($($id:ty = $name:literal;)*) => {
        $(impl ParameterId for $id {
            const TYPE: &'static str = $name;
        })*
    };
}

ids! {
    ec2::InstanceId = "AWS::EC2::Instance::Id";
    ec2::SecurityGroupId = "AWS::EC2::SecurityGroup::Id";
    ec2::SubnetId = "AWS::EC2::Subnet::Id";
    ec2::VolumeId = "AWS::EC2::Volume::Id";
    ec2::VpcId = "AWS::EC2::VPC::Id";
}
