//! Selectors that must match the template beside them.

use super::field::Field;
use super::metadata;
use crate::Problem;

/// A workload's selector asks for labels that its pods have.
///
/// Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector>
pub(super) fn of_workload(selector: &Field<'_>, template: &Field<'_>, found: &mut Vec<Problem>) {
    let (wanted, expressions) = (selector.get("matchLabels"), selector.get("matchExpressions"));
    if wanted.entries().is_empty() && expressions.items().is_empty() {
        let problem = selector
            .problem("empty-selector", "selects nothing in particular: allowed are labels of the pods");
        found.push(problem.allowed("labels of the pods").hint("select a label of the template"));
        return;
    }
    metadata::labels(&wanted, found);
    let labels = template.get("metadata").get("labels");
    for (key, field) in wanted.entries() {
        let label = labels.get(key);
        let (Some(value), true) = (field.known(), label.known().is_some() || !label.is_set()) else {
            continue;
        };
        if label.text() != Some(value) {
            let given = label.text().map_or("none".to_owned(), |label| format!("{label:?}"));
            let message = format!("is {value:?}, but the template's label {key:?} is {given}");
            let problem = field.problem("selector-mismatch", message).value(value).allowed(given);
            found.push(problem.hint("give the template the labels that the selector asks for"));
        }
    }
    for expression in expressions.items() {
        check_expression(&expression, &labels, found);
    }
}

fn check_expression(expression: &Field<'_>, labels: &Field<'_>, found: &mut Vec<Problem>) {
    let (Some(key), Some(operator)) = (expression.get("key").known(), expression.get("operator").known())
    else {
        return;
    };
    let label = labels.get(key);
    let values = expression.get("values").items();
    if values.iter().any(|value| value.known().is_none()) || (label.is_set() && label.known().is_none()) {
        return;
    }
    let is_among = values.iter().any(|value| value.text() == label.text());
    let matches = match operator {
        "In" => label.is_set() && is_among,
        "NotIn" => !label.is_set() || !is_among,
        "Exists" => label.is_set(),
        "DoesNotExist" => !label.is_set(),
        _ => {
            let allowed = "In, NotIn, Exists, DoesNotExist";
            let field = expression.get("operator");
            found.push(field.misfit("invalid-selector", operator, "is no operator of a selector", allowed));
            return;
        }
    };
    if !matches {
        let given = label.text().map_or("none".to_owned(), |label| format!("{label:?}"));
        let message = format!("does not hold: the template's label {key:?} is {given}");
        let problem = expression.problem("selector-mismatch", message).value(given);
        found.push(problem.hint("give the template the labels that the selector asks for"));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn deployment(selector: &str, labels: &str) -> String {
        format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: a}}, spec: {{selector: {selector}, \
             template: {{metadata: {{labels: {labels}}}}}}}}}"
        )
    }

    #[test]
    fn labels_must_be_those_of_the_template() {
        let is_sound =
            |selector, labels| assert_eq!(found(&deployment(selector, labels)), [""; 0], "{selector}");
        is_sound("{matchLabels: {a: b}}", "{a: b, c: d}");
        is_sound("{matchLabels: {a: '${stackwright:a.B}'}}", "{a: b}");
        is_sound("{matchLabels: {a: b}}", "{a: '${stackwright:a.B}'}");
        assert_eq!(
            told(&deployment("{matchLabels: {a: b, c: d}}", "{a: x}")),
            [
                "spec.selector.matchLabels.a is \"b\", but the template's label \"a\" is \"x\"\n\
                 hint: give the template the labels that the selector asks for",
                "spec.selector.matchLabels.c is \"d\", but the template's label \"c\" is none\n\
                 hint: give the template the labels that the selector asks for",
            ],
        );
    }

    #[test]
    fn expressions_must_hold_for_the_template() {
        let with = |expression: &str| {
            found(&deployment(&format!("{{matchExpressions: [{{key: a, {expression}}}]}}"), "{a: b}"))
        };
        for holds in ["operator: In, values: [b, c]", "operator: NotIn, values: [c]", "operator: Exists"] {
            assert_eq!(with(holds), [""; 0], "{holds}");
        }
        for fails in ["operator: In, values: [c]", "operator: NotIn, values: [b]", "operator: DoesNotExist"] {
            assert_eq!(with(fails), ["selector-mismatch spec.selector.matchExpressions.0"], "{fails}");
        }
        assert_eq!(with("operator: Is"), ["invalid-selector spec.selector.matchExpressions.0.operator"]);
    }

    #[test]
    fn a_workload_selects_something() {
        assert_eq!(found(&deployment("{}", "{a: b}")), ["empty-selector spec.selector"]);
        assert_eq!(
            found(&deployment("{matchLabels: {a: 1}}", "{a: b}")),
            ["invalid-label spec.selector.matchLabels.a"]
        );
    }
}
