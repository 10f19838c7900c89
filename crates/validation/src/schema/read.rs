//! Reading the file's grammar: objects as paragraphs, terms as words with arguments.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::{Bounds, Kind, Name, Object, Pattern, Property, Term, Terms, Use};

/// Why a line cannot be read; only tests look at it.
pub(super) type Unreadable = String;

/// The object of a name in a paragraph; `None` where the paragraph has none.
pub(super) fn object(paragraph: &'static str, name: &str) -> Option<Result<Object, Unreadable>> {
    let mut lines = paragraph.lines().skip_while(|line| !is_header(line, name));
    let header = lines.next()?;
    let (properties, required, between) = (Vec::new(), Vec::new(), Vec::new());
    let mut object = Object { is_open: header.ends_with(" open"), properties, required, between };
    for line in lines.map_while(|line| line.strip_prefix(' ')) {
        let read = match line.split_once(' ') {
            Some(("+", rest)) => terms(rest).map(|terms| object.between.extend(terms)),
            Some(("=", _)) => Ok(()),
            _ => property(line).map(|property| object.properties.push(property)),
        };
        if let Err(error) = read {
            return Some(Err(error));
        }
    }
    let required = object.properties.iter().filter(|property| property.use_ == Use::Required);
    object.required = required.map(|property| property.name.clone()).collect();
    Some(Ok(object))
}

fn is_header(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest == " open")
}

fn property(line: &'static str) -> Result<Property, Unreadable> {
    let mut reader = Reader { rest: line };
    let name = reader.name()?;
    // The mark of a plain name stands among its characters.
    let (name, mark) = match (name, line.starts_with('"')) {
        (name, true) => (
            name,
            if reader.take('!') {
                "!"
            } else if reader.take('-') {
                "-"
            } else {
                ""
            },
        ),
        (name, false) if name.ends_with('-') => (cut(name), "-"),
        (name, false) => (name, if reader.take('!') { "!" } else { "" }),
    };
    let use_ = match mark {
        "!" => Use::Required,
        "-" => Use::ReadOnly,
        _ => Use::Optional,
    };
    Ok(Property { name, use_, text: reader.rest.trim_start(), terms: OnceCell::new() })
}

/// A name without its last character.
fn cut(name: Name) -> Name {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(&name[..name.len() - 1]),
        Cow::Owned(mut name) => {
            name.pop();
            Cow::Owned(name)
        }
    }
}

/// The terms that a text has.
pub(super) fn terms(text: &'static str) -> Result<Terms, Unreadable> {
    let mut reader = Reader { rest: text };
    let terms = reader.terms()?;
    match reader.rest {
        "" => Ok(terms),
        rest => Err(format!("{rest:?} is left over")),
    }
}

struct Reader {
    rest: &'static str,
}

