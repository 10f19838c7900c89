//! Reading: any template, in JSON or YAML, into the tree that programs build.

mod dialect;
mod error;
mod node;
mod places;
mod scalar;
mod template;

use stackwright_yaml::Position;

use crate::Template;

use dialect::Tree;
use error::{fail, problem};

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
    template::template(only_document(text)?)
}

fn only_document(text: &str) -> Result<Tree, ReadError> {
    let mut documents = stackwright_yaml::read(text).into_iter();
    let (_, only) = documents.next().ok_or_else(|| {
        fail(Position::START, problem("the text is empty: allowed is a template, in JSON or YAML"))
    })?;
    let only = only?;
    match documents.next() {
        None => Ok(only),
        Some((at, _)) => {
            let problem = problem("a second document starts: allowed is one template");
            Err(fail(at, problem.hint("give each template a text of its own")))
        }
    }
}
