//! Logical ids: the names of elements within a template.

use std::fmt;
use std::hash::Hasher;

use crate::Text;

/// The most characters a logical id may have.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
const MAX_LENGTH: usize = 255;

/// Path components that add nothing to a readable name: the resource an L2 construct stands for.
const HIDDEN: [&str; 2] = ["Resource", "Default"];

/// The name of an element within its template: 1 to 255 letters and digits.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
#[derive(Clone, PartialEq, Eq)]
pub struct LogicalId(Text);

/// Why a text is not a logical id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalIdError {
    given: String,
}

impl fmt::Display for LogicalIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a logical id: allowed are 1 to {MAX_LENGTH} letters and digits (A-Z, a-z, 0-9)",
            self.given
        )
    }
}

impl std::error::Error for LogicalIdError {}

impl LogicalId {
    /// A logical id of the user's choice.
    ///
    /// # Errors
    ///
    /// Where `text` is empty, too long, or has anything but letters and digits.
    pub fn new(text: impl Into<Text>) -> Result<Self, LogicalIdError> {
        let text = text.into();
        let fits = (1..=MAX_LENGTH).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(LogicalId(text))
        } else {
            Err(LogicalIdError { given: text.to_string() })
        }
    }

    /// The logical id of the construct at `path`, the ids from below the stack down.
    ///
    /// One id of letters and digits only stands as it is. Otherwise the ids are run together (`Resource` and
    /// `Default` and all but letters and digits left out) and eight digits that depend on the whole path follow,
    /// so that `a/bc` and `ab/c` stay apart. It depends on nothing but the path.
    ///
    /// ```
    /// use stackwright_cfn::LogicalId;
    ///
    /// assert_eq!(LogicalId::from_path(["Queue"]).as_str(), "Queue");
    /// assert_eq!(LogicalId::from_path(["vpc", "app-1", "Resource"]).as_str(), "vpcapp1D8561540");
    /// ```
    pub fn from_path<'a, I>(path: I) -> Self
    where
        I: IntoIterator<Item = &'a str>,
        I::IntoIter: Clone,
    {
        let path = path.into_iter();
        let mut all = path.clone();
        if let (Some(only), None) = (all.next(), all.next())
            && let Ok(id) = LogicalId::new(only)
        {
            return id;
        }

        let mut hash = fnv::FnvHasher::default();
        let mut readable = String::new();
        for id in path {
            // Two names differ in the hash even where their characters run together: the length goes in first.
            hash.write(&(id.len() as u64).to_le_bytes());
            hash.write(id.as_bytes());
            if !HIDDEN.contains(&id) {
                readable.extend(id.chars().filter(char::is_ascii_alphanumeric));
            }
        }
        readable.truncate(MAX_LENGTH - 8);
        let hash = hash.finish();
        let folded = (hash >> 32) as u32 ^ hash as u32;
        readable.push_str(&format!("{folded:08X}"));
        LogicalId(readable.into())
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, given away.
    pub fn into_text(self) -> Text {
        self.0
    }
}

impl fmt::Debug for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
