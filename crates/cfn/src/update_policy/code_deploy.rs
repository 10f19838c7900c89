//! Traffic of Lambda aliases shifted by CodeDeploy.

use crate::{Map, Value};

/// How CodeDeploy shifts the traffic of a Lambda alias to its new version.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html#cfn-attributes-updatepolicy-codedeploylambdaaliasupdate>
#[derive(Clone, Debug)]
#[must_use]
pub struct CodeDeployLambdaAliasUpdate {
    pub(super) settings: Map,
}

impl CodeDeployLambdaAliasUpdate {
    /// A deployment by the deployment group of a CodeDeploy application, both by their names.
    pub fn new(
        application_name: impl Into<Value<String>>,
        deployment_group_name: impl Into<Value<String>>,
    ) -> Self {
        let mut settings = Map::new();
        settings.set("ApplicationName", application_name.into());
        settings.set("DeploymentGroupName", deployment_group_name.into());
        CodeDeployLambdaAliasUpdate { settings }
    }

    settings! {
        /// The Lambda function that checks the new version before it gets traffic, by its name. Left out, none does.
        before_allow_traffic_hook(String) = "BeforeAllowTrafficHook";
        /// The Lambda function that checks the new version once it has the traffic, by its name. Left out, none does.
        after_allow_traffic_hook(String) = "AfterAllowTrafficHook";
    }
}
