//! Pieces of text and values as what `Fn::Sub` is given.

use serde::ser::{Serialize, Serializer};

use super::{Names, Written};
use crate::pseudo::Pseudo;
use crate::{Node, Text};

/// What `Fn::Sub` is given: the text, and the values that need a variable of their own, by its name.
pub(super) struct Sub<'a> {
    text: String,
    variables: Vec<(String, &'a Node)>,
}

static DOLLAR_SIGN: Node = Node::Text(Text::from_static("$"));

impl<'a> Sub<'a> {
    pub(super) fn new(pieces: &'a [Node], names: &impl Names) -> Self {
        let mut sub = Sub { text: String::new(), variables: Vec::new() };
        // A variable hides the element of its name, so it must not be called like one that the text refers to.
        let is_taken = |name: &str| {
            pieces.iter().any(|piece| match piece {
                Node::Ref(target) | Node::GetAtt(target, _) => names.logical_id(*target) == name,
                _ => false,
            })
        };
        let mut literal = String::new();
        for piece in pieces {
            if let Node::Text(text) = piece {
                // Only together may two texts look like a variable.
                literal.push_str(text);
                continue;
            }
            sub.push_literal(&std::mem::take(&mut literal), &is_taken);
            match piece {
                Node::Ref(target) => sub.text.extend(["${", names.logical_id(*target), "}"]),
                Node::GetAtt(target, name) => {
                    sub.text.extend(["${", names.logical_id(*target), ".", name, "}"]);
                }
                Node::Pseudo(pseudo) if *pseudo != Pseudo::NoValue => {
                    sub.text.extend(["${", pseudo.name(), "}"]);
                }
                other => sub.push_variable(other, &is_taken),
            }
        }
        sub.push_literal(&literal, &is_taken);
        sub
    }

    /// `${name}` that is meant to stay is written `${!name}`. What AWS leaves open, such as a brace that is not
    /// closed or another one within, is kept from looking like a variable altogether.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
    fn push_literal(&mut self, literal: &str, is_taken: &impl Fn(&str) -> bool) {
        let mut rest = literal;
        while let Some((before, after)) = rest.split_once("${") {
            self.text.push_str(before);
            let inside = after.split_once('}').map_or("", |(inside, _)| inside);
            if inside.is_empty() || inside.contains(['{', '\n']) {
                self.push_variable(&DOLLAR_SIGN, is_taken);
                self.text.push('{');
            } else {
                self.text.push_str("${!");
            }
            rest = after;
        }
        self.text.push_str(rest);
    }

    fn push_variable(&mut self, value: &'a Node, is_taken: &impl Fn(&str) -> bool) {
        let known = self.variables.iter().position(|(_, known)| *known == value);
        let index = known.unwrap_or_else(|| {
            let mut name = format!("Value{}", self.variables.len() + 1);
            while is_taken(&name) {
                name.insert_str(0, "Sub");
            }
            self.variables.push((name, value));
            self.variables.len() - 1
        });
        self.text.extend(["${", &self.variables[index].0, "}"]);
    }
}

impl<N: Names> Serialize for Written<'_, Sub<'_>, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.with(self.value.text.as_str());
        if self.value.variables.is_empty() {
            return text.serialize(serializer);
        }
        (text, self.with(self.value.variables.as_slice())).serialize(serializer)
    }
}

impl<N: Names> Serialize for Written<'_, [(String, &Node)], N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.value.iter().map(|(name, node)| (name, self.with(*node))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Function, NoNames, Target, json, pseudo};

    /// Calls every element `Value1`.
    struct Awkward;

    impl Names for Awkward {
        fn logical_id(&self, _: Target) -> &str {
            "Value1"
        }
    }

    fn text(pieces: &[Node]) -> String {
        Sub::new(pieces, &NoNames).text
    }

    #[test]
    fn literal_variables_are_escaped() {
        let aws = pseudo::region().into_node();
        for (literal, written) in [
            ("echo $HOME $$ $(date) {x}", "echo $HOME $$ $(date) {x}"),
            ("${HOME}/${USER:-root}", "${!HOME}/${!USER:-root}"),
            ("${!HOME}", "${!!HOME}"),
            ("price: 5$", "price: 5$"),
        ] {
            assert_eq!(text(&[Node::from(literal), aws.clone()]), format!("{written}${{AWS::Region}}"));
        }
    }

    #[test]
    fn texts_are_looked_at_together() {
        assert_eq!(text(&["$".into(), "{HOME}".into()]), "${!HOME}");
    }

    #[test]
    fn what_aws_leaves_open_never_looks_like_a_variable() {
        for (literal, written) in [
            ("${", "${Value1}{"),
            ("${}", "${Value1}{}"),
            ("${A:-${B}}", "${Value1}{A:-${!B}}"),
            ("${a\nb}", "${Value1}{a\nb}"),
            ("${ ${", "${Value1}{ ${Value1}{"),
        ] {
            let pieces = [Node::from(literal), pseudo::region().into_node()];
            let sub = Sub::new(&pieces, &NoNames);
            assert_eq!(sub.text, format!("{written}${{AWS::Region}}"));
            assert_eq!(sub.variables, [("Value1".to_owned(), &Node::from("$"))]);
        }
    }

    #[test]
    fn a_variable_hides_no_element() {
        let join = Node::call(Function::Join, json!(["-", ["a", "b"]]));
        let pieces = [Node::Ref(Target::new(0, 0)), join.clone(), Node::from("/"), join];
        let sub = Sub::new(&pieces, &Awkward);
        assert_eq!(sub.text, "${Value1}${SubValue1}/${SubValue1}");
        assert_eq!(sub.variables.len(), 1);
    }

    #[test]
    fn no_value_is_no_text() {
        let sub = [pseudo::no_value::<String>().into_node()];
        assert_eq!(Sub::new(&sub, &NoNames).text, "${Value1}");
    }
}
