//! What a network interface may be called.

use stackwright_core::Diagnostic;

/// What the kernel takes, to tell it in a message.
const ALLOWED: &str = "1 to 15 bytes without spaces, slashes and colons, and neither `.` nor `..`";

/// The finding about a name that Linux refuses; `what` says whose name it is.
///
/// Source: `dev_valid_name` in <https://github.com/torvalds/linux/blob/master/net/core/dev.c>
pub(super) fn check(what: &str, name: &str) -> Option<Diagnostic> {
    let is_valid = (1..=15).contains(&name.len())
        && !matches!(name, "." | "..")
        && !name.contains(|char: char| char.is_whitespace() || char.is_control() || "/:".contains(char));
    (!is_valid).then(|| {
        let message = format!(
            "{what} `{}` cannot be the name of an interface: allowed is {ALLOWED}",
            name.escape_debug()
        );
        Diagnostic::error("invalid-interface-name", message).value(name).allowed(ALLOWED)
    })
}
