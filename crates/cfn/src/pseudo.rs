//! Pseudo parameters: what CloudFormation itself knows about a deployment.

use crate::{Node, Value};

/// A pseudo parameter.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pseudo {
    /// `AWS::AccountId`.
    AccountId,
    /// `AWS::NotificationARNs`.
    NotificationArns,
    /// `AWS::NoValue`.
    NoValue,
    /// `AWS::Partition`.
    Partition,
    /// `AWS::Region`.
    Region,
    /// `AWS::StackId`.
    StackId,
    /// `AWS::StackName`.
    StackName,
    /// `AWS::URLSuffix`.
    UrlSuffix,
}

impl Pseudo {
    const ALL: [Pseudo; 8] = [
        Pseudo::AccountId,
        Pseudo::NotificationArns,
        Pseudo::NoValue,
        Pseudo::Partition,
        Pseudo::Region,
        Pseudo::StackId,
        Pseudo::StackName,
        Pseudo::UrlSuffix,
    ];

    /// The name as templates write it.
    pub const fn name(self) -> &'static str {
        match self {
            Pseudo::AccountId => "AWS::AccountId",
            Pseudo::NotificationArns => "AWS::NotificationARNs",
            Pseudo::NoValue => "AWS::NoValue",
            Pseudo::Partition => "AWS::Partition",
            Pseudo::Region => "AWS::Region",
            Pseudo::StackId => "AWS::StackId",
            Pseudo::StackName => "AWS::StackName",
            Pseudo::UrlSuffix => "AWS::URLSuffix",
        }
    }

    /// The pseudo parameter of this name.
    pub fn from_name(name: &str) -> Option<Pseudo> {
        Pseudo::ALL.into_iter().find(|pseudo| pseudo.name() == name)
    }
}

fn value<T>(pseudo: Pseudo) -> Value<T> {
    Value::from_node(Node::Pseudo(pseudo))
}

/// The account the stack is deployed to, such as `123456789012`.
pub fn account_id() -> Value<String> {
    value(Pseudo::AccountId)
}

/// The topics that are told of the stack's events.
pub fn notification_arns() -> Value<Vec<String>> {
    value(Pseudo::NotificationArns)
}

/// Takes away the property it is given to, most often in one arm of [`if_`](crate::functions::if_).
pub fn no_value<T>() -> Value<T> {
    value(Pseudo::NoValue)
}

/// The partition the region is in: `aws`, `aws-cn`, `aws-us-gov`, …
pub fn partition() -> Value<String> {
    value(Pseudo::Partition)
}

/// The region the stack is deployed to, such as `us-east-1`.
pub fn region() -> Value<String> {
    value(Pseudo::Region)
}

/// The ARN of the stack.
pub fn stack_id() -> Value<String> {
    value(Pseudo::StackId)
}

/// The name of the stack.
pub fn stack_name() -> Value<String> {
    value(Pseudo::StackName)
}

/// The domain of the partition: `amazonaws.com`, `amazonaws.com.cn`, …
pub fn url_suffix() -> Value<String> {
    value(Pseudo::UrlSuffix)
}
