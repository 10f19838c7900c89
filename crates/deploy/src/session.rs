//! What an operation works with: tools, time, and who hears of it.

use crate::driver::{Call, Driver, Reply, RunError};
use crate::{Clock, Error, Event, Observer, Tool};

/// Tools, time, and who hears of what happens. A copy is the same session.
#[derive(Clone, Copy)]
pub struct Session<'a> {
    driver: &'a dyn Driver,
    clock: &'a dyn Clock,
    observer: &'a dyn Observer,
}

impl<'a> Session<'a> {
    /// Runs tools by `driver`, waits by `clock` and tells `observer`.
    pub fn new(driver: &'a dyn Driver, clock: &'a dyn Clock, observer: &'a dyn Observer) -> Self {
        Session { driver, clock, observer }
    }

    /// Passes time.
    pub fn clock(&self) -> &'a dyn Clock {
        self.clock
    }

    /// An environment variable that tools find; absent where it is not set, or empty.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let mut found =
            self.driver.environment().into_iter().filter(|(key, value)| key == name && !value.is_empty());
        found.next().map(|(_, value)| value)
    }

    /// Whether a variable is set whose name begins so.
    pub(crate) fn has_variable(&self, start: &str) -> bool {
        self.driver.environment().iter().any(|(name, _)| name.starts_with(start))
    }

    /// Tells what happened.
    pub fn tell(&self, event: Event) {
        self.observer.tell(event);
    }

    /// Runs a tool to its end, and tells that it does.
    ///
    /// # Errors
    ///
    /// If there is no such tool, if it cannot be started, or if the person has pressed Ctrl-C; not if the tool fails.
    pub fn run(&self, call: &Call) -> Result<Reply, Error> {
        self.tell(Event::Command { line: call.to_string() });
        self.driver.run(call).map_err(|error| {
            let program = call.program().to_string_lossy();
            match error {
                RunError::Interrupted => Error::interrupted(),
                RunError::Missing => Tool::of(&program)
                    .map_or_else(|| Error::new(format!("there is no program \"{program}\"")), Tool::missing),
                RunError::Io(error) => Error::new(format!("cannot run {program}")).cause(error),
            }
        })
    }
}
