//! Functions that take messages from queues: a message is to stay hidden for as long as the function may work on it.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource};

use crate::known::texts;
use crate::{Document, Finding, Section, Used, Way};

/// Lambda refuses a queue whose messages come back before the function's time is over.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, mapping) in document.resources() {
        if mapping.type_name != "AWS::Lambda::EventSourceMapping" {
            continue;
        }
        let queue = used(document, mapping, "EventSourceArn", "AWS::SQS::Queue");
        let function = used(document, mapping, "FunctionName", "AWS::Lambda::Function");
        let (Some((queue, of_queue)), Some((function, of_function))) = (queue, function) else { continue };
        // What either is where nothing is said.
        let hidden = seconds(document, &of_queue.properties, "VisibilityTimeout", 30);
        let timeout = seconds(document, &of_function.properties, "Timeout", 3);
        if let (Some(hidden), Some(timeout)) = (hidden, timeout)
            && hidden < timeout
        {
            let message = format!(
                "messages of {queue:?} come back after {hidden} seconds, while function {function:?} may take {timeout}: \
                 allowed are {timeout} seconds or more"
            );
            let finding = Diagnostic::error("visibility-below-timeout", message).value(hidden.to_string());
            let finding = finding.allowed(format!("{timeout} seconds or more"));
            let hint = format!(
                "set VisibilityTimeout of {queue:?}; AWS advises six times the timeout of the function"
            );
            let place = Way::to(Section::Resource, id).key("Properties").key("EventSourceArn").place();
            let related = Way::to(Section::Resource, queue).place();
            found.push(Finding::new(place, finding.hint(hint)).related("the queue", related));
        }
    }
}

/// The resource of a type that a property refers to.
fn used<'n>(
    document: &Document<'n>,
    mapping: &'n Resource,
    property: &str,
    type_name: &str,
) -> Option<(&'n str, &'n Resource)> {
    let Used { id, .. } = document.follow(mapping.properties.get(property)?)?;
    let resource = document.resource(id)?;
    (resource.type_name == type_name).then_some((id, resource))
}

/// A number of seconds; `None` where it is known only at deploy time.
fn seconds<'n>(document: &Document<'n>, properties: &'n Map, key: &str, absent: u32) -> Option<u32> {
    let value: Option<&Node> = properties.get(key);
    match value {
        None => Some(absent),
        Some(node) => match texts(document, node).as_slice() {
            [one] => one.parse().ok(),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(queue: &str, function: &str, expected: &[&str]) {
        let template = format!(
            "{{Resources: {{
                Queue: {{Type: 'AWS::SQS::Queue', Properties: {{{queue}}}}},
                Function: {{Type: 'AWS::Lambda::Function', Properties: {{{function}}}}},
                A: {{Type: 'AWS::Lambda::EventSourceMapping', Properties: {{
                    EventSourceArn: {{'Fn::GetAtt': [Queue, Arn]}}, FunctionName: {{Ref: Function}}}}}}}}}}"
        );
        testing::check(super::check, &template, expected);
    }

    #[test]
    fn messages_stay_hidden_while_the_function_works() {
        let finding = ["visibility-below-timeout A.EventSourceArn"];
        check("", "", &[]);
        check("", "Timeout: 30", &[]);
        check("", "Timeout: 31", &finding);
        check("VisibilityTimeout: 2", "", &finding);
        check("VisibilityTimeout: '60'", "Timeout: 60", &[]);
        check("VisibilityTimeout: {Ref: P}", "Timeout: 60", &[]);
    }
}
