//! The `json!` macro: JSON with values in it.

/// A [`Node`](crate::Node) written as JSON, with any value of the program in it.
///
/// A map with one key that names a function is that function.
///
/// ```
/// use stackwright_cfn::{json, pseudo};
///
/// let policy = json!({
///     "Version": "2012-10-17",
///     "Statement": [{ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": pseudo::stack_id() }],
/// });
/// assert_eq!(policy.as_map().unwrap().get("Version").unwrap().as_str(), Some("2012-10-17"));
/// ```
#[macro_export]
macro_rules! json {
    (@map $map:ident) => {};
    (@map $map:ident $key:literal : { $($value:tt)* } $(, $($rest:tt)*)?) => {
        $map.set($key, $crate::json!({ $($value)* }));
        $crate::json!(@map $map $($($rest)*)?);
    };
    (@map $map:ident $key:literal : [ $($value:tt)* ] $(, $($rest:tt)*)?) => {
        $map.set($key, $crate::json!([ $($value)* ]));
        $crate::json!(@map $map $($($rest)*)?);
    };
    (@map $map:ident $key:literal : null $(, $($rest:tt)*)?) => {
        $map.set($key, $crate::Node::Null);
        $crate::json!(@map $map $($($rest)*)?);
    };
    (@map $map:ident $key:literal : $value:expr $(, $($rest:tt)*)?) => {
        $map.set($key, $value);
        $crate::json!(@map $map $($($rest)*)?);
    };
    (@list $list:ident) => {};
    (@list $list:ident { $($value:tt)* } $(, $($rest:tt)*)?) => {
        $list.push($crate::json!({ $($value)* }));
        $crate::json!(@list $list $($($rest)*)?);
    };
    (@list $list:ident [ $($value:tt)* ] $(, $($rest:tt)*)?) => {
        $list.push($crate::json!([ $($value)* ]));
        $crate::json!(@list $list $($($rest)*)?);
    };
    (@list $list:ident null $(, $($rest:tt)*)?) => {
        $list.push($crate::Node::Null);
        $crate::json!(@list $list $($($rest)*)?);
    };
    (@list $list:ident $value:expr $(, $($rest:tt)*)?) => {
        $list.push($crate::Node::from($value));
        $crate::json!(@list $list $($($rest)*)?);
    };
    ({ $($entries:tt)* }) => {{
        #[allow(unused_mut, reason = "an empty map stays as it is")]
        let mut map = $crate::Map::new();
        $crate::json!(@map map $($entries)*);
        $crate::Node::from_map(map)
    }};
    ([ $($items:tt)* ]) => {{
        #[allow(unused_mut, reason = "an empty list stays as it is")]
        let mut list = Vec::<$crate::Node>::new();
        $crate::json!(@list list $($items)*);
        $crate::Node::List(list)
    }};
    (null) => { $crate::Node::Null };
    ($value:expr) => { $crate::Node::from($value) };
}

#[cfg(test)]
mod tests {
    use crate::{Function, Map, Node, Value, functions, pseudo};

    #[test]
    fn everything_of_json_may_be_written() {
        let node = json!({
            "null": null,
            "bool": true,
            "numbers": [1, -2, 0.5],
            "text": "a",
            "list": [[], {}, [null, "b"],],
            "map": { "nested": { "deep": [] } },
        });
        assert_eq!(
            serde_json::to_string(&node).unwrap(),
            concat!(
                r#"{"null":null,"bool":true,"numbers":[1,-2,0.5],"text":"a","list":[[],{},[null,"b"]],"#,
                r#""map":{"nested":{"deep":[]}}}"#,
            ),
        );
        assert_eq!(json!(null), Node::Null);
        assert_eq!(json!("a"), Node::from("a"));
    }

    #[test]
    fn values_of_the_program_may_stand_anywhere() {
        let name: Value<String> = functions::join("-", ["a", "b"]);
        let more: Map = [("c", 1)].into_iter().collect();
        let node = json!([name.clone(), { "x": name.clone(), "y": more.clone() }]);
        let Some([first, second]) = node.as_list() else { panic!("{node:?}") };
        assert_eq!(first, name.node());
        assert_eq!(second.as_map().unwrap().get("y"), Some(&Node::Map(more)));
    }

    #[test]
    fn a_map_with_the_key_of_a_function_is_that_function() {
        assert_eq!(json!({ "Ref": "AWS::Region" }), pseudo::region().into_node());
        assert_eq!(json!({ "Fn::GetAtt": "Queue.Arn" }), Node::call(Function::GetAtt, ["Queue", "Arn"]));
        let statement = json!({ "Condition": { "Bool": { "aws:SecureTransport": false } } });
        assert!(statement.as_map().is_some());
    }
}
