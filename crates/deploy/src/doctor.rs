//! Whether all is there that a deployment needs: tools, credentials, permissions, quotas, clusters.

mod account;
mod cluster;
mod dry_run;
mod permission;
mod quota;
mod stack;
#[cfg(test)]
mod tests;

use serde::Serialize;
use stackwright_assembly::{Assembly, Kind};

use crate::aws::AwsError;
use crate::{Aws, ChartOptions, Error, Tool};

/// How something that was looked at is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Ok,
    /// It may be in the way, or could not be looked at.
    Warning,
    /// A deployment would fail.
    Failed,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, such as `credentials`.
    pub subject: String,
    /// How it is.
    pub health: Health,
    /// What was found.
    pub message: String,
    /// What may help; absent where nothing has to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Check {
    fn new(health: Health, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Check { subject: subject.into(), health, message: message.into(), hint: None }
    }

    fn ok(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Check::new(Health::Ok, subject, message)
    }

    fn warning(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Check::new(Health::Warning, subject, message)
    }

    fn failed(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Check::new(Health::Failed, subject, message)
    }

    /// AWS refused. Ctrl-C is no finding.
    fn refused(health: Health, subject: impl Into<String>, error: AwsError) -> Result<Self, Error> {
        if error.is_interrupted() {
            return Err(Error::interrupted());
        }
        let hint = error.hint().map(str::to_owned);
        Ok(Check { hint, ..Check::new(health, subject, error.to_string()) })
    }

    /// Something could not be done. Ctrl-C is no finding.
    fn stopped(subject: impl Into<String>, error: Error) -> Result<Self, Error> {
        if error.is_interrupted() {
            return Err(error);
        }
        let hint = error.help().map(str::to_owned);
        Ok(Check { hint, ..Check::failed(subject, error.to_string()) })
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Check { hint: Some(hint.into()), ..self }
    }
}

/// Looks at all that deploying `assembly` needs, and tells how it is. Nothing is changed.
///
/// What cannot be looked at because something before it failed is left out.
///
/// # Errors
///
/// If the person presses Ctrl-C; what is wrong is among the checks.
///
/// # Example
///
/// ```
/// use stackwright_assembly::{Assembly, Diagnostics, FORMAT_VERSION, Manifest};
/// use stackwright_deploy::{Aws, AwsOptions, ChartOptions, Health, Moments, Script, Session, examine};
///
/// let manifest = Manifest { version: FORMAT_VERSION, deployables: Vec::new() };
/// let assembly = Assembly { manifest, files: Vec::new(), warnings: Diagnostics::default() };
/// let (script, clock) = (Script::new().missing("aws --version").missing("kubectl version"), Moments::new());
/// let aws = Aws::new(Session::new(&script, &clock, &|_| ()), AwsOptions::default());
/// let checks = examine(&assembly, &aws, &ChartOptions::default())?;
/// assert_eq!((&*checks[0].subject, checks[0].health), ("aws", Health::Failed));
/// # Ok::<(), stackwright_deploy::Error>(())
/// ```
pub fn examine(assembly: &Assembly, aws: &Aws<'_>, charts: &ChartOptions) -> Result<Vec<Check>, Error> {
    let has_charts = assembly.manifest.deployables.iter().any(|deployable| deployable.kind == Kind::Chart);
    let mut checks = vec![
        tool(aws, Tool::Aws, Health::Failed)?,
        tool(aws, Tool::Kubectl, if has_charts { Health::Failed } else { Health::Warning })?,
    ];
    let [has_aws, has_kubectl] = [0, 1].map(|index: usize| checks[index].health == Health::Ok);
    if !has_aws {
        return Ok(checks);
    }
    let Some(identity) = account::identity(aws, assembly, &mut checks)? else { return Ok(checks) };
    let regions = account::regions(aws, assembly, &mut checks)?;
    if regions.is_empty() {
        return Ok(checks);
    }
    let stacks = stack::look_at(aws, assembly, &mut checks)?;
    permission::look_at(aws, assembly, &identity, &regions, &mut checks)?;
    dry_run::look_at(&stacks, &regions, &mut checks)?;
    quota::look_at(&stacks, &regions, &mut checks)?;
    if has_kubectl {
        cluster::look_at(aws, assembly, charts, &mut checks)?;
    }
    Ok(checks)
}

/// A tool, and how bad it is if it will not do.
fn tool(aws: &Aws<'_>, tool: Tool, otherwise: Health) -> Result<Check, Error> {
    match tool.check(&aws.session()) {
        Ok(version) => Ok(Check::ok(tool.program(), version.to_string())),
        Err(error) => Ok(Check { health: otherwise, ..Check::stopped(tool.program(), error)? }),
    }
}
