//! The AWS CLI: how it is called, and what its answers mean.

mod cloudformation;
mod failure;
mod identity;
mod retry;
mod storage;

use std::ffi::OsString;

use serde::de::DeserializeOwned;

use crate::driver::{Call, Reply};
use crate::{Error, Event, Session};

pub use cloudformation::{
    ChangeSet, ChangeSetEntry, ChangeSetRequest, ChangeSetType, ResourceChange, ResourceChangeDetail,
    ResourceTarget, Stack, StackEvent, StackOutput, StackParameter, StackTag,
};
pub use failure::{AwsError, Problem};
pub use identity::Identity;
use retry::Retries;
pub(crate) use retry::backoff;

/// What the AWS CLI is told with every call. Left out, it takes each from its own environment and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsOptions {
    /// The named profile.
    pub profile: Option<String>,
    /// The region, such as `eu-west-1`.
    pub region: Option<String>,
    /// Where AWS is, if it is an emulator; left out: `AWS_ENDPOINT_URL`. Every command gets it in both ways there are,
    /// for each way is ignored by some command.
    pub endpoint_url: Option<String>,
}

/// The AWS CLI, of version 1 or 2.
///
/// A call is made again, after a while that grows, if AWS was too busy or could not be reached; so every call that
/// changes something carries a token or a name that makes doing it twice the same as doing it once.
#[derive(Clone)]
pub struct Aws<'a> {
    session: Session<'a>,
    options: AwsOptions,
}

impl<'a> Aws<'a> {
    /// The AWS CLI with these options.
    pub fn new(session: Session<'a>, mut options: AwsOptions) -> Self {
        options.endpoint_url = options.endpoint_url.or_else(|| endpoint_of_environment(&session));
        Aws { session, options }
    }

    /// What it works with.
    pub fn session(&self) -> Session<'a> {
        self.session
    }

    /// The options.
    pub fn options(&self) -> &AwsOptions {
        &self.options
    }

    /// The same in another region; without one: the same.
    pub fn in_region(&self, region: Option<&str>) -> Aws<'a> {
        let mut aws = self.clone();
        if let Some(region) = region {
            aws.options.region = Some(region.to_owned());
        }
        aws
    }

    /// A call with these arguments, to be given more; the options are added when it is run.
    pub fn call<S: AsRef<str>>(&self, args: &[S]) -> Call {
        Call::new("aws").args(args.iter().map(AsRef::as_ref))
    }

    /// Runs a call and reads its JSON. An operation without a result gives `()` for `T`.
    ///
    /// # Errors
    ///
    /// If AWS refuses, or cannot be reached after several tries; if the CLI is missing or the person presses Ctrl-C.
    pub fn run<T: DeserializeOwned>(&self, call: Call) -> Result<T, AwsError> {
        let operation = operation(&call);
        read(&operation, &self.reply(call)?)
    }

    /// Runs a call whose answer is for people, as that of a command of the CLI's own.
    ///
    /// # Errors
    ///
    /// As of [`run`](Self::run).
    pub fn run_custom(&self, call: Call) -> Result<(), AwsError> {
        self.reply(call).map(drop)
    }

    fn reply(&self, call: Call) -> Result<Reply, AwsError> {
        let operation = operation(&call);
        let call = self.with_options(call);
        let mut retries = Retries::default();
        loop {
            let reply = self.session.run(&call).map_err(AwsError::from)?;
            if reply.is_success() {
                return Ok(reply);
            }
            let error = AwsError::read(&call.masked(&reply.talk()), reply.code);
            let Some(wait) = retries.next(&error, self.session.clock()) else { return Err(error) };
            self.session.tell(Event::Retried { operation: operation.clone(), cause: error.to_string() });
            self.session.clock().sleep(wait);
        }
    }

    /// Standing options come last, so that a command reads well.
    fn with_options(&self, call: Call) -> Call {
        let AwsOptions { profile, region, endpoint_url } = &self.options;
        let options = [("--profile", profile), ("--region", region), ("--endpoint-url", endpoint_url)];
        let given = options.into_iter().filter_map(|(option, value)| Some((option, value.as_ref()?)));
        let call = given.fold(call, |call, (option, value)| call.arg(option).arg(value));
        let call = call.args(["--output", "json"]);
        // A person's settings that would wait for a key, or tell errors in another form. Version 1 has no
        // --no-cli-pager, so these are given as variables, which it ignores.
        let settings =
            [("AWS_PAGER", ""), ("AWS_CLI_AUTO_PROMPT", "off"), ("AWS_CLI_ERROR_FORMAT", "legacy")];
        let call = settings.into_iter().fold(call, |call, (name, value)| call.env(name, value));
        match endpoint_url {
            Some(url) => call.env("AWS_ENDPOINT_URL", OsString::from(url)),
            None => call,
        }
    }
}

/// What is asked of AWS, such as `cloudformation describe-stacks`.
fn operation(call: &Call) -> String {
    call.words().get(1..3).unwrap_or_default().join(" ")
}

/// What the environment says for all services, unless it says otherwise for some. Some commands of the AWS CLI heed the
/// option only.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
fn endpoint_of_environment(session: &Session<'_>) -> Option<String> {
    let is_ignored =
        session.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value == "true");
    let has_own = session.has_variable("AWS_ENDPOINT_URL_");
    session.variable("AWS_ENDPOINT_URL").filter(|_| !is_ignored && !has_own)
}

