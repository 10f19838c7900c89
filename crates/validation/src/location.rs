//! What ties a template to one place, while the rest of it follows to wherever it is deployed.

use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Function, Node};

use crate::walk::walk_map;
use crate::{About, Document, Finding, Section, Way};

const PARTITION: About = About::new(
    "hard-coded-partition",
    "a template that asks for the partition elsewhere fails in China and GovCloud where it is written out",
);
const REGION: About = About::new(
    "hard-coded-region",
    "a template that asks for the region elsewhere reaches into another one where it is written out",
);
const ZONE: About = About::new(
    "hard-coded-zone",
    "a zone is in one region only, and may have nothing to offer to another account",
);

/// The rules of this family.
pub(crate) const ABOUT: &[About] = &[PARTITION, REGION, ZONE];

/// ARNs whose partition or region is written out, in a template that asks for it in another place. One with an account
/// number is of something that is where it is.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    let asks_for = |pseudo: Pseudo| {
        let mut asks = false;
        each(document, &mut |node, _| {
            asks |= *node == Node::Pseudo(pseudo)
                || written(node).is_some_and(|text| text.contains(pseudo.name()));
            !asks
        });
        asks
    };
    let (mut partition, mut region) = (None, None);
    each(document, &mut |node, way| {
        let Some(text) = written(node).filter(|text| text.starts_with("arn:")) else { return true };
        let text = without_names(&text);
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &[_, of_partition, _, of_region, account, _] = parts.as_slice() else { return false };
        let is_written = |part: &str| !part.is_empty() && !part.contains(['$', '*', '?']);
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let mut tell = |rule: &About, what: &str, value: &str, pseudo: Pseudo| {
            let message = format!(
                "{} has the {what} {value:?} in it, which the template asks for elsewhere",
                way.name()
            );
            let hint = format!("write ${{{}}} in its place, within Fn::Sub", pseudo.name());
            found.push(Finding::new(way.place(), rule.warning(message).value(value).hint(hint)));
        };
        if is_account {
            return false;
        }
        if is_written(of_region) && *region.get_or_insert_with(|| asks_for(Pseudo::Region)) {
            tell(&REGION, "region", of_region, Pseudo::Region);
        } else if is_written(of_partition) && *partition.get_or_insert_with(|| asks_for(Pseudo::Partition)) {
            tell(&PARTITION, "partition", of_partition, Pseudo::Partition);
        }
        false
    });
}

/// Zones that are written out. Only templates that were read are looked at: a program may know where it is deployed.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html>
pub(crate) fn check_zones(document: &Document<'_>, found: &mut Vec<Finding>) {
    each(document, &mut |node, way| {
        let property = way.name();
        if let Node::Text(text) = node
            && (property.ends_with("AvailabilityZone") || property.ends_with("AvailabilityZones"))
            && is_zone(text)
        {
            let finding =
                ZONE.warning(format!("{property} is {:?}, which is in one region only", text.as_str()));
            let hint = "take one of Fn::GetAZs, or a parameter of type AWS::EC2::AvailabilityZone::Name";
            found.push(Finding::new(way.place(), finding.value(text.as_str()).hint(hint)));
        }
        true
    });
}

/// Shows every value of the properties of resources.
fn each(document: &Document<'_>, visit: &mut dyn FnMut(&Node, &Way<'_>) -> bool) {
    for (id, resource) in document.resources() {
        let element = Way::to(Section::Resource, id);
        walk_map(&resource.properties, &element.key("Properties"), &mut |node, way| visit(node, way));
    }
}

