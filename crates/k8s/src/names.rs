//! The syntax of names, labels and annotations.
//!
//! Sources: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>,
//! <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>.

/// What a DNS label is, to tell it in a message.
pub const DNS_LABEL: &str =
    "1 to 63 lower-case letters, digits and dashes, with a letter or digit at either end";

/// What a DNS subdomain is, to tell it in a message.
pub const DNS_SUBDOMAIN: &str =
    "1 to 253 lower-case letters, digits, dashes and dots, with a letter or digit at either end of each part";

/// What the key of a label or annotation is, to tell it in a message.
pub const KEY: &str = "1 to 63 letters, digits, dashes, underscores and dots, with a letter or digit at either end, \
     after a domain and a slash or not";

/// What the value of a label is, to tell it in a message.
pub const LABEL_VALUE: &str =
    "up to 63 letters, digits, dashes, underscores and dots, with a letter or digit at either end";

/// Whether `text` is a DNS label as RFC 1123 has it, such as `kube-system`: what namespaces and containers are called.
///
/// ```
/// use stackwright_k8s::names::is_dns_label;
///
/// assert!(is_dns_label("web-1") && is_dns_label("1"));
/// assert!(!is_dns_label("Web") && !is_dns_label("web-") && !is_dns_label("a.b"));
/// ```
pub fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

/// Whether `text` is a DNS label that starts with a letter, as RFC 1035 has it: what services are called.
pub fn is_service_name(text: &str) -> bool {
    is_dns_label(text) && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Whether `text` is a DNS subdomain as RFC 1123 has it, such as `net1.example.com`: what most objects are called.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_part)
}

/// Whether `text` may stand in a path of the API: what roles and their bindings are called.
pub fn is_path_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.contains(['/', '%'])
}

/// Whether `text` may be the name of a port of a container: up to 15 lower-case letters, digits and single dashes,
/// with a letter among them.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports>
pub fn is_port_name(text: &str) -> bool {
    text.len() <= 15
        && is_part(text)
        && !text.contains("--")
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether `text` may be the key of a label or annotation, such as `app.kubernetes.io/name`.
///
/// ```
/// use stackwright_k8s::names::is_key;
///
/// assert!(is_key("app") && is_key("k8s.v1.cni.cncf.io/networks"));
/// assert!(!is_key("a/b/c") && !is_key("Upper.Domain/a") && !is_key("/a"));
/// ```
pub fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((domain, name)) => is_dns_subdomain(domain) && is_word(name),
        None => is_word(text),
    }
}

/// Whether `text` may be the value of a label.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_word(text)
}

/// Whether `text` may be the key of a config map or secret: letters, digits, dashes, underscores and dots.
///
/// Source: <https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object>
pub fn is_file_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=253).contains(&text.len()) && text.bytes().all(fits) && !matches!(text, "." | "..")
}

fn is_part(text: &str) -> bool {
    let is_end =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    is_end(text.bytes().next()) && is_end(text.bytes().last()) && text.bytes().all(fits)
}

fn is_word(text: &str) -> bool {
    let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.len() <= 63 && is_end(text.bytes().next()) && is_end(text.bytes().last()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(is: fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        good.iter().for_each(|text| assert!(is(text), "{text:?} was refused"));
        bad.iter().for_each(|text| assert!(!is(text), "{text:?} was taken"));
    }

    #[test]
    fn lengths_are_kept() {
        let (long, longer) = ("a".repeat(63), "a".repeat(64));
        all(is_dns_label, &[&long], &[&longer]);
        all(is_label_value, &[&long, ""], &[&longer]);
        all(
            is_key,
            &[&long, &format!("{}/{long}", "a".repeat(253))],
            &[&longer, &format!("{}/a", "a".repeat(254))],
        );
        all(is_dns_subdomain, &[&longer, &"a".repeat(253)], &[&"a".repeat(254), ""]);
        all(is_port_name, &["a-23456789012345"[..15].as_ref()], &["a-23456789012345"]);
        all(is_file_name, &[&"a".repeat(253)], &[&"a".repeat(254), ""]);
    }

    #[test]
    fn characters_are_those_of_the_documentation() {
        all(is_dns_label, &["a", "1", "a-b"], &["", "-a", "a-", "A", "a.b", "a_b", "ä"]);
        all(is_service_name, &["a1"], &["1a", "a-"]);
        all(is_dns_subdomain, &["a.b", "1.2.3.4"], &["a..b", ".a", "a.", "a.-b", "A"]);
        all(is_path_segment, &["system:node", "A b"], &["", ".", "..", "a/b", "a%b"]);
        all(is_port_name, &["http", "h2", "a-b"], &["80", "a--b", "-a", "Http", ""]);
        all(is_key, &["a", "A.b_c-d", "x.io/A"], &["", "a/", "/a", "a/b/c", "X.io/a", "-a", "a b"]);
        all(is_label_value, &["a", "1", "A.b_c-d"], &["a b", "-a", "a-", "ä"]);
        all(is_file_name, &["a.conf", "_", "..data"], &["a/b", "a b", ".", ".."]);
    }
}
