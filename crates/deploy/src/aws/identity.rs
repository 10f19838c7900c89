//! Who the credentials belong to, and where.

use serde::Deserialize;

use super::{Aws, AwsError};

/// Who AWS takes us for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    /// The account's twelve digits.
    pub account: String,
    /// The user or the session of a role.
    pub arn: String,
}

impl Aws<'_> {
    /// Who AWS takes us for.
    ///
    /// # Errors
    ///
    /// If there are no valid credentials, or AWS cannot be reached.
    pub fn get_caller_identity(&self) -> Result<Identity, AwsError> {
        self.run(self.call(&["sts", "get-caller-identity"]))
    }

    /// The region of these options; absent where the AWS CLI finds none.
    ///
    /// # Errors
    ///
    /// If the CLI is missing.
    pub fn region(&self) -> Result<Option<String>, AwsError> {
        if let Some(region) = &self.options.region {
            return Ok(Some(region.clone()));
        }
        // This looks where every command does but in the environment, which goes before.
        let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        if let Some(region) = variables.into_iter().find_map(|name| self.session.variable(name)) {
            return Ok(Some(region));
        }
        let call = self.with_options(self.call(&["configure", "get", "region"]));
        let reply = self.session.run(&call).map_err(AwsError::from)?;
        let region = String::from_utf8_lossy(reply.stdout.trim_ascii()).into_owned();
        Ok((reply.is_success() && !region.is_empty()).then_some(region))
    }
}
