//! What a plain scalar of YAML means to kubectl.
//!
//! kubectl reads YAML 1.1 with some differences: `y` and `n` are booleans, a number may be written in any way Go knows
//! (`0o17`), a date is text, and so is what looks like hours and minutes.
//!
//! Source: <https://github.com/kubernetes-sigs/yaml> (`goyaml.v2/resolve.go`)

use crate::Data;

/// The value of a plain scalar without a tag. A number may be infinite or NaN.
pub(super) fn resolve(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => Data::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Data::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Data::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Data::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Data::Float(f64::NEG_INFINITY),
        _ => number(text).unwrap_or_else(|| text.into()),
    }
}

/// The text a scalar is as the key of a map; `None` for null.
pub(super) fn key(text: &str) -> Option<String> {
    match resolve(text) {
        Data::Null => None,
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(value.to_string()),
        _ => Some(text.to_owned()),
    }
}

fn number(text: &str) -> Option<Data> {
    let first = text.chars().next()?;
    if first == '.' {
        return fraction(text);
    }
    if !first.is_ascii_digit() && first != '+' && first != '-' {
        return None;
    }
    let plain = text.replace('_', "");
    whole(&plain).or_else(|| fraction(&plain))
}

/// A whole number in one of four bases. Beyond 64 bits it is the nearest fraction.
fn whole(text: &str) -> Option<Data> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    // A sign within is none of a number's.
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let Ok(magnitude) = i128::from_str_radix(digits, radix) else { return fraction(text) };
    let value = sign * magnitude;
    Some(i64::try_from(value).map_or(Data::Float(value as f64), Data::Int))
}

fn fraction(text: &str) -> Option<Data> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && are_digits(digits)
    });
    let is_fraction = !(before.is_empty() && after.is_empty()) && are_digits(before) && are_digits(after);
    let value: f64 = text.parse().ok().filter(|_| is_fraction && is_exponent)?;
    // What is beyond every number stays text.
    value.is_finite().then_some(Data::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for text in ["y", "Yes", "ON", "true"] {
            assert_eq!(resolve(text), Data::Bool(true), "{text}");
        }
        for text in ["N", "no", "Off", "FALSE"] {
            assert_eq!(resolve(text), Data::Bool(false), "{text}");
        }
        for text in ["", "~", "null", "NULL"] {
            assert_eq!(resolve(text), Data::Null, "{text}");
        }
        assert_eq!(resolve("-.inf"), Data::Float(f64::NEG_INFINITY));
    }

    #[test]
    fn whole_numbers() {
        let numbers = [
            ("0", 0),
            ("80", 80),
            ("-1", -1),
            ("+1", 1),
            ("1_000", 1000),
            ("0644", 420),
            ("0o17", 15),
            ("0x1F", 31),
            ("-0b11", -3),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ];
        for (text, value) in numbers {
            assert_eq!(resolve(text), Data::Int(value), "{text}");
        }
    }

    #[test]
    fn fractions() {
        let numbers = [
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("-.5", -0.5),
            ("1e3", 1000.0),
            ("089", 89.0),
            ("012345678901", 12_345_678_901.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("1e400000", f64::NAN),
        ];
        for (text, value) in numbers {
            let expected = if value.is_nan() { Data::from(text) } else { Data::Float(value) };
            assert_eq!(resolve(text), expected, "{text}");
        }
        let long = "1".repeat(60);
        assert!(matches!(resolve(&long), Data::Float(_)));
    }

    #[test]
    fn the_rest_is_text() {
        for text in [
            "2001-12-14",
            "12:30:45",
            "1:30",
            "1e",
            "1e+",
            "e3",
            "0x",
            "0b2",
            "0o",
            "0x-1",
            "-",
            "+",
            ".",
            "_1",
            "--1",
            "1.2.3",
            "10.0.0.0/16",
            "1 000",
            "yEs",
            "inf",
            "nan",
            "infinity",
            "+inf",
            "=",
            "<<",
            "a",
        ] {
            assert_eq!(resolve(text), Data::from(text), "{text}");
        }
    }

    #[test]
    fn keys() {
        let keys = [("80", "80"), ("yes", "true"), ("0x10", "16"), ("1.50", "1.5"), ("a", "a")];
        for (text, spelled) in keys {
            assert_eq!(key(text).as_deref(), Some(spelled), "{text}");
        }
        assert_eq!(key("null"), None);
    }
}
