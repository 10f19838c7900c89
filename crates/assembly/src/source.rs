//! Places in the user's program.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use serde::{Deserialize, Serialize};

/// A place in the user's program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The file, relative to the workspace the program was built in.
    pub file: Cow<'static, str>,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
}

impl From<&'static Location<'static>> for Source {
    /// The place of a call, without what depends on the directory the program was built in.
    fn from(location: &'static Location<'static>) -> Self {
        Source {
            file: Cow::Borrowed(portable(location.file())),
            line: location.line(),
            column: location.column(),
        }
    }
}

/// The compiler names the files of crates outside the workspace by absolute path; from such a path only the crate's
/// own folder on is kept, so that the same program has the same source map everywhere.
fn portable(file: &str) -> &str {
    if !file.starts_with('/') && !file.contains(":\\") {
        return file;
    }
    let is_separator = |character| character == '/' || character == '\\';
    let crate_end = ["/src/", "\\src\\"].iter().filter_map(|src| file.rfind(src)).max();
    let start =
        crate_end.and_then(|end| file[..end].rfind(is_separator)).or_else(|| file.rfind(is_separator));
    start.map_or(file, |start| &file[start + 1..])
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Where one element of a template or manifest comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// The element's logical id, or a manifest object's kind and name.
    pub id: String,
    /// The path of the construct.
    pub path: String,
    /// The CloudFormation type; absent for what is not a resource.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<Cow<'static, str>>,
    /// Where the construct was made.
    pub source: Source,
    /// The paths of the properties that were overridden after everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::portable;

    #[test]
    fn a_source_does_not_depend_on_the_directory() {
        assert_eq!(portable("examples/app/src/main.rs"), "examples/app/src/main.rs");
        assert_eq!(portable("/home/me/lib/src/net/vpc.rs"), "lib/src/net/vpc.rs");
        assert_eq!(portable("C:\\me\\lib\\src\\net.rs"), "lib\\src\\net.rs");
        assert_eq!(portable("/tmp/build.rs"), "build.rs");
    }
}
