//! Parameters: what a template is given when it is deployed.

use std::marker::PhantomData;

use crate::{Id, Map, Node, Problem, Text, Value};

/// The most characters of a parameter's description.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_DESCRIPTION: usize = 4000;

/// The most bytes of a parameter's value.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_VALUE: usize = 4096;

/// A type that a parameter can have.
///
/// `String`, `i64`, `f64`, lists of these, and every id that implements [`ParameterId`] as well as lists of it.
pub trait ParameterType {
    /// The type of one item of a list; the type itself where it is no list.
    type Item;
    /// The name CloudFormation has for the type.
    fn type_name() -> Text;
}

/// An id that CloudFormation looks up before it deploys anything, such as `AWS::EC2::Subnet::Id`.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
pub trait ParameterId: Id {
    /// The name CloudFormation has for the type of one such id.
    const TYPE: &'static str;
}

impl<T: ParameterId> ParameterType for T {
    type Item = T;

    fn type_name() -> Text {
        Text::from_static(T::TYPE)
    }
}

impl<T: ParameterId> ParameterType for Vec<T> {
    type Item = T;

    fn type_name() -> Text {
        format!("List<{}>", T::TYPE).into()
    }
}

macro_rules! types {
    ($($type:ty, $item:ty, $name:literal;)*) => {
        $(impl ParameterType for $type {
            type Item = $item;

            fn type_name() -> Text {
                Text::from_static($name)
            }
        })*
    };
}

types! {
    String, String, "String";
    i64, i64, "Number";
    f64, f64, "Number";
    Vec<String>, String, "CommaDelimitedList";
    Vec<i64>, i64, "List<Number>";
    Vec<f64>, f64, "List<Number>";
}

/// A parameter that yields a `T`.
///
/// Left out: without a default a value must be given at every deployment; without constraints any value will do.
///
/// ```
/// use stackwright_cfn::{Node, Parameter};
///
/// let count = Parameter::<i64>::new().description("instances of the service").default(2).min_value(1).max_value(9);
/// assert!(count.check().is_empty());
/// assert_eq!(
///     serde_json::to_string(&Node::from(count)).unwrap(),
///     r#"{"Type":"Number","Description":"instances of the service","Default":2,"MinValue":1,"MaxValue":9}"#,
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
#[must_use]
pub struct Parameter<T> {
    settings: Map,
    marker: PhantomData<fn() -> T>,
}

impl<T> Parameter<T> {
    /// A parameter of a type that no Rust type stands for, such as `AWS::EC2::KeyPair::KeyName`, trusted to yield a `T`.
    pub fn of_type(name: impl Into<Text>) -> Self {
        Parameter { settings: Map::from_iter([("Type", name.into())]), marker: PhantomData }
    }

    /// Sets what the methods of this type do not, such as the `AllowedPattern` of a key's name.
    pub fn set(mut self, key: &'static str, value: impl Into<Node>) -> Self {
        self.settings.set(key, value);
        self
    }

    /// What the value is for; at most 4,000 characters.
    pub fn description(self, text: impl Into<Text>) -> Self {
        self.set("Description", text.into())
    }

    /// What is told to whoever gives a value that a constraint refuses. Left out, the constraint itself is told.
    pub fn constraint_description(self, text: impl Into<Text>) -> Self {
        self.set("ConstraintDescription", text.into())
    }

    /// Shows asterisks instead of the value wherever the stack is described. A default stays readable in the template.
    pub fn no_echo(self) -> Self {
        self.set("NoEcho", true)
    }

    /// What contradicts itself in the settings.
    pub fn check(&self) -> Vec<Problem> {
        check(&self.settings)
    }
}

impl<T: ParameterType> Parameter<T> {
    /// A parameter whose value is given as it is.
    #[expect(clippy::new_without_default, reason = "a parameter without a type says nothing")]
    pub fn new() -> Self {
        Parameter::of_type(T::type_name())
    }

