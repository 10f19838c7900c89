//! Reading: existing objects, in JSON or YAML, one or many documents.

mod dialect;
mod error;
mod scalar;

use stackwright_yaml::{Error, Position, Tree};

use crate::{Data, Object};

use dialect::Dialect;

pub use error::ReadError;

/// The objects that `text` holds, in JSON or YAML, in their order.
///
/// - Documents without content are left out; a `List` is the objects it lists.
/// - Plain scalars of YAML are what kubectl takes them for: `yes` is true, `0644` is 420, a date is text.
/// - Aliases and merge keys (`<<`) are filled in; comments are not kept.
///
/// Whether the objects are sound is for [`check`](crate::check) to say.
///
/// # Errors
///
/// Where `text` is neither JSON nor YAML, a document is no map, a key is given twice, a tag is unknown, or lists and
/// maps are nested more than 128 deep. The error names the place.
///
/// # Example
///
/// ```
/// let objects = stackwright_k8s::read("
/// apiVersion: v1
/// kind: Namespace
/// metadata: {name: apps}
/// ---
/// {apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: apps}}
/// ")?;
/// assert_eq!(objects[1].to_string(), "ServiceAccount apps/web");
/// # Ok::<(), stackwright_k8s::ReadError>(())
/// ```
///
/// Source of what scalars are: <https://github.com/kubernetes-sigs/yaml>
pub fn read(text: &str) -> Result<Vec<Object>, ReadError> {
    Ok(read_with_places(text)?.into_iter().map(|placed| placed.object).collect())
}

/// An object, and where the document starts that it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The object.
    pub object: Object,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1, in characters.
    pub column: usize,
}

/// The objects of a text as [`read`] gives them, each with its document's place.
///
/// # Errors
///
/// Those of [`read`].
pub fn read_with_places(text: &str) -> Result<Vec<Placed>, ReadError> {
    let mut objects = Vec::new();
    for (at, document) in documents(text)? {
        let mut add = |data: Data, what: &str| match data {
            Data::Map(fields) => {
                objects.push(Placed { object: Object::new(fields), line: at.line, column: at.column });
                Ok(())
            }
            other => {
                let message = format!("{what} is {}: allowed is a map", other.describe());
                Err(Error::new(message).at(at))
            }
        };
        match list_items(document) {
            Ok(items) => items.into_iter().try_for_each(|item| add(item, "an item of a List"))?,
            Err(Data::Null) => {}
            Err(document) => add(document, "a document")?,
        }
    }
    Ok(objects)
}

impl Data {
    /// The data of the first document of a text in JSON or YAML, read as [`read`] reads it; null where there is none.
    ///
    /// # Errors
    ///
    /// Those of [`read`], but for documents that are no maps.
    ///
    /// # Example
    ///
    /// ```
    /// use stackwright_k8s::Data;
    ///
    /// let items = Data::from_yaml("- a\n- 012\n")?;
    /// assert_eq!(items, Data::List(vec!["a".into(), Data::Int(10)]));
    /// # Ok::<(), stackwright_k8s::ReadError>(())
    /// ```
    pub fn from_yaml(text: &str) -> Result<Self, ReadError> {
        Ok(documents(text)?.into_iter().next().map(|(_, data)| data).unwrap_or_default())
    }
}

/// The items of a `List`; the document itself where it is none.
fn list_items(document: Data) -> Result<Vec<Data>, Data> {
    let Data::Map(mut map) = document else { return Err(document) };
    let is = |key: &str, value: &str| map.get(key).and_then(Data::as_str) == Some(value);
    if is("apiVersion", "v1") && is("kind", "List") && matches!(map.get("items"), Some(Data::List(_))) {
        match map.remove("items") {
            Some(Data::List(items)) => return Ok(items),
            _ => return Ok(Vec::new()),
        }
    }
    Err(Data::Map(map))
}

