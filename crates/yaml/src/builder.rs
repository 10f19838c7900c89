//! Builds trees of what the parser tells.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use crate::{Dialect, Entry, Error, Position, Tag, Tree, Value};

/// How deep lists and maps may be nested. No template or object of use comes near it.
const MAX_DEPTH: usize = 128;

/// How much memory aliases may fill, in bytes. A template has a megabyte at the most, and the API server of Kubernetes
/// takes objects of about a megabyte and a half.
///
/// Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>,
/// <https://etcd.io/docs/latest/dev-guide/limit/>
const MAX_ALIASED: usize = 16 << 20;

/// How long a key may be, in characters. YAML's own limit is 1,024, but JSON is read here as well, and has none.
const MAX_KEY: usize = 65_536;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

pub(crate) fn documents<D: Dialect>(text: &str) -> Vec<(Position, Result<Tree<D>, Error>)> {
    let options = granit_parser::options! {
        emit_comments: false,
        simple_key_max_lookahead: MAX_KEY,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let events = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { events, anchors: BTreeMap::new(), aliased: 0, at: Position::START };
    let mut documents = Vec::new();
    let mut start = Position::START;
    loop {
        let document = match builder.next() {
            Ok(None) => break,
            // An anchor is one of its document's.
            Ok(Some((Event::DocumentStart(..), span))) => {
                builder.anchors.clear();
                start = position(span);
                continue;
            }
            Ok(Some((Event::StreamStart | Event::StreamEnd | Event::DocumentEnd, _))) => continue,
            Ok(Some((event, span))) => builder.tree(event, span, 0),
            Err(error) => Err(error),
        };
        let is_over = document.is_err();
        documents.push((start, document));
        if is_over {
            break;
        }
    }
    documents
}

struct Builder<'t, D: Dialect> {
    events: Parser<'t, StrInput<'t>>,
    /// What anchors stand for, once that is read.
    anchors: BTreeMap<usize, Tree<D>>,
    /// How much aliases have filled.
    aliased: usize,
    at: Position,
}

impl<'t, D: Dialect> Builder<'t, D> {
    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Error> {
        let next = self.events.next().transpose().map_err(syntax)?;
        if let Some((_, span)) = &next {
            self.at = position(*span);
        }
        Ok(next)
    }

    /// The next event inside a list or map.
    fn inner(&mut self) -> Result<(Event<'t>, Span), Error> {
        // The parser ends with an error where a list or map is not closed.
        self.next()?.ok_or_else(|| Error::new("the text ends too early").at(self.at))
    }