    /// A parameter whose value is looked up in the Parameter Store under a name, at first `path`.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
    pub fn stored(path: impl Into<Text>) -> Self {
        Parameter::of_type(format!("AWS::SSM::Parameter::Value<{}>", T::type_name()))
            .set("Default", path.into())
    }

    /// The value where none is given: a literal. Left out, one must be given.
    pub fn default(self, value: impl Into<Value<T>>) -> Self {
        // A list is given as one text, here as everywhere.
        let value = match value.into().into_node() {
            Node::List(items) if items.iter().all(|item| literal(item).is_some()) => {
                Node::from(items.iter().filter_map(literal).collect::<Vec<_>>().join(","))
            }
            value => value,
        };
        self.set("Default", value)
    }

    /// The only values that are taken: literals, and of a list the items.
    pub fn allowed_values<V: Into<Value<T::Item>>>(self, values: impl IntoIterator<Item = V>) -> Self {
        self.set("AllowedValues", values.into_iter().map(Into::into).collect::<Vec<Value<T::Item>>>())
    }
}

impl Parameter<String> {
    /// A parameter whose value is the name of a parameter in the Parameter Store, and yields that name.
    pub fn stored_name() -> Self {
        Parameter::of_type(Text::from_static("AWS::SSM::Parameter::Name"))
    }

    /// The fewest characters. Left out, text may be empty.
    pub fn min_length(self, characters: u32) -> Self {
        self.set("MinLength", characters)
    }

    /// The most characters, at most 4,096. Left out, it is 4,096 bytes.
    pub fn max_length(self, characters: u32) -> Self {
        self.set("MaxLength", characters)
    }

    /// A regular expression that all of the text must match, in Java's syntax. Left out, any text will do.
    pub fn allowed_pattern(self, pattern: impl Into<Text>) -> Self {
        self.set("AllowedPattern", pattern.into())
    }
}

impl Parameter<Vec<String>> {
    /// A regular expression that all of every item must match, in Java's syntax. Left out, any text will do.
    pub fn allowed_pattern(self, pattern: impl Into<Text>) -> Self {
        self.set("AllowedPattern", pattern.into())
    }
}

macro_rules! bounds {
    ($($type:ty),*) => {
        $(impl Parameter<$type> {
            /// The least value. Left out, there is none.
            pub fn min_value(self, value: $type) -> Self {
                self.set("MinValue", value)
            }

            /// The greatest value. Left out, there is none.
            pub fn max_value(self, value: $type) -> Self {
                self.set("MaxValue", value)
            }
        })*
    };
}

bounds!(i64, f64);

impl<T> From<Parameter<T>> for Node {
    fn from(parameter: Parameter<T>) -> Node {
        Node::Map(parameter.settings)
    }
}

impl<T> Clone for Parameter<T> {
    fn clone(&self) -> Self {
        Parameter { settings: self.settings.clone(), marker: PhantomData }
    }
}

impl<T> std::fmt::Debug for Parameter<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.settings.fmt(f)
    }
}

/// A literal as the text that CloudFormation compares.
fn literal(node: &Node) -> Option<String> {
    match node {
        Node::Bool(value) => Some(value.to_string()),
        Node::Int(value) => Some(value.to_string()),
        Node::Float(value) => Some(value.to_string()),
        Node::Number(value) => Some(value.to_string()),
        Node::Text(value) => Some(value.to_string()),
        _ => None,
    }
}

fn problem(message: String) -> Problem {
    Problem::new("invalid-parameter", message)
}

