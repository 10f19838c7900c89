//! What the facts say, as data.

use std::fmt;

/// The resource types of one service: one facts file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The Rust module and cargo feature, `ec2`.
    pub module: String,
    /// The first two parts of every type name, `AWS::EC2`.
    pub namespace: String,
    /// The resource types, by name.
    pub resources: Vec<Resource>,
}

impl Service {
    /// How many resource and property types the service has: what decides whether it needs a cargo feature.
    pub fn structs(&self) -> usize {
        self.resources.iter().map(|resource| 1 + resource.types.len()).sum()
    }
}

/// One resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The last part of the type name, `Subnet`.
    pub name: String,
    /// The property or attribute that `Ref` yields, when it yields exactly one.
    pub reference: Option<String>,
    /// The properties or attributes that together identify a resource of this type.
    pub identifier: Vec<String>,
    /// Where tags go, when the type takes tags.
    pub tags: Option<Tags>,
    /// The macro a template must name in `Transform` to use this type.
    pub transform: Option<String>,
    /// What `Fn::GetAtt` yields.
    pub attributes: Vec<Attribute>,
    /// What a template may set.
    pub properties: Vec<Property>,
    /// The property types of this resource type.
    pub types: Vec<Definition>,
}

impl Resource {
    /// A resource type of which only the name is known.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            reference: None,
            identifier: Vec::new(),
            tags: None,
            transform: None,
            attributes: Vec::new(),
            properties: Vec::new(),
            types: Vec::new(),
        }
    }
}

/// The property that carries tags, and its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tags {
    /// The property, mostly `Tags`.
    pub property: String,
    /// How the property spells a tag.
    pub shape: TagShape,
}

/// The three ways in which resource types spell tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagShape {
    /// A list of objects with `Key` and `Value`.
    List,
    /// An object from key to value.
    Map,
    /// A list as above, whose objects also say `PropagateAtLaunch`.
    AutoScaling,
}

/// A property type: an object inside a resource's properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name within its resource type, `BlockDeviceMapping`.
    pub name: String,
    /// Its properties.
    pub properties: Vec<Property>,
}

/// A property of a resource type or of a property type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// CloudFormation's name.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// Whether it must be given.
    pub required: bool,
    /// What an update of it does to the resource.
    pub replacement: Replacement,
    /// Whether AWS advises against it.
    pub deprecated: bool,
    /// What the service assumes when it is left out, as a JSON literal, where upstream says so.
    pub default: Option<String>,
    /// What it refers to. Several mean any of them.
    pub targets: Vec<Target>,
}

impl Property {
    /// An optional property of which only name and type are known.
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
            required: false,
            replacement: Replacement::No,
            deprecated: false,
            default: None,
            targets: Vec::new(),
        }
    }
}

/// What an update of a property does to the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// It stays.
    No,
    /// It is replaced.
    Yes,
    /// It is replaced under some conditions.
    Maybe,
}

/// A value that `Fn::GetAtt` yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// CloudFormation's name, dots included.
    pub name: String,
    /// What it yields.
    pub ty: Type,
    /// The property or attribute of another type, or another of this one, that it is the same as.
    pub targets: Vec<Target>,
}

/// A property or attribute of a resource type, named in full: `AWS::EC2::Subnet.SubnetId`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The resource type, `AWS::EC2::Subnet`.
    pub type_name: String,
    /// Its property or attribute, `SubnetId`.
    pub field: String,
}

impl Target {
    /// The field of a type.
    pub fn new(type_name: impl Into<String>, field: impl Into<String>) -> Self {
        Self { type_name: type_name.into(), field: field.into() }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.type_name, self.field)
    }
}

/// The type of a property or attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text, with the values AWS lists, if it lists any.
    String(Vec<String>),
    /// A whole number, with the values AWS lists, if it lists any.
    Integer(Vec<String>),
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Any JSON.
    Json,
    /// A point in time, as text.
    Timestamp,
    /// An object with `Key` and `Value`.
    Tag,
    /// Any number of one type, in order.
    List(Box<Type>),
    /// From text to one type.
    Map(Box<Type>),
    /// A property type of the same resource type.
    Defined(String),
    /// One of several types. The first is the one to prefer.
    Union(Vec<Type>),
}

impl Type {
    /// The values AWS lists for this type, or for what it is a list or map of. Never those of a union.
    pub fn allowed(&self) -> &[String] {
        match self {
            Self::String(values) | Self::Integer(values) => values,
            Self::List(element) | Self::Map(element) => element.allowed(),
            _ => &[],
        }
    }
}
