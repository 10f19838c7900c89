//! A stack's template as it is sent: its text, smaller where that helps, and what it asks for.

use std::borrow::Cow;

use stackwright_assembly::{Assembly, Deployable};

use crate::Error;

/// The most bytes that are sent with a request, and the most that CloudFormation takes from a bucket.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_INLINE: usize = 51_200;
const MAX_STORED: usize = 1_048_576;

/// A template, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Template<'a> {
    text: Cow<'a, str>,
    document: stackwright_cfn::Template,
}

/// How a template gets to CloudFormation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With the request.
    Inline,
    /// From a bucket.
    Stored,
}

impl<'a> Template<'a> {
    /// The template of a stack, made compact if that lets it be sent with the request.
    pub(crate) fn of(assembly: &'a Assembly, stack: &Deployable) -> Result<Self, Error> {
        let file = &stack.file;
        let bytes =
            assembly.file(file).ok_or_else(|| Error::new(format!("the assembly has no file \"{file}\"")))?;
        let not_a_template = || Error::new(format!("\"{file}\" is not a template"));
        let text = std::str::from_utf8(bytes).map_err(|error| not_a_template().cause(error))?;
        let document = stackwright_cfn::read(text).map_err(|error| not_a_template().cause(error))?;
        let mut text = Cow::Borrowed(text);
        if text.len() > MAX_INLINE {
            let compact = serde_json::to_string(&document).map_err(|error| not_a_template().cause(error))?;
            if compact.len() < text.len() {
                text = Cow::Owned(compact);
            }
        }
        if text.len() > MAX_STORED {
            let message = format!("\"{file}\" has {} bytes, allowed are {MAX_STORED}", text.len());
            return Err(Error::new(message).hint("move some of its resources to another stack"));
        }
        Ok(Template { text, document })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn way(&self) -> Way {
        if self.text.len() > MAX_INLINE { Way::Stored } else { Way::Inline }
    }

    /// The parameters, each with whether it has a value of its own.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, bool)> {
        self.document.parameters.iter().map(|(name, parameter)| {
            let has_default = parameter.as_map().is_some_and(|map| map.get("Default").is_some());
            (&**name, has_default)
        })
    }

    pub(crate) fn document(&self) -> &stackwright_cfn::Template {
        &self.document
    }

    /// Whether it may mean something else than it did, though nothing in it differs: a macro, a value of another stack,
    /// a parameter that is looked up.
    pub(crate) fn is_moving(&self) -> bool {
        const MOVING: [&str; 4] =
            ["Fn::GetStackOutput", "Fn::Transform", "AWS::SSM::Parameter::", "{{resolve:"];

        let has_macro = self.document.transform.is_some() || !self.document.generated.is_empty();
        has_macro || MOVING.iter().any(|moving| self.text.contains(moving))
    }
}
