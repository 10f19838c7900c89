//! Making a change set, or finding the one that a run before this one has made.

use std::hash::Hasher;
use std::time::Duration;

use serde::Serialize;

use super::parameters::Given;
use super::{DeployOptions, Stop, upload};
use crate::aws::{ChangeSet, ChangeSetRequest, ChangeSetType, Stack, backoff};
use crate::template::{Template, Way};
use crate::{Aws, Error, Event, Scratch};

use stackwright_assembly::{Deployable, Diagnostic, StackFacts};

const SOON: Duration = Duration::from_millis(500);
const LATER: Duration = Duration::from_secs(5);
/// So often a change set may be looked for in vain after it was made: CloudFormation takes a moment to know of it.
const VANISHED: u32 = 5;

/// What a change set is made of.
pub(super) struct Proposal<'a> {
    pub(super) aws: &'a Aws<'a>,
    pub(super) stack: &'a Deployable,
    pub(super) facts: &'a StackFacts,
    pub(super) template: &'a Template<'a>,
    pub(super) parameters: &'a [Given],
    pub(super) options: &'a DeployOptions,
    /// The stack that is there; absent where it is still to be made.
    pub(super) deployed: Option<&'a Stack>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    key: &'a str,
    value: &'a str,
}

impl Proposal<'_> {
    /// The change set's name: it says what is in it and what it is made for, so that another run that wants the same
    /// finds it, and one that wants something else does not.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
    pub(super) fn name(&self) -> Result<String, Error> {
        let state = self.deployed.map(|stack| (&stack.stack_id, &stack.last_updated_time));
        let StackFacts { tags, capabilities, .. } = self.facts;
        let role = &self.options.role_arn;
        let contents = (self.template.text(), self.parameters, tags, capabilities, role, state);
        Ok(format!("stackwright-{}", digest(&contents)?))
    }

    /// Finds the change set or makes it, and waits until it is made. Absent where it would change nothing.
    pub(super) fn make(&self, name: &str, may_exist: bool) -> Result<Option<ChangeSet>, Stop> {
        let stack = &*self.stack.name;
        let cannot = || Error::aws("cannot make a change set");
        let mut token = name.to_owned();
        if may_exist && let Some(found) = self.aws.describe_change_set(stack, name).map_err(cannot())? {
            if found.is_available() || found.is_executed() {
                return Ok(Some(found));
            }
            if !found.is_pending() {
                // What kept it from being made may be gone; or something else was done to the stack meanwhile.
                self.aws.delete_change_set(&found).map_err(cannot())?;
                token += "-again";
            }
        }
        self.request(name, &token)?;
        let made = self.wait(name)?;
        if made.is_empty() {
            self.aws.delete_change_set(&made).map_err(cannot())?;
            return Ok(None);
        }
        if made.status == "FAILED" {
            self.aws.delete_change_set(&made).map_err(cannot())?;
            let reason = made.status_reason.as_deref().unwrap_or("no reason is given");
            let message = format!("a change set for \"{stack}\" could not be made: {reason}");
            return Err(Diagnostic::error("change-set-failed", message).into());
        }
        Ok(Some(made))
    }

    fn request(&self, name: &str, token: &str) -> Result<(), Stop> {
        let scratch = Scratch::new()?;
        let text = self.template.text();
        let template = match self.template.way() {
            Way::Inline => ("--template-body", scratch.argument("template", text.as_bytes())?),
            Way::Stored => {
                let (stack, bucket) = (&*self.stack.name, self.options.bucket.as_deref());
                self.aws
                    .session()
                    .tell(Event::Doing { name: stack.to_owned(), what: "uploading the template".to_owned() });
                let hash = digest(&text)?;
                ("--template-url", upload::upload(self.aws, &scratch, bucket, stack, text, &hash)?.into())
            }
        };
        let parameters = match self.parameters {
            [] => None,
            parameters => Some(scratch.argument("parameters", json(&parameters)?.as_bytes())?),
        };
        let tags: Vec<Tag<'_>> = self.facts.tags.iter().map(|(key, value)| Tag { key, value }).collect();
        let request = ChangeSetRequest {
            stack: &self.stack.name,
            name,
            token,
            kind: if self.deployed.is_some() { ChangeSetType::Update } else { ChangeSetType::Create },
            template,
            parameters,
            tags: scratch.argument("tags", json(&tags)?.as_bytes())?,
            capabilities: &self.facts.capabilities,
            role_arn: self.options.role_arn.as_deref(),
        };
        Ok(self.aws.create_change_set(&request).map_err(Error::aws("cannot make a change set"))?)
    }

    /// Waits until the change set is made or cannot be.
    fn wait(&self, name: &str) -> Result<ChangeSet, Error> {
        let clock = self.aws.session().clock();
        let (mut step, mut vanished) = (0, 0);
        loop {
            let found = self.aws.describe_change_set(&self.stack.name, name);
            match found.map_err(Error::aws("cannot read the change set"))? {
                Some(change_set) if !change_set.is_pending() => return Ok(change_set),
                Some(_) => {}
                None if vanished == VANISHED => {
                    return Err(Error::new(format!("change set \"{name}\" was made and is gone"))
                        .hint("does somebody else deploy this stack now?"));
                }
                None => vanished += 1,
            }
            clock.sleep(backoff(step, SOON, LATER, clock));
            step += 1;
        }
    }
}

/// Sixteen digits that say what something is.
fn digest(value: &impl Serialize) -> Result<String, Error> {
    let mut hasher = fnv::FnvHasher::default();
    hasher.write(json(value)?.as_bytes());
    Ok(format!("{:016x}", hasher.finish()))
}

fn json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::new("cannot write JSON").cause(error))
}
