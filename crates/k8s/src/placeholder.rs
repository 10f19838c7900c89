//! Placeholders: texts in an object that stand for what is known only once a stack is deployed.

/// What every text begins with that stands for another.
///
/// Of letters and marks that neither YAML nor JSON nor a URL needs to escape, so that it stays whole in longer texts and
/// in JSON within a text. No shell takes it for a variable's expansion with what comes behind it, and Kubernetes itself
/// expands `$(NAME)` only.
const MARK: &str = "${stackwright";

/// The text that stands for the output `output` of the stack `stack`.
///
/// ```
/// let placeholder = stackwright_k8s::placeholder("cluster", "Endpoint");
/// assert_eq!(placeholder, "${stackwright:cluster.Endpoint}");
/// assert!(stackwright_k8s::has_placeholder(&format!("https://{placeholder}/healthz")));
/// ```
pub fn placeholder(stack: &str, output: &str) -> String {
    format!("{MARK}:{stack}.{output}}}")
}

/// Whether something in `text` is, or looks like, a placeholder: what the text will be is then not known.
pub fn has_placeholder(text: &str) -> bool {
    text.contains(MARK)
}
