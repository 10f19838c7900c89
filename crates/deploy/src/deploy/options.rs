//! What a person asks of a deployment.

use stackwright_assembly::{Assembly, Deployable, Kind};

use crate::{ChartOptions, Error};

/// When a person is asked before a stack is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReviewMode {
    /// Never.
    Never,
    /// If permissions or the reach of the network grow.
    Widening,
    /// Whenever there is a change.
    #[default]
    Always,
}

/// The value of a template's parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The stack; absent: every stack whose template has such a parameter.
    pub stack: Option<String>,
    /// The parameter's name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// What is deployed, and how.
#[derive(Clone, Debug)]
pub struct DeployOptions {
    /// The names of deployables; none: all of them.
    pub names: Vec<String>,
    /// Leaves out what they depend on.
    pub exclusively: bool,
    /// How many are worked on at once.
    pub concurrency: usize,
    /// Values of parameters; of those left out: the value that the stack has, else the template's default.
    pub parameters: Vec<Parameter>,
    /// The role that CloudFormation acts as; absent: the one that the stack has, else the caller's own permissions.
    pub role_arn: Option<String>,
    /// The bucket for large templates; absent: one that the account has for this purpose already.
    pub bucket: Option<String>,
    /// When the person is asked.
    pub review: ReviewMode,
    /// Logical ids of resources that hold data and may be replaced or removed in spite of it.
    pub allow_replace: Vec<String>,
    /// How charts are deployed.
    pub charts: ChartOptions,
}

impl Default for DeployOptions {
    /// All of it, four at once, and the person is asked.
    fn default() -> Self {
        DeployOptions {
            names: Vec::new(),
            exclusively: false,
            concurrency: 4,
            parameters: Vec::new(),
            role_arn: None,
            bucket: None,
            review: ReviewMode::default(),
            allow_replace: Vec::new(),
            charts: ChartOptions::default(),
        }
    }
}

impl DeployOptions {
    /// The deployables that are meant, in deploy order.
    pub(super) fn select<'a>(&self, assembly: &'a Assembly) -> Result<Vec<&'a Deployable>, Error> {
        let all = &assembly.manifest.deployables;
        if self.names.is_empty() {
            return Ok(all.iter().collect());
        }
        if let Some(unknown) = self.names.iter().find(|name| assembly.deployable(name).is_none()) {
            let known: Vec<&str> = all.iter().map(|deployable| &*deployable.name).collect();
            return Err(Error::new(format!("there is no \"{unknown}\": the app has {}", known.join(", "))));
        }
        let mut wanted: Vec<&str> = self.names.iter().map(String::as_str).collect();
        if !self.exclusively {
            // What is depended on comes before, so one way back finds all of it.
            for deployable in all.iter().rev() {
                if wanted.contains(&&*deployable.name) {
                    wanted.extend(deployable.dependencies.iter().map(String::as_str));
                }
            }
        }
        Ok(all.iter().filter(|deployable| wanted.contains(&&*deployable.name)).collect())
    }

    /// Every stack that a parameter names is there.
    pub(super) fn check_parameters(&self, assembly: &Assembly, chosen: &[&Deployable]) -> Result<(), Error> {
        for parameter in &self.parameters {
            let Some(stack) = &parameter.stack else { continue };
            let is_it =
                |deployable: &&Deployable| deployable.name == *stack && deployable.kind == Kind::Stack;
            if chosen.iter().any(is_it) {
                continue;
            }
            let name = &parameter.name;
            let message = format!("parameter \"{name}\" is given for \"{stack}\", which is not deployed");
            let stacks = assembly.manifest.deployables.iter().filter(|other| other.kind == Kind::Stack);
            let stacks: Vec<&str> = stacks.map(|stack| &*stack.name).collect();
            return Err(Error::new(message).hint(format!("the app has the stacks {}", stacks.join(", "))));
        }
        Ok(())
    }

    /// The values given for parameters of a stack, the last of a name counts.
    pub(super) fn parameter(&self, stack: &str, name: &str) -> Option<&str> {
        let is_it = |parameter: &&Parameter| {
            parameter.name == name && parameter.stack.as_ref().is_none_or(|given| given == stack)
        };
        // One given for this very stack goes before one given for all.
        let own = self.parameters.iter().rev().filter(is_it).find(|parameter| parameter.stack.is_some());
        own.or_else(|| self.parameters.iter().rev().find(is_it)).map(|parameter| &*parameter.value)
    }
}
