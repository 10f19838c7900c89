//! Tools as child processes.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Call, Driver, Reply, RunError};

/// Whether the person has pressed Ctrl-C. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    flag: Arc<AtomicBool>,
}

impl Interrupt {
    /// Nothing has been pressed.
    pub fn new() -> Self {
        Interrupt::default()
    }

    /// What a signal handler sets.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// Runs tools as child processes.
///
/// They stay in the process group of ours, since the AWS CLI may ask for a code of a second factor on the terminal. So
/// Ctrl-C reaches them too. A tool that ends well in spite of it has its reply taken; none is started afterwards.
#[derive(Clone, Debug, Default)]
pub struct Processes {
    interrupt: Interrupt,
}

impl Processes {
    /// Runs tools until the interrupt is set.
    pub fn new(interrupt: Interrupt) -> Self {
        Processes { interrupt }
    }
}

impl Driver for Processes {
    fn run(&self, call: &Call) -> Result<Reply, RunError> {
        if self.interrupt.is_set() {
            return Err(RunError::Interrupted);
        }
        let reply = start(call).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RunError::Missing,
            _ => RunError::Io(error),
        })?;
        match self.interrupt.is_set() && !reply.is_success() {
            true => Err(RunError::Interrupted),
            false => Ok(reply),
        }
    }

    fn environment(&self) -> Vec<(String, String)> {
        let text = |text: OsString| text.to_string_lossy().into_owned();
        std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
    }
}

fn start(call: &Call) -> io::Result<Reply> {
    let stdin = if call.stdin.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child = Command::new(&call.program)
        .args(&call.args)
        .envs(call.env.iter().map(|(name, value)| (name, value)))
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdin = child.stdin.take();
    // A tool may write before it has read everything, so both happen at once.
    let output = thread::scope(|scope| {
        scope.spawn(|| {
            // A tool need not read what it is given; if it misses it, it will say so.
            let _ = stdin.map(|mut stdin| stdin.write_all(&call.stdin));
        });
        child.wait_with_output()
    })?;
    Ok(Reply { code: output.status.code(), stdout: output.stdout, stderr: output.stderr })
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Call, Driver, Interrupt, Processes, RunError};
    use std::sync::atomic::Ordering;

    fn cat() -> Call {
        Call::new("cat")
    }

    #[test]
    fn a_tool_reads_and_writes_more_than_a_pipe_holds() {
        let bytes = vec![b'x'; 1 << 20];
        let reply = Processes::default().run(&cat().stdin(bytes.clone())).unwrap();
        assert!(reply.is_success());
        assert!(reply.stdout == bytes);
    }

    #[test]
    fn arguments_and_environment_arrive_as_they_are() {
        let call = Call::new("sh")
            .args(["-c", "printf '%s|' \"$@\" \"$X\"; exit 3", "-", "$HOME", "a b"])
            .env("X", "'");
        let reply = Processes::default().run(&call).unwrap();
        assert_eq!((reply.code, &*reply.stdout), (Some(3), &b"$HOME|a b|'|"[..]));
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        let outcome = Processes::default().run(&Call::new("stackwright-has-no-such-tool"));
        assert!(matches!(outcome, Err(RunError::Missing)), "{outcome:?}");
    }

    #[test]
    fn nothing_starts_after_an_interrupt() {
        let interrupt = Interrupt::new();
        let processes = Processes::new(interrupt.clone());
        assert!(processes.run(&cat()).is_ok());
        interrupt.flag().store(true, Ordering::Relaxed);
        assert!(matches!(processes.run(&cat()), Err(RunError::Interrupted)));
    }
}
