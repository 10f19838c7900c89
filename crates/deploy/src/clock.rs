//! Time: how long something took, and waiting.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Interrupt;

/// Passes time. Several threads may wait at once.
pub trait Clock: Sync {
    /// How long it is since some moment, the same one each time.
    fn now(&self) -> Duration;

    /// Waits; shorter if the person presses Ctrl-C.
    fn sleep(&self, duration: Duration);

    /// A number from 0 to 1, another each time: those that wait together do not come back together.
    fn jitter(&self) -> f64;
}

/// The clock of this machine.
#[derive(Clone, Debug)]
pub struct SystemClock {
    start: Instant,
    interrupt: Interrupt,
}

impl SystemClock {
    /// A clock that starts now. Waiting ends when the interrupt is set.
    pub fn new(interrupt: Interrupt) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that others ask")]
        let start = Instant::now();
        SystemClock { start, interrupt }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        let end = self.now() + duration;
        while !self.interrupt.is_set() {
            let left = end.saturating_sub(self.now());
            if left.is_zero() {
                return;
            }
            #[expect(clippy::disallowed_methods, reason = "this is the clock that others wait by")]
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }

    fn jitter(&self) -> f64 {
        // The standard library seeds its hashers at random; that is random enough for this.
        f64::from(RandomState::new().hash_one(0) as u32) / f64::from(u32::MAX)
    }
}

/// A clock for tests: waiting takes no time, and moves it on.
#[derive(Debug, Default)]
pub struct Moments {
    now: Mutex<Duration>,
}

impl Moments {
    /// A clock that stands at zero.
    pub fn new() -> Self {
        Moments::default()
    }
}

impl Clock for Moments {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, duration: Duration) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += duration;
    }

    /// Always one half.
    fn jitter(&self) -> f64 {
        0.5
    }
}
