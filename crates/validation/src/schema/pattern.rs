//! Patterns, which are compiled when a text is first compared with one.

use std::cell::{Cell, OnceCell};

use regex_lite::Regex;

use super::Name;

/// After how many texts it pays to know every character of ASCII by itself.
const MANY: u32 = 32;

/// A pattern that texts have to fit, or not to.
#[derive(Debug)]
pub(crate) struct Pattern {
    text: Name,
    compiled: OnceCell<Option<Regex>>,
    /// How many texts have been compared.
    uses: Cell<u32>,
    /// Which characters fit, where the pattern says of a text what it says of each of them.
    characters: OnceCell<Option<[bool; 128]>>,
}

impl Pattern {
    pub(crate) fn new(text: Name) -> Self {
        let (compiled, characters) = (OnceCell::new(), OnceCell::new());
        Pattern { text, compiled, uses: Cell::new(0), characters }
    }

    /// The pattern as it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a text fits. One that cannot be compiled is not held against any text; a test compiles all of them.
    pub(crate) fn fits(&self, text: &str) -> Option<bool> {
        let regex = self.compiled.get_or_init(|| Regex::new(&self.text).ok()).as_ref()?;
        self.uses.set(self.uses.get().saturating_add(1));
        if self.uses.get() > MANY && text.is_ascii() {
            let each = || {
                std::array::from_fn(|byte| regex.is_match(char::from(byte as u8).encode_utf8(&mut [0; 4])))
            };
            let characters = self.characters.get_or_init(|| repeats_a_class(&self.text).then(each));
            if let Some(fits) = characters {
                return Some(text.bytes().all(|byte| fits[usize::from(byte)]));
            }
        }
        Some(regex.is_match(text))
    }
}

/// Whether a pattern is one class, any number of times: `^[a-z]*$`.
fn repeats_a_class(pattern: &str) -> bool {
    let inner = |start: &str, end: &str| pattern.strip_prefix(start)?.strip_suffix(end);
    let class = inner("^[", "]*$").or_else(|| inner("^([", "])*$")).or_else(|| inner("^([", "]*)$"));
    let Some(class) = class else { return false };
    let mut is_escaped = false;
    let is_end = |character: char| {
        let is_end = character == ']' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        is_end
    };
    // The last bracket is the first that is none of the class.
    !class.chars().any(is_end) && !is_escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::read::tests::patterns;

    #[test]
    fn a_class_is_told_from_other_patterns() {
        for pattern in ["^[a-z]*$", "^([a-z])*$", "^([\\]a]*)$", "^[^\\x00]*$"] {
            assert!(repeats_a_class(pattern), "{pattern}");
        }
        for pattern in ["^[a]b[c]*$", "^[a-z]+$", "[a]*", "^[a]*$|^[b]*$", "^[a\\]*$", "^([a])(b[c])*$"] {
            assert!(!repeats_a_class(pattern), "{pattern}");
        }
    }

    #[test]
    fn characters_by_themselves_say_what_the_pattern_says() {
        let texts =
            ["", "abc", "a b", "A-1_2.3", "/x/y:z", "tab\there", "line\nfeed", "~!@#$%^&*()", "größe"];
        for text in patterns() {
            let pattern = Pattern::new(text.clone().into());
            let first = texts.map(|text| pattern.fits(text));
            pattern.uses.set(MANY);
            assert_eq!(texts.map(|text| pattern.fits(text)), first, "{text}");
        }
    }
}
