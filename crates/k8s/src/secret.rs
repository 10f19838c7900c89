//! Secrets that are written out: what they are called, and what they look like.
//!
//! Only what is plainly a secret counts: keys of known shapes, and values under names that mean a secret.

/// Whether the name of a variable, a setting or a parameter means a secret: its last word does.
///
/// ```
/// use stackwright_k8s::secret::is_name;
///
/// assert!(is_name("DB_PASSWORD") && is_name("apiKey"));
/// assert!(!is_name("PASSWORD_POLICY") && !is_name("SECRET_ARN"));
/// ```
pub fn is_name(name: &str) -> bool {
    let bare: String = name
        .chars()
        .filter(|character| character.is_alphanumeric())
        .map(|it| it.to_ascii_lowercase())
        .collect();
    ["password", "passwd", "secret", "secretkey", "apikey", "accesskey", "privatekey", "token"]
        .iter()
        .any(|word| bare.ends_with(word))
}

/// Whether a text can be a secret, and not the name of one, a place, a switch, or a gap to be filled.
///
/// ```
/// use stackwright_k8s::secret::is_value;
///
/// assert!(is_value("hunter22"));
/// assert!(!is_value("/run/secrets/db") && !is_value("${PASSWORD}") && !is_value("none"));
/// ```
pub fn is_value(text: &str) -> bool {
    let is_elsewhere = text.starts_with("arn:") || text.starts_with('/') || text.contains("://");
    let is_gap = ["<", "${", "$("].iter().any(|start| text.starts_with(start)) || text.contains("{{");
    let is_switch = ["true", "false", "none", "null", "default", "disabled", "enabled"];
    text.len() >= 4
        && !is_elsewhere
        && !is_gap
        && !is_switch.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// What kind of key is in a text; the starts are those that their makers document, so that leaked ones are found.
///
/// ```
/// use stackwright_k8s::secret::key_in;
///
/// assert_eq!(key_in("-----BEGIN EC PRIVATE KEY-----"), Some("a private key"));
/// assert_eq!(key_in("-----BEGIN CERTIFICATE-----"), None);
/// ```
pub fn key_in(text: &str) -> Option<&'static str> {
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
    use super::{is_name, is_value, key_in};

    #[test]
    fn names_that_mean_secrets() {
        for name in ["DB_PASSWORD", "Password", "DbPasswd", "API_KEY", "clientSecret", "auth-token"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["PASSWORD_POLICY", "SecretName", "SECRET_ARN", "TokenUrl", "KEY", "MAX_TOKENS"] {
            assert!(!is_name(name), "{name}");
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
            "$(OTHER)",
            "False",
        ] {
            assert!(!is_value(text), "{text}");
        }
    }

    #[test]
    fn keys_of_known_shapes() {
        let key = format!("AKIA{}", "Q".repeat(16));
        assert_eq!(key_in(&format!("export A={key}\n")), Some("an access key of AWS"));
        assert_eq!(key_in(&format!("x{key}")), None, "within a word");
        assert_eq!(key_in(&format!("{key}Q")), None, "too long");
        assert_eq!(key_in("AKIAIOSFODNN7EXAMPLE"), None, "AWS's own example");
        assert_eq!(key_in(&format!("ghp_{}", "a".repeat(36))), Some("a token of GitHub"));
        assert_eq!(key_in("-----BEGIN EC PRIVATE KEY-----"), Some("a private key"));
        assert_eq!(key_in("-----BEGIN CERTIFICATE-----"), None);
        assert_eq!(key_in("PRIVATE KEY-----"), Some("a private key"), "as short as they are");
        assert_eq!(key_in(&format!("größe {key}")), Some("an access key of AWS"));
    }
}
