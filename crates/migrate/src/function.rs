//! Functions of the template language, as those of the program.

use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Call, Function, Map, Node};
use stackwright_codegen::names;

use crate::expression::Expression;
use crate::kind::Kind;
use crate::literal;
use crate::writer::{Space, What, Writer};

/// How much the compiler may look at, by bytes of text and names in it, before it finds that too much.
const MOST_CHECKED: usize = 100_000;

impl<'f> Writer<'f> {
    pub(crate) fn pseudo(&mut self, pseudo: Pseudo, kind: &Kind<'f>) -> Expression {
        let (function, ty) = match pseudo {
            Pseudo::AccountId => ("account_id", "String"),
            Pseudo::NotificationArns => ("notification_arns", "Vec<String>"),
            Pseudo::NoValue => {
                let ty = kind.rust();
                return Expression::value(format!("pseudo::no_value::<{ty}>()"), ty);
            }
            Pseudo::Partition => ("partition", "String"),
            Pseudo::Region => ("region", "String"),
            Pseudo::StackId => ("stack_id", "String"),
            Pseudo::StackName => ("stack_name", "String"),
            Pseudo::UrlSuffix => ("url_suffix", "String"),
        };
        Expression::value(format!("pseudo::{function}()"), ty)
    }

    /// A function where a value of this kind is wanted.
    pub(crate) fn call(&mut self, call: &Call, kind: &Kind<'f>) -> Expression {
        self.function(call, kind).unwrap_or_else(|| {
            self.has_no_type(&self.why(call));
            let was_in_json = std::mem::replace(&mut self.is_in_json, true);
            let code = format!("json!({{ {:?}: {} }})", call.function.key(), self.tokens(&call.argument));
            self.is_in_json = was_in_json;
            let ty = kind.rust();
            match kind {
                Kind::Json => Expression::node(code),
                _ => Expression::value(format!("Value::<{ty}>::from_node({code})"), ty),
            }
        })
    }

    /// Why no function of the program says a call.
    fn why(&self, call: &Call) -> String {
        let name = match &call.argument {
            Node::List(items) => items.first().and_then(Node::as_str),
            argument => argument.as_str(),
        };
        let (what, variables) = match call.function {
            Function::If | Function::Condition => ("condition", &self.variables.conditions),
            Function::FindInMap => ("mapping", &self.variables.mappings),
            _ => ("parameter or resource", &self.variables.elements),
        };
        let is_reference = matches!(
            call.function,
            Function::Ref | Function::GetAtt | Function::If | Function::Condition | Function::FindInMap
        );
        match name.filter(|_| is_reference).map(|name| (name, variables.get(name))) {
            Some((name, None)) => format!("there is no {what} {name}"),
            Some((name, Some(found))) if !found.is_made => format!("{name} is made only after it"),
            Some((name, _)) if call.function == Function::GetAtt => {
                format!("no such attribute of {name} is known")
            }
            _ => format!("there is no function for {} with such arguments", call.function.key()),
        }
    }

    /// A function where anything may stand.
    pub(crate) fn natural(&mut self, call: &Call) -> String {
        self.call(call, &Kind::Json).code
    }

