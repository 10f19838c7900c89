//! A licence as a package names it: an [SPDX expression](https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/).

use std::collections::BTreeSet;
use std::fmt;

/// What has to be accepted for a package to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Licence {
    /// This one, with its exception if it has one.
    One(String),
    /// Any of these.
    Any(Vec<Licence>),
    /// Each of these.
    All(Vec<Licence>),
}

impl Licence {
    /// Reads an expression. Old packages say `MIT/Apache-2.0` where either may be chosen.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
        let licence = any(&mut words);
        match (licence, words.last()) {
            (Some(licence), None) => Ok(licence),
            (_, at) => {
                let at = at.map_or_else(|| "its end".to_owned(), |word| format!("{word:?}"));
                Err(format!(
                    "{text:?} is no licence expression at {at}: allowed are names joined by AND, OR and WITH, and \
                     parentheses"
                ))
            }
        }
    }

    /// Whether it is enough to accept these.
    pub(super) fn is_met(&self, accepted: &BTreeSet<String>) -> bool {
        match self {
            Self::One(name) => accepted.contains(name),
            Self::Any(choices) => choices.iter().any(|choice| choice.is_met(accepted)),
            Self::All(parts) => parts.iter().all(|part| part.is_met(accepted)),
        }
    }
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (items, word) = match self {
            Self::One(name) => return f.write_str(name),
            Self::Any(items) => (items, " OR "),
            Self::All(items) => (items, " AND "),
        };
        for (index, item) in items.iter().enumerate() {
            f.write_str(if index > 0 { word } else { "" })?;
            match item {
                Self::One(name) => f.write_str(name)?,
                item => write!(f, "({item})")?,
            }
        }
        Ok(())
    }
}

/// Each function takes what it reads from the end of `words`, which are in reverse.
type Words<'a> = Vec<&'a str>;

fn any(words: &mut Words<'_>) -> Option<Licence> {
    joined(words, "OR", all, Licence::Any)
}

fn all(words: &mut Words<'_>) -> Option<Licence> {
    joined(words, "AND", one, Licence::All)
}

fn joined(
    words: &mut Words<'_>,
    by: &str,
    item: impl Fn(&mut Words<'_>) -> Option<Licence>,
    several: impl Fn(Vec<Licence>) -> Licence,
) -> Option<Licence> {
    let first = item(words)?;
    let mut items = vec![first];
    while words.pop_if(|word| *word == by).is_some() {
        items.push(item(words)?);
    }
    if items.len() > 1 { Some(several(items)) } else { items.pop() }
}

fn one(words: &mut Words<'_>) -> Option<Licence> {
    if words.pop_if(|word| *word == "(").is_some() {
        let inner = any(words)?;
        return words.pop_if(|word| *word == ")").map(|_| inner);
    }
    let name = words.pop_if(|word| is_name(word))?;
    if words.pop_if(|word| *word == "WITH").is_none() {
        return Some(Licence::One(name.to_owned()));
    }
    let exception = words.pop_if(|word| is_name(word))?;
    Some(Licence::One(format!("{name} WITH {exception}")))
}

fn is_name(word: &str) -> bool {
    !["AND", "OR", "WITH", "(", ")"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_met(text: &str, accepted: &[&str]) -> bool {
        Licence::parse(text).unwrap().is_met(&accepted.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn a_choice_takes_one_and_a_sum_takes_all() {
        assert!(is_met("MIT OR Apache-2.0", &["MIT"]));
        assert!(is_met("Apache-2.0/MIT", &["MIT"]));
        assert!(!is_met("(MIT OR Apache-2.0) AND Unicode-3.0", &["MIT"]));
        assert!(is_met("(MIT OR Apache-2.0) AND Unicode-3.0", &["Apache-2.0", "Unicode-3.0"]));
        // AND binds closer.
        assert!(is_met("MIT OR Zlib AND Unicode-3.0", &["MIT"]));
        assert!(!is_met("Apache-2.0 WITH LLVM-exception", &["Apache-2.0"]));
        assert!(is_met("Apache-2.0 WITH LLVM-exception", &["Apache-2.0 WITH LLVM-exception"]));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for (text, at) in [
            ("", "its end"),
            ("MIT OR", "its end"),
            ("(MIT", "its end"),
            ("MIT Zlib", "\"Zlib\""),
            ("MIT)", "\")\""),
        ] {
            let problem = Licence::parse(text).unwrap_err();
            assert!(problem.starts_with(&format!("{text:?} is no licence expression at {at}:")), "{problem}");
        }
    }
}
