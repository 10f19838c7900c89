//! Change sets: what an update would do, before it does it.

use std::ffi::OsString;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::aws::{Aws, AwsError, Problem};

/// Whether a change set makes a stack or changes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetType {
    /// There is no stack yet.
    Create,
    /// There is one.
    Update,
}

/// What a change set is made of.
#[derive(Clone, Debug)]
pub struct ChangeSetRequest<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The change set's own name.
    pub name: &'a str,
    /// What makes a request that is sent twice the same request.
    pub token: &'a str,
    /// Whether there is a stack.
    pub kind: ChangeSetType,
    /// The option and the value that say where the template is.
    pub template: (&'static str, OsString),
    /// The `file://` argument of the parameters; absent where there are none.
    pub parameters: Option<OsString>,
    /// The `file://` argument of the tags.
    pub tags: OsString,
    /// The capabilities.
    pub capabilities: &'a [String],
    /// The role that CloudFormation acts as; absent: the caller's own permissions.
    pub role_arn: Option<&'a str>,
}

/// A change set as CloudFormation describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangeSet {
    /// The ARN.
    pub change_set_id: String,
    /// The ARN of the stack.
    pub stack_id: String,
    /// Whether it is made: `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, …
    pub status: String,
    /// Why it has this status.
    pub status_reason: Option<String>,
    /// Whether it can be executed: `UNAVAILABLE`, `AVAILABLE`, `EXECUTE_IN_PROGRESS`, `EXECUTE_COMPLETE`, …
    pub execution_status: Option<String>,
    /// What it changes.
    #[serde(default)]
    pub changes: Vec<ChangeSetEntry>,
}

/// One change of a change set.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangeSetEntry {
    /// What happens to a resource; absent where the change is of another kind.
    pub resource_change: Option<ResourceChange>,
}

/// What happens to a resource.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceChange {
    /// `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
    pub action: String,
    /// The resource's name in the template.
    pub logical_resource_id: String,
    /// What it is called outside; absent where it is not there yet.
    pub physical_resource_id: Option<String>,
    /// The type, such as `AWS::EC2::VPC`.
    pub resource_type: String,
    /// `True`, `False` or `Conditional`, where it is modified.
    pub replacement: Option<String>,
    /// What in it changes, and why.
    #[serde(default)]
    pub details: Vec<ResourceChangeDetail>,
}

/// What changes in a resource, and why.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html>
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceChangeDetail {
    /// What changes; absent where CloudFormation does not say.
    pub target: Option<ResourceTarget>,
    /// The parameter, the resource or the attribute of a resource that it follows; absent where it is edited itself.
    pub causing_entity: Option<String>,
}

/// What changes in a resource.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceTarget {
    /// The property; absent where something else of the resource changes, as its tags.
    pub name: Option<String>,
    /// Whether the resource is made anew for it: `Never`, `Conditionally` or `Always`.
    pub requires_recreation: Option<String>,
}

impl ChangeSet {
    /// Whether it is still being made.
    pub fn is_pending(&self) -> bool {
        matches!(&*self.status, "CREATE_PENDING" | "CREATE_IN_PROGRESS")
    }

    /// Whether it has been executed, or is being.
    pub fn is_executed(&self) -> bool {
        self.execution_status.as_deref().is_some_and(|status| status.starts_with("EXECUTE_"))
    }

    /// Whether it can be executed.
    pub fn is_available(&self) -> bool {
        self.status == "CREATE_COMPLETE" && self.execution_status.as_deref() == Some("AVAILABLE")
    }

    /// Whether it could not be made because it would change nothing. CloudFormation says so by a reason only.
    pub fn is_empty(&self) -> bool {
        let reason = self.status_reason.as_deref().unwrap_or_default();
        let is_empty = |text: &&str| reason.contains(text);
        self.status == "FAILED"
            && ["didn't contain changes", "No updates are to be performed", "no changes"].iter().any(is_empty)
    }

    /// What happens to resources.
    pub fn resource_changes(&self) -> impl Iterator<Item = &ResourceChange> {
        self.changes.iter().filter_map(|change| change.resource_change.as_ref())
    }
}

impl Aws<'_> {
    /// Begins to make a change set. One of this name that is there already was made by an earlier call: a name says
    /// what is in it.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn create_change_set(&self, request: &ChangeSetRequest<'_>) -> Result<(), AwsError> {
        let kind = match request.kind {
            ChangeSetType::Create => "CREATE",
            ChangeSetType::Update => "UPDATE",
        };
        let (option, template) = &request.template;
        let mut call = self
            .call(&["cloudformation", "create-change-set", "--stack-name", request.stack])
            .args([
                "--change-set-name",
                request.name,
                "--client-token",
                request.token,
                "--change-set-type",
                kind,
            ])
            .arg(*option)
            .arg(template);
        if let Some(parameters) = &request.parameters {
            call = call.arg("--parameters").arg(parameters);
        }
        call = call.arg("--tags").arg(&request.tags);
        if !request.capabilities.is_empty() {
            call = call.arg("--capabilities").args(request.capabilities);
        }
        if let Some(role) = request.role_arn {
            call = call.args(["--role-arn", role]);
        }
        match self.run::<IgnoredAny>(call) {
            Err(error) if error.problem() == Problem::AlreadyExists => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// A change set; absent where there is none.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn describe_change_set(&self, stack: &str, name: &str) -> Result<Option<ChangeSet>, AwsError> {
        let command = ["cloudformation", "describe-change-set", "--stack-name", stack];
        match self.run(self.call(&command).args(["--change-set-name", name])) {
            Ok(change_set) => Ok(Some(change_set)),
            Err(error) if error.problem() == Problem::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins to do what a change set says.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn execute_change_set(&self, change_set: &ChangeSet, token: &str) -> Result<(), AwsError> {
        let id = &*change_set.change_set_id;
        let call = self.call(&["cloudformation", "execute-change-set", "--change-set-name", id]);
        self.run::<IgnoredAny>(call.args(["--client-request-token", token])).map(drop)
    }

    /// Whether a stack has any change sets.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn has_change_sets(&self, stack: &str) -> Result<bool, AwsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            #[serde(default)]
            summaries: Vec<IgnoredAny>,
        }

        let call = self.call(&["cloudformation", "list-change-sets", "--stack-name", stack]);
        match self.run::<Answer>(call) {
            Ok(answer) => Ok(!answer.summaries.is_empty()),
            Err(error) if error.problem() == Problem::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes a change set; that there is none is fine.
    ///
    /// # Errors
    ///
    /// If AWS refuses or cannot be reached.
    pub fn delete_change_set(&self, change_set: &ChangeSet) -> Result<(), AwsError> {
        let id = &*change_set.change_set_id;
        match self.run::<IgnoredAny>(self.call(&[
            "cloudformation",
            "delete-change-set",
            "--change-set-name",
            id,
        ])) {
            Err(error) if error.problem() == Problem::NotFound => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}
