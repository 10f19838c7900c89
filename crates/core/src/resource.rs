//! Resources of a stack.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;

use stackwright_cfn::{
    CreationPolicy, DeletionPolicy, Map, Node, ResourceMeta, ResourceType, Target, Text, UpdatePolicy, Value,
};

use crate::aspect::ResourceView;
use crate::condition::Condition;
use crate::construct::{Construct, Scope};
use crate::section;
use crate::synth::logical_id;
use crate::tree::{Change, Kind};

/// A resource of a stack: a handle that hands out references to it.
///
/// It derefs to the references that its type `T` has: `ref_()` and one `attr_…()` for each attribute.
pub struct Resource<T: ResourceType> {
    construct: Construct,
    attributes: T::Attributes,
}

impl<T: ResourceType> Resource<T> {
    /// A resource of a generated type.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, resource: T) -> Self {
        Resource::add(scope, id, stackwright_cfn::Resource::typed(resource), Location::caller())
    }

    fn add(
        scope: &impl Scope,
        id: &str,
        resource: stackwright_cfn::Resource,
        location: &'static Location<'static>,
    ) -> Self {
        Resource::from_construct(scope.construct().add(id, location, Kind::Resource(Box::new(resource))))
    }

    pub(crate) fn from_construct(construct: Construct) -> Self {
        let target = construct.reads(|tree| tree.target(construct.id));
        Resource { construct, attributes: T::Attributes::from(target) }
    }

    /// Changes the resource's properties, with the type's own setters.
    pub fn edit(&self, change: impl FnOnce(T) -> T) {
        let mut properties = Map::new();
        self.resource(|resource| std::mem::swap(&mut properties, &mut resource.properties));
        // The tree is free meanwhile, so that the change may ask it for names and paths.
        let changed = change(T::from_properties(properties)).into_properties();
        self.resource(|resource| resource.properties = changed);
    }

    /// The resource's properties as they are now.
    pub fn properties(&self) -> Map {
        let mut properties = Map::new();
        self.resource(|resource| properties = resource.properties.clone());
        properties
    }

    /// Sets a property by name: for one that the type does not know yet.
    pub fn set_property(&self, name: &str, value: impl Into<Node>) {
        let value = value.into();
        self.resource(|resource| {
            resource.properties.insert(name, value);
        });
    }

    /// Sets the property at a path such as `Tags.0.Value` after everything else, aspects and tags included.
    ///
    /// The way to what a construct hides. A dot within a name is written `\.`. The path is listed in the manifest, so
    /// that a review sees it.
    #[track_caller]
    pub fn override_property(&self, path: &str, value: impl Into<Node>) {
        self.construct.add_override(path, Change::Set(value.into()), "Tags.0.Value");
    }

    /// Deletes the property at a path such as `Tags.0.Value` after everything else; one that is not there is an error.
    #[track_caller]
    pub fn delete_property(&self, path: &str) {
        self.construct.add_override(path, Change::Delete, "Tags.0.Value");
    }

    /// Gives the resource a logical id of its own instead of the one that follows from its path.
    #[track_caller]
    pub fn override_logical_id(&self, id: impl Into<Text>) {
        self.construct.set_logical_id(id.into(), Location::caller());
    }

    /// The logical id the resource has in its template, as far as the program has said by now.
    pub fn logical_id(&self) -> Text {
        self.construct.reads(|tree| logical_id(tree, self.construct.id))
    }

    /// Makes the resource only where `condition` holds.
    pub fn condition(&self, condition: &Condition) {
        self.set_attribute("Condition", condition.name());
    }

    /// What becomes of the resource when it leaves the template; left out, AWS decides by its type (most are deleted).
    pub fn deletion_policy(&self, policy: DeletionPolicy) {
        self.set_attribute("DeletionPolicy", policy.as_str());
    }

    /// What becomes of the old resource when it is replaced; left out, it is deleted.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
    pub fn update_replace_policy(&self, policy: DeletionPolicy) {
        self.set_attribute("UpdateReplacePolicy", policy.as_str());
    }

    /// How many signals to wait for before the resource counts as made; left out: none.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html>
    #[track_caller]
    pub fn creation_policy(&self, policy: CreationPolicy) {
        section::report(self, Location::caller(), policy.check());
        self.set_attribute("CreationPolicy", policy);
    }

    /// How the resource is updated where CloudFormation has a choice; left out, its type's default.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
    #[track_caller]
    pub fn update_policy(&self, policy: UpdatePolicy) {
        section::report(self, Location::caller(), policy.check());
        self.set_attribute("UpdatePolicy", policy);
    }

    /// Adds an entry to the resource's `Metadata`.
    pub fn add_metadata(&self, key: &str, value: impl Into<Node>) {
        let value = value.into();
        self.resource(|resource| {
            let metadata = resource.attributes.get_or_insert_with("Metadata", || Node::Map(Map::new()));
            if let Some(metadata) = metadata.as_map_mut() {
                metadata.insert(key, value);
            }
        });
    }

    /// Sets what stands beside `Type` and `Properties` by its name, such as `UpdatePolicy`.
    pub fn set_attribute(&self, name: &'static str, value: impl Into<Node>) {
        let value = value.into();
        self.resource(|resource| resource.attributes.set(name, value));
    }

    fn resource(&self, change: impl FnOnce(&mut stackwright_cfn::Resource)) {
        self.construct.changes(|tree| {
            if let Some(resource) = tree.resource_mut(self.construct.id) {
                change(resource);
            }
        });
    }
}

