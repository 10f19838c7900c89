//! The name of a project: one that cargo takes for a package, and CloudFormation for the beginning of a stack's name.

use std::fmt;
use std::path::Path;

use stackwright_cli::Failure;

/// The longest name; the longest of a stack is 128.
const LONGEST: usize = 64;

/// Words that no package can have as its name: of the language, of its libraries, and of the package's own parts.
const TAKEN: [(&str, &[&str]); 4] = [
    (
        "is a word of Rust",
        &[
            "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
            "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
            "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
            "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe",
            "unsized", "use", "virtual", "where", "while", "yield",
        ],
    ),
    ("is a library of Rust's own", &["alloc", "core", "proc-macro", "std", "test"]),
    ("is a directory that cargo builds in", &["build", "deps", "examples", "incremental"]),
    ("is what the project depends on", &["insta", "stackwright", "stackwright-testing"]),
];

/// A name that a project can have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// The name of the project in `directory`, which need not be there.
    pub(crate) fn of_directory(directory: &Path) -> Result<Name, Failure> {
        let name = directory.file_name().ok_or_else(|| {
            Failure::new(format!("{} does not end in a name for the project", directory.display()))
        })?;
        let name = name.to_string_lossy();
        check(&name).map_err(|why| {
            let failure = Failure::new(format!("no project can be called `{name}`: {why}"));
            match suggestion(&name) {
                Some(other) => failure.hint(format!("`{other}` would do")),
                None => failure,
            }
        })?;
        Ok(Name(name.into_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the crate, as it is in paths of Rust.
    pub(crate) fn crate_name(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a name will not do.
fn check(name: &str) -> Result<(), String> {
    let is_allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-';
    if let Some(wrong) = name.chars().find(|c| !is_allowed(c)) {
        return Err(format!("it has `{wrong}`, allowed are lower-case letters, digits and hyphens"));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err("it has to begin with a letter".to_owned());
    }
    if name.len() > LONGEST {
        return Err(format!("it has {} characters, allowed are {LONGEST}", name.len()));
    }
    match TAKEN.iter().find(|(_, words)| words.contains(&name)) {
        Some((why, _)) => Err(format!("that {why}")),
        None => Ok(()),
    }
}

/// The nearest name that will do.
fn suggestion(name: &str) -> Option<String> {
    let letters =
        name.trim().chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let letters: String = letters.collect();
    let parts: Vec<&str> = letters.split('-').filter(|part| !part.is_empty()).collect();
    let plain = parts.join("-");
    let plain = plain.trim_start_matches(|c: char| c.is_ascii_digit()).trim_matches('-');
    [plain.to_owned(), format!("{plain}-app")].into_iter().find(|other| check(other).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, check, suggestion};

    #[test]
    fn names_that_will_do() {
        for name in ["a", "shop", "shop-2", "a--b", "testing", &"x".repeat(LONGEST)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn names_that_will_not_do_are_told_why_and_what_would() {
        let wrong = |name: &str, why: &str, other: Option<&str>| {
            assert_eq!(check(name).unwrap_err(), why, "{name}");
            assert_eq!(suggestion(name).as_deref(), other, "{name}");
        };
        let allowed = |c: char| format!("it has `{c}`, allowed are lower-case letters, digits and hyphens");
        wrong("My_Shop", &allowed('M'), Some("my-shop"));
        wrong("my_shop", &allowed('_'), Some("my-shop"));
        wrong("my shop!", &allowed(' '), Some("my-shop"));
        wrong("café", &allowed('é'), Some("caf"));
        wrong("", "it has to begin with a letter", None);
        wrong("7shop", "it has to begin with a letter", Some("shop"));
        wrong("-shop", "it has to begin with a letter", Some("shop"));
        wrong("42", "it has to begin with a letter", None);
        wrong(&"x".repeat(LONGEST + 1), "it has 65 characters, allowed are 64", None);
        wrong("async", "that is a word of Rust", Some("async-app"));
        wrong("test", "that is a library of Rust's own", Some("test-app"));
        wrong("build", "that is a directory that cargo builds in", Some("build-app"));
        wrong("stackwright", "that is what the project depends on", Some("stackwright-app"));
    }
}
