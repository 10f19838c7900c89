//! An ordered map from names to data.

use crate::Data;

/// The fields of an object, in the order they were set.
///
/// A plain vector: maps of objects are small, and readers want to see them in the author's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<(String, Data)>,
}

impl Map {
    /// An empty map.
    pub const fn new() -> Self {
        Map { entries: Vec::new() }
    }

    /// Sets `key`, in its old place where it was set before, and returns the value it replaces.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Data>) -> Option<Data> {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Data> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of `key`, to be changed in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Data> {
        self.entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of `key`, made by `default` where there is none.
    pub fn get_or_insert_with(&mut self, key: &str, default: impl FnOnce() -> Data) -> &mut Data {
        let at = match self.entries.iter().position(|(name, _)| name == key) {
            Some(at) => at,
            None => {
                self.entries.push((key.to_owned(), default()));
                self.entries.len() - 1
            }
        };
        &mut self.entries[at].1
    }

    /// Takes `key` out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Data> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.remove(at).1)
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
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Data)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The values in order, to be changed in place.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Data> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    pub(crate) fn replace_texts(&mut self, change: &mut impl FnMut(&str) -> Option<String>) {
        for (key, value) in &mut self.entries {
            if let Some(other) = change(key) {
                *key = other;
            }
            value.replace_texts(change);
        }
    }
}

/// Of several entries with one key the last gives the value, the first the place.
impl<K: Into<String>, V: Into<Data>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(map: &Map) -> Vec<&str> {
        map.iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn order_is_that_of_the_first_setting() {
        let mut map = Map::from_iter([("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!(keys(&map), ["b", "a"]);
        assert_eq!(map.insert("a", 4), Some(Data::Int(2)));
        assert_eq!(*map.get_or_insert_with("c", || Data::Int(5)), Data::Int(5));
        assert_eq!(*map.get_or_insert_with("b", || Data::Int(6)), Data::Int(3));
        assert_eq!(map.remove("a"), Some(Data::Int(4)));
        assert_eq!(map.remove("a"), None);
        assert_eq!(keys(&map), ["b", "c"]);
    }
}
