//! How a command ends.

use std::process::ExitCode;

/// What the exit code of an app says.
///
/// ```
/// use stackwright_cli::Exit;
///
/// assert_eq!(Exit::Diagnosed.code(), 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: the operation failed, as when a file cannot be written.
    Failed,
    /// 2: the command line is not understood.
    Usage,
    /// 3: the program has error diagnostics; nothing was written.
    Diagnosed,
    /// 4: `diff --exit-code` found differences.
    Differs,
}

impl Exit {
    /// The number the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Diagnosed => 3,
            Exit::Differs => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