    fn tree(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Tree<D>, Error> {
        let at = position(span);
        check_depth(depth, at)?;
        let (anchor, tag, value) = match event {
            Event::Alias(id) => return self.alias(id, at, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let value = Value::Scalar { text: text.into_owned(), is_plain: style == ScalarStyle::Plain };
                (anchor, tag_of::<D>(tag.as_deref(), at)?, value)
            }
            Event::SequenceStart(_, anchor, tag) => {
                let tag = tag_of::<D>(tag.as_deref(), at)?;
                (anchor, tag, Value::List(self.list(depth)?))
            }
            Event::MappingStart(_, anchor, tag) => {
                let tag = tag_of::<D>(tag.as_deref(), at)?;
                (anchor, tag, Value::Map(self.map(depth)?))
            }
            _ => return Err(Error::new("a value is missing").at(at)),
        };
        let tree = Tree { at, tag, value };
        if anchor != 0 {
            self.charge(tree.extent().0)?;
            self.anchors.insert(anchor, tree.clone());
        }
        Ok(tree)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Tree<D>>, Error> {
        let mut items = Vec::new();
        loop {
            match self.inner()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.tree(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<Entry<D>>, Error> {
        let mut entries = Vec::new();
        let mut merges = Vec::new();
        loop {
            let (event, span) = self.inner()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.tree(event, span, depth + 1)?;
            let (event, span) = self.inner()?;
            let value = self.tree(event, span, depth + 1)?;
            let is_merge = matches!(&key.value, Value::Scalar { text, is_plain: true } if text == "<<");
            if is_merge && matches!(key.tag, Tag::None) {
                merges.push(value);
            } else {
                entries.push(Entry { at: key.at, key: key_text(&key)?, value });
            }
        }
        check_unique(&entries)?;
        merge(&mut entries, merges)?;
        Ok(entries)
    }

    fn alias(&mut self, id: usize, at: Position, depth: usize) -> Result<Tree<D>, Error> {
        // The parser knows every anchor as soon as it begins, this map only once it is complete.
        let tree = self.anchors.get(&id).cloned();
        let tree = tree.ok_or_else(|| Error::new("an alias stands for something it is a part of").at(at))?;
        let (bytes, levels) = tree.extent();
        check_depth(depth + levels, at)?;
        self.charge(bytes)?;
        Ok(tree)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Error> {
        self.aliased += bytes;
        if self.aliased <= MAX_ALIASED {
            return Ok(());
        }
        let allowed = format!("{} MiB", MAX_ALIASED >> 20);
        let message = format!("aliases stand for too much: allowed are {allowed} in all");
        Err(Error::new(message).allowed(allowed).at(self.at))
    }
}

fn check_depth(depth: usize, at: Position) -> Result<(), Error> {
    if depth <= MAX_DEPTH { Ok(()) } else { Err(too_deep(at)) }
}

fn too_deep(at: Position) -> Error {
    let allowed = format!("{MAX_DEPTH} levels");
    let message = format!("lists and maps are nested too deep: allowed are {allowed}");
    Error::new(message).allowed(allowed).at(at)
}

/// Fills in what merge keys name; what the map itself says, and then what is named first, wins.
fn merge<D: Dialect>(entries: &mut Vec<Entry<D>>, merges: Vec<Tree<D>>) -> Result<(), Error> {
    if merges.is_empty() {
        return Ok(());
    }
    let mut known: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    for merge in merges {
        let trees = match merge.value {
            Value::List(trees) => trees,
            _ => vec![merge],
        };
        for tree in trees {
            let (at, kind) = (tree.at, tree.kind());
            let Value::Map(merged) = tree.value else {
                let message =
                    format!("what the merge key << names is {kind}: allowed is a map, or a list of maps");
                return Err(Error::new(message).at(at));
            };
            entries.extend(merged.into_iter().filter(|entry| known.insert(entry.key.clone())));
        }
    }
    Ok(())
}

fn check_unique<D: Dialect>(entries: &[Entry<D>]) -> Result<(), Error> {
    let mut places: Vec<&Entry<D>> = entries.iter().collect();
    places.sort_by_key(|entry| &entry.key);
    let twice = places.windows(2).filter(|pair| pair[0].key == pair[1].key);
    // The sort is stable, so that of each pair the second is the repetition; the first in the text is told.
    match twice.min_by_key(|pair| pair[1].at) {
        None => Ok(()),
        Some(pair) => {
            let (key, first) = (&pair[1].key, pair[0].at);
            let message =
                format!("key {key:?} is given twice, first on line {}: allowed is once", first.line);
            let error = Error::new(message).allowed("once").at(pair[1].at);
            Err(Error { value: Some(key.clone()), ..error })
        }
    }
}

fn key_text<D: Dialect>(key: &Tree<D>) -> Result<String, Error> {
    key.key().ok_or_else(|| {
        let error = Error::new(format!("a key of a map is {}: allowed is text", key.kind()));
        let error = error.allowed("text").at(key.at);
        Error { hint: key.scalar().map(|_| "put it in quotes".to_owned()), ..error }
    })
}

fn tag_of<D: Dialect>(tag: Option<&granit_parser::Tag>, at: Position) -> Result<Tag<D::Tag>, Error> {
    let Some(tag) = tag else { return Ok(Tag::None) };
    let tag = format!("{}{}", tag.handle(), tag.suffix());
    let own = |tag: &str| D::tag(tag).map(Tag::Own).map_err(|error| error.at(at));
    match tag.strip_prefix(YAML_TAGS) {
        Some("str") => Ok(Tag::Text),
        Some("int" | "float" | "bool" | "null") => Ok(Tag::Scalar),
        Some("map" | "seq") => Ok(Tag::None),
        Some(other) => own(&format!("!!{other}")),
        None if tag == "!" => Ok(Tag::Text),
        None => own(&tag),
    }
}

fn position(span: Span) -> Position {
    Position { line: span.start.line(), column: span.start.col() + 1 }
}

fn syntax(error: ScanError) -> Error {
    let marker = error.marker();
    let at = Position { line: marker.line(), column: marker.col() + 1 };
    match error.kind() {
        // The parser may look further ahead than the tree is.
        ErrorKind::RecursionLimitExceeded => too_deep(at),
        _ => Error::new(error.info()).at(at),
    }
}
