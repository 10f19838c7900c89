//! The assembly: what a program describes, ready to be written or deployed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Acknowledged, AddressPlan, Diagnostics, SourceEntry};

/// The version of `manifest.json`'s form. It grows when a reader of the older form would be misled.
pub const FORMAT_VERSION: u32 = 1;

/// The form of the templates that are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON, indented by two spaces.
    #[default]
    Json,
    /// YAML that readers of YAML 1.1 and 1.2 understand alike.
    Yaml,
}

/// What kind of thing is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A CloudFormation stack.
    Stack,
    /// A file of Kubernetes objects.
    Chart,
}

/// The account and region a stack is deployed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// The account's twelve digits; absent: the account of the credentials at deploy time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region, such as `eu-west-1`; absent: the region configured at deploy time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// What there is to know of a stack beside its template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackFacts {
    /// Where the stack is deployed.
    pub environment: Environment,
    /// The tags of the stack itself, which CloudFormation passes on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The capabilities the template needs, such as `CAPABILITY_NAMED_IAM`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// Whether the stack refuses to be deleted.
    #[serde(default)]
    pub termination_protection: bool,
    /// Which addresses of its networks are whose, where the program has a plan of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_plans: Vec<AddressPlan>,
}

/// An output of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The output's name.
    pub name: String,
    /// The name it is exported by; absent where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// What it is, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A value that a chart needs and a deployed stack has.
///
/// The placeholder stands in texts of the chart's objects, alone or within longer ones, and in what is said of its
/// cluster.
/// Its form is `${stackwright:STACK.OUTPUT}`; nothing else in a chart looks like one. The value goes into the text once
/// the YAML has been read, not into the YAML: a value may have quotes or line ends in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The text in the manifest that stands for the value.
    pub placeholder: String,
    /// The stack.
    pub stack: String,
    /// The stack's output.
    pub output: String,
}

/// The cluster that a chart's objects go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// The name of the EKS cluster, or the placeholder of one of the chart's bindings.
    pub name: String,
    /// Where the cluster is.
    pub environment: Environment,
    /// The ARN of the IAM role that objects are applied with, or the placeholder of one of the chart's bindings; absent:
    /// whoever deploys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// A stack or a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployable {
    /// The name, which a stack is deployed by.
    pub name: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The name of the file in the assembly's directory.
    pub file: String,
    /// The names of the deployables that must be up before it, sorted.
    pub dependencies: Vec<String>,
    /// What only stacks have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<StackFacts>,
    /// The stack's outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// The cluster a chart's objects go to; absent: the one that kubectl is set to at deploy time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterFacts>,
    /// The values a chart waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bindings: Vec<Binding>,
    /// Where each element comes from.
    pub source_map: Vec<SourceEntry>,
    /// The findings that the program acknowledges, with its reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Acknowledged>,
}

impl Deployable {
    /// A deployable of which nothing else is known: it depends on nothing, and nothing is said of what is in its file.
    pub fn new(name: impl Into<String>, kind: Kind, file: impl Into<String>) -> Self {
        Deployable {
            name: name.into(),
            kind,
            file: file.into(),
            dependencies: Vec::new(),
            stack: None,
            outputs: Vec::new(),
            cluster: None,
            bindings: Vec::new(),
            source_map: Vec::new(),
            acknowledged: Vec::new(),
        }
    }
}

/// The contents of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form, [`FORMAT_VERSION`].
    pub version: u32,
    /// The deployables, in deploy order.
    pub deployables: Vec<Deployable>,
}

/// A file of the assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The name in the assembly's directory.
    pub name: String,
    /// The contents.
    pub contents: Vec<u8>,
}

/// The finished result of a synthesis, in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// What is deployed, and in what order.
    pub manifest: Manifest,
    /// The templates and manifests, in deploy order; `manifest.json` is not among them.
    pub files: Vec<File>,
    /// What is worth knowing. None of it is an error.
    pub warnings: Diagnostics,
}

impl Assembly {
    /// The deployable of this name.
    pub fn deployable(&self, name: &str) -> Option<&Deployable> {
        self.manifest.deployables.iter().find(|deployable| deployable.name == name)
    }

    /// The contents of the file of this name.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.iter().find(|file| file.name == name).map(|file| &*file.contents)
    }
}
