//! AWS's own validator of templates, at every synthesis of a Stackwright app.
//!
//! [`AwsValidator`] shows each template to [cloudformation-validate](https://docs.rs/cloudformation-validate), in process
//! and without a network. What that finds is told as what Stackwright's own rules find: with the construct's path and the
//! line of the program, and its warnings can be acknowledged.
//!
//! ```
//! use stackwright::prelude::*;
//! use stackwright_aws_validator::AwsValidator;
//!
//! let app = App::new();
//! app.add_validator(AwsValidator::new());
//! let stack = Stack::new(&app, "files");
//! let bucket = Resource::raw(&stack, "Shared", "AWS::S3::Bucket", Map::new());
//! bucket.set_property("AccessControl", "Private");
//! bucket.acknowledge("aws-W3045", "older tools look at it");
//! let assembly = app.synth(&SynthOptions::new())?;
//! # let _ = assembly;
//! # Ok::<(), Diagnostics>(())
//! ```
//!
//! It is a crate of its own, outside of Stackwright's workspace: it brings more than a hundred packages, and a later Rust.
//! A program that wants it at times makes it optional by a feature of its own; the guide shows how.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt;

use cloudformation_validate::diagnostics::{Diagnostic as Said, Entity};
use cloudformation_validate::template_model::EntityType;
use cloudformation_validate::{
    CelEngine, EngineConfig, PseudoParameterOverrides, SchemaValidator, Severity, ValidateConfig,
    validate_bytes_with_path,
};
use stackwright_assembly::Diagnostic;
use stackwright_validation::{Finding, Place, Rendered, Section, Step, Validator};

/// Shows templates to AWS's own validator.
///
/// The code of a finding is AWS's name of the rule behind `aws-`, as in `aws-W3045`. What AWS's validator calls fatal or
/// an error is an error; its warnings are warnings, and what it has to say besides is not told. Where a stack names no
/// region, it takes the template for one of `us-east-1`.
///
/// It is made ready when it is shown the first template, which takes most of its time.
#[derive(Default)]
pub struct AwsValidator {
    without: BTreeSet<String>,
    ready: OnceCell<Result<(CelEngine, SchemaValidator), String>>,
}

impl AwsValidator {
    /// With all of AWS's rules.
    pub fn new() -> Self {
        AwsValidator::default()
    }

    /// Leaves out a rule, by AWS's name, such as `E3027`: for errors that are none, as those cannot be acknowledged.
    ///
    /// ```
    /// let validator = stackwright_aws_validator::AwsValidator::new().without("E3027");
    /// # let _ = validator;
    /// ```
    #[must_use]
    pub fn without(mut self, rule: impl Into<String>) -> Self {
        self.without.insert(rule.into());
        self
    }

    fn ask(&self, template: &Rendered<'_>) -> Result<Vec<Said>, String> {
        let ready = self.ready.get_or_init(|| {
            let engine = CelEngine::new(EngineConfig::default()).map_err(|error| error.to_string())?;
            Ok((engine, SchemaValidator::default()))
        });
        let (engine, schemas) = ready.as_ref().map_err(String::clone)?;
        let pseudo_parameter_overrides = PseudoParameterOverrides {
            account_id: template.environment.account.clone(),
            region: template.environment.region.clone(),
            stack_name: Some(template.stack.to_owned()),
            ..PseudoParameterOverrides::default()
        };
        let config = ValidateConfig {
            severity_level: Severity::Warn,
            pseudo_parameter_overrides,
            ..ValidateConfig::default()
        };
        let (text, name) = (template.text.as_bytes(), template.stack.to_owned());
        let report = validate_bytes_with_path(engine, schemas, text, config, name);
        Ok(report.map_err(|error| error.to_string())?.diagnostics)
    }
}

impl fmt::Debug for AwsValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsValidator").field("without", &self.without).finish_non_exhaustive()
    }
}

impl Validator for AwsValidator {
    fn validate(&self, template: &Rendered<'_>) -> Vec<Finding> {
        match self.ask(template) {
            Ok(said) => {
                let told = said.iter().filter(|said| !self.without.contains(&said.rule_id));
                told.map(finding).collect()
            }
            Err(problem) => {
                let message = format!("AWS's validator did not look at this template: {problem}");
                vec![Finding::new(stack(), Diagnostic::error("aws-validator", message))]
            }
        }
    }
}

/// A finding of AWS's, in our words as far as there are any.
fn finding(said: &Said) -> Finding {
    let place = said.entity.as_ref().and_then(|entity| place(entity, said.property_path.as_deref()));
    let place = place.unwrap_or_else(stack);
    let code = format!("aws-{}", said.rule_id);
    let message = match place.path() {
        path if path.is_empty() => said.message.clone(),
        path => format!("{path}: {}", said.message),
    };
    let make = if said.severity >= Severity::Error { Diagnostic::error } else { Diagnostic::warning };
    let mut diagnostic = make(&code, message);
    if let Some(context) = &said.context {
        diagnostic.allowed = context.expected_constraint.clone();
    }
    diagnostic.hint = said.suggested_fix.clone();
    Finding::new(place, diagnostic)
}

/// The place that a finding of AWS's is about, where it is an element of the template.
fn place(entity: &Entity, path: Option<&str>) -> Option<Place> {
    let section = match entity.entity_type {
        EntityType::Resource => Section::Resource,
        EntityType::Parameter => Section::Parameter,
        EntityType::Output => Section::Output,
        EntityType::Mapping => Section::Mapping,
        EntityType::Rule => Section::Rule,
        EntityType::Condition => Section::Condition,
        EntityType::Metadata
        | EntityType::Transform
        | EntityType::FormatVersion
        | EntityType::Description => return None,
    };
    let mut place = Place::new(section, &entity.logical_id);
    // Of other elements it begins with their section, at times with slashes.
    if section == Section::Resource {
        let step = |step: &str| step.parse().map_or_else(|_| Step::Key(step.to_owned()), Step::Index);
        place.steps = path.unwrap_or_default().split('.').filter(|step| !step.is_empty()).map(step).collect();
    }
    Some(place)
}

/// The template as a whole: no element has this id.
fn stack() -> Place {
    Place::new(Section::Resource, "")
}
