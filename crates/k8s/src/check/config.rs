//! Config maps and secrets: keys that are file names, a size, and secrets in Base64.

use super::field::Field;
use crate::names::is_file_name;
use crate::{Object, Problem, has_placeholder};

/// How many bytes the data of a config map or a secret may have.
///
/// Sources: <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>,
/// <https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size>
const MAX_DATA: usize = 1 << 20;

pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    let (plain, encoded) = match (object.group(), object.kind()) {
        ("", "ConfigMap") => ("data", "binaryData"),
        ("", "Secret") => ("stringData", "data"),
        _ => return,
    };
    let (plain, encoded) = (Field::of(object, plain), Field::of(object, encoded));
    let mut bytes = 0;
    for (key, value) in plain.entries().into_iter().chain(encoded.entries()) {
        bytes += key.len() + value.text().map_or(0, str::len);
        if !has_placeholder(key) && !is_file_name(key) {
            let allowed = "1 to 253 letters, digits, dashes, underscores and dots";
            found.push(value.misfit("invalid-key", key, "cannot be a key", allowed));
        }
        if value.is_set() && value.text().is_none() {
            let kind = value.data.map_or("nothing", crate::Data::describe);
            let problem = value.problem("invalid-data", format!("is {kind}: allowed is text"));
            found.push(problem.allowed("text").hint("put it in quotes"));
        }
    }
    for (_, value) in encoded.entries() {
        let Some(text) = value.text() else { continue };
        let hint = format!("give it as text in {}, or encode it", plain.path);
        match decode(text) {
            None => {
                found.push(value.problem("invalid-base64", "is not in Base64").allowed("Base64").hint(hint))
            }
            Some(decoded) if has_placeholder(&String::from_utf8_lossy(&decoded)) => {
                let message = "hides a value that is known only at deploy time in Base64";
                found.push(value.problem("hidden-placeholder", message).hint(hint));
            }
            Some(_) => {}
        }
    }
    if bytes > MAX_DATA {
        let message = format!("and {} have {bytes} bytes: allowed are {MAX_DATA}", encoded.path);
        let problem = plain.problem("data-too-large", message);
        found.push(problem.value(bytes.to_string()).allowed(format!("up to {MAX_DATA} bytes")));
    }
}

/// What a text in Base64 stands for; line ends within it count for nothing.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-4>
fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = digits.iter().rev().take_while(|byte| **byte == b'=').count();
    if !digits.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut decoded = Vec::with_capacity(digits.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for digit in &digits[..digits.len() - padding] {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::decode;
    use crate::check::testing;

    /// What is found, but for what every secret with contents is told of.
    #[track_caller]
    fn found(text: &str) -> Vec<String> {
        let mut found = testing::found(text);
        found.retain(|finding| !finding.starts_with("plain-secret "));
        found
    }

    fn object(kind: &str, fields: &str) -> Vec<String> {
        found(&format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: a}}, {fields}}}"))
    }

    #[test]
    fn keys_are_file_names_and_values_text() {
        assert_eq!(object("ConfigMap", "data: {a.conf: b, _: ''}"), [""; 0]);
        assert_eq!(object("ConfigMap", "data: {a/b: c}"), ["invalid-key data.a/b"]);
        assert_eq!(object("ConfigMap", "data: {a: 1}"), ["invalid-data data.a"]);
        assert_eq!(object("Secret", "stringData: {'a b': c}"), ["invalid-key stringData.a b"]);
    }

    #[test]
    fn secrets_are_in_base64() {
        assert_eq!(object("Secret", "data: {a: aGVsbG8=, b: ''}"), [""; 0]);
        assert_eq!(object("Secret", "data: {a: hello}"), ["invalid-base64 data.a"]);
        assert_eq!(object("ConfigMap", "binaryData: {a: '?'}"), ["invalid-base64 binaryData.a"]);
        // "x ${stackwright:a.B}"
        let hidden = "data: {a: eCAke3N0YWNrd3JpZ2h0OmEuQn0=}";
        assert_eq!(object("Secret", hidden), ["hidden-placeholder data.a"]);
    }

    #[test]
    fn data_has_a_size() {
        let of = |bytes: usize| object("ConfigMap", &format!("data: {{a: {}}}", "x".repeat(bytes - 1)));
        assert_eq!(of(1 << 20), [""; 0]);
        assert_eq!(of((1 << 20) + 1), ["data-too-large data"]);
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        let vectors = [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9v\nYmFy", "foobar"),
        ];
        for (encoded, decoded) in vectors {
            assert_eq!(decode(encoded).as_deref(), Some(decoded.as_bytes()), "{encoded}");
        }
        for wrong in ["Z", "Zg=", "Zg", "Z===", "Z=g=", "Zm9v YmE", "Zm-_"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
