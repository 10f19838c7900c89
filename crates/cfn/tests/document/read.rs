//! What `read` makes of texts, and what it says of those it refuses.

use stackwright_cfn::{NoNames, Node, Template, read};

/// What the text of a value becomes, as JSON on one line.
fn value(yaml: &str) -> String {
    let indented = yaml.replace('\n', "\n    ");
    let template =
        read(&format!("Metadata:\n  Value: {indented}\n")).unwrap_or_else(|error| panic!("{error}"));
    serde_json::to_string(template.metadata.get("Value").unwrap()).unwrap()
}

fn json(text: &str) -> String {
    serde_json::to_string(&read(text).unwrap()).unwrap()
}

fn error(text: &str) -> String {
    read(text).expect_err("an error").to_string()
}

#[test]
fn short_forms_are_the_functions_they_stand_for() {
    let forms = [
        ("!Ref Queue", r#"{"Ref":"Queue"}"#),
        ("!Ref AWS::Region", r#"{"Ref":"AWS::Region"}"#),
        ("!Ref 0123", r#"{"Ref":"0123"}"#),
        ("!Condition IsProd", r#"{"Condition":"IsProd"}"#),
        ("!GetAtt Queue.Arn", r#"{"Fn::GetAtt":["Queue","Arn"]}"#),
        ("!GetAtt Nested.Outputs.Name", r#"{"Fn::GetAtt":["Nested","Outputs.Name"]}"#),
        ("!GetAtt [Queue, Arn]", r#"{"Fn::GetAtt":["Queue","Arn"]}"#),
        ("!GetAtt\n- Queue\n- !Ref Which", r#"{"Fn::GetAtt":["Queue",{"Ref":"Which"}]}"#),
        ("!Sub '${A}-${B.C}'", r#"{"Fn::Sub":"${A}-${B.C}"}"#),
        ("!Sub\n- ${x}\n- x: !Ref A", r#"{"Fn::Sub":["${x}",{"x":{"Ref":"A"}}]}"#),
        ("!Sub |\n  echo ${A}\n  exit", r#"{"Fn::Sub":"echo ${A}\nexit\n"}"#),
        ("!Join ['', [a, !Ref B]]", r#"{"Fn::Join":["",["a",{"Ref":"B"}]]}"#),
        (
            "!Select [0, !Split [',', !ImportValue 'x']]",
            r#"{"Fn::Select":[0,{"Fn::Split":[",",{"Fn::ImportValue":"x"}]}]}"#,
        ),
        ("!ImportValue\n  Fn::Sub: ${A}-id", r#"{"Fn::ImportValue":{"Fn::Sub":"${A}-id"}}"#),
        ("!If [Prod, 1, !Ref AWS::NoValue]", r#"{"Fn::If":["Prod",1,{"Ref":"AWS::NoValue"}]}"#),
        (
            "!And [!Condition A, !Or [!Not [!Equals [x, 'y']], !Condition B]]",
            concat!(
                r#"{"Fn::And":[{"Condition":"A"},{"Fn::Or":[{"Fn::Not":[{"Fn::Equals":["x","y"]}]},"#,
                r#"{"Condition":"B"}]}]}"#,
            ),
        ),
        (
            "!FindInMap [Map, !Ref AWS::Region, ami, DefaultValue: none]",
            r#"{"Fn::FindInMap":["Map",{"Ref":"AWS::Region"},"ami",{"DefaultValue":"none"}]}"#,
        ),
        ("!Base64 text", r#"{"Fn::Base64":"text"}"#),
        ("\n  Fn::Base64: !Sub '${A}'", r#"{"Fn::Base64":{"Fn::Sub":"${A}"}}"#),
        ("!Cidr [10.0.0.0/16, 4, 8]", r#"{"Fn::Cidr":["10.0.0.0/16",4,8]}"#),
        ("!GetAZs", r#"{"Fn::GetAZs":""}"#),
        ("!GetAZs ''", r#"{"Fn::GetAZs":""}"#),
        ("!GetAZs\n  Ref: AWS::Region", r#"{"Fn::GetAZs":{"Ref":"AWS::Region"}}"#),
        (
            "!Transform {Name: AWS::Include, Parameters: {Location: s3://b/k}}",
            r#"{"Fn::Transform":{"Name":"AWS::Include","Parameters":{"Location":"s3://b/k"}}}"#,
        ),
        ("!ToJsonString {a: [1, !Ref B]}", r#"{"Fn::ToJsonString":{"a":[1,{"Ref":"B"}]}}"#),
        ("!Length [1, 2]", r#"{"Fn::Length":[1,2]}"#),
        (
            "!GetStackOutput {StackName: s, OutputName: o}",
            r#"{"Fn::GetStackOutput":{"StackName":"s","OutputName":"o"}}"#,
        ),
        ("!Contains [[a], !Ref B]", r#"{"Fn::Contains":[["a"],{"Ref":"B"}]}"#),
        (
            "!ValueOfAll [AWS::EC2::Subnet::Id, VpcId]",
            r#"{"Fn::ValueOfAll":["AWS::EC2::Subnet::Id","VpcId"]}"#,
        ),
    ];
    for (yaml, json) in forms {
        assert_eq!(value(yaml), json, "{yaml}");
    }
}

#[test]
fn long_forms_are_the_same_tree() {
    let long =
        read(r#"{"Metadata":{"A":{"Ref":"AWS::Region"},"B":{"Fn::GetAtt":"Queue.Arn"},"C":{"Ref":"X"}}}"#);
    let short = read("Metadata:\n  A: !Ref AWS::Region\n  B: !GetAtt Queue.Arn\n  C: !Ref X\n");
    assert_eq!(long, short);
    assert!(matches!(long.unwrap().metadata.get("A"), Some(Node::Pseudo(_))));
}

#[test]
fn what_only_resembles_a_function_stays_a_map() {
    for text in [
        r#"{"Condition":{"StringEquals":{"a":"b"}}}"#,
        r#"{"Ref":"a","Fn::Sub":"b"}"#,
        r#"{"Fn::Unknown":"a"}"#,
        r#"{"Fn::ForEach::Topics":["Name",["a","b"],{"Topic${Name}":{"Ref":"Name"}}]}"#,
    ] {
        assert_eq!(value(text), text);
    }
    let template = read("Conditions:\n  Condition: !Equals [a, b]\nOutputs:\n  Ref: {Value: a}\n").unwrap();
    assert!(template.conditions.contains_key("Condition"));
    assert!(template.outputs.contains_key("Ref"));
}

#[test]
fn tags_of_yaml_decide_over_the_look_of_a_scalar() {
    let scalars = [
        ("!!str 012", r#""012""#),
        ("! 12", r#""12""#),
        ("'12'", r#""12""#),
        ("\"yes\"", r#""yes""#),
        ("!!int '12'", "12"),
        ("!!bool 'yes'", "true"),
        ("!!null ''", "null"),
        ("2010-09-09", r#""2010-09-09""#),
        ("0644", "420"),
        ("!!map {a: !!seq [b]}", r#"{"a":["b"]}"#),
        ("|\n  12\n", r#""12\n""#),
    ];
    for (yaml, json) in scalars {
        assert_eq!(value(yaml), json, "{yaml}");
    }
}

#[test]
fn keys_are_text() {
    assert_eq!(
        value("{80: a, yes: b, 0x10: c, 'no': d, ? e : f}"),
        r#"{"80":"a","true":"b","16":"c","no":"d","e":"f"}"#
    );
    assert_eq!(value("{<<: {a: 1}, '<<': 2}"), r#"{"<<":2,"a":1}"#);
}

#[test]
fn numbers_keep_every_digit() {
    let text = "{\n  \"Metadata\": {\n    \"A\": 123456789012345678901234567890123456789012345,\n    \"B\": 0.12345678901234567890123,\n    \"C\": 1.50\n  },\n  \"Resources\": {}\n}\n";
    let template = read(text).unwrap();
    assert_eq!(template.to_json(&NoNames), text.replace("1.50", "1.5"));
    assert_eq!(read(&template.to_json(&NoNames)), Ok(template));
}

#[test]
fn aliases_and_merge_keys_are_filled_in() {
    let text = "
Metadata:
  Base: &base {a: 1, b: &list [x, y]}
  Other: &other
    b: 2
    c: 3
  One: *base
  Two: {<<: *base, a: 0}
  Three:
    <<: [*other, *base]
    d: *list
  Four: {&key k: 2, l: *key}
";
    assert_eq!(
        json(text),
        concat!(
            r#"{"Metadata":{"Base":{"a":1,"b":["x","y"]},"Other":{"b":2,"c":3},"One":{"a":1,"b":["x","y"]},"#,
            r#""Two":{"a":0,"b":["x","y"]},"Three":{"d":["x","y"],"b":2,"c":3,"a":1},"Four":{"k":2,"l":"k"}},"#,
            r#""Resources":{}}"#,
        ),
    );
}

#[test]
fn every_section_finds_its_place() {
    let text = "
AWSTemplateFormatVersion: 2010-09-09
Description: 2 queues
Transform: [AWS::LanguageExtensions]
Globals: {Function: {Timeout: 3}}
Metadata: {m: 1}
Parameters: {P: {Type: String}}
Rules: {R: {Assertions: []}}
Mappings: {M: {a: {b: c}}}
Conditions: {C: !Equals [a, b]}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    DeletionPolicy: Retain
    Properties: {QueueName: !Ref P}
    Condition: C
  Fn::ForEach::Topics: [Name, [a], {'Topic${Name}': {Type: AWS::SNS::Topic}}]
  Included:
    Fn::Transform: {Name: AWS::Include}
Outputs: {O: {Value: !Ref Queue}}
";
    let template = read(text).unwrap();
    assert_eq!(template.format_version.as_deref(), Some("2010-09-09"));
    assert_eq!(template.description.as_deref(), Some("2 queues"));
    let (name, queue) = &template.resources[0];
    assert_eq!((name.as_str(), &*queue.type_name), ("Queue", "AWS::SQS::Queue"));
    assert!(queue.properties.contains_key("QueueName"));
    assert_eq!(
        queue.attributes.keys().map(|key| key.as_str()).collect::<Vec<_>>(),
        ["DeletionPolicy", "Condition"]
    );
    assert_eq!(template.resources.len(), 1);
    assert_eq!(template.generated.len(), 2);
    assert!(template.others.contains_key("Globals"));
    assert_eq!(
        serde_json::to_string(&template).unwrap(),
        concat!(
            r#"{"AWSTemplateFormatVersion":"2010-09-09","Description":"2 queues","#,
            r#""Transform":["AWS::LanguageExtensions"],"Metadata":{"m":1},"Parameters":{"P":{"Type":"String"}},"#,
            r#""Rules":{"R":{"Assertions":[]}},"Mappings":{"M":{"a":{"b":"c"}}},"#,
            r#""Conditions":{"C":{"Fn::Equals":["a","b"]}},"Resources":{"Queue":{"Type":"AWS::SQS::Queue","#,
            r#""Condition":"C","Properties":{"QueueName":{"Ref":"P"}},"DeletionPolicy":"Retain"},"#,
            r#""Fn::ForEach::Topics":["Name",["a"],{"Topic${Name}":{"Type":"AWS::SNS::Topic"}}],"#,
            r#""Included":{"Fn::Transform":{"Name":"AWS::Include"}}},"Outputs":{"O":{"Value":{"Ref":"Queue"}}},"#,
            r#""Globals":{"Function":{"Timeout":3}}}"#,
        ),
    );
}

#[test]
fn a_macro_may_stand_for_a_section_or_its_entries() {
    for (text, same) in [
        ("Mappings: !Transform {Name: X}", r#"{"Mappings":{"Fn::Transform":{"Name":"X"}},"Resources":{}}"#),
        ("Resources:\n  Fn::Transform: {Name: X}", r#"{"Resources":{"Fn::Transform":{"Name":"X"}}}"#),
        ("Resources: !Transform {Name: X}", r#"{"Resources":{"Fn::Transform":{"Name":"X"}}}"#),
        (
            "Resources: {A: {Type: T, Properties: !Transform {Name: X}}}",
            r#"{"Resources":{"A":{"Type":"T","Properties":{"Fn::Transform":{"Name":"X"}}}}}"#,
        ),
        ("Fn::Transform: {Name: X}", r#"{"Resources":{},"Fn::Transform":{"Name":"X"}}"#),
    ] {
        assert_eq!(json(text), same, "{text}");
    }
}

#[test]
fn json_may_hold_any_character() {
    let text =
        "\u{FEFF}{ \"Metadata\":\t{ \"\u{7F}\\u0000\\/\\ud83d\\ude00\": \"\u{85}\u{FFFE}\u{2028}é\t\" } }";
    let template = read(text).unwrap();
    assert_eq!(
        template.metadata.get("\u{7F}\0/😀").and_then(Node::as_str),
        Some("\u{85}\u{FFFE}\u{2028}é\t"),
    );
    let long = "k".repeat(5000);
    let template = read(&format!("{{\"Metadata\": {{\"{long}\" : 1}}}}")).unwrap();
    assert!(template.metadata.contains_key(&long));
}

#[test]
fn errors_tell_place_value_and_what_is_allowed() {
    let errors = [
        ("", "1:1: the text is empty: allowed is a template, in JSON or YAML"),
        ("# nothing\n", "1:1: the text is empty: allowed is a template, in JSON or YAML"),
        ("[a]", "1:1: the template is a list: allowed is a map of sections"),
        ("text", "1:1: the template is a single value: allowed is a map of sections"),
        ("!Ref A", "1:6: the template is a function: allowed is a map of sections"),
        (
            "a: 1\n---\nb: 2\n",
            "2:1: a second document starts: allowed is one template\nhint: give each template a text of its own",
        ),
        (
            "Resources:\n  A: 1\n  B: 2\n  A: 3\n",
            "4:3: key \"A\" is given twice, first on line 2: allowed is once",
        ),
        (
            "{\"Outputs\": {\"true\": 1, true: 2}}",
            "1:25: key \"true\" is given twice, first on line 1: allowed is once",
        ),
        (
            "AWSTemplateFormatVersion: 2011-01-01",
            "1:27: AWSTemplateFormatVersion is \"2011-01-01\": allowed is 2010-09-09",
        ),
        ("Description: [a]", "1:14: Description is a list: allowed is text"),
        ("Description: !Sub a", "1:19: Description is a function: allowed is text"),
        (
            "Parameters:\nResources: {}\n",
            "1:11: section Parameters is null: allowed is a map\nhint: leave it out where there is nothing to say",
        ),
        ("Resources: []", "1:12: section Resources is a list: allowed is a map"),
        ("Resources: !Ref B", "1:17: section Resources is a function: allowed is a map"),
        ("Resources: {A: !Ref B}", "1:21: resource \"A\" is a function: allowed is a map with the key Type"),
        (
            "Resources:\n  A: {Properties: {}}\n",
            "2:3: resource \"A\" has no Type: allowed is the name of a resource type\nhint: add a key Type, such as Type: AWS::SQS::Queue",
        ),
        ("Resources:\n  A: {Type: [x]}\n", "2:13: Type of resource \"A\" is a list: allowed is text"),
        (
            "Resources:\n  A:\n    Type: T\n    Properties: x\n",
            "4:17: Properties of resource \"A\" is a single value: allowed is a map",
        ),
        (
            "Metadata:\n  A: !GetAtt Queue\n",
            "2:14: Fn::GetAtt is given \"Queue\": allowed is a resource and an attribute, as in Queue.Arn",
        ),
        (
            "Metadata: {A: {Fn::GetAtt: Queue}}",
            "1:15: Fn::GetAtt is given \"Queue\": allowed is a resource and an attribute, as in Queue.Arn",
        ),
        ("Metadata: {A: !Ref [x]}", "1:20: !Ref is given more than a name: allowed is a name"),
        (
            "Metadata: {A: !!timestamp 2001-01-01}",
            "1:27: tag \"!!timestamp\" is not one of CloudFormation's: allowed are !!str, !!int, !!float, !!bool, !!null, !!map, !!seq",
        ),
        ("Metadata: {[a]: b}", "1:12: a key of a map is a list: allowed is text"),
        ("Metadata: {~: b}", "1:12: a key of a map is null: allowed is text\nhint: put it in quotes"),
        (
            "Metadata: {<<: 1}",
            "1:16: what the merge key << names is a single value: allowed is a map, or a list of maps",
        ),
        ("Metadata: {A: &a [*a]}", "1:19: an alias stands for something it is a part of"),
        ("Metadata: {A: *a}", "1:15: while parsing node, found unknown anchor"),
        ("Metadata:\n\tA: b", "2:2: tabs disallowed within this context (block indentation)"),
    ];
    for (text, message) in errors {
        assert_eq!(error(text), message, "{text}");
    }
    let unknown = error("Metadata:\n  A: !Reff x\n");
    assert!(
        unknown.starts_with(
            "2:12: \"!Reff\" is not the short form of a function: allowed are !Ref, !GetAtt, !Sub,"
        ),
        "{unknown}"
    );
    let read = read("Description: [a]").unwrap_err();
    assert_eq!(read.problem().code, "unreadable-template");
    assert_eq!(read.problem().allowed.as_deref(), Some("text"));
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let nested = |levels: usize| format!("A: {}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(read(&nested(128)).map(|_| ()), Ok(()));
    let message = "nested too deep: allowed are 128 levels";
    assert!(error(&nested(129)).contains(message), "{}", error(&nested(129)));
    for levels in [130, 1000, 100_000] {
        for text in ["[".repeat(levels), "{a: ".repeat(levels), "- ".repeat(levels), "a: ! [".repeat(levels)]
        {
            assert!(error(&text).contains(message), "{}", error(&text));
        }
        assert!(error(&nested(levels)).contains(message));
    }
    // Each alias adds a level to what the last one stands for.
    let mut chain = "A0: &a0 [x]\n".to_owned();
    for level in 1..200 {
        chain.push_str(&format!("A{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(error(&chain).contains(message), "{}", error(&chain));
}

#[test]
fn aliases_do_not_explode() {
    let mut bomb = "A0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("A{level}: &a{level} [{items}]\n"));
    }
    assert!(
        error(&bomb).contains("aliases stand for too much: allowed are 16 MiB in all"),
        "{}",
        error(&bomb)
    );
    let long = format!("A: &a {}\nB: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 100].join(", "));
    assert!(error(&long).contains("aliases stand for too much"), "{}", error(&long));
}

#[test]
fn empty_sections_are_like_none() {
    assert_eq!(read("Parameters: {}"), Ok(Template::default()));
}

#[test]
fn a_resource_with_a_macro_beside_its_type_is_a_resource() {
    let template =
        read("Resources: {A: {Type: T, Fn::Transform: {Name: X}}, B: {Fn::Transform: {Name: X}}}").unwrap();
    assert_eq!((template.resources.len(), template.generated.len()), (1, 1));
}
