//! Quantities: how much memory, processor time or anything else.

/// An amount such as `250m`, `1.5Gi` or `1e3`, in billionths, which is as exact as Kubernetes is.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity {
    billionths: i128,
}

/// What a quantity is, to tell it in a message.
pub const QUANTITY: &str =
    "numbers, with n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei behind them, such as 250m or 1.5Gi";

impl Quantity {
    /// The amount that `text` writes; `None` where it writes none. What is beyond all measure is the most there is.
    ///
    /// ```
    /// use stackwright_k8s::Quantity;
    ///
    /// assert_eq!(Quantity::parse("0.5"), Quantity::parse("500m"));
    /// assert!(Quantity::parse("1Gi") > Quantity::parse("1G"));
    /// assert_eq!(Quantity::parse("1 Gi"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = unsigned.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let (binary, power) = scale(suffix)?;
        // No amount differs from another only beyond the eighteenth digit behind the point.
        let fraction = &fraction[..fraction.len().min(18)];
        let digits: String = [whole, fraction].concat();
        // Digits are a number, but for one that is beyond all measure.
        let mantissa: i128 = digits.parse().unwrap_or(i128::MAX);
        let power = power.saturating_add(9).saturating_sub(fraction.len() as i32);
        let scaled = mantissa.saturating_mul(binary);
        let billionths = if power < 0 {
            // What is less than a billionth counts for one, as in Kubernetes.
            let divisor = 10i128.checked_pow(power.unsigned_abs()).unwrap_or(i128::MAX);
            scaled / divisor + i128::from(scaled % divisor != 0)
        } else if scaled == 0 {
            0
        } else {
            scaled.saturating_mul(10i128.checked_pow(power.unsigned_abs()).unwrap_or(i128::MAX))
        };
        Some(Quantity { billionths: if is_negative { -billionths } else { billionths } })
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.billionths < 0
    }
}

/// The power of two and of ten that a suffix stands for.
fn scale(suffix: &str) -> Option<(i128, i32)> {
    if let Some(exponent) = suffix.strip_prefix(['e', 'E'])
        && !exponent.is_empty()
        && exponent != "i"
    {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let beyond = if exponent.starts_with('-') { i32::MIN } else { i32::MAX };
        return is_number.then(|| (1, exponent.parse().unwrap_or(beyond)));
    }
    Some(match suffix {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_amount_may_be_written_in_many_ways() {
        let same = |texts: &[&str]| {
            let first = Quantity::parse(texts[0]);
            assert!(first.is_some(), "{}", texts[0]);
            texts.iter().for_each(|text| assert_eq!(Quantity::parse(text), first, "{text}"));
        };
        same(&["1", "1.", "1.0", "+1", "1000m", "1e0", "10E-1", "01", "1000000u", "1000000000n", "0.001k"]);
        same(&["1Ki", "1024", "1.024k", "1024e0"]);
        same(&["0.5Gi", "512Mi", ".5Gi", "0.5000000000000000000000000000000000000000Gi"]);
        same(&["1E", "1e18", "1000P"]);
        same(&["0", "-0", "0Ei", "0e999999999999", ".0"]);
        same(&["1n", "0.1n", "1e-99999999999"]);
        same(&["170141183460469231731687303715884105727E", "1e99", "9e999999999999"]);
    }

    #[test]
    fn amounts_are_ordered() {
        let amounts =
            ["-1", "-1m", "0", "1n", "1m", "0.5", "1", "1k", "1Ki", "1M", "1Mi", "1Ti", "1P", "1Ei"];
        let parsed: Vec<_> = amounts.iter().map(|text| Quantity::parse(text).unwrap()).collect();
        assert!(parsed.windows(2).all(|pair| pair[0] < pair[1]), "{parsed:?}");
        assert!(parsed[1].is_negative() && !parsed[2].is_negative());
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "", "-", "+", ".", "Gi", "1 Gi", "1gi", "1GB", "1K", "1i", "1e", "1e+", "1e1.5", "1.2.3", "--1",
            "٣",
        ] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