fn check(settings: &Map) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_texts(settings, &mut problems);
    check_order(settings, "MinValue", "MaxValue", &mut problems);
    check_order(settings, "MinLength", "MaxLength", &mut problems);

    let given = settings.get("Default").into_iter().map(|node| ("default", node));
    let allowed = settings.get("AllowedValues").and_then(Node::as_list).unwrap_or_default();
    let given: Vec<_> = given.chain(allowed.iter().map(|node| ("allowed value", node))).collect();
    for (what, node) in &given {
        if literal(node).is_none() {
            let message =
                format!("the {what} of a parameter is no single literal: allowed is text or a number");
            problems.push(problem(message).allowed("text or a number"));
        }
    }
    let type_name = settings.get("Type").and_then(Node::as_str).unwrap_or_default();
    // What is stored under a name is not known before the deployment.
    if type_name.starts_with("AWS::SSM::Parameter::Value<") {
        return problems;
    }
    let is_list = type_name == "CommaDelimitedList" || type_name.starts_with("List<");
    let allowed: Vec<String> = allowed.iter().filter_map(literal).collect();
    for (what, node) in given {
        let Some(text) = literal(node) else { continue };
        let items = if is_list && what == "default" {
            text.split(',').map(str::trim).collect()
        } else {
            vec![&*text]
        };
        for item in items {
            check_item(settings, what, item, &mut problems);
            if what == "default" && !allowed.is_empty() && !allowed.iter().any(|value| value == item) {
                let allowed = allowed.join(", ");
                let message =
                    format!("default {item:?} is not among the allowed values: allowed are {allowed}");
                problems.push(problem(message).value(item).allowed(allowed));
            }
        }
    }
    problems
}

fn check_texts(settings: &Map, problems: &mut Vec<Problem>) {
    let text = |key| settings.get(key).and_then(Node::as_str).unwrap_or_default();
    let description = text("Description").chars().count();
    if description > MAX_DESCRIPTION {
        let message = format!("a description has {description} characters: allowed are {MAX_DESCRIPTION}");
        problems.push(problem(message).value(description.to_string()).allowed(MAX_DESCRIPTION.to_string()));
    }
    let default = text("Default").len();
    if default > MAX_VALUE {
        let message = format!("a default has {default} bytes: allowed are {MAX_VALUE}");
        problems.push(problem(message).value(default.to_string()).allowed(MAX_VALUE.to_string()));
    }
}

fn number(settings: &Map, key: &str) -> Option<f64> {
    settings.get(key).and_then(literal)?.parse().ok()
}

fn check_order(settings: &Map, least: &'static str, most: &'static str, problems: &mut Vec<Problem>) {
    if let (Some(low), Some(high)) = (number(settings, least), number(settings, most))
        && low > high
    {
        let message = format!("{least} is {low}, {most} {high}: allowed is a {least} up to the {most}");
        problems.push(problem(message).value(low.to_string()).allowed(format!("up to {high}")));
    }
}

