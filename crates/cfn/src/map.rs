//! An ordered map from names to nodes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::{Node, Text};

/// From how many entries on a map is built with an index.
const MANY: usize = 32;

/// Properties and every other named group of a template, in the order they were set.
///
/// A plain vector: property maps are small, so looking at every key is faster than hashing one, and nothing is
/// allocated for the names of the program itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<(Text, Node)>,
}

impl Map {
    /// An empty map.
    pub const fn new() -> Self {
        Map { entries: Vec::new() }
    }

    /// An empty map with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Map { entries: Vec::with_capacity(capacity) }
    }

    /// Sets `key`, in its old place where it was set before.
    pub fn set(&mut self, key: &'static str, value: impl Into<Node>) {
        self.insert(Text::from_static(key), value.into());
    }

    /// Sets `key`, in its old place where it was set before, and returns the value it replaces.
    pub fn insert(&mut self, key: impl Into<Text>, value: Node) -> Option<Node> {
        let key = key.into();
        match self.get_mut(&key) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// Appends an entry whose key is known to be new, without looking at the others.
    pub fn push(&mut self, key: Text, value: Node) {
        debug_assert!(self.get(&key).is_none() || self.entries.len() > 64, "{key} twice");
        self.entries.push((key, value));
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| *name == *key).map(|(_, value)| value)
    }

    /// The value of `key`, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(name, _)| *name == *key).map(|(_, value)| value)
    }

    /// The value of `key`, made by `default` where there is none.
    pub fn get_or_insert_with(&mut self, key: &str, default: impl FnOnce() -> Node) -> &mut Node {
        let at = match self.entries.iter().position(|(name, _)| *name == *key) {
            Some(at) => at,
            None => {
                self.entries.push((Text::from(key), default()));
                self.entries.len() - 1
            }
        };
        &mut self.entries[at].1
    }

    /// Takes `key` out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(name, _)| *name == *key)?;
        Some(self.entries.remove(at).1)
    }

    /// Whether `key` is set.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Text, &Node)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The entries in order, values to be changed in place.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Text, &mut Node)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Text> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The keys in order, to be changed in place; that they stay different is up to the caller.
    pub(crate) fn keys_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        self.entries.iter_mut().map(|(key, _)| key)
    }

    /// The values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.entries.iter().map(|(_, value)| value)
    }
}

impl IntoIterator for Map {
    type Item = (Text, Node);
    type IntoIter = std::vec::IntoIter<(Text, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

/// Of several entries with one key the last gives the value, the first the place.
impl<K: Into<Text>, V: Into<Node>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into()));
        let (few, _) = entries.size_hint();
        let mut map = Map::with_capacity(few);
        let mut places = BTreeMap::new();
        for (key, value) in entries {
            // Looking at every key is fastest while there are few, and takes forever where there are many.
            if map.len() < MANY {
                map.insert(key, value);
                continue;
            }
            if places.is_empty() {
                places.extend(map.keys().cloned().zip(0..));
            }
            match places.entry(key) {
                Entry::Occupied(place) => map.entries[*place.get()].1 = value,
                Entry::Vacant(place) => {
                    map.entries.push((place.key().clone(), value));
                    place.insert(map.entries.len() - 1);
                }
            }
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(map: &Map) -> Vec<&str> {
        map.keys().map(Text::as_str).collect()
    }

    #[test]
    fn order_is_that_of_the_first_setting() {
        let mut map = Map::from_iter([("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!(keys(&map), ["b", "a"]);
        assert_eq!(map.get("b"), Some(&Node::Int(3)));
        assert_eq!(map.insert("a", Node::Int(4)), Some(Node::Int(2)));
        map.set("c", 5);
        assert_eq!(map.remove("b"), Some(Node::Int(3)));
        assert_eq!(map.remove("b"), None);
        assert_eq!(*map.get_or_insert_with("d", || Node::Int(6)), Node::Int(6));
        assert_eq!(*map.get_or_insert_with("a", || Node::Int(7)), Node::Int(4));
        assert_eq!(keys(&map), ["a", "c", "d"]);
    }

    #[test]
    fn many_entries_keep_order_and_last_values_too() {
        let entries = (0..3000).map(|index| (format!("key{}", index % 1000), index));
        let map = Map::from_iter(entries);
        assert_eq!(map.len(), 1000);
        assert_eq!(map.keys().next(), Some(&Text::from_static("key0")));
        assert_eq!(map.keys().last(), Some(&Text::from_static("key999")));
        assert_eq!(map.get("key0"), Some(&Node::Int(2000)));
        assert_eq!(map.get("key999"), Some(&Node::Int(2999)));
    }
}
