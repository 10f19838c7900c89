//! Groups that grow and shrink: the least is not above the most, and what is desired lies between.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node};

use crate::known::texts_of;
use crate::{Document, Finding, Section, Way};

/// The names of the least, the most, and what is desired.
type Bounds = (&'static str, &'static str, &'static str);

/// Sources: [groups](https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html),
/// [node groups](https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html),
/// [targets](https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html)
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let element = Way::to(Section::Resource, id);
        let way = element.key("Properties");
        let properties = &resource.properties;
        match resource.type_name.as_str() {
            "AWS::AutoScaling::AutoScalingGroup" => {
                look(document, properties, ("MinSize", "MaxSize", "DesiredCapacity"), &way, found);
            }
            "AWS::ApplicationAutoScaling::ScalableTarget" => {
                look(document, properties, ("MinCapacity", "MaxCapacity", ""), &way, found);
            }
            "AWS::EKS::Nodegroup" => {
                if let Some(config) = properties.get("ScalingConfig").and_then(Node::as_map) {
                    let bounds = ("MinSize", "MaxSize", "DesiredSize");
                    look(document, config, bounds, &way.key("ScalingConfig"), found);
                }
            }
            _ => {}
        }
    }
}

fn look<'n>(document: &Document<'n>, map: &'n Map, bounds: Bounds, way: &Way<'_>, found: &mut Vec<Finding>) {
    // One of several values may be wrong with one of another's only.
    let number = |key: &str| match texts_of(document, map, key).as_slice() {
        [one] => one.parse::<i64>().ok(),
        _ => None,
    };
    let (least, most, desired) = bounds;
    let mut tell = |key: &str, message: String, value: String, allowed: String| {
        let finding = Diagnostic::error("bounds-reversed", format!("{message}: allowed are {allowed}"));
        found.push(Finding::new(way.key(key).place(), finding.value(value).allowed(allowed)));
    };
    let (low, high) = (number(least), number(most));
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        let message = format!("{least} is {low} and {most} is {high}");
        return tell(least, message, format!("{low} to {high}"), "from few to many".to_owned());
    }
    let Some(count) = number(desired) else { return };
    let allowed = match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("up to {high}"),
        (None, None) => return,
    };
    if low.is_some_and(|low| count < low) || high.is_some_and(|high| count > high) {
        tell(desired, format!("{desired} is {count}"), count.to_string(), allowed);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(type_name: &str, properties: &str, expected: &[&str]) {
        let resource = format!("{{Type: '{type_name}', Properties: {{{properties}}}}}");
        testing::check(super::check, &format!("{{Resources: {{A: {resource}}}}}"), expected);
    }

    #[test]
    fn bounds_are_in_order() {
        let group = "AWS::AutoScaling::AutoScalingGroup";
        check(group, "MinSize: '1', MaxSize: 3, DesiredCapacity: 3", &[]);
        check(group, "MinSize: '4', MaxSize: 3", &["bounds-reversed A.MinSize"]);
        check(group, "MinSize: 1, MaxSize: 3, DesiredCapacity: '4'", &["bounds-reversed A.DesiredCapacity"]);
        check(
            group,
            "MinSize: 1, MaxSize: {Ref: Most}, DesiredCapacity: 0",
            &["bounds-reversed A.DesiredCapacity"],
        );
        check(group, "MinSize: {'Fn::If': [C, 1, 5]}, MaxSize: 3", &[]);
        let target = "AWS::ApplicationAutoScaling::ScalableTarget";
        check(target, "MinCapacity: 2, MaxCapacity: 1", &["bounds-reversed A.MinCapacity"]);
        let nodes = "ScalingConfig: {MinSize: 5, MaxSize: 3, DesiredSize: 3}";
        check("AWS::EKS::Nodegroup", nodes, &["bounds-reversed A.ScalingConfig.MinSize"]);
    }
}
