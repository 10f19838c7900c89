//! Every CloudFormation resource type, generated from facts for the enabled services.

use stackwright_cfn as cfn;

mod tag;

pub use tag::{Tag, TagRequired};

pub mod ids {
    //! The types that tell one id from another: `Value<SubnetId>` is no `Value<VpcId>`.

    include!(concat!(env!("OUT_DIR"), "/ids.rs"));
}

include!(concat!(env!("OUT_DIR"), "/services.rs"));
