//! Validators that are not ours, which a program brings.

use stackwright_assembly::Environment;

use crate::Finding;

/// A template as it is about to be written.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    /// The name of the stack.
    pub stack: &'a str,
    /// Where the stack is deployed, as far as the program says so.
    pub environment: &'a Environment,
    /// The text, as JSON or YAML: whichever is asked for.
    pub text: &'a str,
}

/// Something else that knows what is wrong with templates, as a service's own validator or the rules of an organization.
///
/// A program brings it by `App::add_validator`, and each synthesis shows it every template. What it finds is told as what
/// our rules find: with the construct's path and the line of the program, which follow from the [place](crate::Place). The
/// same template has to lead to the same findings, anywhere and at any time.
///
/// ```
/// use stackwright_assembly::Diagnostic;
/// use stackwright_validation::{Finding, Place, Rendered, Section, Validator};
///
/// /// Says where a bucket has a name that is not the organization's.
/// struct Names;
///
/// impl Validator for Names {
///     fn validate(&self, template: &Rendered<'_>) -> Vec<Finding> {
///         let Ok(template) = stackwright_cfn::read(template.text) else { return Vec::new() };
///         let mut found = Vec::new();
///         for (id, resource) in &template.resources {
///             let name = resource.properties.get("BucketName").and_then(|name| name.as_str());
///             if let Some(name) = name.filter(|name| !name.starts_with("example-")) {
///                 let message = format!("bucket {name:?} is named as somebody else's: allowed is example-…");
///                 let finding = Diagnostic::warning("foreign-name", message).value(name);
///                 found.push(Finding::new(Place::new(Section::Resource, id), finding));
///             }
///         }
///         found
///     }
/// }
/// ```
pub trait Validator {
    /// What is wrong with a template, or worth knowing; empty where nothing is.
    ///
    /// A place that is not in the template stands for the stack as a whole.
    fn validate(&self, template: &Rendered<'_>) -> Vec<Finding>;
}
