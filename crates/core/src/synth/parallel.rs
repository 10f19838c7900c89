//! Work on several threads.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// What `work` makes of each item, in the order of the items, on up to `threads` threads and no more than there are
/// processors.
pub(super) fn map<T: Send, R: Send>(items: Vec<T>, threads: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    // How many there are takes longer to ask than small work takes.
    let threads =
        if threads > 1 { thread::available_parallelism().map_or(1, NonZero::get).min(threads) } else { 1 };
    let items = Mutex::new(items.into_iter().enumerate());
    let run = || {
        let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
        std::iter::from_fn(next).map(|(place, item)| (place, work(item))).collect::<Vec<_>>()
    };
    let mut done = thread::scope(|scope| {
        // Where there is no thread to be had, the others do its part.
        let others: Vec<_> =
            (1..threads).filter_map(|_| Builder::new().spawn_scoped(scope, run).ok()).collect();
        let mut done = run();
        others
            .into_iter()
            .for_each(|other| done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic))));
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread::sleep;
    use std::time::Duration;

    use super::map;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let expected: Vec<u64> = (0..40).map(|item| item * item).collect();
        // As long as another thread takes to start, so that it gets some of the items.
        let square = |item: u64| {
            sleep(Duration::from_millis(1));
            item * item
        };
        for threads in [0, 1, 2, 7] {
            assert_eq!(map((0..40).collect(), threads, square), expected, "{threads}");
        }
        assert!(map(Vec::<u64>::new(), 3, |item| item).is_empty());
    }

    #[test]
    fn a_panic_on_any_thread_is_the_callers() {
        let caught = catch_unwind(AssertUnwindSafe(|| {
            map((0..100).collect(), 4, |item: u64| assert_ne!(item, 57, "item"));
        }));
        assert!(caught.is_err());
    }
}
