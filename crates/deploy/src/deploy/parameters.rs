//! The values of a template's parameters.

use serde::Serialize;

use super::DeployOptions;
use crate::Error;
use crate::aws::Stack;
use crate::template::Template;

/// A parameter as CloudFormation is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Given {
    parameter_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_previous_value: Option<bool>,
}

impl Given {
    /// Whether the stack has this value already.
    pub(super) fn is_of(&self, stack: &Stack) -> bool {
        let Some(value) = &self.parameter_value else { return true };
        stack.parameters.iter().any(|found| found.name == self.parameter_key && found.value == *value)
    }
}

/// What CloudFormation is told of each parameter: the value given, else the one that the stack has. One that has neither
/// takes the template's default.
pub(super) fn given(
    template: &Template<'_>,
    name: &str,
    stack: Option<&Stack>,
    options: &DeployOptions,
) -> Result<Vec<Given>, Error> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (parameter, has_default) in template.parameters() {
        let is_kept = stack.is_some_and(|stack| stack.parameters.iter().any(|kept| kept.name == parameter));
        let value = options.parameter(name, parameter).map(str::to_owned);
        match (value, is_kept) {
            (Some(value), _) => found.push(Given {
                parameter_key: parameter.to_owned(),
                parameter_value: Some(value),
                use_previous_value: None,
            }),
            (None, true) => found.push(Given {
                parameter_key: parameter.to_owned(),
                parameter_value: None,
                use_previous_value: Some(true),
            }),
            (None, false) if has_default => {}
            (None, false) => missing.push(parameter),
        }
    }
    if let Some(first) = missing.first() {
        let message = format!("stack \"{name}\" needs values for parameters: {}", missing.join(", "));
        return Err(Error::new(message).hint(format!("give each, such as --parameters {name}.{first}=VALUE")));
    }
    let is_there = |given: &str| template.parameters().any(|(parameter, _)| parameter == given);
    let own = options.parameters.iter().filter(|parameter| parameter.stack.as_deref() == Some(name));
    if let Some(stray) = own.into_iter().find(|parameter| !is_there(&parameter.name)) {
        let known: Vec<&str> = template.parameters().map(|(parameter, _)| parameter).collect();
        let message = match known.is_empty() {
            true => format!("stack \"{name}\" has no parameter \"{}\": it has none", stray.name),
            false => {
                format!("stack \"{name}\" has no parameter \"{}\": it has {}", stray.name, known.join(", "))
            }
        };
        return Err(Error::new(message));
    }
    Ok(found)
}
