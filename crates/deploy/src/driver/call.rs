//! A call of a tool, and what comes back.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// A tool and what it is given. No shell is between: an argument arrives as it is.
///
/// ```
/// use stackwright_deploy::Call;
///
/// let call = Call::new("aws").args(["s3", "ls", "it's mine"]).env("AWS_PAGER", "").secret("mine");
/// assert_eq!(call.to_string(), "AWS_PAGER='' aws s3 ls 'it'\\''s ***'");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Call {
    pub(super) program: OsString,
    pub(super) args: Vec<OsString>,
    pub(super) env: Vec<(OsString, OsString)>,
    pub(super) stdin: Vec<u8>,
    secrets: Vec<String>,
}

impl Call {
    /// A program, which is looked for where the system looks for programs.
    pub fn new(program: impl Into<OsString>) -> Self {
        let program = program.into();
        Call { program, args: Vec::new(), env: Vec::new(), stdin: Vec::new(), secrets: Vec::new() }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds an option with its value, before a `--`: what follows that is not for the tool itself.
    pub(crate) fn option(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        let end = self.args.iter().position(|arg| arg == "--").unwrap_or(self.args.len());
        self.args.splice(end..end, [name.into(), value.into()]);
        self
    }

    /// Sets an environment variable beside those that this process has.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// What the tool reads from its standard input; left out: nothing.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// A text that is shown to nobody, wherever it stands.
    pub fn secret(mut self, text: impl Into<String>) -> Self {
        self.secrets.push(text.into());
        self
    }

    /// The program.
    pub fn program(&self) -> &OsStr {
        &self.program
    }

    /// What the tool reads from its standard input.
    pub fn input(&self) -> &[u8] {
        &self.stdin
    }

    /// The program and its arguments as words.
    pub fn words(&self) -> Vec<String> {
        let words = [&self.program].into_iter().chain(&self.args);
        words.map(|word| word.to_string_lossy().into_owned()).collect()
    }

    /// A text of the tool's or of ours, without what is shown to nobody.
    pub fn masked(&self, text: &str) -> String {
        // An empty secret would be found everywhere.
        let secrets = self.secrets.iter().filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }
}

/// The command as it could be given to a POSIX shell, secrets masked.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |word: &OsStr| quote(&self.masked(&word.to_string_lossy())).into_owned();
        for (name, value) in &self.env {
            write!(f, "{}={} ", name.to_string_lossy(), quoted(value))?;
        }
        f.write_str(&quoted(&self.program))?;
        self.args.iter().try_for_each(|arg| write!(f, " {}", quoted(arg)))
    }
}

fn quote(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => Cow::Borrowed(word),
        false => Cow::Owned(format!("'{}'", word.replace('\'', r"'\''"))),
    }
}

/// What a tool ended with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The exit code; absent where a signal ended the tool.
    pub code: Option<i32>,
    /// What it wrote as data.
    pub stdout: Vec<u8>,
    /// What it wrote as talk.
    pub stderr: Vec<u8>,
}

impl Reply {
    /// Whether the tool says that it succeeded.
    pub fn is_success(&self) -> bool {
        self.code == Some(0)
    }

    /// What it wrote as talk, without the space around it.
    pub fn talk(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.stderr.trim_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn a_secret_is_shown_nowhere() {
        let call =
            Call::new("aws").args(["--parameters", "Password=hunter2"]).env("X", "hunter2").secret("hunter2");
        assert_eq!(call.to_string(), "X='***' aws --parameters 'Password=***'");
        assert_eq!(call.masked("hunter2 is weak"), "*** is weak");
    }

    #[test]
    fn an_empty_secret_hides_nothing() {
        assert_eq!(Call::new("aws").arg("ls").secret("").to_string(), "aws ls");
    }

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let call = Call::new("aws").args(["", "a b", "$HOME", "file:///tmp/x.json", "[{\"a\":1}]"]);
        assert_eq!(call.to_string(), "aws '' 'a b' '$HOME' file:///tmp/x.json '[{\"a\":1}]'");
    }
}
