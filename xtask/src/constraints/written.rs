//! How words, texts and bounds are written in the file.

/// A text as it stands, or between double quotes where it would be taken for something else.
pub(super) fn text(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/*-+".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) && !text.ends_with('-') {
        return text.to_owned();
    }
    quoted(text)
}

/// A text between double quotes, as JSON has it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Several texts, separated by commas.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(text).collect::<Vec<_>>().join(",")
}

/// A range whose ends are both possible values; an end that is not there is open. None where both are.
pub(super) fn bounds(word: &str, least: Option<f64>, most: Option<f64>) -> Option<String> {
    if least.is_none() && most.is_none() {
        return None;
    }
    let end = |end: Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
    Some(format!("{word}({}..{})", end(least), end(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_taken_for_something_else_is_quoted() {
        assert_eq!(texts(["a", "b c", "", "d,e", "f-1", "g-", "@h"]), r#"a,"b c","","d,e",f-1,"g-","@h""#);
    }

    #[test]
    fn ends_that_are_not_there_are_open() {
        assert_eq!(bounds("size", Some(1.0), None).unwrap(), "size(1..)");
        assert_eq!(bounds("range", Some(-0.5), Some(64.0)).unwrap(), "range(-0.5..64)");
        assert_eq!(bounds("size", None, None), None);
    }
}
