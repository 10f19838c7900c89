//! Values of stacks that charts wait for.

use std::collections::BTreeMap;

use stackwright_assembly::{Deployable, Manifest};

use crate::{Aws, Error};

/// What every placeholder begins with; [`stackwright_k8s::placeholder`] makes them.
const MARK: &str = "${stackwright:";

/// The values of outputs, by placeholder.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(BTreeMap<String, String>);

impl Values {
    /// Reads the outputs that a chart waits for, as far as `is_wanted` says; stacks that are not there are told apart.
    ///
    /// # Errors
    ///
    /// If AWS refuses, or if an output is missing in a stack that is there; all that are missing are told.
    pub(super) fn read(
        aws: &Aws<'_>,
        manifest: &Manifest,
        chart: &Deployable,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Outputs, Error> {
        let outputs = Values::find(aws, manifest, chart, is_wanted)?;
        match outputs.missing.is_empty() {
            true => Ok(outputs),
            false => Err(Error::new(format!("chart {:?} waits for outputs that there are not", chart.name))
                .cause(outputs.missing.join(", "))
                .hint("deploy the stacks again, then the chart")),
        }
    }

    /// Reads them, and tells apart what is missing.
    ///
    /// # Errors
    ///
    /// If AWS refuses.
    pub(super) fn find(
        aws: &Aws<'_>,
        manifest: &Manifest,
        chart: &Deployable,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Outputs, Error> {
        let mut stacks: BTreeMap<&str, Option<BTreeMap<String, String>>> = BTreeMap::new();
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for binding in chart.bindings.iter().filter(|binding| is_wanted(&binding.placeholder)) {
            if !stacks.contains_key(&*binding.stack) {
                stacks.insert(&binding.stack, outputs(aws, manifest, &binding.stack)?);
            }
            let Some(Some(outputs)) = stacks.get(&*binding.stack) else { continue };
            match outputs.get(&binding.output) {
                Some(value) => {
                    values.insert(binding.placeholder.clone(), value.clone());
                }
                None => missing.push(format!("{} of stack {:?}", binding.output, binding.stack)),
            }
        }
        let absent = stacks.into_iter().filter(|(_, outputs)| outputs.is_none());
        let absent = absent.map(|(stack, _)| stack.to_owned()).collect();
        Ok(Outputs { values: Values(values), absent, missing })
    }

    #[cfg(test)]
    pub(super) fn of(placeholder: &str, value: &str) -> Self {
        Values(BTreeMap::from([(placeholder.to_owned(), value.to_owned())]))
    }

    /// The text with values in place of placeholders; `None` where it has none. One that has no value is put down in
    /// `unknown`.
    pub(super) fn fill(&self, text: &str, unknown: &mut Vec<String>) -> Option<String> {
        let mut rest = text;
        let mut filled = String::new();
        while let Some(at) = rest.find(MARK) {
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            let placeholder = &rest[at..end];
            filled.push_str(&rest[..at]);
            match self.0.get(placeholder) {
                // Pushed, and not looked at again: a value may itself look like a placeholder.
                Some(value) => filled.push_str(value),
                None => unknown.push(placeholder.to_owned()),
            }
            rest = &rest[end..];
        }
        (rest.len() < text.len()).then(|| filled + rest)
    }
}

/// What was read.
pub(super) struct Outputs {
    pub(super) values: Values,
    /// The stacks that are not there.
    pub(super) absent: Vec<String>,
    /// The outputs that stacks do not have that are there, in words.
    pub(super) missing: Vec<String>,
}

/// The outputs of a stack; absent where there is no such stack.
fn outputs(
    aws: &Aws<'_>,
    manifest: &Manifest,
    name: &str,
) -> Result<Option<BTreeMap<String, String>>, Error> {
    let stack = manifest.deployables.iter().find(|deployable| deployable.name == name);
    let region = stack.and_then(|stack| stack.stack.as_ref()?.environment.region.as_deref());
    let found = aws
        .in_region(region)
        .describe_stack(name)
        .map_err(Error::aws(format!("cannot read the outputs of stack {name:?}")))?;
    Ok(found.map(|stack| stack.outputs.into_iter().map(|output| (output.name, output.value)).collect()))
}

#[cfg(test)]
mod tests {
    use super::Values;

    fn fill(text: &str) -> (Option<String>, Vec<String>) {
        let values =
            [("${stackwright:web.Name}", "a\"b"), ("${stackwright:web.Odd}", "${stackwright:web.Name}")];
        let values = Values(values.map(|(key, value)| (key.to_owned(), value.to_owned())).into());
        let mut unknown = Vec::new();
        let filled = values.fill(text, &mut unknown);
        (filled, unknown)
    }

    #[test]
    fn a_value_goes_where_its_placeholder_stands_and_nowhere_else() {
        assert_eq!(fill("plain ${HOME} text"), (None, vec![]));
        assert_eq!(fill("${stackwright:web.Name}"), (Some("a\"b".into()), vec![]));
        assert_eq!(
            fill("x${stackwright:web.Odd}y${stackwright:web.Name}z"),
            (Some("x${stackwright:web.Name}ya\"bz".into()), vec![])
        );
    }

    #[test]
    fn a_placeholder_without_a_value_is_told() {
        assert_eq!(fill("x${stackwright:web.None}").1, ["${stackwright:web.None}"]);
        assert_eq!(fill("x${stackwright:web").1, ["${stackwright:web"]);
    }
}
