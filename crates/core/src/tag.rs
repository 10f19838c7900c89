//! Tags of a scope.

use std::collections::BTreeMap;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource, TagShape, Text};

/// A tag for every taggable resource of a scope.
///
/// ```
/// use stackwright_core::{App, Scope, Stack, Tag};
///
/// let app = App::new();
/// app.tag(("Owner", "network-team"));
/// let stack = Stack::new(&app, "network");
/// stack.tag(Tag::new("Tier", "core").except(["AWS::EC2::EIP"]));
/// ```
#[derive(Clone, Debug)]
pub struct Tag {
    key: Text,
    value: Text,
    only: Vec<String>,
    except: Vec<String>,
    propagate_at_launch: bool,
}

impl Tag {
    /// A tag for resources of every type.
    pub fn new(key: impl Into<Text>, value: impl Into<Text>) -> Self {
        Tag {
            key: key.into(),
            value: value.into(),
            only: Vec::new(),
            except: Vec::new(),
            propagate_at_launch: true,
        }
    }

    /// Only for resources of these types, such as `AWS::EC2::Subnet`; left out: of all types.
    pub fn only<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.only = types.into_iter().map(Into::into).collect();
        self
    }

    /// Not for resources of these types; left out: for all types.
    pub fn except<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.except = types.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the instances of an Auto Scaling group get the tag too; left out: they do.
    pub fn propagate_at_launch(mut self, propagate: bool) -> Self {
        self.propagate_at_launch = propagate;
        self
    }

    fn is_for(&self, type_name: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|only| only == type_name))
            && !self.except.iter().any(|except| except == type_name)
    }

    /// What is wrong with the tag, by the rules all services share.
    ///
    /// Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
    pub(crate) fn check(&self) -> Option<Diagnostic> {
        let key = self.key.as_str();
        let problem = if key.is_empty() || key.chars().count() > 128 {
            "allowed are 1 to 128 characters"
        } else if key.to_ascii_lowercase().starts_with("aws:") {
            "the prefix aws: is kept for AWS"
        } else if self.value.chars().count() > 256 {
            "its value is longer than 256 characters"
        } else {
            return None;
        };
        Some(
            Diagnostic::error("invalid-tag", format!("tag key {key:?} cannot be used: {problem}"))
                .value(key)
                .allowed("keys of 1 to 128 characters without the prefix aws:, values of up to 256"),
        )
    }
}

impl<K: Into<Text>, V: Into<Text>> From<(K, V)> for Tag {
    fn from((key, value): (K, V)) -> Self {
        Tag::new(key, value)
    }
}

/// The tags in force somewhere, nearest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagSet<'a> {
    tags: Vec<&'a Tag>,
}

impl<'a> TagSet<'a> {
    pub(crate) fn push(&mut self, tag: &'a Tag) {
        self.tags.push(tag);
    }

    /// Key to tag, sorted, for resources of this type.
    fn for_type(&self, type_name: &str) -> BTreeMap<&'a str, &'a Tag> {
        let tags = self.tags.iter().filter(|tag| tag.is_for(type_name));
        tags.map(|tag| (tag.key.as_str(), *tag)).collect()
    }

    /// The tags of a stack itself.
    pub(crate) fn for_stack(&self) -> BTreeMap<String, String> {
        let tags = self.for_type("AWS::CloudFormation::Stack");
        tags.into_iter().map(|(key, tag)| (key.to_owned(), tag.value.to_string())).collect()
    }

    /// Adds the tags to a resource, except those whose keys it has already.
    /// Tags that are an intrinsic function cannot be added to, which is told.
    pub(crate) fn apply(&self, resource: &mut Resource) -> Option<Diagnostic> {
        let tagging = resource.meta?.tagging?;
        let tags = self.for_type(&resource.type_name);
        if tags.is_empty() {
            return None;
        }
        let empty = || match tagging.shape {
            TagShape::Map => Node::Map(Map::new()),
            TagShape::List | TagShape::AutoScaling => Node::List(Vec::new()),
        };
        match resource.properties.get_or_insert_with(tagging.property, empty) {
            Node::Map(own) => {
                for (key, tag) in tags {
                    own.get_or_insert_with(key, || Node::Text(tag.value.clone()));
                }
            }
            Node::List(own) => {
                for (key, tag) in tags {
                    let is_same = |item: &Node| {
                        item.as_map().and_then(|item| item.get("Key")?.as_str()).is_some_and(|own| own == key)
                    };
                    if own.iter().any(is_same) {
                        continue;
                    }
                    let mut item = Map::with_capacity(3);
                    item.set("Key", tag.key.clone());
                    item.set("Value", tag.value.clone());
                    if tagging.shape == TagShape::AutoScaling {
                        item.set("PropagateAtLaunch", tag.propagate_at_launch);
                    }
                    own.push(item.into());
                }
            }
            _ => {
                return Some(
                    Diagnostic::warning(
                        "tags-not-added",
                        format!(
                            "{} is an intrinsic function, so the scope's tags cannot be added",
                            tagging.property
                        ),
                    )
                    .hint("give the tags as a list, or leave them to the scope"),
                );
            }
        }
        None
    }
}
