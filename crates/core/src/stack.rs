//! Stacks: what becomes one CloudFormation template each.

use std::panic::Location;

use stackwright_assembly::Environment;
use stackwright_cfn::{Map, Node, Text, Value, pseudo};

use crate::construct::{Construct, Scope};
use crate::tree::Kind;

/// How a stack gets at values of other stacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum References {
    /// By export and `Fn::ImportValue`: what is in use elsewhere cannot be changed or deleted.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>
    #[default]
    Export,
    /// By output and `Fn::GetStackOutput`: the value is read when this stack is deployed and does not hold the other
    /// stack back. Also the way to another region.
    Weak,
}

/// The settings of a stack.
#[derive(Clone, Debug, Default)]
pub struct StackProps {
    data: StackData,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct StackData {
    pub(crate) environment: Environment,
    pub(crate) description: Option<Text>,
    pub(crate) termination_protection: bool,
    pub(crate) references: References,
    pub(crate) name: Option<String>,
    pub(crate) metadata: Map,
    pub(crate) transforms: Vec<Node>,
    /// Resources whose names are made at deploy time: `Fn::ForEach` loops of included templates.
    pub(crate) generated: Map,
    /// Sections of included templates that have no elements: `Globals`, `Hooks`, and what macros know.
    pub(crate) others: Map,
}

/// Chooses one of the maps that a stack holds.
pub(crate) type StackPart = fn(&mut StackData) -> &mut Map;

impl StackProps {
    /// The defaults: account and region of the credentials at deploy time, exports between stacks.
    pub fn new() -> Self {
        StackProps::default()
    }

    /// The account's twelve digits; left out: the account of the credentials at deploy time.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.data.environment.account = Some(account.into());
        self
    }

    /// The region, such as `eu-west-1`; left out: the region configured at deploy time.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.data.environment.region = Some(region.into());
        self
    }

    /// What the stack is for, at most 1,024 bytes; left out: nothing is said.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.data.description = Some(description.into());
        self
    }

    /// Whether the stack refuses to be deleted; left out: it does not.
    pub fn termination_protection(mut self, protected: bool) -> Self {
        self.data.termination_protection = protected;
        self
    }

    /// How this stack gets at values of other stacks; left out: by export and import.
    pub fn references(mut self, references: References) -> Self {
        self.data.references = references;
        self
    }

    /// The stack's name, 1 to 128 letters, digits and dashes, starting with a letter; left out: its path with dashes.
    pub fn stack_name(mut self, name: impl Into<String>) -> Self {
        self.data.name = Some(name.into());
        self
    }
}

/// A deployable that becomes one CloudFormation template.
///
/// ```
/// use stackwright_core::{App, Stack, StackProps};
///
/// let app = App::new();
/// let here = Stack::new(&app, "network");
/// let there = Stack::with_props(&app, "network-eu", StackProps::new().region("eu-west-1"));
/// assert_eq!(there.name(), "network-eu");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    construct: Construct,
}

impl Stack {
    /// A stack with the default settings.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str) -> Self {
        Stack::with_props(scope, id, StackProps::new())
    }

    /// A stack.
    #[track_caller]
    pub fn with_props(scope: &impl Scope, id: &str, props: StackProps) -> Self {
        let kind = Kind::Stack(Box::new(props.data));
        Stack { construct: scope.construct().add(id, Location::caller(), kind) }
    }

    pub(crate) fn from_construct(construct: Construct) -> Self {
        Stack { construct }
    }

    /// The name the stack is deployed by.
    pub fn name(&self) -> String {
        self.construct.reads(|tree| tree.deployable_name(self.construct.id))
    }

    /// The region: text where it is known, else `AWS::Region`.
    pub fn region(&self) -> Value<String> {
        self.environment().region.map_or_else(pseudo::region, Value::from)
    }

    /// The account: text where it is known, else `AWS::AccountId`.
    pub fn account(&self) -> Value<String> {
        self.environment().account.map_or_else(pseudo::account_id, Value::from)
    }

    /// Adds an entry to the template's `Metadata`.
    pub fn add_metadata(&self, key: &str, value: impl Into<Node>) {
        let value = value.into();
        self.data(|data| {
            data.metadata.insert(key, value);
        });
    }

    /// Runs a macro over the template, such as `AWS::LanguageExtensions`; one that is there already is not added.
    pub fn add_transform(&self, transform: impl Into<Node>) {
        let transform = transform.into();
        self.data(|data| {
            if !data.transforms.contains(&transform) {
                data.transforms.push(transform);
            }
        });
    }

    /// Adds entries to a part of the template; gives the keys under which there is something else already.
    pub(crate) fn adopt(&self, part: StackPart, entries: &Map) -> Vec<Text> {
        let mut taken = Vec::new();
        self.data(|data| {
            let part = part(data);
            for (key, value) in entries.iter() {
                if part.get_or_insert_with(key, || value.clone()) != value {
                    taken.push(key.clone());
                }
            }
        });
        taken
    }

    pub(crate) fn describe_if_unsaid(&self, description: Option<Text>) {
        self.data(|data| {
            if data.description.is_none() {
                data.description = description;
            }
        });
    }

    fn data(&self, change: impl FnOnce(&mut StackData)) {
        self.construct.changes(|tree| {
            if let Kind::Stack(data) = &mut tree.entry_mut(self.construct.id).kind {
                change(data);
            }
        });
    }
}

impl Scope for Stack {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
