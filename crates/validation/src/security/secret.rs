//! Secrets that stand in the template, where everybody who may read it reads them.
//!
//! Only what is plainly a secret is told: keys of known shapes, and literal values under names that mean a secret.

use stackwright_cfn::{Map, Node, Resource};

use crate::known::Setting;
use crate::known::setting;
use crate::view::{View, scalar};
use crate::{About, Document, Finding, Section, Way};

const SECRET: About = About::new(
    "plain-secret",
    "whoever may read the template, its repository or the resource's settings reads the secret",
);

pub(super) const ABOUT: &[About] = &[SECRET];

const HINT: &str = "keep it in Secrets Manager or Parameter Store, and write {{resolve:secretsmanager:NAME}}";

/// Properties that hold nothing but secrets.
const PROPERTIES: [&str; 10] = [
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
        let is_secret = is_hidden || means_secret(id);
        let is_ssm =
            settings.get("Type").and_then(Node::as_str).is_some_and(|name| name.starts_with("AWS::SSM"));
        if is_secret && !is_ssm && is_value(default) {
            let message = format!("the default of parameter {id:?} is a secret that everybody can read");
            let place = Way::to(Section::Parameter, id).key("Default").place();
            found.push(Finding::new(place, SECRET.warning(message).hint(HINT)));
        }
    }
}

fn in_map<'n>(document: &Document<'n>, map: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let name = map.get("Name").or_else(|| map.get("Key")).and_then(Node::as_str);
    for (key, value) in map.iter() {
        let way = way.key(key);
        // `{Name: DB_PASSWORD, Value: …}` of containers and builds; `Variables: {DB_PASSWORD: …}` of functions.
        let variable = match key.as_str() {
            "Value" if matches!(map.get("Type").and_then(Node::as_str), None | Some("PLAINTEXT")) => name,
            _ => None,
        };
        let is_secret = PROPERTIES.contains(&key.as_str()) || variable.is_some_and(means_secret);
        if is_secret && let Some(finding) = literal(document, value, variable.unwrap_or(key), &way) {
            found.push(finding);
            continue;
        }
        match (key.as_str(), value) {
            ("Variables", Node::Map(variables)) => {
                for (key, value) in variables.iter() {
                    let way = way.key(key);
                    let finding = match means_secret(key) {
                        true => literal(document, value, key, &way),
                        false => None,
                    };
                    match finding {
                        Some(finding) => found.push(finding),
                        None => in_node(document, value, &way, found),
                    }
                }
            }
            _ => in_node(document, value, &way, found),
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
        View::Literal(node) => scalar(node).is_some_and(|text| is_value(&text)),
        View::Folded(node) => scalar(&node).is_some_and(|text| is_value(&text)),
        _ => false,
    };
    let finding = || SECRET.warning(format!("{name} is a secret that everybody can read"));
    is_written.then(|| Finding::new(way.place(), finding().hint(HINT)))
}

/// Whether a text can be a secret, and not the name of one, a place, a switch, or a gap to be filled.
fn is_value(text: &str) -> bool {
    let is_elsewhere = text.starts_with("arn:") || text.starts_with('/') || text.contains("://");
    let is_gap = text.starts_with('<') || text.starts_with("${") || text.contains("{{");
    let is_switch = ["true", "false", "none", "null", "default", "disabled", "enabled"];
    text.len() >= 4
        && !is_elsewhere
        && !is_gap
        && !is_switch.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the name of a variable or a parameter means a secret: its last word does.
fn means_secret(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(|character| character.is_alphanumeric())
        .map(|it| it.to_ascii_lowercase())
        .collect();
    [
        "password",
        "passwd",
        "secret",
        "secretkey",
        "apikey",
        "accesskey",
        "privatekey",
        "accesstoken",
        "authtoken",
    ]
    .iter()
    .any(|word| bare.ends_with(word))
}

/// A key of a known shape within a text.
fn key_within(text: &str, way: &Way<'_>) -> Option<Finding> {
    let what = shape(text)?;
    let message = format!("{} has {what} in it, which everybody can read", way.name());
    Some(Finding::new(way.place(), SECRET.warning(message).hint(HINT)))
}

/// What kind of key is in a text; the starts are those that their makers document, so that leaked ones are found.
fn shape(text: &str) -> Option<&'static str> {
    const PEM: &[u8] = b"PRIVATE KEY-----";
    let is_upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let run = |bytes: &[u8], fits: &dyn Fn(&u8) -> bool| bytes.iter().take_while(|byte| fits(byte)).count();
    let bytes = text.as_bytes();
    // One pass over the text, as every text of every template comes by here; no key is shorter than this.
    (0..bytes.len().saturating_sub(PEM.len() - 1)).find_map(|at| {
        let is_start = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        match &bytes[at..] {
            [b'P', ..] if bytes[at..].starts_with(PEM) => Some("a private key"),
            // AWS's own examples end so.
            [b'A', b'K' | b'S', b'I', b'A', key @ ..]
                if is_start && run(key, &is_upper) == 16 && !text.contains("EXAMPLE") =>
            {
                Some("an access key of AWS")
            }
            [b'g', b'h', b'p' | b'o' | b's' | b'r', b'_', key @ ..]
                if is_start && run(key, &u8::is_ascii_alphanumeric) == 36 =>
            {
                Some("a token of GitHub")
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{is_value, means_secret, shape};

    #[test]
    fn names_that_mean_secrets() {
        for name in ["DB_PASSWORD", "Password", "DbPasswd", "API_KEY", "clientSecret", "auth-token"] {
            assert!(means_secret(name), "{name}");
        }
        for name in ["PASSWORD_POLICY", "SecretName", "SECRET_ARN", "TokenUrl", "KEY", "Passwords"] {
            assert!(!means_secret(name), "{name}");
        }
    }

    #[test]
    fn texts_that_can_be_secrets() {
        assert!(is_value("hunter22"));
        for text in [
            "",
            "abc",
            "arn:aws:s3:::a",
            "/path/of/it",
            "https://a",
            "<fill in>",
            "{{resolve:ssm:a}}",
            "False",
        ] {
            assert!(!is_value(text), "{text}");
        }
    }

    #[test]
    fn keys_of_known_shapes() {
        let key = format!("AKIA{}", "Q".repeat(16));
        assert_eq!(shape(&format!("export A={key}\n")), Some("an access key of AWS"));
        assert_eq!(shape(&format!("x{key}")), None, "within a word");
        assert_eq!(shape(&format!("{key}Q")), None, "too long");
        assert_eq!(shape("AKIAIOSFODNN7EXAMPLE"), None, "AWS's own example");
        assert_eq!(shape(&format!("ghp_{}", "a".repeat(36))), Some("a token of GitHub"));
        assert_eq!(shape("-----BEGIN EC PRIVATE KEY-----"), Some("a private key"));
        assert_eq!(shape("-----BEGIN CERTIFICATE-----"), None);
        assert_eq!(shape("PRIVATE KEY-----"), Some("a private key"), "as short as they are");
        assert_eq!(shape(&format!("größe {key}")), Some("an access key of AWS"));
    }
}
