//! The intrinsic functions, typed.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use crate::{Function, Json, Map, Node, Predicate, Value};

fn call<T>(function: Function, argument: impl Into<Node>) -> Value<T> {
    Value::from_node(Node::call(function, argument))
}

/// `Fn::Join`: the items as one text, `separator` between them.
pub fn join(separator: &str, items: impl Into<Value<Vec<String>>>) -> Value<String> {
    call(Function::Join, [Node::from(separator), items.into().into_node()])
}

/// `Fn::Split`: the parts of `text` between separators.
pub fn split(separator: &str, text: impl Into<Value<String>>) -> Value<Vec<String>> {
    call(Function::Split, [Node::from(separator), text.into().into_node()])
}

/// `Fn::Select`: the item at `index`, counted from 0.
pub fn select<T>(index: impl Into<Value<i64>>, items: impl Into<Value<Vec<T>>>) -> Value<T> {
    call(Function::Select, [index.into().into_node(), items.into().into_node()])
}

/// `Fn::Base64`: the text in Base64, as user data wants it.
pub fn base64(text: impl Into<Value<String>>) -> Value<String> {
    call(Function::Base64, text.into())
}

/// `Fn::Cidr`: `count` blocks (1 to 256) of `bits` address bits each (8 makes a /24) cut from `block`.
///
/// ```
/// use stackwright_cfn::functions::{cidr, select};
///
/// let second = select(1, cidr("10.0.0.0/16", 4, 8));
/// assert_eq!(
///     serde_json::to_string(second.node()).unwrap(),
///     r#"{"Fn::Select":[1,{"Fn::Cidr":["10.0.0.0/16",4,8]}]}"#,
/// );
/// ```
pub fn cidr(
    block: impl Into<Value<String>>,
    count: impl Into<Value<i64>>,
    bits: impl Into<Value<i64>>,
) -> Value<Vec<String>> {
    call(Function::Cidr, [block.into().into_node(), count.into().into_node(), bits.into().into_node()])
}

/// `Fn::GetAZs`: the availability zones of `region` in which the account has a default subnet, or all of them.
pub fn get_azs(region: impl Into<Value<String>>) -> Value<Vec<String>> {
    call(Function::GetAzs, region.into())
}

/// `Fn::ImportValue`: the export `name` of another stack of the same account and region.
pub fn import_value<T>(name: impl Into<Value<String>>) -> Value<T> {
    call(Function::ImportValue, name.into())
}

/// `Fn::GetStackOutput`: the output of another stack, read at deploy time and without holding on to it.
///
/// `region` left out means the stack's own region; `role_arn` is needed to read another account's.
pub fn get_stack_output<T>(
    stack_name: impl Into<Value<String>>,
    output_name: &str,
    region: Option<Value<String>>,
    role_arn: Option<Value<String>>,
) -> Value<T> {
    let mut argument = Map::new();
    argument.set("StackName", stack_name.into());
    argument.set("OutputName", output_name);
    if let Some(region) = region {
        argument.set("Region", region);
    }
    if let Some(role_arn) = role_arn {
        argument.set("RoleArn", role_arn);
    }
    call(Function::GetStackOutput, argument)
}

/// `Fn::FindInMap`: the value at two keys of a mapping, given by its name.
pub fn find_in_map<T>(
    mapping: impl Into<Value<String>>,
    top_level_key: impl Into<Value<String>>,
    second_level_key: impl Into<Value<String>>,
) -> Value<T> {
    call(
        Function::FindInMap,
        [mapping.into().into_node(), top_level_key.into().into_node(), second_level_key.into().into_node()],
    )
}

/// `Fn::FindInMap` with a value for keys the mapping lacks; the template needs the
/// `AWS::LanguageExtensions` transform.
pub fn find_in_map_or<T>(
    mapping: impl Into<Value<String>>,
    top_level_key: impl Into<Value<String>>,
    second_level_key: impl Into<Value<String>>,
    default: impl Into<Value<T>>,
) -> Value<T> {
    let mut otherwise = Map::new();
    otherwise.set("DefaultValue", default.into());
    call(
        Function::FindInMap,
        [
            mapping.into().into_node(),
            top_level_key.into().into_node(),
            second_level_key.into().into_node(),
            otherwise.into(),
        ],
    )
}

