//! Stacks: what there is, and what is done to one as a whole.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::aws::{Aws, AwsError, Problem};

/// A stack as CloudFormation describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Stack {
    /// The ARN, which names this stack even after it is deleted.
    pub stack_id: String,
    /// The name.
    pub stack_name: String,
    /// The status, such as `CREATE_COMPLETE`.
    pub stack_status: String,
    /// Why it has this status; absent where there is nothing to say.
    pub stack_status_reason: Option<String>,
    /// When it was last updated; absent where it never was.
    pub last_updated_time: Option<String>,
    /// The values of its parameters; those that are secret are `****`.
    #[serde(default)]
    pub parameters: Vec<StackParameter>,
    /// The values of its outputs.
    #[serde(default)]
    pub outputs: Vec<StackOutput>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<StackTag>,
    /// Whether it refuses to be deleted.
    #[serde(default)]
    pub enable_termination_protection: bool,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StackParameter {
    /// The parameter's name.
    #[serde(rename = "ParameterKey")]
    pub name: String,
    /// Its value.
    #[serde(rename = "ParameterValue", default)]
    pub value: String,
}

/// The value of an output.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackOutput {
    /// The output's name.
    #[serde(rename = "OutputKey")]
    pub name: String,
    /// Its value.
    #[serde(rename = "OutputValue")]
    pub value: String,
    /// The name it is exported by; absent where it is not.
    pub export_name: Option<String>,
    /// What it is, in the author's words.
    pub description: Option<String>,
}

/// A tag of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackTag {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl Stack {
    /// Whether an operation is in progress. A stack of which there is no more than a change set has none.
    pub fn is_in_progress(&self) -> bool {
        self.stack_status.ends_with("_IN_PROGRESS") && self.stack_status != "REVIEW_IN_PROGRESS"
    }
}

impl Aws<'_> {
    /// A stack by its name or ARN; absent where there is none. A deleted one is found by its ARN only.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn describe_stack(&self, name: &str) -> Result<Option<Stack>, AwsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            stacks: Vec<Stack>,
        }

        let call = self.call(&["cloudformation", "describe-stacks", "--stack-name", name]);
        match self.run::<Answer>(call) {
            Ok(answer) => Ok(answer.stacks.into_iter().next()),
            Err(error) if error.problem() == Problem::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The template that a stack was last given, as it was given: an object where it is JSON, text where it is YAML;
    /// absent where there is no stack.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn get_template(&self, name: &str) -> Result<Option<Value>, AwsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            template_body: Value,
        }

        let command = ["cloudformation", "get-template", "--stack-name", name];
        match self.run::<Answer>(self.call(&command).args(["--template-stage", "Original"])) {
            Ok(answer) => Ok(Some(answer.template_body)),
            Err(error) if error.problem() == Problem::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins to delete a stack; that there is none is fine.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn delete_stack(&self, id: &str, role_arn: Option<&str>, token: &str) -> Result<(), AwsError> {
        let call = self.call(&["cloudformation", "delete-stack", "--stack-name", id]);
        let call = call.args(["--client-request-token", token]);
        let role = role_arn.into_iter().flat_map(|role| ["--role-arn", role]);
        self.run::<IgnoredAny>(call.args(role)).map(drop)
    }

    /// Begins to roll an update back whose rollback has failed.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn continue_update_rollback(
        &self,
        id: &str,
        role_arn: Option<&str>,
        token: &str,
    ) -> Result<(), AwsError> {
        let call = self.call(&["cloudformation", "continue-update-rollback", "--stack-name", id]);
        let call = call.args(["--client-request-token", token]);
        let role = role_arn.into_iter().flat_map(|role| ["--role-arn", role]);
        self.run::<IgnoredAny>(call.args(role)).map(drop)
    }

    /// Has a stack refuse to be deleted.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn protect_from_termination(&self, id: &str) -> Result<(), AwsError> {
        let command = ["cloudformation", "update-termination-protection", "--stack-name", id];
        self.run::<IgnoredAny>(self.call(&command).arg("--enable-termination-protection")).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Aws, AwsOptions, Moments, Script, Session};

    #[test]
    fn a_stack_that_is_there_and_one_that_is_not() {
        let script = Script::new()
            .reply(
                "aws cloudformation describe-stacks --stack-name web",
                r#"{ "Stacks": [{
                    "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1",
                    "StackName": "web",
                    "CreationTime": "2026-11-22T22:00:00Z",
                    "StackStatus": "CREATE_COMPLETE",
                    "Outputs": [{ "OutputKey": "Id", "OutputValue": "vpc-1", "ExportName": "web:Id" }]
                }] }"#,
            )
            .fail(
                "aws cloudformation describe-stacks --stack-name none",
                254,
                "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id none does not exist",
            );
        let clock = Moments::new();
        let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
        let stack = aws.describe_stack("web").unwrap().unwrap();
        assert_eq!((&*stack.stack_status, &*stack.outputs[0].value), ("CREATE_COMPLETE", "vpc-1"));
        assert!(!stack.is_in_progress());
        assert!(aws.describe_stack("none").unwrap().is_none());
        script.finish();
    }
}
