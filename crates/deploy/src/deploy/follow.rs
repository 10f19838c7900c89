//! Following an operation of a stack to its end, as CloudFormation tells it in events.

use std::time::Duration;

use stackwright_assembly::{Deployable, SourceEntry};

use super::state::Condition;
use crate::aws::{StackEvent, backoff};
use crate::{Aws, Error, Event};

/// How long to wait at first before looking again, and at last.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(8);
/// After so many looks without news the stack itself is looked at: its last event may have been missed. After more of
/// them it may be looked at though nothing has happened yet.
const QUIET: u32 = 3;
const SILENT: u32 = 6;
/// How many events are asked for at once, and at most. More happen in no one operation.
const PAGE: usize = 100;
const MOST_EVENTS: usize = 25_600;

/// Where the operation begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// After this event; absent: with the first one.
    Event(Option<String>),
    /// With the latest event that says that an operation begins.
    Start,
}

/// How an operation ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// The stack's status.
    pub(crate) status: String,
    /// What happened, the oldest first.
    pub(crate) events: Vec<StackEvent>,
}

impl Ended {
    /// Resources that the stack no longer has and that are still there, each with the reason.
    pub(crate) fn left_behind(&self) -> impl Iterator<Item = String> {
        let failed = self.events.iter().filter(|event| event.resource_status == "DELETE_FAILED");
        failed.map(|event| {
            let what = event.physical_resource_id.as_deref().unwrap_or(&event.logical_resource_id);
            format!("{} {what}: {}", event.resource_type, event.reason().unwrap_or("no reason is given"))
        })
    }
}

impl Since {
    /// After the latest event there is now.
    pub(crate) fn now(aws: &Aws<'_>, id: &str) -> Result<Since, Error> {
        let latest = aws.describe_stack_events(id, 1).map_err(Error::aws("cannot read the events"))?;
        Ok(Since::Event(latest.into_iter().next().map(|event| event.event_id)))
    }
}

/// Follows the operation of a stack to its end, and tells what happens. The stack is given by its ARN, so that it is
/// found after it is deleted.
pub(crate) fn follow(aws: &Aws<'_>, stack: &Deployable, id: &str, since: &Since) -> Result<Ended, Error> {
    let session = aws.session();
    let (mut told, mut quiet) = (0, 0);
    loop {
        let events = events_since(aws, id, since)?;
        for event in &events[told.min(events.len())..] {
            session.tell(news(event, stack));
        }
        if let Some(end) =
            events.iter().rev().find(|event| event.is_of_stack()).filter(|event| event.is_end())
        {
            return Ok(Ended { status: end.resource_status.clone(), events });
        }
        quiet = if events.len() > told { 0 } else { quiet + 1 };
        told = events.len();
        if quiet >= if events.is_empty() { SILENT } else { QUIET } {
            let found = aws.describe_stack(id).map_err(Error::aws("cannot read the state of the stack"))?;
            let status = found.map_or_else(|| "DELETE_COMPLETE".to_owned(), |stack| stack.stack_status);
            if Condition::of(&status) != Condition::Moving {
                return Ok(Ended { status, events });
            }
        }
        session.clock().sleep(backoff(quiet, SOON, LATER, session.clock()));
    }
}

/// What has happened since then, the oldest first.
fn events_since(aws: &Aws<'_>, id: &str, since: &Since) -> Result<Vec<StackEvent>, Error> {
    let mut most = PAGE;
    loop {
        let mut events = aws.describe_stack_events(id, most).map_err(Error::aws("cannot read the events"))?;
        let is_all = events.len() < most || most >= MOST_EVENTS;
        let end = match since {
            Since::Event(Some(last)) => events.iter().position(|event| event.event_id == *last),
            Since::Event(None) => None,
            Since::Start => events.iter().position(StackEvent::is_start).map(|start| start + 1),
        };
        if end.is_some() || is_all {
            events.truncate(end.unwrap_or(events.len()));
            events.reverse();
            return Ok(events);
        }
        most *= 4;
    }
}

fn news(event: &StackEvent, stack: &Deployable) -> Event {
    let name = stack.name.clone();
    let (status, reason) = (event.resource_status.clone(), event.reason().map(str::to_owned));
    if event.is_of_stack() {
        return Event::StackStatus { name, status, reason };
    }
    let id = event.logical_resource_id.clone();
    let path = entry(stack, &id).map(|entry| entry.path.clone());
    Event::ResourceStatus { name, id, path, type_name: event.resource_type.clone(), status, reason }
}

/// Where an element of a stack comes from.
pub(crate) fn entry<'a>(stack: &'a Deployable, id: &str) -> Option<&'a SourceEntry> {
    stack.source_map.iter().find(|entry| entry.id == id)
}
