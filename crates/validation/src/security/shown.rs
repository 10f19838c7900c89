//! Secrets that are given by parameters, and shown to whoever looks at the stack.

use stackwright_cfn::{Node, Resource};

use super::secret::PROPERTIES;
use crate::known::{Setting, setting};
use crate::view::View;
use crate::walk::walk_map;
use crate::{About, Document, Finding, Place, Section, Way};

const SHOWN: About = About::new(
    "shown-secret",
    "the value of a parameter without NoEcho is shown to whoever may look at the stack",
);

pub(super) const ABOUT: &[About] = &[SHOWN];

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
pub(super) fn check<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    let element = Way::to(Section::Resource, id);
    walk_map(&resource.properties, &element.key("Properties"), &mut |node, way| {
        if PROPERTIES.contains(&way.name())
            && let View::Parameter(parameter) = View::of(document, node)
            && is_shown(document, parameter)
        {
            let message = format!("{} is parameter {parameter:?}, whose NoEcho is not true", way.name());
            let finding = SHOWN.warning(message).value(parameter).hint("set NoEcho of the parameter to true");
            let place = Place::new(Section::Parameter, parameter);
            found.push(Finding::new(way.place(), finding).related("the parameter", place));
        }
        true
    });
}

fn is_shown(document: &Document<'_>, parameter: &str) -> bool {
    let Some(settings) = document.parameter(parameter).and_then(Node::as_map) else { return false };
    // Of what is stored elsewhere, only the name is given.
    settings.get("Type").and_then(Node::as_str) == Some("String")
        && matches!(setting(document, settings.get("NoEcho")), Setting::Absent | Setting::Off)
}
