//! Values: the expression for what a template says at a place of a known kind.

use stackwright_cfn::{Map, Node};
use stackwright_codegen::model::{Property, Type};
use stackwright_codegen::names;

use crate::expression::Expression;
use crate::facts::Known;
use crate::kind::{Kind, Struct};
use crate::literal;
use crate::writer::Writer;

/// From how many entries on `json!` would have to look at itself too often.
const MANY: usize = 40;

/// How long a line of `json!` may be.
const WIDTH: usize = 70;

impl<'f> Writer<'f> {
    /// What stands where a `Value` of this kind is wanted, or what converts into one.
    pub(crate) fn value(&mut self, node: &Node, kind: &Kind<'f>) -> Expression {
        match self.typed(node, kind) {
            Some(expression) => expression.fit(&kind.rust()),
            None => {
                self.has_no_type(&format!("it is no {}", words(kind)));
                self.trusted(node, kind)
            }
        }
    }

    /// A node that is trusted to be of a kind.
    pub(crate) fn trusted(&mut self, node: &Node, kind: &Kind<'f>) -> Expression {
        let (code, ty) = (self.json(node), kind.rust());
        match kind {
            Kind::Json => Expression::node(code),
            _ => Expression::value(format!("Value::<{ty}>::from_node({code})"), ty),
        }
    }

    fn typed(&mut self, node: &Node, kind: &Kind<'f>) -> Option<Expression> {
        Some(match (node, kind) {
            (Node::Call(call), kind) => self.call(call, kind),
            (Node::Pseudo(pseudo), kind) => self.pseudo(*pseudo, kind),
            (Node::Text(text), Kind::Text(constants)) => {
                match constants.iter().find(|(value, _)| **value == **text) {
                    Some((_, path)) => Expression::literal(path, "&str"),
                    None => self.text_literal(text),
                }
            }
            (Node::Text(text), Kind::Id(_) | Kind::Json) => self.text_literal(text),
            (_, Kind::Json) => Expression::node(self.json(node)),
            (scalar, Kind::Text(_) | Kind::Id(_)) => self.text_literal(&spelled(scalar)?),
            (Node::Text(text), kind) if matches!(kind, Kind::Int | Kind::Float | Kind::Bool) => {
                let scalar = match &**text {
                    "true" => Node::Bool(true),
                    "false" => Node::Bool(false),
                    text => Node::number(text).filter(|number| spelled(number).as_deref() == Some(text))?,
                };
                self.typed(&scalar, kind)?
            }
            (Node::Bool(value), Kind::Bool) => Expression::literal(value.to_string(), "bool"),
            (Node::Int(value), Kind::Int) => Expression::literal(literal::int(*value), "i64"),
            (Node::Int(value), Kind::Float) => {
                Expression::literal(i32::try_from(*value).ok()?.to_string(), "i32")
            }
            (Node::Float(value), Kind::Float) => Expression::literal(literal::float(*value), "f64"),
            (Node::List(items), Kind::List(kind)) => self.list(items, kind)?,
            (Node::Map(map), Kind::Map(kind)) => self.entries(map, kind)?,
            (Node::Map(map), Kind::Tag) => self.tag(map)?,
            (Node::Map(map), Kind::Property(structure)) => self.structure(map, structure)?,
            _ => return None,
        })
    }

    fn text_literal(&self, text: &str) -> Expression {
        Expression::literal(self.text(text), "&str")
    }

    fn list(&mut self, items: &[Node], kind: &Kind<'f>) -> Option<Expression> {
        if items.is_empty() {
            return None;
        }
        let all = items.iter().enumerate();
        let all =
            all.map(|(at, item)| self.below(&at.to_string(), |writer| writer.value(item, kind))).collect();
        let code = format!("[{}]", Expression::alike(all, &kind.rust()).join(",\n"));
        Some(Expression { code, is: crate::expression::Is::Items })
    }

    fn entries(&mut self, map: &Map, kind: &Kind<'f>) -> Option<Expression> {
        if map.is_empty() {
            return None;
        }
        let all =
            map.iter().map(|(key, value)| self.below(key, |writer| writer.value(value, kind))).collect();
        let all = Expression::alike(all, &kind.rust()).into_iter();
        let all = map.keys().zip(all).map(|(key, value)| format!("({}, {value})", self.text(key)));
        let code = format!("[{}]", all.collect::<Vec<_>>().join(",\n"));
        Some(Expression { code, is: crate::expression::Is::Items })
    }

    fn tag(&mut self, map: &Map) -> Option<Expression> {
        let (key, value) = (map.get("Key")?, map.get("Value")?);
        if map.len() != 2 {
            return None;
        }
        let key = self.value(key, &Kind::TEXT).code;
        let value = self.value(value, &Kind::TEXT).code;
        Some(Expression::literal(format!("l1::Tag::of({key}, {value})"), "l1::Tag"))
    }

    fn structure(&mut self, map: &Map, structure: &Struct<'f>) -> Option<Expression> {
        let properties = &structure.definition.properties;
        let unknown = map.keys().find(|key| !properties.iter().any(|property| property.name == ***key));
        if let Some(unknown) = unknown {
            self.has_no_type(&format!("{} has no property {unknown}", structure.definition.name));
            return Some(self.trusted(&Node::Map(map.clone()), &Kind::Property(structure.clone())));
        }
        let code = self.construction(map, structure.known, &structure.path, properties)?;
        Some(Expression::literal(code, &structure.path))
    }

