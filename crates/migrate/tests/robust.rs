//! Templates that are not what they should be are refused or migrated as far as they go, and never a panic.

use stackwright_migrate::migrate;

const TEMPLATES: [&str; 2] = [
    include_str!("../../../examples/migrated/templates/network.yaml"),
    include_str!("../../../examples/migrated/templates/jobs.yaml"),
];

#[test]
fn a_template_without_one_of_its_lines_is_no_panic() {
    let mut refused = 0;
    for template in TEMPLATES {
        let lines: Vec<&str> = template.lines().collect();
        for without in 0..lines.len() {
            let rest: Vec<&str> = [&lines[..without], &lines[without + 1..]].concat();
            refused += usize::from(migrate(&rest.join("\n"), "stack").is_err());
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_template_with_other_values_is_no_panic() {
    for template in TEMPLATES {
        for (from, to) in
            [("!Ref ", "!GetAtt "), ("!Ref ", "!If "), ("Type:", "Typ:"), ("[", "{"), (": ", ": - ")]
        {
            for (at, _) in template.match_indices(from) {
                let changed = format!("{}{to}{}", &template[..at], &template[at + from.len()..]);
                _ = migrate(&changed, "stack");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_or_all_at_once() {
    let refused = migrate("Resources:\n  Queue: [AWS::SQS::Queue]\n", "stack").unwrap_err();
    assert_eq!(refused.to_string(), "2:10: resource \"Queue\" is a list: allowed is a map with the key Type");
    let two = "Resources: {a-b: {Type: AWS::SQS::Queue, Properties: {QueueName: null}}}";
    assert_eq!(migrate(two, "stack").unwrap_err().0.len(), 2);
}

#[test]
fn what_has_no_type_is_told() {
    let migration = migrate(TEMPLATES[1], "jobs").unwrap();
    let places: Vec<&str> = migration.untyped.iter().filter_map(|it| it.split(':').next()).collect();
    assert_eq!(places, ["Source.NotKnownYet", "Registration", "First.SecurityGroupIngress"]);
}
