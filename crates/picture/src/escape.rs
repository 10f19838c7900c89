//! Text in languages that give some characters a meaning.

use std::borrow::Cow;

/// The text, with the word of a language for each character that has one.
pub(crate) fn escaped(text: &str, word: impl Fn(char) -> Option<Cow<'static, str>>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match word(character) {
            Some(word) => escaped += &word,
            None => escaped.push(character),
        }
    }
    escaped
}
