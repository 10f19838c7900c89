//! Where in a text each value of a template stands.

use stackwright_yaml::Tag;

use super::dialect::{Entry, Tree, Value};
use super::{ReadError, only_document, template};
use crate::Template;

/// Where the values of a document stand in its text.
///
/// ```
/// let text = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: {DelaySeconds: !If [A, 1, 2]}\n";
/// let (template, places) = stackwright_cfn::read_with_places(text)?;
/// let queue = ["Resources", "Queue", "Properties", "DelaySeconds"];
/// assert_eq!(places.find(queue), (4, 18), "of a list it is the key");
/// assert_eq!(places.find(queue.into_iter().chain(["Fn::If", "2"])), (4, 43));
/// # Ok::<(), stackwright_cfn::ReadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Places(Tree);

impl Places {
    /// The documents of a text in JSON or YAML, in their order; those up to the first that cannot be read.
    pub fn of(text: &str) -> Vec<Places> {
        stackwright_yaml::read(text)
            .into_iter()
            .map_while(|(_, document)| document.ok())
            .map(Places)
            .collect()
    }

    /// Where the document starts: line and column, both counted from 1, columns in characters.
    pub fn start(&self) -> (usize, usize) {
        (self.0.at.line, self.0.at.column)
    }

    /// Where the value stands that `steps` lead to: keys of maps and functions, and numbers of items, counted from 0.
    ///
    /// Of a list or a map it is the place of its key, and where the steps lead to nothing, that of the last value on
    /// the way. Line and column are both counted from 1, columns in characters.
    pub fn find<'s>(&self, steps: impl IntoIterator<Item = &'s str>) -> (usize, usize) {
        let (mut tree, mut at) = (&self.0, self.0.at);
        for step in steps {
            // The short form of a function has no key of its own.
            if matches!(tree.tag, Tag::Own(function) if function.key() == step) {
                continue;
            }
            let (next, place) = match &tree.value {
                Value::Map(entries) => match entries.iter().find(|entry| entry.key == step) {
                    Some(Entry { value, at, .. }) => match value.value {
                        Value::Scalar { .. } => (value, value.at),
                        _ => (value, *at),
                    },
                    None => break,
                },
                Value::List(items) => match step.parse::<usize>().ok().and_then(|index| items.get(index)) {
                    Some(item) => (item, item.at),
                    None => break,
                },
                Value::Scalar { .. } => break,
            };
            (tree, at) = (next, place);
        }
        (at.line, at.column)
    }
}

/// The template that `text` writes, as [`read`](super::read) gives it, and where its values stand.
///
/// # Errors
///
/// Those of [`read`](super::read).
pub fn read_with_places(text: &str) -> Result<(Template, Places), ReadError> {
    let tree = only_document(text)?;
    let template = template::template(tree.clone())?;
    Ok((template, Places(tree)))
}
