//! Secrets that stand in the template, where everybody who may read it reads them.

use stackwright_cfn::{Map, Node, Resource};
use stackwright_k8s::secret;

use crate::known::{Setting, setting};
use crate::view::{View, scalar};
use crate::{About, Document, Finding, Section, Way};

const SECRET: About = About::new(
    "plain-secret",
    "whoever may read the template, its repository or the resource's settings reads the secret",
);

pub(super) const ABOUT: &[About] = &[SECRET];

const HINT: &str = "keep it in Secrets Manager or Parameter Store, and write {{resolve:secretsmanager:NAME}}";

/// Properties that hold nothing but secrets.
pub(super) const PROPERTIES: [&str; 10] = [
    "AdminPassword",
    "AuthToken",
    "MasterUserPassword",
    "OAuthToken",
    "OauthToken",
    "Password",
    "SecretString",
    "SecretAccessKey",
    "SharedSecret",
    "UserPassword",
];

/// Properties whose keys are the names of variables.
const VARIABLES: [&str; 3] = ["Environment", "EnvironmentVariables", "Variables"];

pub(super) fn check<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    let element = Way::to(Section::Resource, id);
    in_map(document, &resource.properties, &element.key("Properties"), found);
}

/// A default value of a parameter whose values are not to be seen, or whose name says what it is.
pub(super) fn check_parameters(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, parameter) in document.elements(Section::Parameter) {
        let Some(settings) = parameter.as_map() else { continue };
        let default = settings.get("Default").and_then(Node::as_str).unwrap_or_default();
        let is_hidden = setting(document, settings.get("NoEcho")) == Setting::On;
        let is_secret = is_hidden || secret::is_name(id);
        let is_ssm =
            settings.get("Type").and_then(Node::as_str).is_some_and(|name| name.starts_with("AWS::SSM"));
        if is_secret && !is_ssm && secret::is_value(default) {
            let message = format!("the default of parameter {id:?} is a secret that everybody can read");
            let place = Way::to(Section::Parameter, id).key("Default").place();
            found.push(Finding::new(place, SECRET.warning(message).hint(HINT)));
        }
    }
}

fn in_map<'n>(document: &Document<'n>, map: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let name = map.get("Name").or_else(|| map.get("Key")).and_then(Node::as_str);
    let is_of_variables = VARIABLES.contains(&way.name());
    for (key, value) in map.iter() {
        let way = way.key(key);
        // `{Name: DB_PASSWORD, Value: …}` of containers and builds; `Variables: {DB_PASSWORD: …}` of functions.
        let variable = match key.as_str() {
            "Value" if matches!(map.get("Type").and_then(Node::as_str), None | Some("PLAINTEXT")) => name,
            key if is_of_variables => Some(key),
            _ => None,
        };
        let is_secret = PROPERTIES.contains(&key.as_str()) || variable.is_some_and(secret::is_name);
        match is_secret.then(|| literal(document, value, variable.unwrap_or(key), &way)).flatten() {
            Some(finding) => found.push(finding),
            None => in_node(document, value, &way, found),
        }
    }
}

fn in_node<'n>(document: &Document<'n>, node: &'n Node, way: &Way<'_>, found: &mut Vec<Finding>) {
    match node {
        Node::Text(text) => found.extend(key_within(text, way)),
        Node::List(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| in_node(document, item, &way.index(index), found));
        }
        Node::Map(map) => in_map(document, map, way, found),
        Node::Sub(pieces) => pieces.iter().for_each(|piece| in_node(document, piece, way, found)),
        Node::Call(call) => in_node(document, &call.argument, &way.key(call.function.key()), found),
        _ => {}
    }
}

/// A finding where a value that means a secret is written out.
fn literal<'n>(document: &Document<'n>, node: &'n Node, name: &str, way: &Way<'_>) -> Option<Finding> {
    let is_written = match View::of(document, node) {
        View::Literal(node) => scalar(node).is_some_and(|text| secret::is_value(&text)),
        View::Folded(node) => scalar(&node).is_some_and(|text| secret::is_value(&text)),
        _ => false,
    };
    let finding = || SECRET.warning(format!("{name} is a secret that everybody can read"));
    is_written.then(|| Finding::new(way.place(), finding().hint(HINT)))
}

/// A key of a known shape within a text.
fn key_within(text: &str, way: &Way<'_>) -> Option<Finding> {
    let what = secret::key_in(text)?;
    let message = format!("{} has {what} in it, which everybody can read", way.name());
    Some(Finding::new(way.place(), SECRET.warning(message).hint(HINT)))
}