/// A text as `Fn::Sub` writes it, whichever way it is put together; what fills it in without a name is `${}`.
fn written(node: &Node) -> Option<String> {
    let in_row = |items: &[Node], delimiter: &str| {
        let texts = items.iter().map(|item| match item {
            Node::Pseudo(pseudo) => format!("${{{}}}", pseudo.name()),
            item => item.as_str().unwrap_or("${}").to_owned(),
        });
        texts.collect::<Vec<_>>().join(delimiter)
    };
    match node {
        Node::Text(text) => Some(text.as_str().to_owned()),
        Node::Sub(pieces) => Some(in_row(pieces, "")),
        Node::Call(call) => match (call.function, &call.argument) {
            (Function::Sub, Node::Text(text)) => Some(text.as_str().to_owned()),
            (Function::Sub, Node::List(items)) => items.first()?.as_str().map(str::to_owned),
            (Function::Join, Node::List(items)) => match items.as_slice() {
                [Node::Text(delimiter), Node::List(items)] => Some(in_row(items, delimiter)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// A text whose names in `${…}` are left out, as there are colons in them.
fn without_names(text: &str) -> String {
    let mut parts = text.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + "${}" + part.split_once('}').map_or("", |(_, rest)| rest))
}

/// Whether a text is the name of a zone, such as `eu-west-1a` or `us-west-2-lax-1a`.
fn is_zone(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_last = |part: &str| matches!(part.as_bytes(), [digit, letter] if digit.is_ascii_digit() && letter.is_ascii_lowercase());
    parts.len() >= 3 && parts.iter().all(is_word) && parts.last().is_some_and(|part| is_last(part))
}

#[cfg(test)]
mod tests {
    use crate::{Rule, testing};

    #[track_caller]
    fn check(rule: Rule, properties: &str, expected: &[&str]) {
        let resource = format!("{{Type: 'Custom::A', Properties: {{{properties}}}}}");
        testing::check(rule, &format!("{{Resources: {{A: {resource}}}}}"), expected);
    }

    #[test]
    fn arns_follow_where_the_rest_of_the_template_does() {
        let check = |arn: &str, expected: &[&str]| check(super::check, arn, expected);
        let asks = "X: {Ref: 'AWS::Partition'}, Y: {'Fn::Sub': 'a-${AWS::Region}'}";
        check("P: 'arn:aws:iam::aws:policy/A'", &[]);
        let partition = ["hard-coded-partition A.P"];
        check(&format!("P: 'arn:aws:iam::aws:policy/A', {asks}"), &partition);
        check(&format!("P: {{'Fn::Sub': 'arn:aws:s3:::a-${{AWS::AccountId}}'}}, {asks}"), &partition);
        check(&format!("P: {{'Fn::Join': ['', ['arn:aws:s3:::', {{Ref: B}}]]}}, {asks}"), &partition);
        check(&format!("P: {{'Fn::Sub': 'arn:${{AWS::Partition}}:s3:::a'}}, {asks}"), &[]);
        check(&format!("P: 'arn:aws:iam::123456789012:role/a', {asks}"), &[]);
        let region = ["hard-coded-region A.P"];
        check(&format!("P: {{'Fn::Sub': 'arn:aws:sqs:eu-west-1:${{AWS::AccountId}}:a'}}, {asks}"), &region);
        check("P: {'Fn::Sub': 'arn:aws:sqs:eu-west-1:${AWS::AccountId}:a'}", &[]);
        check(
            &format!("P: {{'Fn::Sub': 'arn:${{AWS::Partition}}:sqs:*:${{AWS::AccountId}}:a'}}, {asks}"),
            &[],
        );
    }

    #[test]
    fn zones_are_of_one_region() {
        let check = |properties: &str, expected: &[&str]| check(super::check_zones, properties, expected);
        check("AvailabilityZone: eu-west-1a", &["hard-coded-zone A.AvailabilityZone"]);
        check("AvailabilityZones: [{Ref: Z}, us-west-2-lax-1a]", &["hard-coded-zone A.AvailabilityZones.1"]);
        check("AvailabilityZone: {'Fn::Select': [0, {'Fn::GetAZs': ''}]}", &[]);
        check(
            "AvailabilityZone: {'Fn::If': [C, {Ref: Z}, 'eu-west-1b']}",
            &["hard-coded-zone A.AvailabilityZone.Fn::If.2"],
        );
        check("AvailabilityZone: eu-west-1", &[]);
        check("Name: eu-west-1a", &[]);
    }
}
