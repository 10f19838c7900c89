//! What the AWS CLI means when it fails.

use std::fmt;

use crate::Error;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Too many calls in too short a time.
    Throttled,
    /// AWS says that it failed itself, or broke off in the middle.
    Unavailable,
    /// Nobody answers at the address.
    Unreachable,
    /// There are credentials, and they are no longer valid.
    Expired,
    /// There are no credentials, or wrong ones.
    NoCredentials,
    /// No region is configured.
    NoRegion,
    /// The credentials may not do this.
    Denied,
    /// It would have been done, and was only to be checked.
    DryRun,
    /// What is asked for is not there.
    NotFound,
    /// What would be made is there already.
    AlreadyExists,
    /// A change set would change nothing.
    NoChanges,
    /// Another operation is in progress, or the state of the thing allows none.
    Busy,
    /// The AWS CLI does not know an option or a command that we gave it.
    Usage,
    /// The person has pressed Ctrl-C.
    Interrupted,
    /// Anything else; the message says what.
    Other,
}

/// Why AWS, or the AWS CLI, did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    problem: Problem,
    code: Option<String>,
    message: String,
    hint: Option<String>,
}

impl AwsError {
    /// Understands what the CLI wrote to stderr.
    ///
    /// A service's answer begins with `An error occurred (CODE) when calling the X operation: `; what the CLI itself has
    /// to say has no form. Around either may be warnings of its Python.
    pub(super) fn read(talk: &str, exit: Option<i32>) -> Self {
        const START: &str = "An error occurred (";

        let service = talk.find(START).and_then(|start| {
            let (code, rest) = talk[start + START.len()..].split_once(')')?;
            // The CLI may have given up: `when calling the X operation (reached max retries: 4): …`.
            let rest = rest
                .split_once("(reached max retries")
                .map_or(rest, |(_, rest)| &rest[rest.find(')').unwrap_or(0)..]);
            let message = rest.split_once(": ").map_or("", |(_, message)| message.trim());
            let message = if message.is_empty() { code } else { message };
            Some((code.to_owned(), message.to_owned()))
        });
        let (code, message) = match service {
            Some((code, message)) => (Some(code), message),
            None => (None, plain(talk, exit)),
        };
        let problem = code.as_deref().map_or_else(|| of_text(&message, exit), |code| of_code(code, &message));
        AwsError { problem, code, message, hint: None }
    }

    /// What kind of failure it is.
    pub fn problem(&self) -> Problem {
        self.problem
    }

    /// The service's code, such as `ValidationError`; absent where the CLI did not get so far.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What was said, without the code.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the person stopped it.
    pub fn is_interrupted(&self) -> bool {
        self.problem == Problem::Interrupted
    }

    /// Whether the same call may succeed after a while.
    pub fn is_passing(&self) -> bool {
        matches!(self.problem, Problem::Throttled | Problem::Unavailable)
    }

    /// Whether nobody answered.
    pub fn is_unreachable(&self) -> bool {
        self.problem == Problem::Unreachable
    }

    /// What may help.
    pub fn hint(&self) -> Option<&str> {
        let standing = match self.problem {
            Problem::Expired => "sign in again, for instance with \"aws sso login\", and run it again",
            Problem::NoCredentials => {
                "choose a profile with --profile or AWS_PROFILE, or sign in with \"aws configure sso\" or \"aws login\""
            }
            Problem::NoRegion => {
                "choose a region with --region or AWS_DEFAULT_REGION, or set it in the program: StackProps::region"
            }
            Problem::Denied => "ask for the permission, or choose other credentials with --profile",
            Problem::Throttled | Problem::Unavailable => {
                "run it again after a while: what is in progress is joined"
            }
            Problem::Unreachable => "is there a network, and are --endpoint-url and --region right?",
            _ => return self.hint.as_deref(),
        };
        Some(self.hint.as_deref().unwrap_or(standing))
    }
}

/// The last paragraph of what the CLI said: before it come warnings, and how it is called.
fn plain(talk: &str, exit: Option<i32>) -> String {
    let mut lines: Vec<&str> =
        talk.lines().rev().map(str::trim).take_while(|line| !line.is_empty()).collect();
    lines.reverse();
    match (lines.is_empty(), exit) {
        (false, _) => lines.join(" "),
        (true, Some(code)) => format!("the AWS CLI ended with exit code {code} and said nothing"),
        (true, None) => "the AWS CLI was ended by a signal".to_owned(),
    }
}

fn of_code(code: &str, message: &str) -> Problem {
    let has = |text: &str| message.contains(text);
    match code {
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "TooManyRequestsException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "429" => Problem::Throttled,
        "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "InternalServerException"
        | "ServerException"
        | "RequestTimeout"
        | "RequestTimeoutException"
        | "500"
        | "502"
        | "503"
        | "504" => Problem::Unavailable,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            Problem::Expired
        }
        "NoCredentials"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "AuthFailure"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature" => Problem::NoCredentials,
        "NoRegion" => Problem::NoRegion,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "403" => Problem::Denied,
        "DryRunOperation" => Problem::DryRun,
        "AlreadyExistsException" | "AlreadyExists" | "ResourceInUseException" => Problem::AlreadyExists,
        "ChangeSetNotFound" | "ResourceNotFoundException" | "NoSuchBucket" | "NoSuchKey" | "404" => {
            Problem::NotFound
        }
        "OperationInProgressException" | "InvalidChangeSetStatus" => Problem::Busy,
        "ValidationError" if has("does not exist") => Problem::NotFound,
        "ValidationError" if has("No updates are to be performed") => Problem::NoChanges,
        "ValidationError" if has("Rate exceeded") => Problem::Throttled,
        "ValidationError" if has("_IN_PROGRESS state") => Problem::Busy,
        "ValidationError" if has("is not authorized to perform") => Problem::Denied,
        _ => Problem::Other,
    }
}

