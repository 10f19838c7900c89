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
    let template = "
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {NotKnownYet: 1, DelaySeconds: soon}}
  Mine: {Type: Custom::Mine}
";
    let migration = migrate(template, "jobs").unwrap();
    assert_eq!(
        migration.untyped,
        [
            "Jobs.DelaySeconds: it is no whole number",
            "Jobs.NotKnownYet: it is not known of this type of resource",
            "Mine: Custom::Mine is no known type, so that its properties are set by name",
        ]
    );
}

#[test]
fn a_dependency_that_a_reference_says_already_stays() {
    let template = "
Resources:
  A: {Type: AWS::SQS::Queue}
  B: {Type: AWS::SQS::Queue, DependsOn: [A], Properties: {QueueName: !GetAtt A.QueueName}}
  C: {Type: AWS::SQS::Queue, DependsOn: A}
";
    let rust = migrate(template, "jobs").unwrap().rust;
    assert!(rust.contains(r#"b.set_attribute("DependsOn", json!(["A"]));"#), "{rust}");
    assert!(rust.contains("c.depends_on(&a);"), "{rust}");
}
