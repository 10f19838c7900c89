//! Reading: any template, in JSON or YAML, into the tree that programs build.

mod error;
mod node;
mod places;
mod scalar;
mod template;
mod tree;

use std::borrow::Cow;

use crate::Template;

pub use error::ReadError;
pub use places::{Places, read_with_places};

/// The template that `text` writes, in JSON or YAML.
///
/// - Short forms (`!Ref`, `!GetAtt A.B`, …) are the functions they stand for, at any depth.
/// - Plain scalars of YAML are what CloudFormation takes them for, which is YAML 1.1 without dates: `yes` is true,
///   `0644` is 420, `2010-09-09` is text. Numbers keep every digit.
/// - Aliases and merge keys (`<<`) are filled in. CloudFormation itself takes neither, but
///   `aws cloudformation package` does, and a template that is written again has none.
/// - Key order is kept; comments are not. `Fn::ForEach` and unknown sections stay as they are.
///
/// Written again, the template means what it meant; it is not checked against what CloudFormation would refuse.
///
/// # Errors
///
/// Where `text` is neither JSON nor YAML or not a template, where a key is given twice, a tag is unknown, or lists
/// and maps are nested more than 128 deep. The error names the place, the value, and what is allowed.
///
/// # Example
///
/// ```
/// let template = stackwright_cfn::read("
/// Resources:
///   Queue:
///     Type: AWS::SQS::Queue
/// Outputs:
///   Arn:
///     Value: !GetAtt Queue.Arn
/// ")?;
/// assert_eq!(
///     serde_json::to_string(&template).unwrap(),
///     concat!(
///         r#"{"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}},"#,
///         r#""Outputs":{"Arn":{"Value":{"Fn::GetAtt":["Queue","Arn"]}}}}"#,
///     ),
/// );
/// # Ok::<(), stackwright_cfn::ReadError>(())
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>
pub fn read(text: &str) -> Result<Template, ReadError> {
    template::template(tree::parse(&as_yaml(text))?)
}

/// JSON is YAML but for some characters that JSON allows in texts and YAML does not.
fn as_yaml(text: &str) -> Cow<'_, str> {
    let is_json = text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
    let is_unprintable = |char| matches!(char, '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
    if !is_json || !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_unprintable(char) {
            escaped.push_str(&format!("\\u{:04X}", u32::from(char)));
        } else {
            escaped.push(char);
        }
    }
    Cow::Owned(escaped)
}
