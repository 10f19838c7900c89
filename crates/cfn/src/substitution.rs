//! What a `Fn::Sub` that was read is put together from.

use crate::pseudo::Pseudo;
use crate::reference::sub::{Piece, pieces};
use crate::{Call, Function, Map, Node};

impl Call {
    /// The pieces of a `Fn::Sub`: text that stands for itself, and what the names in it stand for. `None` where this is
    /// another function, or the text is no literal, as within `Fn::ForEach`.
    ///
    /// ```
    /// use stackwright_cfn::{Call, Function, Node, json, pseudo};
    ///
    /// let call = Call { function: Function::Sub, argument: json!(["${AWS::Region}/${!x}/${y}", { "y": 1 }]) };
    /// let pieces = [pseudo::region().into_node(), "/".into(), "${x}".into(), "/".into(), 1.into()];
    /// assert_eq!(call.substitution(), Some(pieces.to_vec()));
    /// ```
    pub fn substitution(&self) -> Option<Vec<Node>> {
        let none = Map::new();
        let (text, variables) = match (self.function, &self.argument) {
            (Function::Sub, Node::Text(text)) => (text, &none),
            (Function::Sub, Node::List(items)) => match &**items {
                [Node::Text(text)] => (text, &none),
                [Node::Text(text), Node::Map(variables)] => (text, variables),
                _ => return None,
            },
            _ => return None,
        };
        let node = |piece| match piece {
            Piece::Text(text) => match text.strip_prefix("${!") {
                Some(literal) => format!("${{{literal}").into(),
                None => text.into(),
            },
            Piece::Name { name, attribute } => match (variables.get(name), attribute) {
                (Some(value), None) => value.clone(),
                (_, Some(attribute)) => Node::call(Function::GetAtt, [name, attribute]),
                (None, None) => match Pseudo::from_name(name) {
                    Some(pseudo) => Node::Pseudo(pseudo),
                    None => Node::call(Function::Ref, name),
                },
            },
        };
        Some(pieces(text).map(node).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn pieces_of(argument: Node) -> Option<Vec<Node>> {
        Call { function: Function::Sub, argument }.substitution()
    }

    #[test]
    fn names_are_what_they_refer_to() {
        assert_eq!(
            pieces_of("a${Queue}b${Queue.Arn}".into()).unwrap(),
            ["a".into(), json!({ "Ref": "Queue" }), "b".into(), json!({ "Fn::GetAtt": ["Queue", "Arn"] })],
        );
        assert_eq!(
            pieces_of(json!(["${Queue}${Queue.Arn}", { "Queue": { "Fn::GetAZs": "" } }])).unwrap(),
            [json!({ "Fn::GetAZs": "" }), json!({ "Fn::GetAtt": ["Queue", "Arn"] })],
            "a variable hides the element of its name, and has no attributes",
        );
        assert_eq!(pieces_of("".into()).unwrap(), []);
    }

    #[test]
    fn what_is_not_known_yet_has_no_pieces() {
        assert_eq!(pieces_of(json!({ "Ref": "Text" })), None);
        assert_eq!(pieces_of(json!([{ "Ref": "Text" }, {}])), None);
        assert_eq!(Call { function: Function::Join, argument: "a".into() }.substitution(), None);
    }
}
