//! Numbers that neither `i64` nor `f64` holds without losing digits.

use std::fmt;

use serde::ser::{Error, Serialize, Serializer};

use crate::Node;

/// A number kept as its digits, because `i64` and `f64` would lose some of them.
///
/// Made by [`Node::number`], and only where it is needed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Box<str>);

impl Number {
    /// The number as JSON writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As nearly as the format allows: whole numbers of up to 38 digits exactly, fractions as the nearest `f64`, whole
/// numbers beyond that as text, which CloudFormation takes for a number where it wants one.
///
/// [`Template::to_json`](crate::Template::to_json) keeps every digit.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(whole) = self.0.parse::<i128>() {
            return serializer.serialize_i128(whole);
        }
        if self.0.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return serializer.serialize_str(&self.0);
        }
        match self.0.parse::<f64>() {
            Ok(nearest) if nearest.is_finite() => serializer.serialize_f64(nearest),
            _ => serializer.serialize_str(&self.0),
        }
    }
}

impl Number {
    /// Every digit, for `serde_json` alone.
    pub(crate) fn serialize_exactly<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = serde_json::value::RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl Node {
    /// The number that `text` writes, without losing a digit; `None` where `text` is no number as JSON knows it.
    ///
    /// ```
    /// use stackwright_cfn::Node;
    ///
    /// assert_eq!(Node::number("80"), Some(Node::Int(80)));
    /// assert_eq!(Node::number("1.50"), Some(Node::Float(1.5)));
    /// assert!(matches!(Node::number("12345678901234567890"), Some(Node::Number(_))));
    /// assert_eq!(Node::number("010"), None);
    /// ```
    pub fn number(text: &str) -> Option<Node> {
        let decimal = Decimal::parse(text)?;
        // A negative zero keeps its sign only as a fraction.
        if decimal.is_whole && text != "-0" {
            return Some(text.parse().map_or_else(|_| Node::Number(Number(text.into())), Node::Int));
        }
        match text.parse::<f64>() {
            Ok(nearest) if decimal.is_written_as(nearest) => Some(Node::Float(nearest)),
            _ => Some(Node::Number(Number(text.into()))),
        }
    }
}

/// A number taken apart, to compare two ways of writing it.
struct Decimal {
    is_negative: bool,
    /// Whether it is written without a fraction and without an exponent.
    is_whole: bool,
    /// The digits without zeros around them; none for zero.
    digits: String,
    /// The power of ten of the last digit; saturated, for no two numbers worth telling apart are that long.
    exponent: i64,
}

impl Decimal {
    /// Takes apart what the grammar of JSON takes for a number.
    fn parse(text: &str) -> Option<Decimal> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, Some(power)),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned_power = power.map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
        let is_number = are_digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(are_digits)
            && unsigned_power.is_none_or(are_digits);
        if !is_number {
            return None;
        }
        let all = [whole, fraction.unwrap_or_default()].concat();
        let digits = all.trim_end_matches('0');
        let mut exponent = (all.len() - digits.len()) as i64 - fraction.map_or(0, str::len) as i64;
        if let Some(power) = power {
            let limit = if power.starts_with('-') { i64::MIN } else { i64::MAX };
            exponent = exponent.saturating_add(power.parse().unwrap_or(limit));
        }
        let digits = digits.trim_start_matches('0').to_owned();
        let exponent = if digits.is_empty() { 0 } else { exponent };
        let is_whole = fraction.is_none() && power.is_none();
        Some(Decimal { is_negative: text.starts_with('-'), is_whole, digits, exponent })
    }

    /// Whether the digits are those that `value` is written with.
    fn is_written_as(&self, value: f64) -> bool {
        let text = serde_json::to_string(&value).unwrap_or_default();
        Decimal::parse(&text).is_some_and(|other| {
            (self.is_negative, &self.digits, self.exponent)
                == (other.is_negative, &other.digits, other.exponent)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        match Node::number(text) {
            Some(Node::Number(number)) => number.to_string(),
            other => panic!("{text} became {other:?}"),
        }
    }

    #[test]
    fn small_numbers_are_plain() {
        assert_eq!(Node::number("0"), Some(Node::Int(0)));
        assert_eq!(Node::number("-9223372036854775808"), Some(Node::Int(i64::MIN)));
        assert_eq!(Node::number("0.1"), Some(Node::Float(0.1)));
        assert_eq!(Node::number("1e3"), Some(Node::Float(1000.0)));
        assert_eq!(Node::number("12.500E-2"), Some(Node::Float(0.125)));
        assert!(matches!(Node::number("-0"), Some(Node::Float(zero)) if zero.is_sign_negative()));
    }

    #[test]
    fn digits_are_kept_where_a_float_would_lose_them() {
        for text in [
            "9223372036854775808",
            "1000000000000000000000",
            "123456789012345678901234567890123456789012",
            "0.1000000000000000055511151231257827",
            "3.14159265358979323846",
            "1e400",
            "-1e-400",
            "1e99999999999999999999",
        ] {
            assert_eq!(kept(text), text);
        }
    }

    #[test]
    fn other_text_is_no_number() {
        for text in
            ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x10", "1_000", "inf", "NaN", " 1", "1 ", "--1"]
        {
            assert_eq!(Node::number(text), None, "{text:?}");
        }
    }
}
