//! The text as a tree of lists, maps and scalars that know their place; aliases and merge keys filled in.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::error::{Position, ReadError, problem};
use super::scalar;
use crate::{Function, Node};

/// How deep lists and maps may be nested. No template of use comes near it, and everything that walks a tree
/// afterwards may do so by recursion.
const MAX_DEPTH: usize = 128;

/// How much memory aliases may fill, in bytes; a template itself has at most a megabyte.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_ALIASED: usize = 16 << 20;

/// How long a key may be, in characters. YAML's own limit is 1,024, but JSON is read here as well, and has none.
const MAX_KEY: usize = 65_536;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) at: Position,
    pub(super) tag: Tag,
    pub(super) value: Value,
}

/// What is written before a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tag {
    /// Nothing: a plain scalar is what it looks like.
    None,
    /// `!` or `!!str`: a scalar is text.
    Text,
    /// `!!int`, `!!float`, `!!bool` or `!!null`: a scalar is what it looks like, even in quotes.
    Scalar,
    /// The short form of a function.
    Function(Function),
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Scalar { text: String, is_plain: bool },
    List(Vec<Tree>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: Position,
    pub(super) value: Tree,
}

impl Tree {
    /// What it is, to tell it in a message.
    pub(super) fn kind(&self) -> &'static str {
        match (&self.tag, &self.value) {
            (Tag::Function(_), _) => "a function",
            (_, Value::List(_)) => "a list",
            (_, Value::Map(_)) => "a map",
            (Tag::None, Value::Scalar { text, is_plain: true }) if scalar::resolve(text) == Node::Null => {
                "null"
            }
            (_, Value::Scalar { .. }) => "a single value",
        }
    }

    /// About how many bytes it takes, and how many levels it has.
    fn extent(&self) -> (usize, usize) {
        let mut bytes = size_of::<Entry>();
        let mut levels = 0;
        let mut add = |below: &Tree| {
            let (more, deeper) = below.extent();
            bytes += more;
            levels = levels.max(deeper + 1);
        };
        match &self.value {
            Value::Scalar { text, .. } => bytes += text.len(),
            Value::List(items) => items.iter().for_each(add),
            Value::Map(entries) => {
                entries.iter().for_each(|entry| add(&entry.value));
                bytes += entries.iter().map(|entry| entry.key.len()).sum::<usize>();
            }
        }
        (bytes, levels)
    }
}

/// The only document of `text`.
pub(super) fn parse(text: &str) -> Result<Tree, ReadError> {
    let mut documents = documents(text);
    let start = Position { line: 1, column: 1 };
    let empty = || start.error(problem("the text is empty: allowed is a template, in JSON or YAML"));
    let (_, only) = documents.next().ok_or_else(empty)?;
    let only = only?;
    match documents.next() {
        None => Ok(only),
        Some((at, _)) => Err(at.error(
            problem("a second document starts: allowed is one template")
                .hint("give each template a text of its own"),
        )),
    }
}

/// The documents of `text`, each with where it starts, up to the first that cannot be read.
pub(super) fn documents(text: &str) -> impl Iterator<Item = (Position, Result<Tree, ReadError>)> {
    let options = granit_parser::options! {
        emit_comments: false,
        simple_key_max_lookahead: MAX_KEY,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let events = Parser::new_from_str_with_options(text, options);
    let mut at = Position { line: 1, column: 1 };
    let mut builder = Builder { events, anchors: BTreeMap::new(), aliased: 0, at };
    let mut is_over = false;
    std::iter::from_fn(move || {
        while !is_over {
            let document = match builder.next() {
                Ok(None) => break,
                // An anchor is one of its document's.
                Ok(Some((Event::DocumentStart(..), span))) => {
                    at = position(span);
                    builder.anchors.clear();
                    continue;
                }
                Ok(Some((Event::StreamStart | Event::StreamEnd | Event::DocumentEnd, _))) => continue,
                Ok(Some((event, span))) => builder.tree(event, span, 0),
                Err(error) => Err(error),
            };
            is_over = document.is_err();
            return Some((at, document));
        }
        None
    })
}

struct Builder<'t> {
    events: Parser<'t, StrInput<'t>>,
    /// What anchors stand for, once that is read.
    anchors: BTreeMap<usize, Tree>,
    /// How much aliases have filled.
    aliased: usize,
    at: Position,
}

impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, ReadError> {
        let next = self.events.next().transpose().map_err(syntax)?;
        if let Some((_, span)) = &next {
            self.at = position(*span);
        }
        Ok(next)
    }

    /// The next event inside a list or map.
    fn inner(&mut self) -> Result<(Event<'t>, Span), ReadError> {
        // The parser ends with an error where a list or map is not closed.
        self.next()?.ok_or_else(|| self.at.error(problem("the text ends too early")))
    }

    fn tree(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Tree, ReadError> {
        let at = position(span);
        check_depth(depth, at)?;
        let (anchor, tag, value) = match event {
            Event::Alias(id) => return self.alias(id, at, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag_of(tag.as_deref(), at)?;
                (
                    anchor,
                    tag,
                    Value::Scalar { text: text.into_owned(), is_plain: style == ScalarStyle::Plain },
                )
            }
            Event::SequenceStart(_, anchor, tag) => {
                let tag = tag_of(tag.as_deref(), at)?;
                (anchor, tag, Value::List(self.list(depth)?))
            }
            Event::MappingStart(_, anchor, tag) => {
                let tag = tag_of(tag.as_deref(), at)?;
                (anchor, tag, Value::Map(self.map(depth)?))
            }
            _ => return Err(at.error(problem("a value is missing"))),
        };
        let tree = Tree { at, tag, value };
        if anchor != 0 {
            self.charge(tree.extent().0)?;
            self.anchors.insert(anchor, tree.clone());
        }
        Ok(tree)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Tree>, ReadError> {
        let mut items = Vec::new();
        loop {
            match self.inner()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.tree(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<Entry>, ReadError> {
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
            if is_merge && key.tag == Tag::None {
                merges.push(value);
            } else {
                entries.push(Entry { at: key.at, key: key_text(key)?, value });
            }
        }
        check_unique(&entries)?;
        merge(&mut entries, merges)?;
        Ok(entries)
    }

    fn alias(&mut self, id: usize, at: Position, depth: usize) -> Result<Tree, ReadError> {
        // The parser knows every anchor as soon as it begins, this map only once it is complete.
        let tree = self.anchors.get(&id).cloned();
        let tree = tree.ok_or_else(|| at.error(problem("an alias stands for something it is a part of")))?;
        let (bytes, levels) = tree.extent();
        check_depth(depth + levels, at)?;
        self.charge(bytes)?;
        Ok(tree)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.aliased += bytes;
        if self.aliased <= MAX_ALIASED {
            return Ok(());
        }
        let allowed = format!("{} MiB", MAX_ALIASED >> 20);
        let message = format!("aliases stand for too much: allowed are {allowed} in all");
        Err(self.at.error(problem(message).allowed(allowed)))
    }
}

fn check_depth(depth: usize, at: Position) -> Result<(), ReadError> {
    if depth <= MAX_DEPTH { Ok(()) } else { Err(too_deep(at)) }
}

fn too_deep(at: Position) -> ReadError {
    let allowed = format!("{MAX_DEPTH} levels");
    at.error(problem(format!("lists and maps are nested too deep: allowed are {allowed}")).allowed(allowed))
}

/// Fills in what merge keys name; what the map itself says, and then what is named first, wins.
fn merge(entries: &mut Vec<Entry>, merges: Vec<Tree>) -> Result<(), ReadError> {
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
            let kind = tree.kind();
            let Value::Map(merged) = tree.value else {
                return Err(tree.at.error(problem(format!(
                    "what the merge key << names is {kind}: allowed is a map, or a list of maps"
                ))));
            };
            entries.extend(merged.into_iter().filter(|entry| known.insert(entry.key.clone())));
        }
    }
    Ok(())
}

fn check_unique(entries: &[Entry]) -> Result<(), ReadError> {
    let mut places: Vec<&Entry> = entries.iter().collect();
    places.sort_by_key(|entry| &entry.key);
    let twice = places.windows(2).filter(|pair| pair[0].key == pair[1].key);
    // The sort is stable, so that of each pair the second is the repetition; the first in the text is told.
    match twice.min_by_key(|pair| (pair[1].at.line, pair[1].at.column)) {
        None => Ok(()),
        Some(pair) => {
            let (key, first) = (&pair[1].key, pair[0].at);
            Err(pair[1].at.error(
                problem(format!("key {key:?} is given twice, first on line {}: allowed is once", first.line))
                    .value(key)
                    .allowed("once"),
            ))
        }
    }
}

fn key_text(key: Tree) -> Result<String, ReadError> {
    let (at, kind) = (key.at, key.kind());
    match (key.tag, key.value) {
        (Tag::None | Tag::Scalar, Value::Scalar { text, is_plain }) if is_plain || key.tag == Tag::Scalar => {
            scalar::key(&text).ok_or_else(|| {
                at.error(
                    problem("a key of a map is null: allowed is text")
                        .allowed("text")
                        .hint("put it in quotes"),
                )
            })
        }
        (Tag::None | Tag::Text, Value::Scalar { text, .. }) => Ok(text),
        _ => Err(at.error(problem(format!("a key of a map is {kind}: allowed is text")).allowed("text"))),
    }
}

fn tag_of(tag: Option<&granit_parser::Tag>, at: Position) -> Result<Tag, ReadError> {
    let Some(tag) = tag else { return Ok(Tag::None) };
    let tag = format!("{}{}", tag.handle(), tag.suffix());
    if let Some(standard) = tag.strip_prefix(YAML_TAGS) {
        return match standard {
            "str" => Ok(Tag::Text),
            "int" | "float" | "bool" | "null" => Ok(Tag::Scalar),
            "map" | "seq" => Ok(Tag::None),
            other => {
                let allowed = "!!str, !!int, !!float, !!bool, !!null, !!map, !!seq";
                Err(at.error(
                    problem(format!(
                        "tag \"!!{other}\" is not one of CloudFormation's: allowed are {allowed}"
                    ))
                    .value(format!("!!{other}"))
                    .allowed(allowed),
                ))
            }
        };
    }
    if tag == "!" {
        return Ok(Tag::Text);
    }
    let short = Function::ALL.iter().find(|function| tag.strip_prefix('!') == Some(function.short()));
    short.map(|function| Tag::Function(*function)).ok_or_else(|| {
        let allowed: Vec<_> = Function::ALL.iter().map(|function| format!("!{}", function.short())).collect();
        let allowed = allowed.join(", ");
        at.error(
            problem(format!("{tag:?} is not the short form of a function: allowed are {allowed}"))
                .value(tag)
                .allowed(allowed),
        )
    })
}

fn position(span: Span) -> Position {
    Position { line: span.start.line(), column: span.start.col() + 1 }
}

fn syntax(error: ScanError) -> ReadError {
    let marker = error.marker();
    let at = Position { line: marker.line(), column: marker.col() + 1 };
    match error.kind() {
        // The parser may look further ahead than the tree is.
        ErrorKind::RecursionLimitExceeded => too_deep(at),
        _ => at.error(problem(error.info())),
    }
}
