//! The events of a stack: what happened to which of its resources.

use serde::Deserialize;

use crate::aws::{Aws, AwsError, Problem};

/// Something that happened to a resource of a stack, or to the stack as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackEvent {
    /// What no other event is called.
    pub event_id: String,
    /// The ARN of the stack.
    pub stack_id: String,
    /// The resource's name in the template; the stack's name where the stack is meant.
    pub logical_resource_id: String,
    /// What the resource is called outside; absent where it has no name yet.
    pub physical_resource_id: Option<String>,
    /// The type, such as `AWS::EC2::VPC`; absent where a hook speaks.
    #[serde(default)]
    pub resource_type: String,
    /// The status, such as `CREATE_FAILED`.
    #[serde(default)]
    pub resource_status: String,
    /// Why.
    pub resource_status_reason: Option<String>,
}

impl StackEvent {
    /// Why; absent where there is nothing to say.
    pub fn reason(&self) -> Option<&str> {
        self.resource_status_reason.as_deref().filter(|reason| !reason.is_empty())
    }

    /// Whether it is about the stack as a whole.
    pub fn is_of_stack(&self) -> bool {
        self.physical_resource_id.as_deref() == Some(&*self.stack_id)
    }

    /// Whether it is about the stack as a whole, and says that an operation has begun.
    pub fn is_start(&self) -> bool {
        let starts = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"];
        self.is_of_stack() && starts.contains(&&*self.resource_status)
    }

    /// Whether it is about the stack as a whole, and says that an operation has ended, well or badly.
    pub fn is_end(&self) -> bool {
        let status = &*self.resource_status;
        self.is_of_stack() && (status.ends_with("_COMPLETE") || status.ends_with("_FAILED"))
    }
}

impl Aws<'_> {
    /// The latest events of a stack, the newest first, at most `most`; none where there is no such stack.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn describe_stack_events(&self, id: &str, most: usize) -> Result<Vec<StackEvent>, AwsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            #[serde(default)]
            stack_events: Vec<StackEvent>,
        }

        let call = self.call(&["cloudformation", "describe-stack-events", "--stack-name", id]);
        match self.run::<Answer>(call.args(["--max-items", &most.to_string()])) {
            Ok(answer) => Ok(answer.stack_events),
            Err(error) if error.problem() == Problem::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}
