//! The tools we drive: which versions will do, and how to get them.

use std::fmt;

use serde::Deserialize;

use crate::{Call, Error, Session};

/// A version, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// What changes with a break.
    pub major: u32,
    /// What changes with a feature.
    pub minor: u32,
    /// What changes with a fix.
    pub patch: u32,
}

impl Version {
    const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Version { major, minor, patch }
    }

    /// The version that a text begins with, whatever follows it.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.splitn(3, '.').map(|number| {
            let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            number[..end].parse().ok()
        });
        Some(Version::new(numbers.next()??, numbers.next()??, numbers.next().flatten().unwrap_or(0)))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A tool we drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The AWS CLI, of version 1 or 2.
    Aws,
    /// kubectl.
    Kubectl,
}

/// The first versions of either kind whose kubeconfig a current kubectl takes.
const AWS_1: Version = Version::new(1, 23, 9);
const AWS_2: Version = Version::new(2, 6, 3);
/// The first version in which server-side apply is stable.
const KUBECTL: Version = Version::new(1, 22, 0);

impl Tool {
    /// The tool that this program is.
    pub(crate) fn of(program: &str) -> Option<Self> {
        [Tool::Aws, Tool::Kubectl].into_iter().find(|tool| tool.program() == program)
    }

    /// The program's name.
    pub fn program(self) -> &'static str {
        match self {
            Tool::Aws => "aws",
            Tool::Kubectl => "kubectl",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Tool::Aws => "the AWS CLI",
            Tool::Kubectl => "kubectl",
        }
    }

    /// How to get it.
    pub fn advice(self) -> &'static str {
        match self {
            Tool::Aws => {
                "install it from https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html, \
                 or with \"pip install awscli\""
            }
            Tool::Kubectl => "install it from https://kubernetes.io/docs/tasks/tools/",
        }
    }

    /// The first version that will do, of those with this major version.
    fn least(self, found: Version) -> Version {
        match self {
            Tool::Aws if found.major < 2 => AWS_1,
            Tool::Aws => AWS_2,
            Tool::Kubectl => KUBECTL,
        }
    }

    pub(crate) fn missing(self) -> Error {
        Error::new(format!("{} is missing: there is no program \"{}\"", self.title(), self.program()))
            .hint(self.advice())
    }

    /// The version that is installed.
    ///
    /// # Errors
    ///
    /// If the tool is missing, too old, or does not tell its version; the error says how to get it.
    pub fn check(self, session: &Session<'_>) -> Result<Version, Error> {
        let call = Call::new(self.program());
        let call = match self {
            Tool::Aws => call.arg("--version"),
            Tool::Kubectl => call.args(["version", "--client", "--output", "json"]),
        };
        let reply = session.run(&call)?;
        let text = String::from_utf8_lossy(&reply.stdout);
        let found = match self {
            // The first ones of version 1 say it on stderr.
            Tool::Aws => [&text, &reply.talk()].into_iter().find_map(|text| aws_version(text)),
            Tool::Kubectl => kubectl_version(&text),
        };
        let Some(found) = found else {
            let said = if text.trim().is_empty() { reply.talk() } else { text.trim().into() };
            return Err(Error::new(format!("{} does not tell its version", self.title()))
                .cause(said)
                .hint(self.advice()));
        };
        let least = self.least(found);
        match found < least {
            false => Ok(found),
            true => Err(Error::new(format!("{} is too old: {found}, needed is {least}", self.title()))
                .hint(self.advice())),
        }
    }
}

fn aws_version(text: &str) -> Option<Version> {
    Version::parse(text.split_once("aws-cli/")?.1)
}

fn kubectl_version(text: &str) -> Option<Version> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Versions {
        client_version: Client,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Client {
        git_version: String,
    }

    let versions: Versions = serde_json::from_str(text).ok()?;
    Version::parse(versions.client_version.git_version.trim_start_matches('v'))
}

#[cfg(test)]
mod tests {
    use super::{Tool, Version};
    use crate::{Moments, Script, Session};

    fn check(tool: Tool, script: Script) -> Result<Version, String> {
        let clock = Moments::new();
        let found = tool.check(&Session::new(&script, &clock, &|_| ())).map_err(|error| error.to_string());
        script.finish();
        found
    }

    fn aws(text: &str) -> Result<Version, String> {
        check(Tool::Aws, Script::new().reply("aws --version", text))
    }

    #[test]
    fn versions_of_either_aws_cli_are_read() {
        assert_eq!(
            aws("aws-cli/1.45.11 Python/3.11.7 Linux/6.1 botocore/1.43.11\n"),
            Ok(Version::new(1, 45, 11))
        );
        assert_eq!(aws("aws-cli/2.31.0 Python/3.13.7 exe/x86_64.debian.12\n"), Ok(Version::new(2, 31, 0)));
        let on_stderr = Script::new().fail("aws --version", 0, "aws-cli/1.30.1 Python/2.7.18");
        assert_eq!(check(Tool::Aws, on_stderr), Ok(Version::new(1, 30, 1)));
    }

    #[test]
    fn what_is_too_old_or_unclear_or_missing_is_told() {
        assert_eq!(
            aws("aws-cli/1.22.101 Python"),
            Err("the AWS CLI is too old: 1.22.101, needed is 1.23.9".into())
        );
        assert_eq!(aws("aws-cli/2.6.2 Python"), Err("the AWS CLI is too old: 2.6.2, needed is 2.6.3".into()));
        assert_eq!(aws("hello\n"), Err("the AWS CLI does not tell its version: hello".into()));
        let missing = Script::new().missing("aws --version");
        assert_eq!(
            check(Tool::Aws, missing),
            Err("the AWS CLI is missing: there is no program \"aws\"".into())
        );
    }

    #[test]
    fn the_version_of_kubectl_is_read() {
        let kubectl = |version: &str| {
            let json = format!(r#"{{ "clientVersion": {{ "major": "1", "gitVersion": "{version}" }} }}"#);
            check(Tool::Kubectl, Script::new().reply("kubectl version --client", json))
        };
        assert_eq!(kubectl("v1.32.4-dispatcher"), Ok(Version::new(1, 32, 4)));
        assert_eq!(kubectl("v1.21.14"), Err("kubectl is too old: 1.21.14, needed is 1.22.0".into()));
    }
}
