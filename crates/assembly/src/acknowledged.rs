//! Findings that somebody has looked at and lives with, for a reason.

use serde::{Deserialize, Serialize};

use crate::{Diagnostic, Source};

/// A warning that is acknowledged: it is no longer told as one, and its reason is shown instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The warning.
    pub finding: Diagnostic,
    /// Why it may stay, in the author's words.
    pub reason: String,
    /// Where it is acknowledged; absent where the template or the object itself does so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}
