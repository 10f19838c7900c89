//! Resources: their type's facts, their properties, their attributes in the template.

use crate::{Map, Node, Target, Text};

/// What is known of a resource type without looking at one of its resources.
#[derive(Debug)]
pub struct ResourceMeta {
    /// The name of the type, such as `AWS::EC2::Subnet`.
    pub type_name: &'static str,
    /// Every property.
    pub properties: &'static [&'static str],
    /// The properties that must be given.
    pub required: &'static [&'static str],
    /// The properties whose change replaces the resource.
    pub create_only: &'static [&'static str],
    /// The properties whose change may replace the resource.
    pub conditional: &'static [&'static str],
    /// What `Fn::GetAtt` can ask for.
    pub attributes: &'static [&'static str],
    /// Those of the attributes that yield lists, which no output can carry as they are.
    pub list_attributes: &'static [&'static str],
    /// The properties and attributes that together identify a resource.
    pub primary_identifier: &'static [&'static str],
    /// Where and how the type takes tags; `None` where it takes none.
    pub tagging: Option<Tagging>,
}

/// Where and how a resource type takes tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagging {
    /// The property that holds the tags.
    pub property: &'static str,
    /// The form of the tags in it.
    pub shape: TagShape,
}

/// The form a resource type wants its tags in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagShape {
    /// A list of `{Key, Value}`.
    List,
    /// A map from key to value.
    Map,
    /// A list of `{Key, Value, PropagateAtLaunch}`, as Auto Scaling groups want it.
    AutoScaling,
}

/// A generated resource type.
pub trait ResourceType: Sized {
    /// What is known of the type.
    const META: &'static ResourceMeta;
    /// The references that a resource of this type hands out.
    type Attributes: From<Target>;
    /// A resource from a property tree, which is trusted.
    fn from_properties(properties: Map) -> Self;
    /// The property tree.
    fn into_properties(self) -> Map;
}

/// A generated type of a structured property.
pub trait PropertyType: Sized {
    /// A property from a tree, which is trusted.
    fn from_properties(properties: Map) -> Self;
    /// The tree.
    fn into_properties(self) -> Map;
}

/// What becomes of a resource that leaves the template or is replaced.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It is kept.
    Retain,
    /// It is kept, unless its creation is rolled back.
    RetainExceptOnCreate,
    /// A snapshot is taken, then it is deleted.
    Snapshot,
}

impl DeletionPolicy {
    /// The word templates use.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeletionPolicy::Delete => "Delete",
            DeletionPolicy::Retain => "Retain",
            DeletionPolicy::RetainExceptOnCreate => "RetainExceptOnCreate",
            DeletionPolicy::Snapshot => "Snapshot",
        }
    }
}

/// A resource of a template.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The name of the type.
    pub type_name: Text,
    /// What is known of the type; `None` for a custom or unknown one.
    pub meta: Option<&'static ResourceMeta>,
    /// `Properties`.
    pub properties: Map,
    /// Everything beside `Type` and `Properties`, by the name templates use: `DependsOn`, `DeletionPolicy`, ….
    pub attributes: Map,
}

/// By what is written; the facts of a type follow from its name.
impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        self.type_name == other.type_name
            && self.properties == other.properties
            && self.attributes == other.attributes
    }
}

impl Resource {
    /// A resource of a generated type.
    pub fn typed<T: ResourceType>(resource: T) -> Self {
        Resource {
            type_name: Text::from_static(T::META.type_name),
            meta: Some(T::META),
            properties: resource.into_properties(),
            attributes: Map::new(),
        }
    }

    /// A resource of any type, such as `Custom::Thing`.
    pub fn raw(type_name: impl Into<Text>, properties: Map) -> Self {
        Resource { type_name: type_name.into(), meta: None, properties, attributes: Map::new() }
    }

    /// Every node of the resource: its properties and attributes, not the trees below them.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.properties.values().chain(self.attributes.values())
    }

    /// Every node of the resource, to be changed in place.
    pub fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.properties.iter_mut().chain(self.attributes.iter_mut()).map(|(_, node)| node)
    }
}
