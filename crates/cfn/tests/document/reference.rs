//! Which names a template uses, and that renaming reaches all of them.

use stackwright_cfn::{Space, Template, json, read, references};

/// A template that uses every name in every way there is.
const TEMPLATE: &str = "
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups: [{Label: {default: Net}, Parameters: [Vpc, Subnet]}]
    ParameterLabels: {Vpc: {default: The network}}
Parameters:
  Vpc: {Type: 'AWS::EC2::VPC::Id'}
  Subnet: {Type: 'AWS::EC2::Subnet::Id'}
Rules:
  Inside:
    RuleCondition: !Equals [!Ref Vpc, x]
    Assertions: [{Assert: !EachMemberIn [!ValueOf [Subnet, VpcId], !RefAll 'AWS::EC2::VPC::Id']}]
Mappings:
  Sizes: {eu-west-1: {size: 3}}
Conditions:
  IsProd: !Equals [!Ref AWS::Region, eu-west-1]
  IsTest: !Not [!Condition IsProd]
  IsBoth: !Condition IsTest
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: IsProd
    DependsOn: [Topic]
    Properties:
      Name: !Sub ['${Vpc}-${size}-${!Queue}-${Topic.TopicName}-${AWS::Region}', {size: !FindInMap [Sizes, !Ref AWS::Region, size]}]
      Policy: {Statement: {Condition: {StringEquals: {a: !GetAtt Topic.TopicArn}}}}
      Tag: {Condition: IsProd}
      Delay: !If [IsTest, !Ref Vpc, !Ref AWS::NoValue]
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Table
  Table: {Type: AWS::DynamoDB::Table}
  Fn::ForEach::Alarms:
    - Name
    - [!Ref Subnet]
    - Alarm${Name}:
        Type: AWS::CloudWatch::Alarm
        Condition: IsBoth
        DependsOn: Queue
        Properties: {Name: !Sub '${Name}-${&Name}-${Queue}', Other: !GetAtt 'Alarm${Name}.Arn', Of: !Ref Name}
Outputs:
  Url: {Condition: IsTest, Value: !Ref Queue, Export: {Name: !Sub '${Table.Arn}'}}
";

fn names(template: &Template) -> Vec<(Space, String)> {
    template.references().into_iter().map(|found| (found.space, found.name.to_owned())).collect()
}

#[test]
fn every_use_is_found() {
    use Space::{Condition, Element, Mapping};
    let expected = [
        (Element, "Vpc"),
        (Element, "Subnet"),
        (Condition, "IsProd"),
        (Condition, "IsTest"),
        // Queue: its attributes, then its properties.
        (Condition, "IsProd"),
        (Element, "Topic"),
        (Element, "Vpc"),
        (Element, "Topic"),
        (Mapping, "Sizes"),
        (Element, "Topic"),
        (Condition, "IsTest"),
        (Element, "Vpc"),
        // Topic.
        (Element, "Table"),
        // The loop.
        (Element, "Subnet"),
        (Condition, "IsBoth"),
        (Element, "Queue"),
        (Element, "Queue"),
        // The output.
        (Condition, "IsTest"),
        (Element, "Queue"),
        (Element, "Table"),
    ];
    assert_eq!(names(&read(TEMPLATE).unwrap()), expected.map(|(space, name)| (space, name.to_owned())));
}

#[test]
fn a_resource_tells_its_own() {
    let template = read(TEMPLATE).unwrap();
    let found = template.resources[1].1.references();
    assert_eq!(found.iter().map(|found| found.name).collect::<Vec<_>>(), ["Table"]);
}

#[test]
fn attributes_are_told_where_they_are_written_out() {
    let node = json!([
        { "Fn::GetAtt": ["A", "Arn"] },
        { "Fn::GetAtt": ["B", { "Ref": "C" }] },
        { "Fn::Sub": "${D.E.F}" },
        { "Fn::FindInMap": ["G", "h", "i"] },
    ]);
    let found: Vec<_> = references(&node).iter().map(|found| (found.name, found.attribute)).collect();
    assert_eq!(found, [("A", Some("Arn")), ("B", None), ("C", None), ("D", Some("E.F")), ("G", None)],);
}

#[test]
fn renaming_reaches_definitions_and_uses_alike() {
    let mark = |space: Space| match space {
        Space::Element => "0E",
        Space::Condition => "0C",
        Space::Mapping => "0M",
    };
    let original = read(TEMPLATE).unwrap();
    let mut template = original.clone();
    template.rename(&mut |space, name| Some(format!("{}{name}", mark(space)).into()));
    let expected: Vec<_> =
        names(&original).into_iter().map(|(space, name)| (space, format!("{}{name}", mark(space)))).collect();
    assert_eq!(names(&template), expected);

    // Nothing else is changed, and none of the old names is left.
    let text = serde_json::to_string(&template).unwrap();
    let back = text.replace("0E", "").replace("0C", "").replace("0M", "");
    assert_eq!(back, serde_json::to_string(&original).unwrap());
    for name in ["Queue", "Topic", "Table", "Vpc", "Subnet"] {
        let lone = text.matches(&format!("\"{name}\"")).count();
        assert_eq!(lone, 0, "{name} in {text}");
    }
    assert!(text.contains(r#""Fn::Sub":["${0EVpc}-${size}-${!Queue}-${0ETopic.TopicName}-${AWS::Region}","#));
    assert!(text.contains(r#""Tag":{"Condition":"IsProd"}"#), "{text}");
    assert!(text.contains(r#""Fn::Sub":"${Name}-${&Name}-${0EQueue}""#), "{text}");
}

#[test]
fn renaming_nothing_changes_nothing() {
    let original = read(TEMPLATE).unwrap();
    let mut template = original.clone();
    template.rename(&mut |_, _| None);
    assert_eq!(template, original);
}