impl Reader {
    fn take(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, character: char) -> Result<(), Unreadable> {
        self.take(character).then_some(()).ok_or_else(|| format!("no {character:?} before {:?}", self.rest))
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    /// Characters of a plain text, or a text between double quotes.
    fn name(&mut self) -> Result<Name, Unreadable> {
        if self.rest.starts_with('"') {
            let mut stream = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
            return match stream.next() {
                Some(Ok(text)) => {
                    self.rest = &self.rest[stream.byte_offset()..];
                    Ok(Cow::Owned(text))
                }
                _ => Err(format!("no text at {:?}", self.rest)),
            };
        }
        let is_plain = |character: char| character.is_ascii_alphanumeric() || "_.:/*-+".contains(character);
        let end = self.rest.find(|character| !is_plain(character)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        match name {
            "" => Err(format!("no name at {rest:?}")),
            name => Ok(Cow::Borrowed(name)),
        }
    }

    fn names(&mut self) -> Result<Vec<Name>, Unreadable> {
        let mut names = vec![self.name()?];
        while self.take(',') {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn terms(&mut self) -> Result<Terms, Unreadable> {
        let mut terms = Vec::new();
        loop {
            self.spaces();
            if self.rest.is_empty() || self.rest.starts_with([')', '|', ';']) {
                return Ok(terms);
            }
            terms.push(self.term()?);
        }
    }

    fn term(&mut self) -> Result<Term, Unreadable> {
        if self.take('@') {
            let Cow::Borrowed(name) = self.name()? else {
                return Err("an object's name is quoted".to_owned());
            };
            return Ok(Term::Object(name));
        }
        let word = self.name()?;
        if !self.take('(') {
            return match &*word {
                "unique" => Ok(Term::Unique),
                "never" => Ok(Term::Never),
                word => word.split('/').map(kind).collect::<Result<_, _>>().map(Term::Kinds),
            };
        }
        let term = match &*word {
            "in" => Term::In(self.names()?),
            "fold" => Term::Fold(self.names()?),
            "length" => Term::Length(self.bounds()?),
            "range" => Term::Range(self.bounds()?),
            "size" => Term::Size(self.bounds()?),
            "like" => Term::Like(Pattern::new(self.name()?)),
            "unlike" => Term::Unlike(Pattern::new(self.name()?)),
            "form" => Term::Form(self.name()?),
            "each" => Term::Each(self.terms()?),
            "keys" => Term::Keys(self.terms()?),
            "values" => Term::Values(self.terms()?),
            "at" => Term::At(self.key()?, self.terms()?),
            "has" => Term::Has(self.names()?),
            "one-of" => Term::OneOf(self.names()?),
            "some-of" => Term::SomeOf(self.names()?),
            "with" => Term::With(self.key()?, self.names()?),
            "without" => Term::Without(self.key()?, self.names()?),
            "any" => Term::Any(self.alternatives()?),
            "one" => Term::One(self.alternatives()?),
            "not" => Term::Not(self.terms()?),
            "if" => {
                let condition = self.terms()?;
                self.expect(';')?;
                let then = self.terms()?;
                self.expect(';')?;
                Term::If(condition, then, self.terms()?)
            }
            word => return Err(format!("{word:?} is no word of a term")),
        };
        self.expect(')')?;
        Ok(term)
    }

    /// A name that what follows is about.
    fn key(&mut self) -> Result<Name, Unreadable> {
        // A plain name takes the colon with it.
        let key = match self.name()? {
            name if name.ends_with(':') => cut(name),
            name => {
                self.expect(':')?;
                name
            }
        };
        self.spaces();
        Ok(key)
    }

    fn alternatives(&mut self) -> Result<Vec<Terms>, Unreadable> {
        let mut alternatives = vec![self.terms()?];
        while self.take('|') {
            alternatives.push(self.terms()?);
        }
        Ok(alternatives)
    }

    fn bounds(&mut self) -> Result<Bounds, Unreadable> {
        let end = self.rest.find(')').ok_or("no end of a range")?;
        let (bounds, rest) = self.rest.split_at(end);
        self.rest = rest;
        let (least, most) = bounds.split_once("..").ok_or_else(|| format!("{bounds:?} is no range"))?;
        let end = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| format!("{text:?} is no number")),
        };
        Ok(Bounds { least: end(least)?, most: end(most)? })
    }
}

fn kind(word: &str) -> Result<Kind, Unreadable> {
    Ok(match word {
        "string" => Kind::String,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        "map" => Kind::Map,
        "list" => Kind::List,
        word => return Err(format!("{word:?} is no kind of value")),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::table;

    /// Every object that terms name, and every pattern in them.
    fn each<'t>(terms: &'t Terms, visit: &mut impl FnMut(&'t Term)) {
        for term in terms {
            visit(term);
            match term {
                Term::Each(inner)
                | Term::Keys(inner)
                | Term::Values(inner)
                | Term::At(_, inner)
                | Term::Not(inner) => {
                    each(inner, visit);
                }
                Term::Any(alternatives) | Term::One(alternatives) => {
                    alternatives.iter().for_each(|inner| each(inner, visit));
                }
                Term::If(condition, then, otherwise) => {
                    [condition, then, otherwise].into_iter().for_each(|inner| each(inner, visit));
                }
                _ => {}
            }
        }
    }

    /// Every pattern of the file, all of which is read for them.
    pub(in crate::schema) fn patterns() -> std::collections::BTreeSet<String> {
        let mut patterns = std::collections::BTreeSet::new();
        for paragraph in table::paragraphs() {
            let type_name = paragraph.split([' ', '\n']).next().unwrap_or_default();
            let shared = type_name.rsplit_once("::").and_then(|(namespace, _)| table::paragraph(namespace));
            let headers = paragraph.lines().filter(|line| !line.starts_with(' ') && !line.is_empty());
            for header in headers {
                let name = header.split(' ').next().unwrap();
                let object = object(paragraph, name)
                    .unwrap()
                    .unwrap_or_else(|error| panic!("{type_name} {name}: {error}"));
                assert!(
                    object.properties.is_sorted_by(|one, other| one.name < other.name),
                    "{type_name} {name} is not in order"
                );
                let read = object.properties.iter().map(|property| {
                    terms(property.text)
                        .unwrap_or_else(|error| panic!("{type_name} {}: {error}", property.name))
                });
                for terms in read.collect::<Vec<_>>().iter().chain([&object.between]) {
                    each(terms, &mut |term| match term {
                        // What types share names what each of them has.
                        Term::Object(named) if type_name.matches("::").count() == 2 => {
                            let found = [Some(paragraph), shared].into_iter().flatten();
                            assert!(
                                found
                                    .filter_map(|paragraph| super::object(paragraph, named))
                                    .next()
                                    .is_some(),
                                "{type_name} {name}: no object {named}"
                            );
                        }
                        Term::Like(pattern) | Term::Unlike(pattern) => {
                            _ = patterns.insert(pattern.as_str().to_owned())
                        }
                        _ => {}
                    });
                }
            }
        }
        patterns
    }

    #[test]
    fn the_whole_file_can_be_read() {
        let patterns = patterns();
        assert!(patterns.len() > 1000, "{}", patterns.len());
        for pattern in patterns {
            assert!(Pattern::new(pattern.clone().into()).fits("").is_some(), "{pattern} is no pattern");
        }
    }

    #[test]
    fn terms_are_read_at_any_depth() {
        let text = r#"string/integer in(a,"b c",-1) length(..255) like("^\\d+$") each(@Rule unique)
            if(has(A) at(B: never); one(has(A) | has("C,D")); )"#;
        let told: String = format!("{:?}", terms(text.replace("\n            ", " ").leak()).unwrap());
        for part in [
            "Kinds([String, Integer])",
            r#"In(["a", "b c", "-1"])"#,
            "most: Some(255.0)",
            r#"Each([Object("Rule"), Unique])"#,
            r#"One([[Has(["A"])], [Has(["C,D"])]])"#,
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    #[test]
    fn what_is_no_term_is_told() {
        for text in
            ["text", "in(", "in(a", "length(1)", "length(a..)", "at(A string)", "one(a|b)", "string)", "\"a"]
        {
            assert!(terms(text).is_err(), "{text}");
        }
    }

    #[test]
    fn marks_tell_how_a_property_is_used() {
        for (line, expected) in [
            ("A! string", ("A", Use::Required)),
            ("A- string", ("A", Use::ReadOnly)),
            ("A", ("A", Use::Optional)),
            ("\"a b\"! list", ("a b", Use::Required)),
        ] {
            let property = property(line).unwrap();
            assert_eq!((&*property.name, property.use_), expected);
        }
    }
}