/// `Fn::Transform`: the result of the macro `name`, which is given `parameters`.
pub fn transform<T>(name: &str, parameters: Map) -> Value<T> {
    let mut argument = Map::new();
    argument.set("Name", name);
    if !parameters.is_empty() {
        argument.set("Parameters", parameters);
    }
    call(Function::Transform, argument)
}

/// `Fn::ToJsonString`: a value as JSON text; the template needs the `AWS::LanguageExtensions` transform.
pub fn to_json_string(value: impl Into<Value<Json>>) -> Value<String> {
    call(Function::ToJsonString, value.into())
}

/// `Fn::Length`: how many items a list has; the template needs the `AWS::LanguageExtensions` transform.
pub fn length<T>(items: impl Into<Value<Vec<T>>>) -> Value<i64> {
    call(Function::Length, items.into())
}

/// `Fn::If`: `then` where `condition` holds, `otherwise` where it does not.
///
/// `condition` must be a named condition, the only kind `Fn::If` takes: what
/// [`condition`] or a `Condition` construct hands out.
pub fn if_<T>(
    condition: Value<Predicate>,
    then: impl Into<Value<T>>,
    otherwise: impl Into<Value<T>>,
) -> Value<T> {
    let name = match condition.into_node() {
        Node::Call(named) if named.function == Function::Condition => named.argument,
        other => other,
    };
    call(Function::If, [name, then.into().into_node(), otherwise.into().into_node()])
}

/// `Condition`: the condition of this name in the same template.
pub fn condition(name: impl Into<Node>) -> Value<Predicate> {
    call(Function::Condition, name)
}

/// `Fn::Equals`: whether two values are the same.
pub fn equals<T>(left: impl Into<Value<T>>, right: impl Into<Value<T>>) -> Value<Predicate> {
    call(Function::Equals, [left.into().into_node(), right.into().into_node()])
}

/// `Fn::And`: whether all of 2 to 10 conditions hold.
pub fn and(conditions: impl IntoIterator<Item = Value<Predicate>>) -> Value<Predicate> {
    call(Function::And, conditions.into_iter().collect::<Vec<_>>())
}

/// `Fn::Or`: whether at least one of 2 to 10 conditions holds.
pub fn or(conditions: impl IntoIterator<Item = Value<Predicate>>) -> Value<Predicate> {
    call(Function::Or, conditions.into_iter().collect::<Vec<_>>())
}

/// `Fn::Not`: whether a condition does not hold.
pub fn not(condition: Value<Predicate>) -> Value<Predicate> {
    call(Function::Not, [condition])
}

/// `Fn::Contains`, for rules: whether `items` holds `item`.
pub fn contains(items: impl Into<Value<Vec<String>>>, item: impl Into<Value<String>>) -> Value<Predicate> {
    call(Function::Contains, [items.into().into_node(), item.into().into_node()])
}

/// `Fn::EachMemberEquals`, for rules: whether every one of `items` is `item`.
pub fn each_member_equals(
    items: impl Into<Value<Vec<String>>>,
    item: impl Into<Value<String>>,
) -> Value<Predicate> {
    call(Function::EachMemberEquals, [items.into().into_node(), item.into().into_node()])
}

/// `Fn::EachMemberIn`, for rules: whether every one of `items` is among `allowed`.
pub fn each_member_in(
    items: impl Into<Value<Vec<String>>>,
    allowed: impl Into<Value<Vec<String>>>,
) -> Value<Predicate> {
    call(Function::EachMemberIn, [items.into().into_node(), allowed.into().into_node()])
}

/// `Fn::RefAll`, for rules: every value given to parameters of this type, such as `AWS::EC2::VPC::Id`.
pub fn ref_all(parameter_type: &str) -> Value<Vec<String>> {
    call(Function::RefAll, parameter_type)
}

/// `Fn::ValueOf`, for rules: an attribute of what a parameter names, such as a subnet's `VpcId`.
pub fn value_of(parameter: &str, attribute: &str) -> Value<String> {
    call(Function::ValueOf, [parameter, attribute])
}

/// `Fn::ValueOfAll`, for rules: an attribute of everything that parameters of this type name.
pub fn value_of_all(parameter_type: &str, attribute: &str) -> Value<Vec<String>> {
    call(Function::ValueOfAll, [parameter_type, attribute])
}
