//! Patterns, from the dialect of the schemas to that of `regex-lite`.
//!
//! A translation may let more pass than the pattern it comes from, never less.

use super::written::{bounds, quoted};

/// How often something may be repeated at most for the count to be taken over: beyond that a pattern grows large, and
/// lengths are told by themselves.
const MOST: u32 = 128;

/// What a pattern comes to; `None` where it says something that cannot be taken over.
pub(super) fn terms(pattern: &str) -> Option<Vec<String>> {
    let (refused, pattern) = look_ahead(pattern)?;
    let mut terms = Vec::new();
    if let Some(refused) = refused {
        terms.push(format!("unlike({})", quoted(&translated(&format!("^(?:{refused})"))?)));
    }
    match only_a_class(&pattern) {
        _ if asks_for_any(&pattern) => terms.extend(bounds("length", Some(1.0), None)),
        Some((class, least, most)) => {
            terms.push(format!("like({})", quoted(&translated(&format!("^{class}*$"))?)));
            terms.extend(bounds("length", least.map(f64::from), most.map(f64::from)));
        }
        None if !says_nothing(&pattern) => terms.push(format!("like({})", quoted(&translated(&pattern)?))),
        None => {}
    }
    Some(terms)
}

/// Whether a pattern only asks for something to be there.
fn asks_for_any(pattern: &str) -> bool {
    matches!(pattern, "^.+$" | ".+" | "(?s).+" | "^(?s).+$" | "^[\\s\\S]+$")
}

fn says_nothing(pattern: &str) -> bool {
    let bare = pattern.trim_start_matches("(?s)").trim_start_matches('^').trim_start_matches("(?s)");
    matches!(bare.trim_end_matches('$'), "" | ".*" | "(.*)" | ".*?" | "[\\s\\S]*" | "[\\S\\s]*")
}

/// What must not stand at the start, and the rest of a pattern: `^(?!aws:).+$` is one of each.
fn look_ahead(pattern: &str) -> Option<(Option<String>, String)> {
    let Some(rest) = pattern.strip_prefix("^(?!") else { return Some((None, pattern.to_owned())) };
    let mut depth = 1;
    let mut is_escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => return None,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let after = &rest[at + 1..];
            // An alternative beside it would not be looked ahead of.
            return (!after.contains('|')).then(|| (Some(rest[..at].to_owned()), format!("^{after}")));
        }
    }
    None
}

/// `^[a-z]{1,64}$` is a class, and how often it stands there.
fn only_a_class(pattern: &str) -> Option<(&str, Option<u32>, Option<u32>)> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut is_escaped = false;
    let end = inner.strip_prefix('[')?.find(|character| {
        let ends = character == ']' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        ends
    })? + 2;
    let (class, count) = inner.split_at(end);
    let (least, most) = match count {
        "*" => (None, None),
        "+" => (Some(1), None),
        count => match count.strip_prefix('{')?.strip_suffix('}')?.split_once(',') {
            Some((least, "")) => (Some(least.parse().ok()?), None),
            Some((least, most)) => (Some(least.parse().ok()?), Some(most.parse().ok()?)),
            None => {
                let exact = count.strip_prefix('{')?.strip_suffix('}')?.parse().ok()?;
                (Some(exact), Some(exact))
            }
        },
    };
    Some((class, least.filter(|least| *least > 0), most))
}

/// The pattern in the other dialect, if it can be said there.
fn translated(pattern: &str) -> Option<String> {
    if ["(?=", "(?<", "&&"].iter().any(|part| pattern.contains(part)) || pattern.contains("(?!") {
        return None;
    }
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    // Within a class: whether it is negated.
    let mut class: Option<bool> = None;
    let mut was_class_escape = false;
    while let Some(character) = rest.next() {
        let after_class_escape = std::mem::take(&mut was_class_escape);
        match (character, class) {
            ('\\', _) => {
                let escaped = rest.next()?;
                match escaped {
                    'p' | 'P' => {
                        let name = name(&mut rest)?;
                        let set = set(&name, escaped == 'P', class == Some(true))?;
                        out.push_str(&if class.is_some() { set } else { format!("[{set}]") });
                        was_class_escape = true;
                    }
                    'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                        out.extend(['\\', escaped]);
                        was_class_escape = true;
                    }
                    // Escaped, but nothing special in the other dialect.
                    '/' | ':' | '_' | '=' | '@' | ',' | '\'' | '"' | '!' | '%' | ';' | '<' | '>' | ' ' => {
                        out.push(escaped)
                    }
                    'Z' | 'z' => out.push('$'),
                    other => out.extend(['\\', other]),
                }
            }
            ('[', None) => {
                let is_negated = rest.next_if_eq(&'^').is_some();
                out.push_str(if is_negated { "[^" } else { "[" });
                class = Some(is_negated);
                // In the schemas' dialect `[]` is a class with nothing in it; none of them means that.
                if rest.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
            }
            (']', Some(_)) => {
                out.push(']');
                class = None;
            }
            ('[' | '&' | '~', Some(_)) => out.extend(['\\', character]),
            ('-', Some(_))
                if after_class_escape || rest.peek() == Some(&']') || out.ends_with(['[', '^']) =>
            {
                out.push_str("\\-");
            }
            ('-', Some(_)) if rest.peek() == Some(&'\\') && is_class_escape(&rest) => out.push_str("\\-"),
            ('{', None) => out.push_str(&count(&mut rest)),
            (other, _) => out.push(other),
        }
    }
    regex_lite::Regex::new(&out).is_ok().then_some(out)
}