/// The documents of a text, each with where its content starts.
fn documents(text: &str) -> Result<Vec<(Position, Data)>, ReadError> {
    let documents = stackwright_yaml::read(text).into_iter();
    let placed = |tree: Tree<Dialect>| Ok((tree.at, dialect::data(tree)?));
    documents.map(|(_, tree)| placed(tree?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match read(text) {
            Ok(objects) => {
                objects.iter().map(|object| serde_json::to_string(object.fields()).unwrap() + "\n").collect()
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn many_documents_and_lists_are_objects_in_their_order() {
        let text =
            "---\na: 1\n---\n---\napiVersion: v1\nkind: List\nitems: [{b: 2}, {c: 3}]\n...\n---\nd: 4\n";
        assert_eq!(told(text), "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
        assert_eq!(told(""), "");
        assert_eq!(told("# nothing\n"), "");
        assert_eq!(
            told("{\"a\": \"\u{80}\",\n\t\"b\": [1.5, \"\\ud83d\\ude00\"]}"),
            "{\"a\":\"\u{80}\",\"b\":[1.5,\"😀\"]}\n"
        );
    }

    #[test]
    fn what_is_no_object_is_told_with_its_place() {
        assert_eq!(told("a: 1\n---\n- b\n"), "3:1: a document is a list: allowed is a map");
        assert_eq!(
            told("apiVersion: v1\nkind: List\nitems: [c]\n"),
            "1:1: an item of a List is text: allowed is a map",
        );
    }

    #[test]
    fn aliases_and_merge_keys_are_filled_in() {
        let text =
            "base: &base {a: 1, b: 2}\nfull: {<<: *base, b: 3, c: *base}\nall: {<<: [{d: 4}, *base]}\n";
        assert_eq!(
            told(text),
            "{\"base\":{\"a\":1,\"b\":2},\"full\":{\"b\":3,\"c\":{\"a\":1,\"b\":2},\"a\":1},\
             \"all\":{\"d\":4,\"a\":1,\"b\":2}}\n",
        );
        assert_eq!(
            told("a: {<<: 1}"),
            "1:9: what the merge key << names is a number: allowed is a map, or a list of maps"
        );
        assert_eq!(told("a: &a [*a]"), "1:8: an alias stands for something it is a part of");
    }

    #[test]
    fn keys_are_texts_and_stand_once() {
        assert_eq!(
            told("{1: a, yes: b, 1.5: c, \"2\": d, 0x10: e}"),
            r#"{"1":"a","true":"b","1.5":"c","2":"d","16":"e"}"#.to_owned() + "\n"
        );
        assert_eq!(
            told("a: 1\nb: 2\na: 3\n"),
            "3:1: key \"a\" is given twice, first on line 1: allowed is once"
        );
        assert_eq!(told("~: 1"), "1:1: a key of a map is null: allowed is text");
        assert_eq!(told("? [a]\n: 1"), "1:3: a key of a map is a list: allowed is text");
    }

    #[test]
    fn tags_say_what_a_scalar_is() {
        assert_eq!(
            told("{a: !!str 1, b: ! 1, c: !!int \"1\", d: !!float 1, e: !!map {f: g}}"),
            "{\"a\":\"1\",\"b\":\"1\",\"c\":1,\"d\":1,\"e\":{\"f\":\"g\"}}\n"
        );
        assert_eq!(
            told("a: !Ref b"),
            "1:9: tag \"!Ref\" means nothing to Kubernetes: allowed are those of YAML's core, such as !!str"
        );
    }

    #[test]
    fn too_much_is_refused() {
        let deep = "[".repeat(200);
        assert!(told(&format!("a: {deep}")).contains("nested too deep: allowed are 128 levels"));
        let bomb: String = (1..40)
            .map(|level| format!("a{level}: &a{level} [{0}, {0}]\n", format!("*a{}", level - 1)))
            .collect();
        assert!(
            told(&format!("a0: &a0 [x]\n{bomb}")).contains("aliases stand for too much: allowed are 16 MiB")
        );
        assert_eq!(told("a: .inf"), "1:4: .inf is no number that JSON has");
    }
}
