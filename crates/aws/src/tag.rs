//! The tag that most resource types share.

use crate::cfn;

/// [A tag](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html).
///
/// ```
/// use stackwright_aws::Tag;
/// use stackwright_cfn::PropertyType;
///
/// let tag = Tag::of("team", "networks");
/// assert_eq!(tag.into_properties().get("Key").and_then(|key| key.as_str()), Some("team"));
/// ```
#[derive(Clone, Debug)]
pub struct Tag(cfn::Map);

/// What [`Tag`] requires.
pub struct TagRequired {
    /// `Key`: 1 to 128 characters, not starting with `aws:`.
    pub key: cfn::Value<String>,
    /// `Value`: up to 256 characters.
    pub value: cfn::Value<String>,
}

impl Tag {
    /// A tag.
    pub fn new(required: TagRequired) -> Self {
        let mut properties = cfn::Map::new();
        properties.set("Key", required.key.into_node());
        properties.set("Value", required.value.into_node());
        Self(properties)
    }

    /// A tag of this key and value.
    pub fn of(key: impl Into<cfn::Value<String>>, value: impl Into<cfn::Value<String>>) -> Self {
        Self::new(TagRequired { key: key.into(), value: value.into() })
    }
}

impl cfn::PropertyType for Tag {
    fn from_properties(properties: cfn::Map) -> Self {
        Self(properties)
    }

    fn into_properties(self) -> cfn::Map {
        self.0
    }
}
