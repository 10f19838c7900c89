//! A whole template.

use crate::{Map, Node, Resource, Text};

/// The only version of the template format there is.
pub(crate) const FORMAT_VERSION: &str = "2010-09-09";

/// A CloudFormation template: its sections, each in definition order.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// `AWSTemplateFormatVersion`; left out where `None`.
    pub format_version: Option<Text>,
    /// `Description`, at most 1,024 bytes; left out where `None`.
    pub description: Option<Text>,
    /// `Transform`: one macro, or a list of them; left out where `None`.
    pub transform: Option<Node>,
    /// `Metadata`.
    pub metadata: Map,
    /// `Parameters`.
    pub parameters: Map,
    /// `Mappings`.
    pub mappings: Map,
    /// `Conditions`.
    pub conditions: Map,
    /// `Rules`.
    pub rules: Map,
    /// `Resources`.
    pub resources: Vec<(Text, Resource)>,
    /// What else stands in `Resources`, for a macro to make resources of: `Fn::ForEach::…`, `Fn::Transform`, and
    /// resources that are such a function as a whole.
    pub generated: Map,
    /// `Outputs`.
    pub outputs: Map,
    /// Any other section, kept as it was read.
    pub others: Map,
}

impl Template {
    /// An empty template.
    pub fn new() -> Self {
        Template { format_version: Some(Text::from_static(FORMAT_VERSION)), ..Template::default() }
    }

    /// Every resource, parameter, condition and mapping that a name in this template may mean.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        let resources = self.resources.iter().map(|(name, _)| name);
        resources.chain(self.parameters.keys()).chain(self.conditions.keys()).chain(self.mappings.keys())
    }
}