fn read<T: DeserializeOwned>(operation: &str, reply: &Reply) -> Result<T, AwsError> {
    // An operation without a result prints nothing.
    let text = match reply.stdout.trim_ascii() {
        [] => b"null",
        text => text,
    };
    serde_json::from_slice(text).map_err(|error| {
        let message = format!("the answer to {operation} is not what it should be");
        AwsError::from(Error::new(message).cause(error))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::{Aws, AwsOptions, Problem};
    use crate::driver::{Call, Driver, Reply, RunError};
    use crate::{Clock, Event, Moments, Script, Session};

    const BUSY: &str =
        "An error occurred (Throttling) when calling the DescribeStacks operation: Rate exceeded";

    #[test]
    fn options_are_given_in_every_way_there_is() {
        let script = Script::new().reply("aws sts get-caller-identity", "{}");
        let clock = Moments::new();
        let options = AwsOptions {
            profile: Some("dev".into()),
            region: Some("eu-west-1".into()),
            endpoint_url: Some("http://127.0.0.1:4610".into()),
        };
        let aws = Aws::new(Session::new(&script, &clock, &|_| ()), options);
        let _: serde_json::Value = aws.run(aws.call(&["sts", "get-caller-identity"])).unwrap();
        assert_eq!(
            script.transcript(),
            "AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_CLI_ERROR_FORMAT=legacy \
             AWS_ENDPOINT_URL=http://127.0.0.1:4610 aws sts get-caller-identity --profile dev --region eu-west-1 \
             --endpoint-url http://127.0.0.1:4610 --output json\n"
        );
    }

    /// Tools that find these variables, and are never run.
    struct Variables(&'static [(&'static str, &'static str)]);

    impl Driver for Variables {
        fn run(&self, call: &Call) -> Result<Reply, RunError> {
            panic!("{call} is run")
        }

        fn environment(&self) -> Vec<(String, String)> {
            self.0.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        }
    }

    #[test]
    fn the_environment_is_heeded_as_the_cli_heeds_it() {
        let clock = Moments::new();
        let check = |variables, option: Option<&str>, endpoint: Option<&str>| {
            let driver = Variables(variables);
            let options = AwsOptions { endpoint_url: option.map(str::to_owned), ..AwsOptions::default() };
            let aws = Aws::new(Session::new(&driver, &clock, &|_| ()), options);
            assert_eq!(aws.options().endpoint_url.as_deref(), endpoint, "{variables:?}");
        };
        check(&[], None, None);
        check(&[("AWS_ENDPOINT_URL", "http://a")], None, Some("http://a"));
        check(&[("AWS_ENDPOINT_URL", "http://a")], Some("http://b"), Some("http://b"));
        check(&[("AWS_ENDPOINT_URL", "")], None, None);
        check(&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_S3", "http://b")], None, None);
        check(
            &[("AWS_ENDPOINT_URL", "http://a"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")],
            None,
            None,
        );

        let driver = Variables(&[("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_REGION", "us-east-1")]);
        let aws = Aws::new(Session::new(&driver, &clock, &|_| ()), AwsOptions::default());
        assert_eq!(aws.region().unwrap().as_deref(), Some("us-east-1"));
        assert_eq!(aws.in_region(Some("eu-north-1")).region().unwrap().as_deref(), Some("eu-north-1"));
    }

    #[test]
    fn a_busy_service_is_asked_again_and_that_is_told() {
        let script = Script::new().fail("aws x", 255, BUSY).fail("aws x", 255, BUSY).reply("aws x y", "[1]");
        let clock = Moments::new();
        let heard = Mutex::new(Vec::new());
        let observer = |event| heard.lock().unwrap().push(event);
        let aws = Aws::new(Session::new(&script, &clock, &observer), AwsOptions::default());
        assert_eq!(aws.run::<Vec<u32>>(aws.call(&["x", "y"])).unwrap(), [1]);
        assert!(clock.now() > Duration::ZERO);
        let retried =
            heard.lock().unwrap().iter().filter(|event| matches!(event, Event::Retried { .. })).count();
        assert_eq!(retried, 2);
        script.finish();
    }

    #[test]
    fn a_service_that_stays_busy_is_given_up() {
        let script = (0..8).fold(Script::new(), |script, _| script.fail("aws x", 255, BUSY));
        let clock = Moments::new();
        let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
        let error = aws.run::<()>(aws.call(&["x"])).unwrap_err();
        assert_eq!(error.problem(), Problem::Throttled);
        script.finish();
    }

    #[test]
    fn what_is_refused_is_not_asked_again() {
        let script = Script::new().fail(
            "aws x",
            255,
            "An error occurred (AccessDenied) when calling the X operation: no",
        );
        let clock = Moments::new();
        let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
        assert_eq!(aws.run::<()>(aws.call(&["x"])).unwrap_err().problem(), Problem::Denied);
        script.finish();
    }

    #[test]
    fn no_answer_and_a_strange_answer() {
        let script = Script::new().reply("aws x", "\n").reply("aws x", "<html>");
        let clock = Moments::new();
        let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
        aws.run::<()>(aws.call(&["x"])).unwrap();
        let error = aws.run::<()>(aws.call(&["x", "y"])).unwrap_err().to_string();
        assert!(error.starts_with("the answer to x y is not what it should be: expected"), "{error}");
    }
}
