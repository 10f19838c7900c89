//! Expressions that say when a rule fires: `rate(5 minutes)`, `cron(0 12 * * ? *)`, `at(2027-01-31T12:00:00)`.

use stackwright_assembly::Diagnostic;

use crate::known::texts_of;
use crate::{Document, Finding, Section, Way};

/// Sources: [rules](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html),
/// [schedules](https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html)
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let takes_moments = match resource.type_name.as_str() {
            "AWS::Events::Rule" => false,
            "AWS::Scheduler::Schedule" => true,
            _ => continue,
        };
        for text in texts_of(document, &resource.properties, "ScheduleExpression") {
            let Some(allowed) = refusal(&text, takes_moments) else { continue };
            let message = format!("ScheduleExpression is {text:?}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-schedule", message).value(text).allowed(allowed);
            let place = Way::to(Section::Resource, id).key("Properties").key("ScheduleExpression").place();
            found.push(Finding::new(place, finding));
        }
    }
}

/// What would be taken instead of an expression, if it is not.
fn refusal(text: &str, takes_moments: bool) -> Option<&'static str> {
    let within = |word: &str| text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(rate) = within("rate") {
        let is_rate = rate.split_once(' ').is_some_and(|(count, unit)| is_rate(count, unit, takes_moments));
        return (!is_rate).then_some(
            "rate(1 UNIT) of minute, hour or day, and rate(NUMBER UNIT) of minutes, hours or days",
        );
    }
    if let Some(cron) = within("cron") {
        return cron_refusal(&cron.split_ascii_whitespace().collect::<Vec<_>>());
    }
    match takes_moments {
        true if within("at").is_some() => None,
        true => Some("rate(…), cron(…) and at(…)"),
        // A rule may have none, and a pattern of events instead.
        false if text.is_empty() => None,
        false => Some("rate(…) and cron(…)"),
    }
}

/// Schedules take one minutes as well as one minute.
fn is_rate(count: &str, unit: &str, is_lax: bool) -> bool {
    let is_one = ["minute", "hour", "day"].contains(&unit);
    let is_many = ["minutes", "hours", "days"].contains(&unit);
    match count.parse::<u64>() {
        Ok(0) | Err(_) => false,
        Ok(_) if is_lax => is_one || is_many,
        Ok(1) => is_one,
        Ok(_) => is_many,
    }
}

fn cron_refusal(fields: &[&str]) -> Option<&'static str> {
    let &[_, _, day_of_month, _, day_of_week, _] = fields else {
        return Some("six fields: minutes, hours, day of the month, month, day of the week, year");
    };
    let days = [day_of_month, day_of_week];
    (days.iter().filter(|day| **day == "?").count() != 1)
        .then_some("a day of the month or a day of the week, and ? for the other")
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(type_name: &str, good: &[&str], bad: &[&str]) {
        let check = |text: &str, expected: &[&str]| {
            let resource = format!("{{Type: '{type_name}', Properties: {{ScheduleExpression: '{text}'}}}}");
            testing::check(super::check, &format!("{{Resources: {{A: {resource}}}}}"), expected);
        };
        good.iter().for_each(|text| check(text, &[]));
        bad.iter().for_each(|text| check(text, &["invalid-schedule A.ScheduleExpression"]));
    }

    #[test]
    fn rules_fire_at_rates_and_by_cron() {
        check(
            "AWS::Events::Rule",
            &["", "rate(1 minute)", "rate(5 minutes)", "cron(0 12 * * ? *)", "cron(0/5 8-17 ? * MON-FRI *)"],
            &[
                "rate(1 minutes)",
                "rate(5 minute)",
                "rate(0 minutes)",
                "rate(five minutes)",
                "rate(5)",
                "cron(0 12 * * *)",
                "cron(0 12 * * * *)",
                "cron(0 12 ? * ? *)",
                "every day",
                "at(2027-01-31T12:00:00)",
            ],
        );
    }

    #[test]
    fn schedules_know_moments_too() {
        check(
            "AWS::Scheduler::Schedule",
            &["at(2027-01-31T12:00:00)", "rate(1 minutes)", "cron(0 12 * * ? *)"],
            &["", "rate(1 week)", "2027-01-31"],
        );
    }
}
