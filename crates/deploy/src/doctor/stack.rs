//! The stacks: whether CloudFormation takes their templates, and whether their state allows a deployment.

use stackwright_assembly::{Assembly, Deployable, StackFacts};
use stackwright_cfn::Template;

use super::{Check, Health};
use crate::aws::AwsError;
use crate::deploy::Condition;
use crate::{Aws, Error, Scratch, Stack, parallel};

/// A stack of the app, and what is up of it.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) facts: &'a StackFacts,
    /// What it describes; empty where the template cannot be read.
    pub(super) template: Template,
    /// The stack that is up; absent where there is none.
    pub(super) up: Option<Stack>,
}

impl Known<'_> {
    /// Whether all of it is still to be made.
    pub(super) fn is_new(&self) -> bool {
        self.up.as_ref().is_none_or(|stack| Condition::of(&stack.stack_status) == Condition::Planned)
    }
}

/// More than this can be validated from a bucket only.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MOST_INLINE: usize = 51_200;

/// Looks at every stack of the app that AWS tells of.
pub(super) fn look_at<'a>(
    aws: &Aws<'_>,
    assembly: &'a Assembly,
    checks: &mut Vec<Check>,
) -> Result<Vec<Known<'a>>, Error> {
    let scratch = Scratch::new()?;
    let deployables = assembly.manifest.deployables.iter();
    let stacks: Vec<(&Deployable, &StackFacts)> =
        deployables.filter_map(|deployable| Some((deployable, deployable.stack.as_ref()?))).collect();
    let answers = parallel::each(&stacks, |(deployable, facts)| {
        let aws = aws.in_region(facts.environment.region.as_deref());
        let template = assembly.file(&deployable.file).unwrap_or_default();
        (aws.describe_stack(&deployable.name), validate(&aws, &scratch, &deployable.file, template))
    });

    let mut known = Vec::new();
    for ((deployable, facts), (up, valid)) in stacks.into_iter().zip(answers) {
        let subject = format!("stack {:?}", deployable.name);
        let up = match up {
            Ok(up) => up,
            Err(error) => {
                checks.push(Check::refused(Health::Failed, subject, error)?);
                continue;
            }
        };
        checks.push(match valid? {
            Ok(()) => state(subject, up.as_ref()),
            Err(error) => Check::refused(Health::Failed, subject, error)?,
        });
        let text = assembly.file(&deployable.file).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let template = text.and_then(|text| stackwright_cfn::read(text).ok()).unwrap_or_default();
        known.push(Known { facts, template, up });
    }
    Ok(known)
}

/// Shows CloudFormation a template, if it is not too large to be shown.
fn validate(
    aws: &Aws<'_>,
    scratch: &Scratch,
    name: &str,
    template: &[u8],
) -> Result<Result<(), AwsError>, Error> {
    if template.is_empty() || template.len() > MOST_INLINE {
        return Ok(Ok(()));
    }
    let call = aws.call(&["cloudformation", "validate-template", "--template-body"]);
    let call = call.arg(scratch.argument(name, template)?);
    Ok(aws.run::<serde_json::Value>(call).map(|_| ()))
}

fn state(subject: String, up: Option<&Stack>) -> Check {
    let Some(stack) = up else { return Check::ok(subject, "not there yet") };
    let status = &*stack.stack_status;
    let hint = match status {
        "REVIEW_IN_PROGRESS" => return Check::ok(subject, "not there yet: a change set waits for a review"),
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => {
            "its creation failed: \"deploy\" offers to delete it and to create it again"
        }
        "UPDATE_ROLLBACK_FAILED" => "its rollback failed: \"deploy\" offers to continue it",
        "DELETE_FAILED" => "its deletion failed: \"destroy\" says why, and goes on with it",
        _ if status.ends_with("_IN_PROGRESS") => "an operation is in progress: \"deploy\" waits for its end",
        _ => return Check::ok(subject, status),
    };
    Check::warning(subject, status).hint(hint)
}
