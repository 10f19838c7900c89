//! Lengths of time, as the attributes of resources want them.

use std::time::Duration;

use crate::{Id, Node, Value};

/// Stands for a length of time: `PT1H2M3S` is an hour, two minutes and three seconds.
///
/// A [`Duration`] converts into it, and what is left of a second counts as a whole one.
///
/// ```
/// use std::time::Duration;
/// use stackwright_cfn::{Period, Value};
///
/// let pause: Value<Period> = Duration::from_secs(90).into();
/// assert_eq!(pause.as_str(), Some("PT1M30S"));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Period {}

impl Id for Period {}

impl From<Duration> for Value<Period> {
    fn from(duration: Duration) -> Self {
        let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
        let mut text = "PT".to_owned();
        for (amount, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M'), (seconds % 60, 'S')] {
            if amount > 0 || (unit == 'S' && seconds == 0) {
                text.push_str(&format!("{amount}{unit}"));
            }
        }
        Value::from_node(text.into())
    }
}

/// The seconds of a literal period; `None` for what is not one, and for a function.
pub(crate) fn seconds(node: &Node) -> Option<u64> {
    let mut rest = node.as_str()?.strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let mut seconds = 0u64;
    for (unit, factor) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((amount, after)) = rest.split_once(unit) {
            let is_number = amount.bytes().all(|byte| byte.is_ascii_digit());
            let amount: u64 = amount.parse().ok().filter(|_| is_number)?;
            seconds = seconds.checked_add(amount.checked_mul(factor)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_and_read() {
        for (duration, text) in [
            (Duration::ZERO, "PT0S"),
            (Duration::from_secs(59), "PT59S"),
            (Duration::from_secs(300), "PT5M"),
            (Duration::from_secs(3600), "PT1H"),
            (Duration::from_secs(3 * 3600 + 1), "PT3H1S"),
            (Duration::from_secs(100 * 3600), "PT100H"),
        ] {
            let period: Value<Period> = duration.into();
            assert_eq!(period.as_str(), Some(text));
            assert_eq!(seconds(period.node()), Some(duration.as_secs()));
        }
        let period: Value<Period> = Duration::from_millis(1).into();
        assert_eq!(period.as_str(), Some("PT1S"));
    }

    #[test]
    fn other_text_is_no_period() {
        for text in [
            "",
            "PT",
            "5M",
            "PT5",
            "PTM",
            "PT1M1H",
            "PT-1S",
            "PT+1S",
            "PT1.5S",
            "P1D",
            "PT99999999999999999999S",
        ] {
            assert_eq!(seconds(&Node::from(text)), None, "{text}");
        }
        assert_eq!(seconds(&Node::Int(5)), None);
    }
}
