//! The order of work: what is depended on first, the rest at once, and nothing new after a failure.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use stackwright_assembly::Deployable;

use super::Outcome;

/// What is to be done, and what of it is.
pub(crate) struct Schedule<'a> {
    deployables: &'a [&'a Deployable],
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Which have been begun.
    begun: Vec<bool>,
    outcomes: Vec<Option<Outcome>>,
}

impl State {
    /// Whether anything new may be begun.
    fn is_sound(&self) -> bool {
        self.outcomes.iter().flatten().all(|outcome| outcome.is_done())
    }
}

impl<'a> Schedule<'a> {
    pub(crate) fn new(deployables: &'a [&'a Deployable]) -> Self {
        let state = State { begun: vec![false; deployables.len()], outcomes: vec![None; deployables.len()] };
        Schedule { deployables, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Works on all of them, at most `concurrency` at once. Those that were never begun have no outcome.
    pub(crate) fn run(
        self,
        concurrency: usize,
        work: impl Fn(&Deployable) -> Outcome + Sync,
    ) -> Vec<Option<Outcome>> {
        let threads = concurrency.clamp(1, self.deployables.len().max(1));
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(index) = self.next() {
                        let outcome = work(self.deployables[index]);
                        self.lock().outcomes[index] = Some(outcome);
                        self.changed.notify_all();
                    }
                });
            }
        });
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).outcomes
    }

    /// The next one to be worked on, as soon as there is one; none where nothing is left to be begun.
    fn next(&self) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if !state.is_sound() {
                return None;
            }
            let mut left = (0..self.deployables.len()).filter(|index| !state.begun[*index]).peekable();
            left.peek()?;
            if let Some(index) = left.find(|index| self.is_ready(*index, &state)) {
                state.begun[index] = true;
                return Some(index);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether what it depends on is up; what is not worked on in this run counts as up.
    fn is_ready(&self, index: usize, state: &State) -> bool {
        self.deployables[index].dependencies.iter().all(|name| {
            let dependency = self.deployables.iter().position(|other| other.name == *name);
            dependency.is_none_or(|dependency| state.outcomes[dependency].is_some())
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use stackwright_assembly::{Deployable, Kind};

    use super::{Outcome, Schedule};

    fn deployable(name: &str, dependencies: &[&str]) -> Deployable {
        Deployable {
            dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
            ..Deployable::new(name, Kind::Stack, "")
        }
    }

    /// Runs them and gives the outcomes, and the events: `+a` where a begins and `-a` where it ends.
    fn run(
        deployables: &[Deployable],
        concurrency: usize,
        work: impl Fn(&str) -> Outcome + Sync,
    ) -> (Vec<Option<Outcome>>, Vec<String>) {
        let chosen: Vec<&Deployable> = deployables.iter().collect();
        let log = Mutex::new(Vec::new());
        let outcomes = Schedule::new(&chosen).run(concurrency, |deployable| {
            log.lock().unwrap().push(format!("+{}", deployable.name));
            let outcome = work(&deployable.name);
            log.lock().unwrap().push(format!("-{}", deployable.name));
            outcome
        });
        (outcomes, log.into_inner().unwrap())
    }

    #[test]
    fn what_is_depended_on_is_done_before() {
        let all = [
            deployable("a", &[]),
            deployable("b", &["a"]),
            deployable("c", &["a", "not-in-this-run"]),
            deployable("d", &["b", "c"]),
        ];
        for concurrency in [1, 2, 9] {
            let (outcomes, log) = run(&all, concurrency, |_| Outcome::Created);
            assert_eq!(outcomes, [Some(Outcome::Created); 4]);
            let at = |event: &str| log.iter().position(|found| found == event).unwrap();
            for (before, after) in [("-a", "+b"), ("-a", "+c"), ("-b", "+d"), ("-c", "+d")] {
                assert!(at(before) < at(after), "{log:?}");
            }
        }
    }

    #[test]
    fn independent_ones_are_worked_on_at_once_up_to_the_limit() {
        let all: Vec<Deployable> = (0..6).map(|index| deployable(&index.to_string(), &[])).collect();
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        // Each waits for a second one to be there, which there is if two run at once.
        let barrier = std::sync::Barrier::new(2);
        run(&all, 2, |_| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            barrier.wait();
            now.fetch_sub(1, Ordering::SeqCst);
            Outcome::Updated
        });
        assert_eq!(most.into_inner(), 2);
    }

    #[test]
    fn nothing_is_begun_after_a_failure() {
        let all = [deployable("a", &[]), deployable("b", &["a"]), deployable("c", &[])];
        let (outcomes, log) = run(&all, 1, |_| Outcome::Failed);
        assert_eq!(outcomes, [Some(Outcome::Failed), None, None]);
        assert_eq!(log, ["+a", "-a"]);
        assert_eq!(run(&[], 4, |_| Outcome::Failed), (Vec::new(), Vec::new()));
    }
}
