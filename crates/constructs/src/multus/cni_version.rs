//! The version of the CNI specification a configuration is written in.

use serde::{Deserialize, Serialize};

/// A version of the [CNI specification](https://www.cni.dev/docs/spec/) that Multus and the plugins understand.
///
/// 1.1.0 is not among them: Multus 4.1 is built with version 1.1.2 of the CNI library, whose newest version is 1.0.0.
/// Neither are those before 0.3.0, which have no chains of plugins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(non_camel_case_types, reason = "digits that follow each other need something between them")]
#[non_exhaustive]
pub enum CniVersion {
    /// 0.3.0.
    #[serde(rename = "0.3.0")]
    V0_3_0,
    /// 0.3.1.
    #[serde(rename = "0.3.1")]
    V0_3_1,
    /// 0.4.0.
    #[serde(rename = "0.4.0")]
    V0_4_0,
    /// 1.0.0, the default.
    #[default]
    #[serde(rename = "1.0.0")]
    V1_0_0,
}
