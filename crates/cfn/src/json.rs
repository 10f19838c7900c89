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
