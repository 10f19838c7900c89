//! The `fill!` macro: a template file with values put in.

/// The text of a template with values put in, as `Fn::Sub`; plain text where all values are literal.
///
/// `{{name}}`, as Handlebars writes it, is replaced by the value of that name, given as `name = value`, or as `name`
/// alone for a variable of that name. A name without a value, or a value without a name in the text, does not compile.
/// Everything else is taken as it is, single braces and dollar signs too, and nothing is escaped.
///
/// Where [`sub!`](crate::sub) is for a line within a program, this is for files that have a syntax of their own and
/// enter by `include_str!`.
///
/// ```
/// use stackwright_cfn::{fill, pseudo};
///
/// const SCRIPT: &str = "echo ${HOME} in {{region}}\n";
/// let script = fill!(SCRIPT, region = pseudo::region());
/// assert_eq!(
///     serde_json::to_string(script.node()).unwrap(),
///     r#"{"Fn::Sub":"echo ${!HOME} in ${AWS::Region}\n"}"#,
/// );
/// ```
///
/// ```compile_fail
/// stackwright_cfn::fill!("{{bucket}}/{{prefix}}", bucket = "logs");
/// ```
///
/// ```compile_fail
/// stackwright_cfn::fill!("{{bucket}}", bucket = "logs", prefix = "a");
/// ```
#[macro_export]
macro_rules! fill {
    ($text:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const TEXT: &str = $text;
        const { $crate::filling::check(TEXT, &[$(stringify!($name)),*]) };
        $crate::filling::fill(
            TEXT,
            [$((stringify!($name), $crate::Value::<String>::from($crate::fill!(@value $name $(= $value)?)).into_node())),*],
        )
    }};
    (@value $name:ident = $value:expr) => { $value };
    (@value $name:ident) => { $name };
}

/// What the macro expands to.
#[doc(hidden)]
pub mod filling {
    use crate::mixture::{Mixture, is_name};
    use crate::{Node, Value};

    /// Stops the compiler where text and names do not agree.
    pub const fn check(text: &str, names: &[&str]) {
        let mut index = 0;
        while index < names.len() {
            assert!(
                mentions(text.as_bytes(), names[index]),
                "a value is given that the template does not name"
            );
            index += 1;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if is_open(bytes, at) {
                let end = close(bytes, at);
                let mut index = 0;
                let mut known = false;
                while index < names.len() {
                    known |= is_name(bytes, at + 2, end, names[index]);
                    index += 1;
                }
                assert!(known, "the template names a value that is not given");
                at = end + 2;
            } else {
                at += 1;
            }
        }
    }

    const fn mentions(bytes: &[u8], name: &str) -> bool {
        let mut at = 0;
        while at < bytes.len() {
            if is_open(bytes, at) && is_name(bytes, at + 2, close(bytes, at), name) {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn is_open(bytes: &[u8], at: usize) -> bool {
        at + 1 < bytes.len() && bytes[at] == b'{' && bytes[at + 1] == b'{'
    }

    const fn close(bytes: &[u8], open: usize) -> usize {
        let mut end = open + 2;
        while end + 1 < bytes.len() && !(bytes[end] == b'}' && bytes[end + 1] == b'}') {
            end += 1;
        }
        assert!(end + 1 < bytes.len(), "{{ without }} in a template");
        end
    }

    /// The text with values in it, for a text that [`check`] has passed.
    pub fn fill<const N: usize>(text: &str, values: [(&str, Node); N]) -> Value<String> {
        let mut filled = Mixture::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.text(before);
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            rest = after;
            if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                filled.value(value);
            }
        }
        filled.text(rest);
        filled.finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Value, pseudo, sub};

    fn json(value: &Value<String>) -> String {
        serde_json::to_string(value.node()).unwrap()
    }

    #[test]
    fn literals_make_literal_text() {
        let filled = fill!("a {{x}} {y} ${z} {{x}}\n", x = "{{y}}");
        assert_eq!(filled.as_str(), Some("a {{y}} {y} ${z} {{y}}\n"));
        assert_eq!(fill!("nothing").as_str(), Some("nothing"));
    }

    #[test]
    fn values_become_pieces_among_the_text() {
        let arn = sub!("arn:{p}:s3:::x", p = pseudo::partition());
        let region = pseudo::region();
        assert_eq!(
            json(&fill!("{{arn}}/{{region}}{{end}}", arn, region, end = "!")),
            r#"{"Fn::Sub":"arn:${AWS::Partition}:s3:::x/${AWS::Region}!"}"#,
        );
    }
}
