//! Warnings that a resource acknowledges in its own metadata: `Stackwright: {acknowledge: {CODE: REASON}}`.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource};

use crate::{Document, Finding, Section, Way};

/// Puts the reasons down at the warnings that are acknowledged, and tells of reasons that are none or for nothing.
pub(crate) fn apply(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let Some(given) = given(resource) else { continue };
        let element = Way::to(Section::Resource, id);
        let metadata = element.key("Metadata");
        let own = metadata.key("Stackwright");
        let list = own.key("acknowledge");
        for (code, reason) in given.iter() {
            let place = || list.key(code).place();
            let reason = reason.as_str().unwrap_or_default();
            if reason.trim().is_empty() {
                let message = format!("{:?} is acknowledged without a reason", code.as_str());
                let finding = Diagnostic::error("empty-reason", message).value(reason);
                found.push(Finding::new(place(), finding.allowed("why it may stay, in words")));
            }
            let is_meant = |finding: &&mut Finding| {
                let at = &finding.place;
                let diagnostic = &finding.diagnostic;
                at.section == Section::Resource
                    && at.id == id
                    && diagnostic.code == code.as_str()
                    && !diagnostic.is_error()
            };
            let mut is_used = false;
            for finding in found.iter_mut().filter(is_meant) {
                finding.acknowledged = Some(reason.to_owned());
                is_used = true;
            }
            if !is_used {
                let message =
                    format!("{:?} is acknowledged, but this resource has no such warning", code.as_str());
                let finding = Diagnostic::warning("unused-acknowledgement", message).value(code.as_str());
                let hint = "take it out: it would hide a warning that nobody has looked at";
                found.push(Finding::new(place(), finding.hint(hint)));
            }
        }
    }
}

fn given(resource: &Resource) -> Option<&Map> {
    let metadata = resource.attributes.get("Metadata").and_then(Node::as_map)?;
    metadata.get("Stackwright")?.as_map()?.get("acknowledge")?.as_map()
}

#[cfg(test)]
mod tests {
    use crate::{Document, validate};

    #[track_caller]
    fn check(metadata: &str, expected: &[(&str, Option<&str>)]) {
        let text = format!(
            "{{Resources: {{A: {{Type: 'AWS::EC2::Volume', Metadata: {{Stackwright: {{acknowledge: {metadata}}}}},
               Properties: {{Size: 1, AvailabilityZone: eu-west-1a}}}}}}}}"
        );
        let template = stackwright_cfn::read(&text).unwrap();
        let found = validate(&Document::of(&template));
        let found: Vec<_> =
            found.iter().map(|it| (it.diagnostic.code.as_str(), it.acknowledged.as_deref())).collect();
        assert_eq!(found, expected, "{metadata}");
    }

    #[test]
    fn a_resource_acknowledges_its_own_warnings() {
        check("{unencrypted-volume: for public files}", &[("unencrypted-volume", Some("for public files"))]);
        check("{unencrypted-volume: ' '}", &[("unencrypted-volume", Some(" ")), ("empty-reason", None)]);
        check("{public-ingress: because}", &[("unencrypted-volume", None), ("unused-acknowledgement", None)]);
    }
}
