//! Keys of YAML with colons in them, such as `Fn::Sub`, which need no quotes but are given some.
//!
//! `serde_saphyr` puts quotes around every key with a colon, to be safe in flow style as well. It is given such keys
//! with a mark instead of the colons, which are put back in the text.

use std::borrow::Cow;

/// A character for private use, which stands for `::` while the text is written.
const MARK: char = '\u{F7C0}';

/// Whether keys may be marked in what says the same as `text`: not where the mark is a character of its own.
pub(super) fn may_be_marked(text: &str) -> bool {
    !text.contains(MARK)
}

/// The key with the mark instead of its colons, where it is words joined by `::`.
pub(super) fn mark(key: &str) -> Cow<'_, str> {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if key.contains("::") && key.split("::").all(is_word) {
        key.replace("::", MARK.encode_utf8(&mut [0; 4])).into()
    } else {
        key.into()
    }
}

/// The text with the colons put back.
pub(super) fn unmark(text: String) -> String {
    if text.contains(MARK) { text.replace(MARK, "::") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_marked() {
        for key in ["Fn::Sub", "AWS::CloudFormation::Init", "Fn::ForEach::Topics"] {
            let marked = mark(key).into_owned();
            assert!(!may_be_marked(&marked), "{marked}");
            assert_eq!(unmark(marked), key);
        }
        for key in ["Ref", "", "::", "a::", "::a", "a:b", "a:: b", "1::2", "a::b:", "a::-", "a::#b", "é::a"]
        {
            assert_eq!(mark(key), key);
        }
    }
}
