//! Literals of Rust.

/// A text as Rust writes it: as it is where it has several lines, else between quotes.
pub(crate) fn text(text: &str) -> String {
    let is_plain = |char: char| char == '\n' || !char.is_control();
    // Rust refuses text in which the order of reading changes, also within quotes.
    let is_turned = |char: char| matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if !text.trim_end().contains('\n') || !text.chars().all(|char| is_plain(char) && !is_turned(char)) {
        return format!("{text:?}");
    }
    let marks = text.split('"').skip(1).map(|after| after.len() - after.trim_start_matches('#').len());
    let marks = "#".repeat(marks.max().unwrap_or(0) + 1);
    format!("r{marks}\"{text}\"{marks}")
}

/// A text on one line, between quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// A whole number.
pub(crate) fn int(value: i64) -> String {
    match i32::try_from(value) {
        Ok(value) => value.to_string(),
        Err(_) => format!("{value}i64"),
    }
}

/// A fraction.
pub(crate) fn float(value: f64) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn text_of_several_lines_is_as_it_is() {
        assert_eq!(text("a\"b"), r#""a\"b""#);
        assert_eq!(text("a\n"), r#""a\n""#);
        assert_eq!(text("a\n\"#b"), "r##\"a\n\"#b\"##");
        assert_eq!(text("a\r\nb"), r#""a\r\nb""#);
        assert_eq!(text("\u{202E}"), r#""\u{202e}""#);
    }
}