fn is_class_escape(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    rest.clone().nth(1).is_some_and(|escaped| "dDwWsSpP".contains(escaped))
}

/// The name of a property of characters: `{L}` or `L`.
fn name(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    if rest.next_if_eq(&'{').is_none() {
        return rest.next().map(String::from);
    }
    let name: String = rest.by_ref().take_while(|character| *character != '}').collect();
    Some(name)
}

/// What has a property, or has it not, as ranges for a class. Beyond ASCII nothing is told apart, in favour of the text.
fn set(name: &str, has_not: bool, is_negated: bool) -> Option<String> {
    let ascii = match (name, has_not) {
        ("L" | "IsAlphabetic" | "Alpha", false) => "a-zA-Z",
        ("N" | "Nd" | "Digit", false) => "0-9",
        ("Z" | "Zs", false) => " ",
        ("P", false) => "!-#%-*,-/:;?@\\[-\\]_{}",
        ("S", false) => "$+<=>\\^`|~",
        ("M", false) => "",
        ("C" | "Cc", false) => "\\x00-\\x1F\\x7F",
        ("C" | "Cc", true) => "\\x20-\\x7E",
        ("Print", false) => "\\x20-\\x7E",
        ("ASCII", false) => return Some("\\x00-\\x7F".to_owned()),
        _ => return None,
    };
    Some(if is_negated { ascii.to_owned() } else { format!("{ascii}\\u{{80}}-\\u{{10FFFF}}") })
}

/// How often something is repeated, after the brace; more than can be counted is any number.
fn count(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let inner: String = rest.clone().take_while(|character| *character != '}').collect();
    let counts: Option<Vec<u32>> = match inner.split_once(',') {
        Some((least, "")) => least.parse().ok().map(|least| vec![least]),
        Some((least, most)) => {
            least.parse().ok().zip(most.parse().ok()).map(|(least, most)| vec![least, most])
        }
        None => inner.parse().ok().map(|exact| vec![exact, exact]),
    };
    let Some(counts) = counts else { return "{".to_owned() };
    rest.nth(inner.chars().count());
    match counts.as_slice() {
        [least, most] if least == most && *most <= MOST => format!("{{{least}}}"),
        [least, most] if *most <= MOST => format!("{{{least},{most}}}"),
        [least, ..] => format!("{{{},}}", least.min(&MOST)),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: &[&str]) {
        assert_eq!(terms(pattern).unwrap(), expected, "{pattern}");
    }

    #[test]
    fn a_class_by_itself_is_told_with_its_length() {
        check("^[a-z0-9-]{1,2048}$", &[r#"like("^[a-z0-9\\-]*$")"#, "length(1..2048)"]);
        check("^[\\w+=,.@-]+$", &[r#"like("^[\\w+=,.@\\-]*$")"#, "length(1..)"]);
    }

    #[test]
    fn what_looks_ahead_at_the_start_is_told_by_itself() {
        check("^(?!aws:)[a-z:]+$", &[r#"unlike("^(?:aws:)")"#, r#"like("^[a-z:]*$")"#, "length(1..)"]);
        assert_eq!(terms("^(?!a)b|c$"), None);
        assert_eq!(terms("^a(?!b)"), None);
    }

    #[test]
    fn properties_of_characters_are_loosened() {
        check(
            "^([\\p{L}\\p{Z}_.:/=+\\-@]*)$",
            &[r#"like("^([a-zA-Z\\u{80}-\\u{10FFFF} \\u{80}-\\u{10FFFF}_.:/=+\\-@]*)$")"#],
        );
        check("^[^\\p{C}]+$", &[r#"like("^[^\\x00-\\x1F\\x7F]*$")"#, "length(1..)"]);
    }

    #[test]
    fn large_counts_are_not_counted() {
        check("^a{1,4096}b{2}$", &[r#"like("^a{1,}b{2}$")"#]);
        assert_eq!(terms("^a{x}$"), None);
    }

    #[test]
    fn what_lets_everything_pass_says_nothing() {
        for pattern in [".*", "^.*$", "(?s).*", "^(?s).*$"] {
            check(pattern, &[]);
        }
    }
}
