//! Parameters.

use stackwright_cfn::{Map, Node};

use crate::kind::Kind;
use crate::literal;
use crate::value::spelled;
use crate::writer::Writer;

/// The ids that `l1` knows as types of parameters.
const IDS: [(&str, &str); 5] = [
    ("AWS::EC2::Instance::Id", "l1::ids::ec2::InstanceId"),
    ("AWS::EC2::SecurityGroup::Id", "l1::ids::ec2::SecurityGroupId"),
    ("AWS::EC2::Subnet::Id", "l1::ids::ec2::SubnetId"),
    ("AWS::EC2::Volume::Id", "l1::ids::ec2::VolumeId"),
    ("AWS::EC2::VPC::Id", "l1::ids::ec2::VpcId"),
];

/// How a parameter is begun.
enum Start {
    /// By its type alone.
    New,
    /// By the place in the Parameter Store.
    Stored(String),
    /// As the name of a place in the Parameter Store.
    StoredName,
    /// By the name of a type.
    Named(String),
}

/// What a parameter yields, and how it is begun.
fn start(settings: &Map) -> (Kind<'static>, Start) {
    let name = settings.get("Type").and_then(Node::as_str).unwrap_or("String");
    if name == "AWS::SSM::Parameter::Name" {
        return (Kind::TEXT, Start::StoredName);
    }
    let stored = name.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|name| name.strip_suffix('>'));
    let kind = kind(stored.unwrap_or(name), settings);
    let is_list = name.contains("List<") || name.contains("CommaDelimitedList");
    let other = if is_list { Kind::List(Box::new(Kind::TEXT)) } else { Kind::TEXT };
    match (kind, stored, settings.get("Default")) {
        (Some(kind), None, _) => (kind, Start::New),
        (Some(kind), Some(_), Some(Node::Text(path))) => (kind, Start::Stored(literal::text(path))),
        (kind, ..) => (kind.unwrap_or(other), Start::Named(literal::text(name))),
    }
}

/// The Rust type that stands for a type of parameters.
fn kind(name: &str, settings: &Map) -> Option<Kind<'static>> {
    if let Some(item) = name.strip_prefix("List<").and_then(|name| name.strip_suffix('>')) {
        let item = kind(item, settings).filter(|kind| !matches!(kind, Kind::Text(_)))?;
        return Some(Kind::List(Box::new(item)));
    }
    match name {
        "String" => Some(Kind::TEXT),
        "Number" => Some(if is_whole(settings) { Kind::Int } else { Kind::Float }),
        "CommaDelimitedList" => Some(Kind::List(Box::new(Kind::TEXT))),
        name => IDS.iter().find(|(id, _)| *id == name).map(|(_, path)| Kind::Id((*path).to_owned())),
    }
}

/// Whether every number among the settings is a whole one.
fn is_whole(settings: &Map) -> bool {
    let allowed = settings.get("AllowedValues").and_then(Node::as_list).unwrap_or_default();
    let limits = ["Default", "MinValue", "MaxValue"].into_iter().filter_map(|key| settings.get(key));
    let is_whole = |number: &str| number.trim().parse::<i64>().is_ok();
    limits.chain(allowed).filter_map(spelled).all(|text| text.split(',').all(is_whole))
}

/// The Rust type of what a parameter yields.
pub(crate) fn yields(settings: &Map) -> String {
    start(settings).0.rust()
}

/// The settings of a parameter; `None` where it is not what a parameter is.
pub(crate) fn write(writer: &mut Writer<'_>, settings: &Map) -> Option<String> {
    settings.get("Type")?.as_str()?;
    let (kind, start) = start(settings);
    let ty = kind.rust();
    let mut code = match &start {
        Start::New => format!("ParameterProps::<{ty}>::new()"),
        Start::Stored(path) => format!("ParameterProps::<{ty}>::stored({path})"),
        Start::StoredName => "ParameterProps::stored_name()".to_owned(),
        Start::Named(name) => format!("ParameterProps::<{ty}>::of_type({name})"),
    };
    for (key, value) in settings.iter() {
        let setting = match (key.as_str(), &start) {
            ("Type", _) => continue,
            ("Default", Start::Stored(_)) => continue,
            (_, Start::Stored(_) | Start::Named(_)) if key.starts_with("Allowed") => None,
            ("Default", Start::Named(_)) => None,
            _ => setting(key, value, &kind),
        };
        let setting =
            setting.unwrap_or_else(|| format!("set({}, {})", literal::text(key), writer.json(value)));
        code.push_str(&format!("\n.{setting}"));
    }
    Some(code)
}

/// A setting by its method, where there is one for it.
fn setting(key: &str, value: &Node, kind: &Kind<'_>) -> Option<String> {
    let text = spelled(value);
    let limit = |method: &str| {
        let text = text.as_deref()?;
        match kind {
            Kind::Int => text.parse::<i64>().ok().map(|value| format!("{method}({})", literal::int(value))),
            // It takes a fraction, as which a whole number would not be what it was.
            Kind::Float => fraction(text).map(|value| format!("{method}({value})")),
            _ => None,
        }
    };
    let length = |method: &str| {
        let characters: u32 = text.as_deref()?.parse().ok()?;
        matches!(kind, Kind::Text(_)).then(|| format!("{method}({characters})"))
    };
    match key {
        "Description" => Some(format!("description({})", literal::text(&text?))),
        "ConstraintDescription" => Some(format!("constraint_description({})", literal::text(&text?))),
        "NoEcho" => (text? == "true").then(|| "no_echo()".to_owned()),
        "Default" => {
            let text = text?;
            let code = match kind {
                Kind::List(item) => {
                    let items: Vec<&str> = text.split(',').collect();
                    let is_plain = |item: &&str| !item.is_empty() && item.trim() == *item;
                    let items: Option<Vec<String>> = items
                        .iter()
                        .map(|text| is_plain(text).then(|| item_of(item, text)).flatten())
                        .collect();
                    format!("[{}]", items?.join(", "))
                }
                kind => item_of(kind, &text)?,
            };
            Some(format!("default({code})"))
        }
        "AllowedValues" => {
            let item = match kind {
                Kind::List(item) => item,
                kind => kind,
            };
            let items = value.as_list()?.iter().map(|value| item_of(item, &spelled(value)?));
            let items = items.collect::<Option<Vec<String>>>().filter(|items| !items.is_empty())?;
            // Rust has one type for all of them.
            if matches!(item, Kind::Float) && items.iter().any(|text| fraction(text).is_none()) {
                return None;
            }
            Some(format!("allowed_values([{}])", items.join(", ")))
        }
        "AllowedPattern" => match kind {
            Kind::Text(_) => Some(format!("allowed_pattern({})", literal::text(&text?))),
            Kind::List(item) if matches!(**item, Kind::Text(_)) => {
                Some(format!("allowed_pattern({})", literal::text(&text?)))
            }
            _ => None,
        },
        "MinValue" => limit("min_value"),
        "MaxValue" => limit("max_value"),
        "MinLength" => length("min_length"),
        "MaxLength" => length("max_length"),
        _ => None,
    }
}

fn item_of(kind: &Kind<'_>, text: &str) -> Option<String> {
    match kind {
        Kind::Int => text.parse().ok().map(literal::int),
        Kind::Float => fraction(text).or_else(|| text.parse::<i32>().ok().map(|value| value.to_string())),
        _ => Some(literal::text(text)),
    }
}

/// A fraction, if it comes back as it is written.
fn fraction(text: &str) -> Option<String> {
    text.parse().ok().map(literal::float).filter(|code| code == text)
}
