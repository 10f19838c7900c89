//! The outputs of stacks that are deployed.

use std::collections::BTreeMap;

use stackwright_assembly::{Assembly, Kind};

use crate::{Aws, Error};

/// The outputs of deployed stacks, by stack and name. No names: of all stacks of the assembly that are deployed.
///
/// # Errors
///
/// If a stack that is named is not deployed, or AWS refuses.
pub fn outputs(
    assembly: &Assembly,
    names: &[String],
    aws: &Aws<'_>,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Error> {
    let mut found = BTreeMap::new();
    let stacks = assembly.manifest.deployables.iter().filter(|deployable| deployable.kind == Kind::Stack);
    for stack in stacks.filter(|stack| names.is_empty() || names.contains(&stack.name)) {
        let name = &stack.name;
        let region = stack.stack.as_ref().and_then(|facts| facts.environment.region.as_deref());
        let deployed = aws
            .in_region(region)
            .describe_stack(name)
            .map_err(Error::aws(format!("cannot read the outputs of stack \"{name}\"")))?;
        match deployed {
            Some(deployed) => {
                let values = deployed.outputs.into_iter().map(|output| (output.name, output.value));
                found.insert(name.clone(), values.collect());
            }
            None if names.is_empty() => {}
            None => {
                return Err(Error::new(format!("stack \"{name}\" is not deployed")).hint("deploy it first"));
            }
        }
    }
    Ok(found)
}