    /// A generated type with all that is set in it; `None` where something required is not.
    pub(crate) fn construction(
        &mut self,
        map: &Map,
        known: Known<'f>,
        path: &str,
        properties: &'f [Property],
    ) -> Option<String> {
        let required: Vec<&Property> = properties.iter().filter(|property| property.required).collect();
        if required.iter().any(|property| !map.contains_key(&property.name)) {
            return None;
        }
        self.modules.insert(known.service.module.clone());
        let mut code = match required.as_slice() {
            [] => format!("{path}::new()"),
            required => {
                let mut fields = String::new();
                for property in required {
                    let Some(value) = map.get(&property.name) else { continue };
                    let kind = Kind::of_property(self.facts, known, path, property);
                    let value = self.below(&property.name, |writer| writer.value(value, &kind));
                    let value = value.converted(&kind.rust());
                    fields.push_str(&format!("{}: {value},\n", names::snake(&property.name)));
                }
                format!("{path}::new({path}Required {{\n{fields}}})")
            }
        };
        for (key, value) in map.iter() {
            let property = properties.iter().find(|property| property.name == **key && !property.required);
            let Some(property) = property else { continue };
            let (method, ty) = setter(property, value);
            let kind = Kind::of_type(self.facts, known, path, property, ty);
            let value = self.below(key, |writer| writer.value(value, &kind)).code;
            code.push_str(&format!("\n.{method}({value})"));
        }
        Some(code)
    }

    /// The node as `json!` has it.
    pub(crate) fn json(&mut self, node: &Node) -> String {
        let was_in_json = std::mem::replace(&mut self.is_in_json, true);
        let tokens = self.tokens(node);
        self.is_in_json = was_in_json;
        match tokens.starts_with("Node::") {
            true => tokens,
            false => format!("json!({tokens})"),
        }
    }

    /// A `Map` of entries that `json!` has.
    pub(crate) fn map(&mut self, map: &Map) -> String {
        let entries = map.iter().map(|(key, value)| format!("({}, {})", self.text(key), self.json(value)));
        format!("Map::from_iter([{}])", entries.collect::<Vec<_>>().join(",\n"))
    }

    /// What `json!` is given for a node.
    pub(crate) fn tokens(&mut self, node: &Node) -> String {
        match node {
            Node::Null => "null".to_owned(),
            Node::Bool(value) => value.to_string(),
            Node::Int(value) => literal::int(*value),
            Node::Float(value) => literal::float(*value),
            Node::Number(number) => format!("Node::number({:?}).unwrap_or_default()", number.as_str()),
            Node::Text(text) => self.text(text),
            Node::List(items) if items.len() > MANY => {
                let items: Vec<String> = items.iter().map(|item| self.json(item)).collect();
                format!("Node::from([{}])", items.join(",\n"))
            }
            Node::List(items) => {
                let items = items.iter().map(|item| self.tokens(item)).collect();
                bracketed("[", items, "]", "")
            }
            Node::Map(map) if map.len() > MANY => format!("Node::Map({})", self.map(map)),
            Node::Map(map) => {
                let mut entries = Vec::new();
                for (key, value) in map.iter() {
                    let value = self.below(key, |writer| writer.tokens(value));
                    entries.push(format!("{}: {value}", self.text(key)));
                }
                bracketed("{", entries, "}", " ")
            }
            Node::Pseudo(pseudo) => self.pseudo(*pseudo, &Kind::Json).code,
            Node::Call(call) => self.natural(call),
            // What is read has no others.
            Node::Ref(_) | Node::GetAtt(..) | Node::Name(_) | Node::Sub(_) => "null".to_owned(),
        }
    }
}

/// The setter of a property for a value, and the type it takes.
fn setter<'f>(property: &'f Property, value: &Node) -> (String, &'f Type) {
    let plain = names::snake(&property.name);
    let Type::Union(types) = &property.ty else { return (plain, &property.ty) };
    let is_of = |ty: &Type| {
        matches!(
            (value, ty),
            (Node::Text(_), Type::String(_) | Type::Timestamp)
                | (Node::Int(_), Type::Integer(_) | Type::Number)
                | (Node::Bool(_), Type::Boolean)
                | (Node::List(_), Type::List(_))
                | (Node::Map(_), Type::Defined(_) | Type::Map(_) | Type::Tag)
                | (Node::Map(_) | Node::List(_), Type::Json)
        )
    };
    match types.iter().position(is_of) {
        None | Some(0) => (plain, &types[0]),
        Some(at) => (names::alternative(&property.name, &types[at]), &types[at]),
    }
}

/// What `json!` has between brackets: on one line where it is short, else with a line for each item.
fn bracketed(open: &str, items: Vec<String>, close: &str, space: &str) -> String {
    let line = items.join(", ");
    match line.as_str() {
        "" => format!("{open}{close}"),
        line if line.len() < WIDTH && !line.contains('\n') => format!("{open}{space}{line}{space}{close}"),
        _ => format!("{open}\n{},\n{close}", items.join(",\n")),
    }
}

/// A scalar as the text that CloudFormation takes it for.
pub(crate) fn spelled(scalar: &Node) -> Option<String> {
    match scalar {
        Node::Bool(value) => Some(value.to_string()),
        Node::Int(value) => Some(value.to_string()),
        Node::Number(value) => Some(value.to_string()),
        Node::Float(value) => Some(literal::float(*value)),
        Node::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// A kind in words.
fn words(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Text(_) | Kind::Id(_) => "text".to_owned(),
        Kind::Int => "whole number".to_owned(),
        Kind::Float => "number".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Json => "JSON".to_owned(),
        Kind::Tag => "tag of a key and a value".to_owned(),
        Kind::Property(structure) => format!("{} with all that is required", structure.definition.name),
        Kind::List(_) => "list of one item or more".to_owned(),
        Kind::Map(_) => "map of one entry or more".to_owned(),
    }
}
