//! What a deletion leaves behind, or runs into.

use serde::Serialize;
use stackwright_assembly::SourceEntry;

use crate::Aws;

/// Something outside of the stacks that are deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leftover {
    /// What it is, such as `network interface eni-0123`.
    pub name: String,
    /// Why it stays.
    pub reason: String,
    /// The construct that it comes from; absent where it comes from none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the construct was made: file, line and column; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The command that removes it; absent where there is none, or where it is kept on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl Leftover {
    pub(super) fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Leftover { name: name.into(), reason: reason.into(), path: None, source: None, command: None }
    }

    /// Adds the command that removes it, for the same credentials and region.
    pub(super) fn removed_by(mut self, aws: &Aws<'_>, words: &[&str]) -> Self {
        self.command = Some(command(aws, words));
        self
    }

    /// Adds where it comes from.
    pub(super) fn from(mut self, entry: Option<&SourceEntry>) -> Self {
        self.path = entry.map(|entry| entry.path.clone());
        self.source = entry.map(|entry| entry.source.to_string());
        self
    }
}

/// The command of these words as a person gives it, for the same credentials, region and endpoint.
pub(crate) fn command(aws: &Aws<'_>, words: &[&str]) -> String {
    let options = aws.options();
    let given = [
        ("--profile", &options.profile),
        ("--region", &options.region),
        ("--endpoint-url", &options.endpoint_url),
    ];
    let given = given.into_iter().filter_map(|(option, value)| Some([option, value.as_deref()?]));
    aws.call(words).args(given.flatten()).to_string()
}
