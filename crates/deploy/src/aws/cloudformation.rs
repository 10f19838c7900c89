//! CloudFormation's operations.

mod change_set;
mod event;
mod stack;

pub use change_set::{
    ChangeSet, ChangeSetEntry, ChangeSetRequest, ChangeSetType, ResourceChange, ResourceChangeDetail,
    ResourceTarget,
};
pub use event::StackEvent;
pub use stack::{Stack, StackOutput, StackParameter, StackTag};