    fn function(&mut self, call: &Call, kind: &Kind<'f>) -> Option<Expression> {
        let ty = kind.rust();
        if call.function == Function::Sub {
            return self.sub(call);
        }
        let arguments = match &call.argument {
            Node::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        Some(match (call.function, arguments) {
            (Function::Ref, [Node::Text(name)]) => self.reference(name, &ty)?,
            (Function::GetAtt, [Node::Text(name), Node::Text(attribute)]) => {
                self.attribute(name, attribute, &ty)?
            }
            (Function::Join, [Node::Text(separator), items]) => {
                let items = self.value(items, &list(Kind::TEXT)).code;
                let code = format!("functions::join({}, {items})", self.text(separator));
                Expression::value(code, "String")
            }
            (Function::Split, [Node::Text(separator), text]) => {
                let text = self.value(text, &Kind::TEXT).code;
                let code = format!("functions::split({}, {text})", self.text(separator));
                Expression::value(code, "Vec<String>")
            }
            (Function::Select, [index, items]) => {
                let index = self.value(index, &Kind::Int).code;
                let item = match kind {
                    Kind::Json => Kind::TEXT,
                    kind => kind.clone(),
                };
                let items = self.value(items, &list(item.clone())).code;
                let ty = item.rust();
                Expression::value(format!("functions::select::<{ty}>({index}, {items})"), ty)
            }
            (Function::If, [Node::Text(condition), then, otherwise]) => {
                let condition = self.made(Space::Condition, condition)?.name;
                let then = self.value(then, kind).code;
                let otherwise = self.value(otherwise, kind).code;
                let code = format!("functions::if_::<{ty}>({condition}.holds(), {then}, {otherwise})");
                Expression::value(code, ty)
            }
            (Function::FindInMap, [Node::Text(mapping), first, second, rest @ ..]) => {
                let mapping = self.made(Space::Mapping, mapping)?.name;
                let ty = if ty == "Json" { "String".to_owned() } else { ty };
                let first = self.value(first, &Kind::TEXT).code;
                let second = self.value(second, &Kind::TEXT).code;
                let otherwise = match rest {
                    [] => None,
                    [Node::Map(map)] if map.len() == 1 => Some(map.get("DefaultValue")?),
                    _ => return None,
                };
                let code = match otherwise {
                    None => format!("{mapping}.find::<{ty}>({first}, {second})"),
                    Some(otherwise) => {
                        let kind = if matches!(kind, Kind::Json) { &Kind::TEXT } else { kind };
                        let otherwise = self.value(otherwise, kind).code;
                        format!("{mapping}.find_or::<{ty}>({first}, {second}, {otherwise})")
                    }
                };
                Expression::value(code, ty)
            }
            (Function::Base64, [text]) => Expression::value(
                format!("functions::base64({})", self.value(text, &Kind::TEXT).code),
                "String",
            ),
            (Function::Cidr, [block, count, bits]) => {
                let block = self.value(block, &Kind::TEXT).code;
                let count = self.value(count, &Kind::Int).code;
                let bits = self.value(bits, &Kind::Int).code;
                Expression::value(format!("functions::cidr({block}, {count}, {bits})"), "Vec<String>")
            }
            (Function::GetAzs, [region]) => {
                let region = self.value(region, &Kind::TEXT).code;
                Expression::value(format!("functions::get_azs({region})"), "Vec<String>")
            }
            (Function::ImportValue, [name]) => {
                let ty = if ty == "Json" { "String".to_owned() } else { ty };
                let name = self.value(name, &Kind::TEXT).code;
                Expression::value(format!("functions::import_value::<{ty}>({name})"), ty)
            }
            (Function::RefAll, [Node::Text(of)]) => {
                Expression::value(format!("functions::ref_all({})", self.text(of)), "Vec<String>")
            }
            (Function::ValueOf, [Node::Text(of), Node::Text(attribute)]) => {
                let code = format!("functions::value_of({}, {})", self.text(of), self.text(attribute));
                Expression::value(code, "String")
            }
            (Function::ValueOfAll, [Node::Text(of), Node::Text(attribute)]) => {
                let code = format!("functions::value_of_all({}, {})", self.text(of), self.text(attribute));
                Expression::value(code, "Vec<String>")
            }
            (Function::GetStackOutput, [Node::Map(map)]) => self.stack_output(map, kind)?,
            (Function::Transform, [Node::Map(map)]) => {
                let name = map.get("Name")?.as_str()?;
                let parameters = match map.get("Parameters") {
                    None if map.len() == 1 => "Map::new()".to_owned(),
                    Some(Node::Map(parameters)) if map.len() == 2 && !parameters.is_empty() => {
                        self.map(parameters)
                    }
                    _ => return None,
                };
                let code = format!("functions::transform::<{ty}>({}, {parameters})", self.text(name));
                Expression::value(code, ty)
            }
            (Function::Length, _) => {
                let items = self.value(&call.argument, &list(Kind::TEXT)).code;
                Expression::value(format!("functions::length::<String>({items})"), "i64")
            }
            (Function::ToJsonString, _) => {
                let json = self.value(&call.argument, &Kind::Json).code;
                Expression::value(format!("functions::to_json_string({json})"), "String")
            }
            _ => return None,
        })
    }

    /// `Fn::GetStackOutput`, of a stack that the program does not have.
    fn stack_output(&mut self, map: &Map, kind: &Kind<'f>) -> Option<Expression> {
        const OPTIONAL: [&str; 2] = ["Region", "RoleArn"];
        let is_known = |key: &str| ["StackName", "OutputName"].contains(&key) || OPTIONAL.contains(&key);
        if !map.keys().all(|key| is_known(key)) {
            return None;
        }
        let output = literal::quoted(map.get("OutputName")?.as_str()?);
        let stack = self.value(map.get("StackName")?, &Kind::TEXT).code;
        let [region, role] = OPTIONAL.map(|key| match map.get(key) {
            None => "None".to_owned(),
            Some(value) => format!("Some({})", self.value(value, &Kind::TEXT).annotated("String")),
        });
        let ty = if matches!(kind, Kind::Json) { "String".to_owned() } else { kind.rust() };
        let code = format!("functions::get_stack_output::<{ty}>({stack}, {output}, {region}, {role})");
        Some(Expression::value(code, ty))
    }

    /// `Ref`, by variable where there is one.
    fn reference(&mut self, name: &str, ty: &str) -> Option<Expression> {
        let found = self.made(Space::Element, name)?;
        let variable = found.name;
        Some(match found.what {
            What::Parameter(yields) => Expression::value(format!("{variable}.value()"), yields),
            What::Typed(known) => {
                Expression::value(format!("{variable}.ref_()"), Kind::of_reference(self.facts, known).rust())
            }
            _ => {
                let ty = if ty == "Json" { "String" } else { ty };
                Expression::value(format!("{variable}.ref_::<{ty}>()"), ty)
            }
        })
    }

    /// `Fn::GetAtt`, by variable where there is one.
    fn attribute(&mut self, name: &str, attribute: &str, ty: &str) -> Option<Expression> {
        let variables = &self.variables.elements;
        let known = match &variables.get(name)?.what {
            What::Parameter(_) => return None,
            What::Typed(known) => Some(*known),
            _ => None,
        };
        let Some(known) = known else {
            let variable = self.made(Space::Element, name)?.name;
            let ty = if ty == "Json" { "String" } else { ty };
            return Some(Expression::value(format!("{variable}.attr::<{ty}>({attribute:?})"), ty));
        };
        let all = &known.resource.attributes;
        let found = all.iter().find(|known| known.name == attribute)?;
        let variable = self.made(Space::Element, name)?.name;
        let method = names::attribute(attribute, all.iter().map(|attribute| attribute.name.as_str()));
        let yields = Kind::of_attribute(self.facts, known, found).rust();
        Some(Expression::value(format!("{variable}.{method}()"), yields))
    }

    /// `Fn::Sub`, as text with names in braces.
    fn sub(&mut self, call: &Call) -> Option<Expression> {
        let pieces = call.substitution()?;
        let mut text = String::new();
        let mut values: Vec<(String, String)> = Vec::new();
        for piece in &pieces {
            if let Node::Text(literal) = piece {
                text.push_str(&literal.replace('{', "{{").replace('}', "}}"));
                continue;
            }
            let name = variable_in_text(piece);
            let value = self.value(piece, &Kind::TEXT).code;
            let known = values.iter().find(|(_, known)| *known == value).map(|(name, _)| name.clone());
            let name = known.unwrap_or_else(|| {
                let mut numbered = (2..).map(|number| format!("{name}{number}"));
                let is_taken = |name: &str| values.iter().any(|(taken, _)| taken == name);
                let free = match is_taken(&name) {
                    false => name.clone(),
                    true => numbered.find(|name| !is_taken(name)).unwrap_or_default(),
                };
                values.push((free.clone(), value));
                free
            });
            text.push_str(&format!("{{{name}}}"));
        }
        if values.is_empty() {
            let plain: String = pieces.iter().filter_map(Node::as_str).collect();
            return Some(Expression::literal(self.text(&plain), "&str"));
        }
        if text.len() * (values.len() + 1) > MOST_CHECKED {
            return None;
        }
        let values: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let code = format!("sub!({}, {})", self.text(&text), values.join(", "));
        Some(Expression::value(code, "String"))
    }
}

fn list(item: Kind<'_>) -> Kind<'_> {
    Kind::List(Box::new(item))
}

/// What a value is called within a text.
fn variable_in_text(piece: &Node) -> String {
    let name = match piece {
        Node::Pseudo(pseudo) => names::snake(pseudo.name().trim_start_matches("AWS::")),
        Node::Call(call) => match (call.function, &call.argument) {
            (Function::Ref, Node::Text(name)) => names::snake(name),
            (Function::GetAtt, Node::List(parts)) => {
                let parts: Vec<&str> = parts.iter().filter_map(Node::as_str).collect();
                names::snake(&parts.join("."))
            }
            (function, _) => names::snake(function.short()),
        },
        _ => String::new(),
    };
    match name.starts_with(|char: char| char.is_ascii_lowercase()) {
        true => name,
        false => format!("value{name}"),
    }
}
