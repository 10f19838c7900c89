//! Aspects: changes made to many resources at once.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource};

/// A resource as an aspect sees it.
#[derive(Debug)]
pub struct ResourceView<'a> {
    pub(crate) path: String,
    pub(crate) resource: &'a mut Resource,
    pub(crate) findings: Vec<Diagnostic>,
}

impl ResourceView<'_> {
    /// The path of the resource.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The CloudFormation type, such as `AWS::EC2::Subnet`.
    pub fn type_name(&self) -> &str {
        &self.resource.type_name
    }

    /// The properties.
    pub fn properties(&self) -> &Map {
        &self.resource.properties
    }

    /// The properties, to be changed.
    pub fn properties_mut(&mut self) -> &mut Map {
        &mut self.resource.properties
    }

    /// What stands beside `Type` and `Properties`, such as `DeletionPolicy`.
    pub fn attribute(&self, name: &str) -> Option<&Node> {
        self.resource.attributes.get(name)
    }

    /// Sets what stands beside `Type` and `Properties`, such as `DeletionPolicy`.
    pub fn set_attribute(&mut self, name: &'static str, value: impl Into<Node>) {
        self.resource.attributes.set(name, value);
    }

    /// Adds a finding about the resource.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }
}
