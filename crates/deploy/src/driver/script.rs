//! A driver for tests: it answers the calls it expects, and no others.

use std::sync::{Mutex, PoisonError};

use super::{Call, Driver, Reply, RunError};

/// A call that is expected, and what the tool answers.
#[derive(Clone, Debug)]
struct Expected {
    pattern: String,
    answer: Answer,
    is_repeated: bool,
}

#[derive(Clone, Debug)]
enum Answer {
    Reply(Reply),
    Missing,
    Interrupted,
}

/// Answers calls in place of tools.
///
/// A call is answered by the first expected one that is not used up and whose words are the call's own words, up to the
/// last of the expected. So calls that begin alike are answered in order, and others, as those of several threads, in
/// any. A call that is not expected fails, and [`Script::finish`] tells of it.
///
/// ```
/// use stackwright_deploy::{Call, Driver, Script};
///
/// let script = Script::new().reply("aws sts get-caller-identity", r#"{ "Account": "123456789012" }"#);
/// let reply = script.run(&Call::new("aws").args(["sts", "get-caller-identity", "--output", "json"])).unwrap();
/// assert!(reply.is_success());
/// script.finish();
/// ```
#[derive(Debug, Default)]
pub struct Script {
    expected: Vec<Expected>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How often each expected call was answered.
    used: Vec<usize>,
    /// What was called, in order.
    calls: Vec<Call>,
    unexpected: Vec<String>,
}

impl Script {
    /// Expects nothing.
    pub fn new() -> Self {
        Script::default()
    }

    /// Expects a call that begins with these words, and answers it with data.
    pub fn reply(self, pattern: &str, stdout: impl Into<Vec<u8>>) -> Self {
        let reply = Reply { code: Some(0), stdout: stdout.into(), stderr: Vec::new() };
        self.expect(pattern, Answer::Reply(reply), false)
    }

    /// Expects any number of such calls, and answers each with the same data.
    pub fn always(self, pattern: &str, stdout: impl Into<Vec<u8>>) -> Self {
        let reply = Reply { code: Some(0), stdout: stdout.into(), stderr: Vec::new() };
        self.expect(pattern, Answer::Reply(reply), true)
    }

    /// Expects a call that begins with these words, and lets it fail with talk.
    pub fn fail(self, pattern: &str, code: i32, stderr: &str) -> Self {
        let reply = Reply { code: Some(code), stdout: Vec::new(), stderr: stderr.into() };
        self.expect(pattern, Answer::Reply(reply), false)
    }

    /// Expects a call of a program that is not there.
    pub fn missing(self, pattern: &str) -> Self {
        self.expect(pattern, Answer::Missing, false)
    }

    /// Expects a call during which the person presses Ctrl-C.
    pub fn interrupted(self, pattern: &str) -> Self {
        self.expect(pattern, Answer::Interrupted, false)
    }

    fn expect(mut self, pattern: &str, answer: Answer, is_repeated: bool) -> Self {
        self.expected.push(Expected { pattern: pattern.to_owned(), answer, is_repeated });
        self
    }

    /// What has been called so far, one command a line, secrets masked.
    pub fn transcript(&self) -> String {
        self.state().calls.iter().map(|call| format!("{call}\n")).collect()
    }

    /// What has been called so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// Says that nothing more is called.
    ///
    /// # Panics
    ///
    /// If a call was made that was not expected, or one that was expected was not made.
    #[track_caller]
    pub fn finish(&self) {
        let state = self.state();
        let is_unused = |index: &usize| {
            !self.expected[*index].is_repeated && state.used.get(*index).is_none_or(|times| *times == 0)
        };
        let unused = (0..self.expected.len()).filter(is_unused);
        let unused: Vec<&str> = unused.map(|index| &*self.expected[index].pattern).collect();
        assert!(
            state.unexpected.is_empty() && unused.is_empty(),
            "unexpected calls:\n  {}\nexpected, and not made:\n  {}",
            state.unexpected.join("\n  "),
            unused.join("\n  "),
        );
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Driver for Script {
    fn run(&self, call: &Call) -> Result<Reply, RunError> {
        let words = call.words();
        let mut state = self.state();
        state.used.resize(self.expected.len(), 0);
        state.calls.push(call.clone());
        let is_open = |(index, expected): &(usize, &Expected)| {
            (expected.is_repeated || state.used[*index] == 0) && begins(&words, &expected.pattern)
        };
        let Some((index, expected)) = self.expected.iter().enumerate().find(is_open) else {
            state.unexpected.push(call.to_string());
            return Err(RunError::Io(std::io::Error::other(format!("the script does not expect: {call}"))));
        };
        state.used[index] += 1;
        match &expected.answer {
            Answer::Reply(reply) => Ok(reply.clone()),
            Answer::Missing => Err(RunError::Missing),
            Answer::Interrupted => Err(RunError::Interrupted),
        }
    }
}

fn begins(words: &[String], pattern: &str) -> bool {
    let mut words = words.iter();
    pattern.split_whitespace().all(|expected| words.next().is_some_and(|word| word == expected))
}

#[cfg(test)]
mod tests {
    use super::{Call, Driver, Script};

    fn call(line: &str) -> Call {
        let mut words = line.split(' ');
        Call::new(words.next().unwrap()).args(words)
    }

    #[test]
    fn calls_that_begin_alike_are_answered_in_order_and_others_in_any() {
        let script =
            Script::new().reply("aws a", "1").reply("aws b", "2").reply("aws a", "3").always("kubectl", "4");
        let answers: Vec<Vec<u8>> = ["aws b --x", "kubectl get", "aws a", "aws a --y", "kubectl"]
            .map(|line| script.run(&call(line)).unwrap().stdout)
            .into();
        assert_eq!(answers, [b"2", b"4", b"1", b"3", b"4"]);
        script.finish();
        assert_eq!(script.transcript(), "aws b --x\nkubectl get\naws a\naws a --y\nkubectl\n");
    }

    #[test]
    #[should_panic(expected = "unexpected calls:\n  aws ab")]
    fn a_call_that_is_not_expected_is_told() {
        let script = Script::new().always("aws a", "");
        assert!(script.run(&call("aws ab")).is_err());
        script.finish();
    }

    #[test]
    #[should_panic(expected = "expected, and not made:\n  aws b")]
    fn a_call_that_is_not_made_is_told() {
        let script = Script::new().reply("aws a", "").reply("aws b", "");
        script.run(&call("aws a")).unwrap();
        script.finish();
    }
}
