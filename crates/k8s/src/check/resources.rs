//! Quantities wherever an object has them, and requests that stay within their limits.

use super::field::Field;
use crate::{Data, Object, Problem, QUANTITY, Quantity, has_placeholder};

/// Source: <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/>
pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    // Of another's kinds it is not known what their fields mean.
    if !matches!(object.group(), "" | "apps" | "batch") {
        return;
    }
    for name in ["spec", "template"] {
        within(&Field::of(object, name), found);
    }
}

fn within(field: &Field<'_>, found: &mut Vec<Problem>) {
    field.items().iter().for_each(|item| within(item, found));
    for (name, value) in field.entries() {
        match name {
            "resources" => resources(&value, found),
            "sizeLimit" => {
                quantity(&value, found);
            }
            "hard" | "capacity" | "overhead" => quantities(&value, found),
            _ => within(&value, found),
        }
    }
}

fn resources(resources: &Field<'_>, found: &mut Vec<Problem>) {
    let limits = resources.get("limits");
    quantities(&limits, found);
    for (name, request) in resources.get("requests").entries() {
        let requested = quantity(&request, found);
        let limit = limits.get(name);
        // What is wrong with the limit itself has been told.
        let (Some(requested), Some(most)) = (requested, quantity(&limit, &mut Vec::new())) else { continue };
        if requested > most {
            let (given, allowed) = (text(&request).unwrap_or_default(), text(&limit).unwrap_or_default());
            let message = format!("{given} is more than the limit: allowed are up to {allowed}");
            found.push(
                request
                    .problem("request-above-limit", message)
                    .value(given)
                    .allowed(format!("up to {allowed}")),
            );
        }
    }
}

fn quantities(amounts: &Field<'_>, found: &mut Vec<Problem>) {
    for (_, amount) in amounts.entries() {
        quantity(&amount, found);
    }
}

/// The quantity a field has, where it is known; told where it is none.
fn quantity(field: &Field<'_>, found: &mut Vec<Problem>) -> Option<Quantity> {
    let Some(text) = text(field) else {
        if let Some(data) = field.data {
            let message = format!("is {}: allowed are quantities such as 250m or 1.5Gi", data.describe());
            found
                .push(field.problem("invalid-quantity", message).allowed("quantities such as 250m or 1.5Gi"));
        }
        return None;
    };
    if has_placeholder(&text) {
        return None;
    }
    match Quantity::parse(&text) {
        Some(quantity) if quantity.is_negative() => {
            found.push(field.misfit("invalid-quantity", &text, "is less than nothing", "quantities from 0"));
            None
        }
        None => {
            found.push(field.misfit("invalid-quantity", &text, "is no quantity", QUANTITY));
            None
        }
        quantity => quantity,
    }
}

/// What a quantity is written as: text, or a number.
fn text(field: &Field<'_>) -> Option<String> {
    match field.data? {
        Data::Text(text) => Some(text.clone()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn pod(resources: &str) -> String {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, \
             spec: {{containers: [{{name: a, resources: {resources}}}]}}}}"
        )
    }

    #[test]
    fn quantities_are_quantities() {
        assert_eq!(
            found(&pod("{requests: {cpu: 0.5, memory: 1Gi}, limits: {cpu: 1, memory: 1.5Gi}}")),
            [""; 0]
        );
        assert_eq!(found(&pod("{limits: {memory: '${stackwright:a.B}'}, requests: {memory: 1Gi}}")), [""; 0]);
        let limit = "invalid-quantity spec.containers.0.resources.limits.memory";
        assert_eq!(found(&pod("{limits: {memory: 1GB}}")), [limit]);
        assert_eq!(found(&pod("{limits: {memory: -1Gi}}")), [limit]);
        assert_eq!(found(&pod("{limits: {memory: [1]}, requests: {memory: 1}}")), [limit]);
    }

    #[test]
    fn requests_stay_within_limits() {
        assert_eq!(found(&pod("{requests: {memory: 1Gi}, limits: {memory: 1024Mi}}")), [""; 0]);
        assert_eq!(
            told(&pod("{requests: {memory: 1Gi}, limits: {memory: 1G}}")),
            ["spec.containers.0.resources.requests.memory 1Gi is more than the limit: allowed are up to 1G"],
        );
    }

    #[test]
    fn quantities_are_found_wherever_they_are() {
        let volume = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {volumes: [{name: a, emptyDir: {sizeLimit: x}}]}}";
        assert_eq!(found(volume), ["invalid-quantity spec.volumes.0.emptyDir.sizeLimit"]);
        let quota =
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: a}, spec: {hard: {pods: 10, cpu: 1x}}}";
        assert_eq!(found(quota), ["invalid-quantity spec.hard.cpu"]);
        let claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {resources: {requests: {storage: 1 Gi}}}}";
        assert_eq!(found(claim), ["invalid-quantity spec.resources.requests.storage"]);
        let custom =
            "{apiVersion: a.io/v1, kind: A, metadata: {name: a}, spec: {resources: {limits: {a: b}}}}";
        assert_eq!(found(custom), [""; 0]);
    }
}
