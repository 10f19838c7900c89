//! What a plain scalar of YAML means to CloudFormation.
//!
//! CloudFormation reads YAML 1.1, whose plain scalars are more than they look: `yes` is true, `0644` is 420, `1:30`
//! is 90. Of YAML 1.1 it leaves out timestamps (`2010-09-09` is text) and booleans of one letter (`y` is text).
//!
//! A number with a leading zero and an 8 or 9 in it is a fraction to it: a parameter with the default `012345678901`
//! is deployed as `1.2345678901E10`. What it would make of a template is what a template means, so it is read the
//! same way here; quotes keep account ids whole.
//!
//! Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>,
//! <https://yaml.org/type/>; for the leading zeros, which AWS does not document, deployed stacks:
//! <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745>,
//! <https://www.skyarch.net/blog/?p=20495>.

use crate::Node;

/// The value of a plain scalar without a tag.
pub(super) fn resolve(text: &str) -> Node {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Node::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Node::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Node::Bool(false),
        _ if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) => {
            Node::Text(text.into())
        }
        _ => number(text).unwrap_or_else(|| Node::Text(text.into())),
    }
}

/// The text a scalar is as the key of a map: its value as CloudFormation spells it. `None` for null.
pub(super) fn key(text: &str) -> Option<String> {
    Some(match resolve(text) {
        Node::Null => return None,
        Node::Bool(value) => value.to_string(),
        Node::Int(value) => value.to_string(),
        Node::Float(value) => java_double(value),
        Node::Number(number) => number.to_string(),
        _ => text.to_owned(),
    })
}

/// `value` as Java's `Double.toString` spells it: a fraction always, an exponent outside 0.001 to 10,000,000.
fn java_double(value: f64) -> String {
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let fraction = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{fraction}E{exponent}")
}

/// The number that a plain scalar is. A power of ten needs neither point nor sign, as it does in YAML 1.1.
fn number(text: &str) -> Option<Node> {
    // What is a number in JSON is the same number in YAML.
    if let Some(number) = Node::number(text) {
        return Some(number);
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let json = whole(unsigned).or_else(|| fraction(unsigned))?;
    Node::number(&format!("{sign}{json}"))
}

/// A whole number, as JSON writes it: binary, hexadecimal, octal, decimal, or in base 60.
fn whole(unsigned: &str) -> Option<String> {
    if let Some(binary) = unsigned.strip_prefix("0b") {
        return radix(binary, 2);
    }
    if let Some(hexadecimal) = unsigned.strip_prefix("0x") {
        return radix(hexadecimal, 16);
    }
    match unsigned.strip_prefix('0') {
        Some("") => return Some("0".to_owned()),
        Some(octal) => return radix(octal, 8),
        None if unsigned.contains(':') => return base_60(unsigned),
        None => {}
    }
    let digits = digits(unsigned)?;
    unsigned.starts_with(|first: char| first.is_ascii_digit()).then_some(digits)
}

fn radix(text: &str, radix: u32) -> Option<String> {
    let digits = text.replace('_', "");
    // A sign within is none of YAML's.
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    match digits.as_str() {
        "" if text.is_empty() || radix != 8 => None,
        "" => Some("0".to_owned()),
        digits => u128::from_str_radix(digits, radix).ok().map(|value| value.to_string()),
    }
}

/// Minutes and seconds, or the like: `1:30` is 90.
fn base_60(unsigned: &str) -> Option<String> {
    let (first, rest) = unsigned.split_once(':')?;
    let mut value: u128 = digits(first)?.parse().ok()?;
    for part in rest.split(':') {
        let is_sixtieth = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        let part: u128 = part.parse().ok().filter(|_| is_sixtieth)?;
        value = value.checked_mul(60)?.checked_add(part)?;
    }
    Some(value.to_string())
}

/// A fraction, as JSON writes it: with digits on both sides of the point.
fn fraction(unsigned: &str) -> Option<String> {
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (unsigned, None),
    };
    let (before, after) = match mantissa.split_once('.') {
        Some(("", after)) => ("0", after),
        Some((before, "")) => (before, "0"),
        Some(parts) => parts,
        None => (mantissa, "0"),
    };
    let after = digits(after)?;
    let Some(power) = power else {
        let is_base_60 = before.contains(':') && mantissa.contains('.');
        let before = if is_base_60 { base_60(before)? } else { digits(before)? };
        return Some(format!("{}.{after}", without_zeros(&before)));
    };
    let exponent = power.strip_prefix(['-', '+']).unwrap_or(power);
    let is_exponent = !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit());
    is_exponent.then_some(format!("{}.{after}e{power}", without_zeros(&digits(before)?)))
}

