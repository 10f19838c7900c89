//! When a call is made again, and after how long.

use std::time::Duration;

use super::AwsError;
use crate::Clock;

/// How often a call has been made again. The CLI itself has tried several times before it gives an error.
#[derive(Debug, Default)]
pub(super) struct Retries {
    count: u32,
}

/// With the CLI's own tries this is several minutes of a service that is too busy.
const BUSY: u32 = 7;
/// An address where nobody listens rarely comes back.
const UNREACHABLE: u32 = 3;
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(20);

impl Retries {
    /// How long to wait before the call is made again; absent where that would not help.
    pub(super) fn next(&mut self, error: &AwsError, clock: &dyn Clock) -> Option<Duration> {
        let most = match (error.is_passing(), error.is_unreachable()) {
            (true, _) => BUSY,
            (_, true) => UNREACHABLE,
            _ => return None,
        };
        if self.count == most {
            return None;
        }
        let wait = backoff(self.count, FIRST, LONGEST, clock);
        self.count += 1;
        Some(wait)
    }
}

/// A while that doubles with each step up to the longest, half of it at random.
pub(crate) fn backoff(step: u32, first: Duration, longest: Duration, clock: &dyn Clock) -> Duration {
    let full = first.saturating_mul(1 << step.min(16)).min(longest);
    full / 2 + full.mul_f64(clock.jitter() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LONGEST, backoff};
    use crate::Moments;

    #[test]
    fn waits_grow_to_the_longest() {
        let clock = Moments::new();
        let millis: Vec<u128> =
            (0..8).map(|step| backoff(step, FIRST, LONGEST, &clock).as_millis()).collect();
        assert_eq!(millis, [750, 1500, 3000, 6000, 12000, 15000, 15000, 15000]);
        assert_eq!(backoff(u32::MAX, FIRST, LONGEST, &clock).as_millis(), 15000);
    }
}
