//! Colours. They are always written; the streams drop them where they are not wanted.

/// Good news.
pub(crate) fn green(text: &str) -> String {
    paint("32", text)
}

/// Bad news.
pub(crate) fn red(text: &str) -> String {
    paint("31", text)
}

/// What to look at.
pub(crate) fn yellow(text: &str) -> String {
    paint("33", text)
}

/// What matters.
pub(crate) fn bold(text: &str) -> String {
    paint("1", text)
}

/// What matters less.
pub(crate) fn dim(text: &str) -> String {
    paint("2", text)
}

fn paint(code: &str, text: &str) -> String {
    format!("\x1b[{code}m{text}\x1b[0m")
}