fn of_text(message: &str, exit: Option<i32>) -> Problem {
    let has = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
    if has(&[
        "Could not connect to the endpoint",
        "Connect timeout on endpoint",
        "Failed to connect to proxy",
    ]) {
        return Problem::Unreachable;
    }
    if has(&[
        "Connection was closed before",
        "Connection reset",
        "Connection aborted",
        "Read timeout on endpoint",
    ]) || has(&["IncompleteRead", "Response ended prematurely", "connection broken"])
    {
        return Problem::Unavailable;
    }
    if has(&["Token has expired", "token has expired", "session has expired", "Your session has expired"])
        || has(&["has expired or is otherwise invalid", "expired and refresh failed"])
    {
        return Problem::Expired;
    }
    if has(&["Unable to locate credentials", "Partial credentials found", "config profile"])
        || has(&[
            "Error loading SSO Token",
            "Error when retrieving credentials",
            "Error when retrieving token",
        ])
    {
        return Problem::NoCredentials;
    }
    if has(&["You must specify a region"]) {
        return Problem::NoRegion;
    }
    // 252 is version 2's exit code for a command line that it does not understand, 2 is version 1's.
    match exit {
        Some(2 | 252) => Problem::Usage,
        _ => Problem::Other,
    }
}

/// A failure before AWS was asked: the CLI is missing, or the person pressed Ctrl-C.
impl From<Error> for AwsError {
    fn from(error: Error) -> Self {
        AwsError {
            problem: if error.is_interrupted() { Problem::Interrupted } else { Problem::Other },
            code: None,
            hint: error.help().map(str::to_owned),
            message: error.to_string(),
        }
    }
}

/// What was said, with the service's code.
impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.code.as_deref().map_or(Ok(()), |code| write!(f, " ({code})"))
    }
}

impl std::error::Error for AwsError {}

#[cfg(test)]
mod tests {
    use super::{AwsError, Problem};

    fn check(talk: &str, problem: Problem, shown: &str) {
        let error = AwsError::read(talk, Some(255));
        assert_eq!((error.problem(), &*error.to_string()), (problem, shown), "{talk}");
    }

    #[test]
    fn what_services_answer() {
        let of = |code: &str, message: &str| {
            format!("\nAn error occurred ({code}) when calling the X operation: {message}\n")
        };
        check(
            &of("ValidationError", "Stack with id web does not exist"),
            Problem::NotFound,
            "Stack with id web does not exist (ValidationError)",
        );
        check(
            &of("ValidationError", "No updates are to be performed."),
            Problem::NoChanges,
            "No updates are to be performed. (ValidationError)",
        );
        check(
            &of("ValidationError", "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated."),
            Problem::Busy,
            "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated. (ValidationError)",
        );
        check(&of("ExpiredToken", "expired"), Problem::Expired, "expired (ExpiredToken)");
        check(
            &of("AccessDenied", "User: x is not authorized to perform: y"),
            Problem::Denied,
            "User: x is not authorized to perform: y (AccessDenied)",
        );
        check(
            "aws: [ERROR]: An error occurred (AlreadyExistsException) when calling the CreateStack operation: it is",
            Problem::AlreadyExists,
            "it is (AlreadyExistsException)",
        );
        check(
            "An error occurred (503) when calling the DescribeStacks operation (reached max retries: 4): Service Unavailable",
            Problem::Unavailable,
            "Service Unavailable (503)",
        );
        check(
            "An error occurred (Unknown) when calling the X operation: ",
            Problem::Other,
            "Unknown (Unknown)",
        );
        check(
            "aws: [ERROR]: An error occurred (NoRegion): You must specify a region.",
            Problem::NoRegion,
            "You must specify a region. (NoRegion)",
        );
    }

    #[test]
    fn what_the_cli_itself_says() {
        let python = "/usr/lib/x.py:86: PythonDeprecationWarning: old\n  warnings.warn(x)\n\n";
        check(
            &format!(
                "{python}Unable to locate credentials. You can configure credentials by running \"aws configure\"."
            ),
            Problem::NoCredentials,
            "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
        );
        check("You must specify a region.", Problem::NoRegion, "You must specify a region.");
        check(
            "The config profile (x) could not be found",
            Problem::NoCredentials,
            "The config profile (x) could not be found",
        );
        check(
            "Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"",
            Problem::Unreachable,
            "Could not connect to the endpoint URL: \"http://127.0.0.1:1/\"",
        );
        check(
            "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
            Problem::Unavailable,
            "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
        );
        check(
            "Error when retrieving token from sso: Token has expired and refresh failed",
            Problem::Expired,
            "Error when retrieving token from sso: Token has expired and refresh failed",
        );
        check("", Problem::Other, "the AWS CLI ended with exit code 255 and said nothing");
        assert_eq!(AwsError::read("Unknown options: --x", Some(252)).problem(), Problem::Usage);
        assert_eq!(AwsError::read("", None).message(), "the AWS CLI was ended by a signal");
    }
}
