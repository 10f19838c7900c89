//! Documents of YAML as data, with their places; aliases and merge keys filled in.

use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::error::{Position, ReadError};
use super::scalar;
use crate::{Data, Map};

/// How deep lists and maps may be nested. No object of use comes near it, and everything that walks a tree afterwards
/// may do so by recursion.
const MAX_DEPTH: usize = 128;

/// How much memory aliases may fill, in bytes; the API server takes objects of about a megabyte and a half.
///
/// Source: <https://etcd.io/docs/latest/dev-guide/limit/>
const MAX_ALIASED: usize = 16 << 20;

/// How long a key may be, in characters. YAML's own limit is 1,024, but JSON is read here as well, and has none.
const MAX_KEY: usize = 65_536;

const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// The documents of `text`, with the places where they begin.
pub(super) fn documents(text: &str) -> Result<Vec<(Position, Data)>, ReadError> {
    let options = granit_parser::options! {
        emit_comments: false,
        simple_key_max_lookahead: MAX_KEY,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let events = Parser::new_from_str_with_options(text, options);
    let mut reader =
        Reader { events, anchors: BTreeMap::new(), aliased: 0, at: Position { line: 1, column: 1 } };
    let mut documents = Vec::new();
    while let Some((event, span)) = reader.next()? {
        match event {
            // An anchor is one of its document's.
            Event::DocumentStart(..) => reader.anchors.clear(),
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            event => documents.push((position(span), reader.data(event, span, 0)?)),
        }
    }
    Ok(documents)
}

/// What is written before a value.
#[derive(Clone, Copy, PartialEq)]
enum Tag {
    /// Nothing: a plain scalar is what it looks like.
    None,
    /// `!` or `!!str`: a scalar is text.
    Text,
    /// `!!int`, `!!float`, `!!bool` or `!!null`: a scalar is what it looks like, even in quotes.
    Scalar,
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    /// What anchors stand for, once that is read.
    anchors: BTreeMap<usize, Data>,
    /// How much aliases have filled.
    aliased: usize,
    at: Position,
}

impl<'t> Reader<'t> {
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
        self.next()?.ok_or_else(|| self.at.error("the text ends too early"))
    }

    fn data(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Data, ReadError> {
        let at = position(span);
        check_depth(depth, at)?;
        let (anchor, data) = match event {
            Event::Alias(id) => return self.alias(id, at, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain;
                let data = match tag_of(tag.as_deref(), at)? {
                    Tag::Scalar => scalar::resolve(&text),
                    Tag::None if is_plain => scalar::resolve(&text),
                    _ => Data::Text(text.into_owned()),
                };
                if matches!(data, Data::Float(value) if !value.is_finite()) {
                    return Err(at.error(format!("{} is no number that JSON has", at_text(&data))));
                }
                (anchor, data)
            }
            Event::SequenceStart(_, anchor, tag) => {
                tag_of(tag.as_deref(), at)?;
                (anchor, Data::List(self.list(depth)?))
            }
            Event::MappingStart(_, anchor, tag) => {
                tag_of(tag.as_deref(), at)?;
                (anchor, Data::Map(self.map(depth)?))
            }
            _ => return Err(at.error("a value is missing")),
        };
        if anchor != 0 {
            self.charge(extent(&data).0)?;
            self.anchors.insert(anchor, data.clone());
        }
        Ok(data)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Data>, ReadError> {
        let mut items = Vec::new();
        loop {
            match self.inner()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => items.push(self.data(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Map, ReadError> {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut entries = Vec::new();
        let mut merges = Vec::new();
        loop {
            let (event, span) = self.inner()?;
            if event == Event::MappingEnd {
                break;
            }
            let at = position(span);
            let key = self.key(event, span, depth + 1)?;
            let (event, span) = self.inner()?;
            let value = self.data(event, span, depth + 1)?;
            let Some(key) = key else {
                merges.push((position(span), value));
                continue;
            };
            if let Some(first) = places.insert(key.clone(), at.line) {
                let message = format!("key {key:?} is given twice, first on line {first}: allowed is once");
                return Err(at.error(message));
            }
            entries.push((key, value));
        }
        for (at, merged) in merges {
            for (key, value) in merged_entries(merged, at)? {
                // What the map itself says, and then what is named first, wins.
                if !places.contains_key(&key) {
                    places.insert(key.clone(), at.line);
                    entries.push((key, value));
                }
            }
        }
        Ok(entries.into_iter().collect())
    }

    /// The text of a key; `None` for the merge key.
    fn key(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Option<String>, ReadError> {
        let at = position(span);
        let key = match &event {
            Event::Scalar(text, style, _, tag) => {
                let is_plain = *style == ScalarStyle::Plain;
                match tag_of(tag.as_deref(), at)? {
                    Tag::None if is_plain && text == "<<" => return Ok(None),
                    Tag::None if is_plain => scalar::key(text),
                    Tag::Scalar => scalar::key(text),
                    _ => Some(text.to_string()),
                }
            }
            _ => None,
        };
        // An anchor on a key stands for its value.
        let data = self.data(event, span, depth)?;
        match key.or_else(|| data.as_str().map(str::to_owned)) {
            Some(key) => Ok(Some(key)),
            None => Err(at.error(format!("a key of a map is {}: allowed is text", data.describe()))),
        }
    }

    fn alias(&mut self, id: usize, at: Position, depth: usize) -> Result<Data, ReadError> {
        // The parser knows every anchor as soon as it begins, this map only once it is complete.
        let data = self.anchors.get(&id).cloned();
        let data = data.ok_or_else(|| at.error("an alias stands for something it is a part of"))?;
        let (bytes, levels) = extent(&data);
        check_depth(depth + levels, at)?;
        self.charge(bytes)?;
        Ok(data)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.aliased += bytes;
        if self.aliased <= MAX_ALIASED {
            return Ok(());
        }
        let message = format!("aliases stand for too much: allowed are {} MiB in all", MAX_ALIASED >> 20);
        Err(self.at.error(message))
    }
}

fn at_text(data: &Data) -> &'static str {
    match data {
        Data::Float(value) if value.is_nan() => ".nan",
        Data::Float(value) if *value < 0.0 => "-.inf",
        _ => ".inf",
    }
}

fn merged_entries(merged: Data, at: Position) -> Result<Vec<(String, Data)>, ReadError> {
    let maps = match merged {
        Data::List(items) => items,
        one => vec![one],
    };
    let mut entries = Vec::new();
    for map in maps {
        let Data::Map(map) = map else {
            let kind = map.describe();
            let message =
                format!("what the merge key << names is {kind}: allowed is a map, or a list of maps");
            return Err(at.error(message));
        };
        entries.extend(map.iter().map(|(key, value)| (key.to_owned(), value.clone())));
    }
    Ok(entries)
}

/// About how many bytes it takes, and how many levels it has.
fn extent(data: &Data) -> (usize, usize) {
    let below = |below: &Data| {
        let (bytes, levels) = extent(below);
        (bytes, levels + 1)
    };
    let sum = |one: (usize, usize), other: (usize, usize)| (one.0 + other.0, one.1.max(other.1));
    let own = (size_of::<(String, Data)>(), 0);
    match data {
        Data::Text(text) => (own.0 + text.len(), 0),
        Data::List(items) => items.iter().map(below).fold(own, sum),
        Data::Map(map) => {
            let entry = |(key, value): (&str, &Data)| sum((key.len(), 0), below(value));
            map.iter().map(entry).fold(own, sum)
        }
        _ => own,
    }
}

fn check_depth(depth: usize, at: Position) -> Result<(), ReadError> {
    if depth <= MAX_DEPTH { Ok(()) } else { Err(too_deep(at)) }
}

fn too_deep(at: Position) -> ReadError {
    at.error(format!("lists and maps are nested too deep: allowed are {MAX_DEPTH} levels"))
}

fn tag_of(tag: Option<&granit_parser::Tag>, at: Position) -> Result<Tag, ReadError> {
    let Some(tag) = tag else { return Ok(Tag::None) };
    let tag = format!("{}{}", tag.handle(), tag.suffix());
    match tag.strip_prefix(YAML_TAGS) {
        Some("str") => Ok(Tag::Text),
        Some("int" | "float" | "bool" | "null") => Ok(Tag::Scalar),
        Some("map" | "seq") => Ok(Tag::None),
        _ if tag == "!" => Ok(Tag::Text),
        _ => {
            let tag = tag.replace(YAML_TAGS, "!!");
            let allowed = "those of YAML's core, such as !!str";
            Err(at.error(format!("tag {tag:?} means nothing to Kubernetes: allowed are {allowed}")))
        }
    }
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
        _ => at.error(error.info()),
    }
}
