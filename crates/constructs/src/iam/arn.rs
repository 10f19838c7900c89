//! ARNs that are right in every partition.

use stackwright_cfn::{Value, pseudo, sub};
use stackwright_core::Scope;

use super::partition::partition;

/// An ARN in the making: what is left out is taken from the stack it is used in.
///
/// Region and account are those of the stack; for ARNs that lack them, such as those of buckets and roles, say
/// [`without_region`](Arn::without_region) and [`without_account`](Arn::without_account). The partition is always that
/// of the stack's region, and `AWS::Partition` where the region is not known.
///
/// Source: [Amazon Resource Names](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html)
///
/// ```
/// use stackwright_cfn::Value;
/// use stackwright_constructs::iam::Arn;
/// use stackwright_core::{App, Stack, StackProps};
///
/// let app = App::new();
/// let here = Stack::with_props(&app, "beijing", StackProps::new().region("cn-north-1"));
/// let bucket: Value<String> = Arn::new("s3", "orders/*").without_region().without_account().of(&here);
/// assert_eq!(bucket.as_str(), Some("arn:aws-cn:s3:::orders/*"));
///
/// let anywhere = Stack::new(&app, "anywhere");
/// let table: Value<String> = Arn::new("dynamodb", "table/orders").of(&anywhere);
/// assert_eq!(
///     serde_json::to_string(table.node()).unwrap(),
///     r#"{"Fn::Sub":"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"}"#,
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Arn {
    service: String,
    region: Field,
    account: Field,
    resource: Value<String>,
}

#[derive(Clone, Debug)]
enum Field {
    OfTheStack,
    Given(Value<String>),
}

impl Field {
    fn or(self, of_the_stack: impl FnOnce() -> Value<String>) -> Value<String> {
        match self {
            Field::OfTheStack => of_the_stack(),
            Field::Given(value) => value,
        }
    }
}

impl Arn {
    /// The ARN of something of `service`, such as `dynamodb`, with what comes after the account, such as
    /// `table/orders`.
    pub fn new(service: impl Into<String>, resource: impl Into<Value<String>>) -> Self {
        Self {
            service: service.into(),
            region: Field::OfTheStack,
            account: Field::OfTheStack,
            resource: resource.into(),
        }
    }

    /// The region it is in, or `*`. Left out: the stack's.
    pub fn region(mut self, region: impl Into<Value<String>>) -> Self {
        self.region = Field::Given(region.into());
        self
    }

    /// Leaves the region empty, as ARNs of global services have it.
    pub fn without_region(self) -> Self {
        self.region("")
    }

    /// The account that owns it. Left out: the stack's.
    pub fn account(mut self, account: impl Into<Value<String>>) -> Self {
        self.account = Field::Given(account.into());
        self
    }

    /// Leaves the account empty, as ARNs of buckets have it.
    pub fn without_account(self) -> Self {
        self.account("")
    }

    /// The ARN as it is in the stack of `scope`, trusted to be that of a `T`.
    pub fn of<T>(self, scope: &impl Scope) -> Value<T> {
        let environment = scope.environment();
        let region = self.region.or(|| environment.region.map_or_else(pseudo::region, Value::from));
        let account = self.account.or(|| environment.account.map_or_else(pseudo::account_id, Value::from));
        sub!(
            "arn:{partition}:{service}:{region}:{account}:{resource}",
            partition = partition(scope),
            service = self.service,
            region,
            account,
            resource = self.resource,
        )
        .assume()
    }
}
