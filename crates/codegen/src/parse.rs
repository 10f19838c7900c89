//! Facts text as the model, or the line that is wrong.

use crate::index::{Entry, Id, Index};
use crate::model::{
    Attribute, Definition, Property, Replacement, Resource, Service, TagShape, Tags, Target, Type,
};
use std::fmt;

/// A line that is not a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    line: usize,
    message: String,
}

impl ParseError {
    /// The number of the line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Fallible<T> = Result<T, String>;

/// Reads one service's facts.
///
/// # Errors
///
/// The first line that is not a fact, or that stands where its fact cannot be.
pub fn service(text: &str) -> Result<Service, ParseError> {
    let mut service: Option<Service> = None;
    let mut last = 0;
    for (line, content) in lines(text) {
        last = line;
        fact(&mut service, content).map_err(|message| ParseError { line, message })?;
    }
    service.ok_or_else(|| ParseError { line: last + 1, message: "no `service` line".to_owned() })
}

/// Reads the index of all services and ids.
///
/// # Errors
///
/// The first line that is neither a service nor an id.
pub fn index(text: &str) -> Result<Index, ParseError> {
    let mut index = Index::default();
    for (line, content) in lines(text) {
        index_line(&mut index, content).map_err(|message| ParseError { line, message })?;
    }
    Ok(index)
}

/// The lines that say something, each with its number from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

fn index_line(index: &mut Index, line: &str) -> Fallible<()> {
    let mut cursor = Cursor::new(line);
    match cursor.name()? {
        "service" => {
            let module = cursor.name()?.to_owned();
            let namespace = cursor.name()?.to_owned();
            let gated = match cursor.name()? {
                "feature" => true,
                "always" => false,
                other => return Err(format!("expected `feature` or `always`, found `{other}`")),
            };
            cursor.end()?;
            index.services.insert(module, Entry { namespace, gated });
        }
        "id" => {
            let target = cursor.target()?;
            let path = cursor.name()?;
            let (module, name) =
                path.split_once("::").ok_or_else(|| format!("expected `module::Name`, found `{path}`"))?;
            cursor.end()?;
            index.ids.insert(target, Id { module: module.to_owned(), name: name.to_owned() });
        }
        other => return Err(format!("expected `service` or `id`, found `{other}`")),
    }
    Ok(())
}

fn fact(service: &mut Option<Service>, line: &str) -> Fallible<()> {
    let depth = line.len() - line.trim_start_matches(' ').len();
    let mut cursor = Cursor::new(line);
    let keyword = cursor.name()?;
    match (depth, keyword, service.as_mut()) {
        (0, "service", None) => {
            let module = cursor.name()?.to_owned();
            let namespace = cursor.name()?.to_owned();
            *service = Some(Service { module, namespace, resources: Vec::new() });
        }
        (0, "service", Some(_)) => return Err("a second `service` line".to_owned()),
        (_, _, None) => return Err(format!("expected `service`, found `{keyword}`")),
        (0, "resource", Some(service)) => service.resources.push(Resource::new(cursor.name()?)),
        (2 | 4, _, Some(service)) => {
            let resource =
                service.resources.last_mut().ok_or_else(|| format!("`{keyword}` before any `resource`"))?;
            match (depth, keyword) {
                (2, _) => resource_fact(resource, keyword, &mut cursor)?,
                (_, "property") => {
                    let of = resource.types.last_mut().ok_or("a nested `property` before any `type`")?;
                    of.properties.push(cursor.property()?);
                }
                _ => return Err(format!("expected `property` inside a type, found `{keyword}`")),
            }
        }
        (0, ..) => return Err(format!("expected `resource`, found `{keyword}`")),
        _ => return Err(format!("a line is indented by 0, 2 or 4 spaces, not {depth}")),
    }
    cursor.end()
}

fn resource_fact(resource: &mut Resource, keyword: &str, cursor: &mut Cursor<'_>) -> Fallible<()> {
    match keyword {
        "transform" => resource.transform = Some(cursor.name()?.to_owned()),
        "ref" => resource.reference = Some(cursor.name()?.to_owned()),
        "identifier" => {
            while !cursor.is_at_end() {
                resource.identifier.push(cursor.name()?.to_owned());
            }
        }
        "tags" => {
            let property = cursor.name()?.to_owned();
            let shape = match cursor.name()? {
                "list" => TagShape::List,
                "map" => TagShape::Map,
                "autoscaling" => TagShape::AutoScaling,
                other => return Err(format!("expected `list`, `map` or `autoscaling`, found `{other}`")),
            };
            resource.tags = Some(Tags { property, shape });
        }
        "attribute" => {
            let name = cursor.name()?.to_owned();
            let ty = cursor.ty()?;
            let targets = cursor.targets()?;
            resource.attributes.push(Attribute { name, ty, targets });
        }
        "property" => resource.properties.push(cursor.property()?),
        "type" => {
            resource.types.push(Definition { name: cursor.name()?.to_owned(), properties: Vec::new() });
        }
        other => return Err(format!("`{other}` is no fact about a resource")),
    }
    Ok(())
}

/// What is left of a line.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn new(line: &'a str) -> Self {
        Self { rest: line.trim() }
    }

    fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn end(&self) -> Fallible<()> {
        if self.is_at_end() { Ok(()) } else { Err(format!("`{}` is too much", self.rest)) }
    }

    /// The next word, up to a space.
    fn name(&mut self) -> Fallible<&'a str> {
        let (name, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        if name.is_empty() {
            return Err("the line ends too early".to_owned());
        }
        self.rest = rest.trim_start();
        Ok(name)
    }

    fn accept(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: char) -> Fallible<()> {
        if self.accept(token.encode_utf8(&mut [0; 4])) {
            return Ok(());
        }
        Err(format!("expected `{token}` before `{}`", self.rest))
    }

    fn property(&mut self) -> Fallible<Property> {
        let name = self.name()?.to_owned();
        let mut property = Property::new(name, self.ty()?);
        loop {
            if self.is_at_end() {
                return Ok(property);
            }
            if self.rest.starts_with("->") {
                property.targets = self.targets()?;
                return Ok(property);
            }
            match self.name()? {
                "required" => property.required = true,
                "replaces" => property.replacement = Replacement::Yes,
                "may-replace" => property.replacement = Replacement::Maybe,
                "deprecated" => property.deprecated = true,
                "default" => {
                    property.default = Some(self.word()?);
                    self.rest = self.rest.trim_start();
                }
                other => return Err(format!("`{other}` is no fact about a property")),
            }
        }
    }

    fn targets(&mut self) -> Fallible<Vec<Target>> {
        let mut targets = Vec::new();
        if self.is_at_end() {
            return Ok(targets);
        }
        let mut arrow = "->";
        while !self.is_at_end() {
            let found = self.name()?;
            if found != arrow {
                return Err(format!("expected `{arrow}`, found `{found}`"));
            }
            targets.push(self.target()?);
            arrow = "or";
        }
        Ok(targets)
    }

    fn target(&mut self) -> Fallible<Target> {
        let found = self.name()?;
        match found.split_once('.') {
            Some((type_name, field)) if type_name.contains("::") => Ok(Target::new(type_name, field)),
            _ => Err(format!("expected `AWS::Service::Type.Field`, found `{found}`")),
        }
    }

    fn ty(&mut self) -> Fallible<Type> {
        let ty = self.union()?;
        if !self.is_at_end() && !self.rest.starts_with(' ') {
            return Err(format!("a type ends before `{}`", self.rest));
        }
        self.rest = self.rest.trim_start();
        Ok(ty)
    }

    fn union(&mut self) -> Fallible<Type> {
        let first = self.alternative()?;
        if !self.rest.starts_with('|') {
            return Ok(first);
        }
        let mut types = vec![first];
        while self.accept("|") {
            types.push(self.alternative()?);
        }
        Ok(Type::Union(types))
    }

    fn alternative(&mut self) -> Fallible<Type> {
        if self.accept("[") {
            let element = self.union()?;
            self.expect(']')?;
            return Ok(Type::List(Box::new(element)));
        }
        if self.accept("{") {
            let element = self.union()?;
            self.expect('}')?;
            return Ok(Type::Map(Box::new(element)));
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(match name {
            "string" => Type::String(self.values()?),
            "integer" => Type::Integer(self.values()?),
            "number" => Type::Number,
            "boolean" => Type::Boolean,
            "json" => Type::Json,
            "timestamp" => Type::Timestamp,
            "tag" => Type::Tag,
            _ if name.starts_with(|c: char| c.is_ascii_uppercase()) => Type::Defined(name.to_owned()),
            _ => return Err(format!("`{name}` is no type")),
        })
    }

    fn values(&mut self) -> Fallible<Vec<String>> {
        let mut values = Vec::new();
        if self.accept("(") {
            values.push(self.word()?);
            while self.accept(",") {
                values.push(self.word()?);
            }
            self.expect(')')?;
        }
        Ok(values)
    }

    /// A value: bare, or between double quotes.
    fn word(&mut self) -> Fallible<String> {
        let (word, rest) = match self.rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or("a quote is not closed")?,
            None => {
                let end = self.rest.find([' ', ',', ')']).unwrap_or(self.rest.len());
                if end == 0 {
                    return Err("a value is missing".to_owned());
                }
                self.rest.split_at(end)
            }
        };
        self.rest = rest;
        Ok(word.to_owned())
    }
}