/// Whether a default or an allowed value keeps to the limits.
fn check_item(settings: &Map, what: &str, item: &str, problems: &mut Vec<Problem>) {
    let value: Option<f64> = item.parse().ok();
    let length = item.chars().count() as f64;
    for (key, actual, is_least) in [
        ("MinValue", value, true),
        ("MaxValue", value, false),
        ("MinLength", Some(length), true),
        ("MaxLength", Some(length), false),
    ] {
        let (Some(actual), Some(limit)) = (actual, number(settings, key)) else { continue };
        if if is_least { actual < limit } else { actual > limit } {
            let allowed = if is_least { format!("{limit} or more") } else { format!("up to {limit}") };
            let unit = if key.ends_with("Length") { " characters" } else { "" };
            let message = format!("{what} {item:?} is against {key}: allowed are {allowed}{unit}");
            problems.push(problem(message).value(item).allowed(format!("{allowed}{unit}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudo;

    enum SubnetId {}

    impl Id for SubnetId {}

    impl ParameterId for SubnetId {
        const TYPE: &'static str = "AWS::EC2::Subnet::Id";
    }

    fn json<T>(parameter: Parameter<T>) -> String {
        assert_eq!(parameter.check(), []);
        serde_json::to_string(&Node::from(parameter)).unwrap()
    }

    fn told<T>(parameter: &Parameter<T>) -> Vec<String> {
        parameter.check().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn types_have_the_names_of_cloudformation() {
        let names = [
            String::type_name(),
            i64::type_name(),
            Vec::<f64>::type_name(),
            Vec::<String>::type_name(),
            SubnetId::type_name(),
            Vec::<SubnetId>::type_name(),
        ];
        let expected = [
            "String",
            "Number",
            "List<Number>",
            "CommaDelimitedList",
            "AWS::EC2::Subnet::Id",
            "List<AWS::EC2::Subnet::Id>",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn settings_are_written_as_they_are_given() {
        let name = Parameter::<String>::new()
            .default("web")
            .min_length(1)
            .max_length(9)
            .allowed_pattern("[a-z]+")
            .constraint_description("small letters")
            .no_echo();
        assert_eq!(
            json(name),
            concat!(
                r#"{"Type":"String","Default":"web","MinLength":1,"MaxLength":9,"AllowedPattern":"[a-z]+","#,
                r#""ConstraintDescription":"small letters","NoEcho":true}"#,
            ),
        );
        let size = Parameter::<String>::new().default("m").allowed_values(["s", "m"]);
        assert_eq!(json(size), r#"{"Type":"String","Default":"m","AllowedValues":["s","m"]}"#);
        assert_eq!(json(Parameter::<f64>::new().min_value(0.5)), r#"{"Type":"Number","MinValue":0.5}"#);
    }

    #[test]
    fn the_default_of_a_list_is_one_text() {
        let zones = Parameter::<Vec<String>>::new().default(["a", "b"]).allowed_values(["a", "b", "c"]);
        assert_eq!(
            json(zones),
            r#"{"Type":"CommaDelimitedList","Default":"a,b","AllowedValues":["a","b","c"]}"#,
        );
        assert_eq!(
            json(Parameter::<Vec<i64>>::new().default([80, 443])),
            r#"{"Type":"List<Number>","Default":"80,443"}"#
        );
    }

    #[test]
    fn stored_values_are_looked_up() {
        assert_eq!(
            json(Parameter::<Vec<SubnetId>>::stored("/net/subnets").allowed_values(["subnet-1"])),
            concat!(
                r#"{"Type":"AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>","Default":"/net/subnets","#,
                r#""AllowedValues":["subnet-1"]}"#,
            ),
        );
        assert_eq!(json(Parameter::stored_name()), r#"{"Type":"AWS::SSM::Parameter::Name"}"#);
    }

    #[test]
    fn contradictions_are_told_all_at_once() {
        let count = Parameter::<i64>::new().min_value(5).max_value(3).default(9);
        assert_eq!(
            told(&count),
            [
                "MinValue is 5, MaxValue 3: allowed is a MinValue up to the MaxValue",
                "default \"9\" is against MaxValue: allowed are up to 3",
            ],
        );
        let name = Parameter::<String>::new().min_length(4).default("web").allowed_values(["api", "backend"]);
        assert_eq!(
            told(&name),
            [
                "default \"web\" is against MinLength: allowed are 4 or more characters",
                "default \"web\" is not among the allowed values: allowed are api, backend",
                "allowed value \"api\" is against MinLength: allowed are 4 or more characters",
            ],
        );
        let zones = Parameter::<Vec<String>>::new().default(["a", "x"]).allowed_values(["a", "b"]);
        assert_eq!(told(&zones), ["default \"x\" is not among the allowed values: allowed are a, b"]);
    }

    #[test]
    fn a_function_is_no_default() {
        let region = Parameter::<String>::new().default(pseudo::region());
        let message = "the default of a parameter is no single literal: allowed is text or a number";
        assert_eq!(told(&region), [message]);
        let problem = &region.check()[0];
        assert_eq!(
            (problem.code, problem.allowed.as_deref()),
            ("invalid-parameter", Some("text or a number"))
        );
    }

    #[test]
    fn texts_have_a_length() {
        let long = Parameter::<String>::new().description("é".repeat(4001)).default("x".repeat(4097));
        assert_eq!(
            told(&long),
            [
                "a description has 4001 characters: allowed are 4000",
                "a default has 4097 bytes: allowed are 4096"
            ],
        );
    }
}