impl Resource<Untyped> {
    /// A resource of any type, such as `Custom::Thing` or one that is newer than the generated types.
    #[track_caller]
    pub fn raw(scope: &impl Scope, id: &str, type_name: impl Into<Text>, properties: Map) -> Self {
        let resource = stackwright_cfn::Resource::raw(type_name, properties);
        Resource::add(scope, id, resource, Location::caller())
    }
}

impl<T: ResourceType> Deref for Resource<T> {
    type Target = T::Attributes;

    fn deref(&self) -> &T::Attributes {
        &self.attributes
    }
}

impl<T: ResourceType> Clone for Resource<T> {
    fn clone(&self) -> Self {
        Resource::from_construct(self.construct.clone())
    }
}

impl<T: ResourceType> fmt::Debug for Resource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Resource").field(&self.path()).finish()
    }
}

impl<T: ResourceType> Scope for Resource<T> {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

/// The type of resources whose properties the program gives by name.
#[derive(Clone, Debug)]
pub struct Untyped(Map);

impl ResourceType for Untyped {
    const META: &'static ResourceMeta = &ResourceMeta {
        type_name: "",
        properties: &[],
        required: &[],
        create_only: &[],
        conditional: &[],
        attributes: &[],
        list_attributes: &[],
        primary_identifier: &[],
        tagging: None,
    };
    type Attributes = UntypedAttributes;

    fn from_properties(properties: Map) -> Self {
        Untyped(properties)
    }

    fn into_properties(self) -> Map {
        self.0
    }
}

impl Untyped {
    /// Sets a property.
    pub fn property(mut self, name: &str, value: impl Into<Node>) -> Self {
        self.0.insert(name, value.into());
        self
    }
}

/// The references of an untyped resource, trusted to yield a `T`.
#[derive(Clone, Copy, Debug)]
pub struct UntypedAttributes(Target);

impl From<Target> for UntypedAttributes {
    fn from(target: Target) -> Self {
        UntypedAttributes(target)
    }
}

impl UntypedAttributes {
    /// `Ref` of the resource.
    pub fn ref_<T>(&self) -> Value<T> {
        self.0.reference()
    }

    /// `Fn::GetAtt` of the resource.
    pub fn attr<T>(&self, name: &'static str) -> Value<T> {
        self.0.attribute(name)
    }
}

/// What becomes of resources when they leave the template or are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovalPolicy {
    /// They are deleted.
    Destroy,
    /// They are kept.
    Retain,
    /// They are kept, unless the stack that was to make them failed.
    RetainOnUpdateOrDelete,
    /// A snapshot is taken, then they are deleted; only some types can.
    Snapshot,
}

impl RemovalPolicy {
    pub(crate) fn apply(self, resource: &mut ResourceView<'_>) {
        let (deletion, replacement) = match self {
            RemovalPolicy::Destroy => (DeletionPolicy::Delete, DeletionPolicy::Delete),
            RemovalPolicy::Retain => (DeletionPolicy::Retain, DeletionPolicy::Retain),
            RemovalPolicy::RetainOnUpdateOrDelete => {
                (DeletionPolicy::RetainExceptOnCreate, DeletionPolicy::Retain)
            }
            RemovalPolicy::Snapshot => (DeletionPolicy::Snapshot, DeletionPolicy::Snapshot),
        };
        resource.set_attribute("UpdateReplacePolicy", replacement.as_str());
        resource.set_attribute("DeletionPolicy", deletion.as_str());
    }
}
