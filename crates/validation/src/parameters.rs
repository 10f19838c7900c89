//! Parameters: their types, and whether they take their own defaults.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node};

use crate::schema::Pattern;
use crate::view::scalar;
use crate::{Document, Finding, Section, Way};

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, parameter) in document.elements(Section::Parameter) {
        let Some(settings) = parameter.as_map() else { continue };
        let Some(kind) = settings.get("Type").and_then(Node::as_str) else { continue };
        let way = Way::to(Section::Parameter, id);
        if !is_type(kind) {
            let allowed = "String, Number, CommaDelimitedList, List<Number> and the types of AWS";
            let message = format!("parameter {id:?} is of type {kind:?}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-value", message).value(kind).allowed(allowed);
            found.push(Finding::new(way.key("Type").place(), finding));
            continue;
        }
        let Some(default) = settings.get("Default").and_then(scalar) else { continue };
        let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let values = if is_list { default.split(',').collect() } else { vec![&*default] };
        let refused = values.into_iter().find_map(|value| {
            let value = if is_list { value.trim() } else { value };
            refusal(value, kind, settings).map(|allowed| (value, allowed))
        });
        if let Some((value, allowed)) = refused {
            let message =
                format!("parameter {id:?} does not take its default {value:?}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-default", message).value(value).allowed(allowed);
            found.push(Finding::new(way.key("Default").place(), finding));
        }
    }
}

fn is_type(kind: &str) -> bool {
    let inner = kind.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>'));
    match inner {
        Some(inner) => ["String", "Number"].contains(&inner) || inner.starts_with("AWS::"),
        None => ["String", "Number", "CommaDelimitedList"].contains(&kind) || kind.starts_with("AWS::"),
    }
}

/// What a parameter would take instead of a value, if it does not take it.
fn refusal(value: &str, kind: &str, settings: &Map) -> Option<String> {
    if let Some(allowed) = settings.get("AllowedValues").and_then(Node::as_list) {
        let allowed: Vec<_> = allowed.iter().filter_map(scalar).collect();
        if !allowed.iter().any(|one| *one == value) {
            return Some(allowed.join(", "));
        }
    }
    let bound = |key: &str| settings.get(key).and_then(scalar)?.trim().parse::<f64>().ok();
    let (least, most, size, what) = match kind {
        "Number" | "List<Number>" => match value.trim().parse::<f64>() {
            Ok(number) => (bound("MinValue"), bound("MaxValue"), number, "numbers"),
            Err(_) => return Some("numbers".to_owned()),
        },
        "String" => (bound("MinLength"), bound("MaxLength"), value.chars().count() as f64, "characters"),
        _ => (None, None, 0.0, ""),
    };
    if let Some(least) = least.filter(|least| size < *least) {
        return Some(format!("{what} from {least} up"));
    }
    if let Some(most) = most.filter(|most| size > *most) {
        return Some(format!("{what} up to {most}"));
    }
    let pattern = settings.get("AllowedPattern").and_then(Node::as_str)?;
    let fits = Pattern::new(pattern.to_owned().into()).fits(value);
    (fits == Some(false)).then(|| format!("texts like {pattern}"))
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(settings: &str, expected: &[&str]) {
        testing::check(
            super::check,
            &format!("{{Parameters: {{P: {{{settings}}}}}, Resources: {{}}}}"),
            expected,
        );
    }

    #[test]
    fn types_are_those_that_there_are() {
        for kind in ["String", "Number", "List<Number>", "List<String>", "CommaDelimitedList"] {
            check(&format!("Type: {kind}"), &[]);
        }
        for kind in ["AWS::EC2::VPC::Id", "List<AWS::EC2::Subnet::Id>", "AWS::SSM::Parameter::Value<String>"]
        {
            check(&format!("Type: '{kind}'"), &[]);
        }
        for kind in ["Boolean", "string", "List<Boolean>", "Map"] {
            check(&format!("Type: {kind}"), &["invalid-value P.Type"]);
        }
    }

    #[test]
    fn defaults_are_what_the_parameter_takes() {
        let bad = |settings: &str| check(settings, &["invalid-default P.Default"]);
        check("Type: Number, Default: 2, AllowedValues: ['1', '2'], MinValue: 2, MaxValue: 2", &[]);
        bad("Type: Number, Default: 3, AllowedValues: ['1', '2']");
        bad("Type: Number, Default: 1, MinValue: 2");
        bad("Type: Number, Default: 3, MaxValue: 2");
        bad("Type: Number, Default: three");
        check("Type: String, Default: abc, MinLength: 3, MaxLength: 3, AllowedPattern: '^[a-c]+$'", &[]);
        bad("Type: String, Default: ab, MinLength: 3");
        bad("Type: String, Default: abc, MaxLength: 2");
        bad("Type: String, Default: abd, AllowedPattern: '^[a-c]+$'");
        check("Type: CommaDelimitedList, Default: 'a, b', AllowedValues: [a, b]", &[]);
        bad("Type: CommaDelimitedList, Default: 'a, c', AllowedValues: [a, b]");
        // What cannot be told is not held against it.
        check("Type: String, Default: abd, AllowedPattern: '(?=a)b'", &[]);
    }
}
