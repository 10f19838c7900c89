//! The names of actions, as far as they were known when this was built.

use std::sync::OnceLock;

use crate::near::nearest;

/// One service a paragraph: its prefix, then its actions, each on a line of its own with a space before it.
const FACTS: &str = include_str!("../../facts/actions");

/// Actions that policies have, and the facts have not: the policy that a topic gets by itself names this one.
///
/// Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
const UNLISTED: [&str; 1] = ["sns:Receive"];

/// Why a name is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It is no name of an action at all.
    Form,
    /// There is no such service; the one with the nearest name, if there is one near enough.
    Service { nearest: Option<&'static str> },
    /// The service has no such action.
    Action { service: &'static str, nearest: Option<&'static str> },
}

/// Whether `action`, in which `*` and `?` may stand for other characters, is the name of an action that is known, or
/// fits one. Large and small letters are alike.
pub(super) fn check(action: &str) -> Result<(), Unknown> {
    if action == "*" || UNLISTED.iter().any(|known| known.eq_ignore_ascii_case(action)) {
        return Ok(());
    }
    let (service, name) = action.split_once(':').ok_or(Unknown::Form)?;
    let is_prefix = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-*?".contains(&byte);
    if service.is_empty() || name.is_empty() || !service.bytes().all(is_prefix) || !name.bytes().all(is_name)
    {
        return Err(Unknown::Form);
    }
    let services = services();
    let folded = service.to_ascii_lowercase();
    let Ok(at) = services.binary_search_by(|(known, _)| (*known).cmp(&folded)) else {
        return Err(Unknown::Service { nearest: nearest(&folded, services.iter().map(|(name, _)| *name)) });
    };
    let (service, actions) = services[at];
    let names = || actions.lines().map(str::trim_start);
    if names().any(|known| fits(name.as_bytes(), known.as_bytes())) {
        return Ok(());
    }
    Err(Unknown::Action { service, nearest: nearest(name, names()) })
}

/// The day of the facts.
pub(super) fn as_of() -> &'static str {
    FACTS.lines().next().and_then(|line| line.strip_prefix("# as of ")).unwrap_or_default()
}

/// The services with their actions, in the order of their prefixes.
fn services() -> &'static [(&'static str, &'static str)] {
    static SERVICES: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let paragraphs = FACTS.split("\n\n").skip(1);
        paragraphs.map(|paragraph| paragraph.split_once('\n').unwrap_or((paragraph, ""))).collect()
    })
}

/// Whether a pattern with `*` and `?` fits a text, large and small letters alike.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut reached) = (0, 0);
    // Where the last star stood, and how far the text had been read then: it takes one more character each time what
    // follows it does not fit.
    let mut star = None;
    while reached < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, reached));
                at += 1;
            }
            Some(letter) if *letter == b'?' || letter.eq_ignore_ascii_case(&text[reached]) => {
                at += 1;
                reached += 1;
            }
            _ => {
                let Some((stood, read)) = star else { return false };
                star = Some((stood, read + 1));
                (at, reached) = (stood + 1, read + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paragraph_is_a_service_with_actions_in_order() {
        let services = services();
        assert!(services.len() > 400, "{}", services.len());
        assert!(services.is_sorted_by(|(one, _), (other, _)| one < other));
        for (service, actions) in services {
            assert!(actions.lines().count() > 0, "{service}");
            for line in actions.lines() {
                let name = line.strip_prefix(' ').unwrap_or_default();
                assert!(
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
                    "{service} {line:?}"
                );
            }
        }
        assert_eq!(as_of().len(), "2026-01-31".len());
    }

    #[test]
    fn names_and_patterns_are_known() {
        for action in [
            "*",
            "s3:GetObject",
            "S3:getobject",
            "s3:*",
            "s3:Get*",
            "ec2:Describe?nstances",
            "sts:AssumeRole",
            "SNS:Receive",
        ] {
            assert_eq!(check(action), Ok(()), "{action}");
        }
    }

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbcd", false),
            ("*b*c", "abcbc", true),
            ("a?", "a", false),
            ("?b", "ab", true),
            ("A*", "abc", true),
            ("ab", "abc", false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn mistakes_are_told_with_what_was_meant() {
        for action in ["s3", "s3:", ":Get", "s3:Get Object", "s3:Get:Object", "s 3:Get"] {
            assert_eq!(check(action), Err(Unknown::Form), "{action}");
        }
        let get_object = Unknown::Action { service: "s3", nearest: Some("GetObject") };
        assert_eq!(check("s3:GetObjekt"), Err(get_object));
        assert_eq!(check("s3:Zap*"), Err(Unknown::Action { service: "s3", nearest: None }));
        assert_eq!(check("dynamodbb:GetItem"), Err(Unknown::Service { nearest: Some("dynamodb") }));
        assert_eq!(check("no-such-thing:Do"), Err(Unknown::Service { nearest: None }));
    }
}
