//! The `sub!` macro: text and values mixed.

/// Text with values filled in, as `Fn::Sub`; plain text where all values are literal.
///
/// `{name}` is replaced by the value of that name, given as `name = value`, or as `name` alone for a variable
/// of that name. `{{` and `}}` stand for braces. A name without a value, a value without a name in the text, or
/// an odd brace does not compile. Dollar signs mean nothing: what looks like a variable of CloudFormation's own
/// is escaped.
///
/// ```
/// use stackwright_cfn::{Value, pseudo, sub};
///
/// let bucket: Value<String> = "logs".into();
/// let arn = sub!("arn:{partition}:s3:::{bucket}/*", partition = pseudo::partition(), bucket);
/// assert_eq!(
///     serde_json::to_string(arn.node()).unwrap(),
///     r#"{"Fn::Sub":"arn:${AWS::Partition}:s3:::logs/*"}"#,
/// );
/// ```
///
/// ```compile_fail
/// stackwright_cfn::sub!("{bucket}/{prefix}", bucket = "logs");
/// ```
#[macro_export]
macro_rules! sub {
    ($text:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const { $crate::private::check($text, &[$(stringify!($name)),*]) };
        $crate::private::sub(
            $text,
            [$((stringify!($name), $crate::Value::<String>::from($crate::sub!(@value $name $(= $value)?)).into_node())),*],
        )
    }};
    (@value $name:ident = $value:expr) => { $value };
    (@value $name:ident) => { $name };
}

/// What the macro expands to.
#[doc(hidden)]
pub mod private {
    use crate::mixture::{Mixture, is_name};
    use crate::{Node, Value};

    /// Stops the compiler where text and names do not agree.
    pub const fn check(text: &str, names: &[&str]) {
        let mut index = 0;
        while index < names.len() {
            assert!(mentions(text, names[index]), "a value is given that the text does not name");
            index += 1;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let doubled = at + 1 < bytes.len() && bytes[at + 1] == bytes[at];
            match bytes[at] {
                b'{' | b'}' if doubled => at += 2,
                b'{' => {
                    let end = name_end(bytes, at);
                    let mut index = 0;
                    let mut known = false;
                    while index < names.len() {
                        known |= is_name(bytes, at + 1, end, names[index]);
                        index += 1;
                    }
                    assert!(known, "the text names a value that is not given");
                    at = end + 1;
                }
                b'}' => panic!("a closing brace without an opening one: write }}}} for a brace"),
                _ => at += 1,
            }
        }
    }

    const fn mentions(text: &str, name: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'{' {
                if at + 1 < bytes.len() && bytes[at + 1] == b'{' {
                    at += 2;
                    continue;
                }
                let end = name_end(bytes, at);
                if is_name(bytes, at + 1, end, name) {
                    return true;
                }
                at = end;
            }
            at += 1;
        }
        false
    }

    const fn name_end(bytes: &[u8], open: usize) -> usize {
        let mut end = open + 1;
        while end < bytes.len() && bytes[end] != b'}' {
            end += 1;
        }
        assert!(end < bytes.len(), "an opening brace without a closing one: write {{{{ for a brace");
        end
    }

    /// The pieces of a text that [`check`] has passed.
    pub fn sub<const N: usize>(text: &str, values: [(&str, Node); N]) -> Value<String> {
        let mut mixed = Mixture::default();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            mixed.text(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if rest.starts_with(brace) {
                mixed.text(brace);
                rest = &rest[1..];
                continue;
            }
            let Some((name, after)) = rest.split_once('}') else { break };
            rest = after;
            if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                mixed.value(value);
            }
        }
        mixed.text(rest);
        mixed.finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Function, Node, Value, functions, pseudo};

    fn pieces(value: &Value<String>) -> Vec<Node> {
        match value.node() {
            Node::Sub(pieces) => pieces.to_vec(),
            other => panic!("{other:?} is no Fn::Sub"),
        }
    }

    #[test]
    fn text_of_literals_is_literal() {
        let name: Value<String> = "queue".into();
        assert_eq!(sub!("no values").as_str(), Some("no values"));
        assert_eq!(sub!("{name}-{other}", name, other = "b").as_str(), Some("queue-b"));
        assert_eq!(sub!("{a}{a}", a = "x".to_owned()).as_str(), Some("xx"));
        assert_eq!(sub!("").as_str(), Some(""));
    }

    #[test]
    fn braces_are_doubled() {
        assert_eq!(sub!("{{\"a\": {{}}}} {x}", x = "{y}").as_str(), Some("{\"a\": {}} {y}"));
        let region = pseudo::region();
        assert_eq!(
            pieces(&sub!("${{region}}{{{region}}}", region = &region)),
            ["${region}{".into(), region.into_node(), "}".into()],
        );
    }

    #[test]
    fn values_become_pieces_and_literals_join_the_text_around() {
        let account = pseudo::account_id();
        let arn = sub!("arn:{p}:iam::{account}:role/{name}", p = "aws", account, name = "ops");
        assert_eq!(
            pieces(&arn),
            ["arn:aws:iam::".into(), pseudo::account_id().into_node(), ":role/ops".into()],
        );
    }

    #[test]
    fn a_sub_within_is_taken_apart() {
        let inner = sub!("{r}!", r = pseudo::region());
        let outer = sub!("<{inner}>", inner);
        assert_eq!(serde_json::to_string(outer.node()).unwrap(), r#"{"Fn::Sub":"<${AWS::Region}!>"}"#,);
    }

    #[test]
    fn other_functions_stay_whole() {
        let list = functions::join(",", ["a", "b"]);
        let [Node::Call(call), Node::Text(_)] = &*pieces(&sub!("{list};", list)) else {
            panic!("two pieces")
        };
        assert_eq!(call.function, Function::Join);
    }
}
