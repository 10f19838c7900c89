//! A stack that is up, and what is in it.

use serde::Deserialize;
use serde_json::Value;
use stackwright_assembly::Deployable;
use stackwright_cfn::Template;

use super::leftover;
use crate::aws::{AwsError, Problem};
use crate::{Aws, Stack};

/// A stack that is up.
pub(super) struct Standing<'a> {
    pub(super) deployable: &'a Deployable,
    /// The AWS CLI, set to its region.
    pub(super) aws: Aws<'a>,
    pub(super) stack: Stack,
    /// What it is made of.
    pub(super) resources: Vec<StackResource>,
    /// The template it was last given; empty where it cannot be read.
    pub(super) template: Template,
}

/// A resource of a stack that is up.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StackResource {
    /// Its name in the template.
    pub(super) logical_resource_id: String,
    /// What it is called outside; absent where it has no name yet.
    pub(super) physical_resource_id: Option<String>,
    pub(super) resource_type: String,
    pub(super) resource_status: String,
}

impl<'a> Standing<'a> {
    /// Asks AWS for all that is known of a stack.
    pub(super) fn read(deployable: &'a Deployable, aws: Aws<'a>, stack: Stack) -> Result<Self, AwsError> {
        let id = &*stack.stack_id;
        let call = aws.call(&["cloudformation", "list-stack-resources", "--stack-name", id]);
        let resources: Vec<StackResource> = aws.run(call.args(["--query", "StackResourceSummaries"]))?;
        let resources =
            resources.into_iter().filter(|resource| resource.resource_status != "DELETE_COMPLETE").collect();
        let call = aws.call(&["cloudformation", "get-template", "--stack-name", id]);
        // Once macros have run, the resources are those that were made.
        let call = call.args(["--template-stage", "Processed", "--query", "TemplateBody"]);
        let template = match aws.run(call) {
            Ok(Value::String(text)) => stackwright_cfn::read(&text).unwrap_or_default(),
            Ok(value) => stackwright_cfn::read(&value.to_string()).unwrap_or_default(),
            // Of some stacks there was never more than a change set.
            Err(error) if error.problem() == Problem::NotFound => Template::default(),
            Err(error) => return Err(error),
        };
        Ok(Standing { deployable, aws, stack, resources, template })
    }

    /// What a resource is called outside; absent where it is not there.
    pub(super) fn physical_id(&self, logical: &str) -> Option<&str> {
        let resource = self.resources.iter().find(|resource| resource.logical_resource_id == logical)?;
        resource.physical_resource_id.as_deref()
    }

    /// Whether one of its resources is called this outside.
    pub(super) fn has(&self, physical: &str) -> bool {
        self.resources.iter().any(|resource| resource.physical_resource_id.as_deref() == Some(physical))
    }

    /// The command of these words as a person gives it, for the same credentials, region and endpoint.
    pub(super) fn command(&self, words: &[&str]) -> String {
        leftover::command(&self.aws, words)
    }

    /// What its resources of a type are called outside.
    pub(super) fn of_type<'b>(&'b self, type_name: &'b str) -> impl Iterator<Item = &'b str> {
        let of_type = self.resources.iter().filter(move |resource| resource.resource_type == type_name);
        of_type.filter_map(|resource| resource.physical_resource_id.as_deref())
    }

    /// Whether a cluster that was in it is gone, or goes right now.
    pub(super) fn has_lost_its_cluster(&self) -> bool {
        match &*self.stack.stack_status {
            "DELETE_IN_PROGRESS" => true,
            "DELETE_FAILED" => self.of_type("AWS::EKS::Cluster").next().is_none(),
            _ => false,
        }
    }
}