/// The decimal digits among which underscores may stand.
fn digits(text: &str) -> Option<String> {
    let digits = text.replace('_', "");
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn without_zeros(digits: &str) -> &str {
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() { "0" } else { significant }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        match resolve(text) {
            Node::Number(number) => number.to_string(),
            other => panic!("{text} became {other:?}"),
        }
    }

    #[test]
    fn words_are_those_of_yaml_1_1_without_letters() {
        for text in ["yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"] {
            assert_eq!(resolve(text), Node::Bool(true), "{text}");
        }
        for text in ["no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"] {
            assert_eq!(resolve(text), Node::Bool(false), "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), Node::Null, "{text}");
        }
    }

    #[test]
    fn what_looks_like_more_is_text() {
        let texts = [
            "y",
            "n",
            "Y",
            "N",
            "yEs",
            "nULL",
            "none",
            "2010-09-09",
            "2012-10-17",
            "2001-12-14t21:59:43.10-05:00",
            "-",
            "+",
            ".",
            "-.",
            "_",
            "-_",
            "_1",
            ".inf",
            "-.INF",
            ".nan",
            "0x",
            "0b",
            "0x-1",
            "0b2",
            "0o17",
            "1.2.3",
            "10.0.0.0/16",
            "1e",
            "1e+",
            "e3",
            "1:60",
            "8080:80",
            "05:30",
            "1:",
            ":30",
            "1 000",
            "1,5",
            "a",
            "t3.medium",
            "=",
            "<<",
            "=1",
            "0b+1",
            "1:+5",
            "--1",
            "+-1",
            "1e3.5",
        ];
        for text in texts {
            assert_eq!(resolve(text), Node::Text(text.into()), "{text}");
        }
    }

    #[test]
    fn whole_numbers_come_in_five_bases() {
        let numbers = [
            ("0", 0),
            ("80", 80),
            ("-1", -1),
            ("+1", 1),
            ("1_000", 1000),
            ("0644", 420),
            ("-017", -15),
            ("0_", 0),
            ("012345670123", 1_402_433_619),
            ("000011", 9),
            ("0x1F", 31),
            ("-0xff", -255),
            ("0x_f", 15),
            ("0b1010", 10),
            ("1:30", 90),
            ("12:30:45", 45_045),
            ("22:22", 1342),
            ("9223372036854775807", i64::MAX),
        ];
        for (text, value) in numbers {
            assert_eq!(resolve(text), Node::Int(value), "{text}");
        }
        assert_eq!(kept("1_000_000_000_000_000_000_000"), "1000000000000000000000");
        assert_eq!(kept("0xffffffffffffffffffff"), "1208925819614629174706175");
    }

    #[test]
    fn fractions_may_lack_a_side_and_a_sign() {
        let numbers = [
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("-.5", -0.5),
            ("+1.50", 1.5),
            ("1e3", 1000.0),
            ("1E-2", 0.01),
            ("12e03", 12000.0),
            ("1_0.2_5", 10.25),
            ("00.5", 0.5),
            ("1:30.5", 90.5),
            ("089", 89.0),
            ("012345678901", 12_345_678_901.0),
            ("1234567e8", 1.234567e14),
        ];
        for (text, value) in numbers {
            assert_eq!(resolve(text), Node::Float(value), "{text}");
        }
        assert_eq!(kept("3.14159265358979323846"), "3.14159265358979323846");
    }

    #[test]
    fn keys_are_spelled_as_their_values() {
        let keys = [
            ("us-east-1", "us-east-1"),
            ("80", "80"),
            ("yes", "true"),
            ("No", "false"),
            ("0644", "420"),
            ("1.10", "1.1"),
            ("8.0", "8.0"),
            ("012345678901", "1.2345678901E10"),
            ("1e-4", "1.0E-4"),
            ("10000000.", "1.0E7"),
            ("2012-10-17", "2012-10-17"),
        ];
        for (text, spelled) in keys {
            assert_eq!(key(text).as_deref(), Some(spelled), "{text}");
        }
        assert_eq!(key("null"), None);
    }
}
