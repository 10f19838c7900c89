//! What a person sees before a stack is changed.

use stackwright_assembly::{Deployable, Source};

use super::follow::entry;
use crate::aws::ChangeSet;

/// What would happen to a stack.
#[derive(Clone, Debug)]
pub struct Review {
    /// The stack.
    pub stack: String,
    /// Whether it is made, not changed.
    pub is_new: bool,
    /// What happens to its resources, in the order of the template; then those that leave it.
    pub changes: Vec<ReviewedChange>,
}

/// What would happen to a resource.
#[derive(Clone, Debug)]
pub struct ReviewedChange {
    /// `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
    pub action: String,
    /// The resource's name in the template.
    pub id: String,
    /// The type, such as `AWS::EC2::VPC`.
    pub type_name: String,
    /// The path of its construct; absent where the program no longer has it.
    pub path: Option<String>,
    /// The line it comes from.
    pub source: Option<Source>,
    /// `True`, `False` or `Conditional`: whether it is replaced; absent where it is not modified.
    pub replacement: Option<String>,
}

impl Review {
    pub(super) fn of(stack: &Deployable, is_new: bool, change_set: &ChangeSet) -> Self {
        let place = |id: &str| stack.source_map.iter().position(|entry| entry.id == id).unwrap_or(usize::MAX);
        let mut changes: Vec<ReviewedChange> = change_set
            .resource_changes()
            .map(|change| {
                let entry = entry(stack, &change.logical_resource_id);
                ReviewedChange {
                    action: change.action.clone(),
                    id: change.logical_resource_id.clone(),
                    type_name: change.resource_type.clone(),
                    path: entry.map(|entry| entry.path.clone()),
                    source: entry.map(|entry| entry.source.clone()),
                    replacement: change.replacement.clone(),
                }
            })
            .collect();
        changes.sort_by_cached_key(|change| (place(&change.id), change.id.clone()));
        Review { stack: stack.name.clone(), is_new, changes }
    }
}
