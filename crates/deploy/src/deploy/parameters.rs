//! The values of a template's parameters.

use std::collections::BTreeMap;

use serde::Serialize;
use stackwright_cfn::{Map, Node};

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

/// The values of a stack's parameters that are to be others, before and after.
#[derive(Debug, Default)]
pub(crate) struct NewValues {
    /// As people are shown them.
    pub(crate) shown: [Map; 2],
    /// As what refers to them yields them.
    pub(crate) yielded: [BTreeMap<String, Node>; 2],
}

impl NewValues {
    /// Those among the parameters given. What refers to a secret before yields something that is not shown, and is left
    /// as it is after.
    pub(super) fn of(template: &Template<'_>, stack: Option<&Stack>, given: &[Given]) -> Self {
        let mut values = NewValues::default();
        let kept = stack.map_or(&[][..], |stack| &stack.parameters);
        for Given { parameter_key: name, parameter_value, .. } in given {
            let (Some(after), Some(before)) = (parameter_value, kept.iter().find(|kept| kept.name == *name))
            else {
                continue;
            };
            if before.value == *after {
                continue;
            }
            let definition = template.document().parameters.get(name).and_then(Node::as_map);
            let fact = |key| definition.and_then(|map| map.get(key));
            let is_secret = fact("NoEcho")
                .is_some_and(|it| it.as_str().map_or(*it == Node::Bool(true), |it| it == "true"));
            let type_name = fact("Type").and_then(Node::as_str).unwrap_or("String");
            let [shown_before, shown_after] = &mut values.shown;
            shown_before.push(name.clone().into(), before.value.clone().into());
            shown_after.push(name.clone().into(), if is_secret { SECRET } else { after }.to_owned().into());
            let [yielded_before, yielded_after] = &mut values.yielded;
            yielded_before.insert(name.clone(), yielded(type_name, &before.value));
            if !is_secret {
                yielded_after.insert(name.clone(), yielded(type_name, after));
            }
        }
        values
    }
}

/// What is shown of a secret that is given.
const SECRET: &str = "**** (as given)";

/// What `Ref` of a parameter yields.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
fn yielded(type_name: &str, value: &str) -> Node {
    match type_name {
        // The value is the name of what is looked up.
        looked_up if looked_up.starts_with("AWS::SSM::Parameter::Value<") => {
            format!("{{{{resolve:ssm:{value}}}}}").into()
        }
        list if list == "CommaDelimitedList" || list.starts_with("List<") => {
            value.split(',').map(|item| Node::from(item.trim())).collect::<Vec<_>>().into()
        }
        _ => value.into(),
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
