//! What is written is read back as the same tree, whatever is in it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use stackwright_cfn::{Function, Map, NoNames, Node, Resource, Template, Text, read};

/// Texts that some reader takes for something else, or chokes on.
fn nasty() -> impl Strategy<Value = String> + Clone {
    let texts: Vec<String> = serde_json::from_str(include_str!("nasty.json")).unwrap();
    prop::sample::select(texts)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => nasty(),
        2 => ".{0,12}",
        1 => (nasty(), nasty()).prop_map(|(a, b)| format!("{a}{b}")),
        1 => "[ \n\t:#a-]{0,12}",
        1 => "[-+0-9._eExob:]{1,8}",
    ]
}

/// Keys that make no function of a map by themselves.
fn key() -> impl Strategy<Value = String> {
    text().prop_map(|key| if Function::from_key(&key).is_some() { format!("{key}s") } else { key })
}

fn number() -> impl Strategy<Value = Node> {
    prop_oneof![
        any::<i64>().prop_map(Node::Int),
        any::<f64>().prop_filter("JSON has no infinity", |value| value.is_finite()).prop_map(Node::Float),
        any::<i128>().prop_map(|value| Node::number(&value.to_string()).unwrap()),
    ]
}

/// Numbers whose digits only JSON keeps.
fn long_number() -> impl Strategy<Value = Node> {
    "-?[1-9][0-9]{0,45}(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,4})?".prop_map(|text| Node::number(&text).unwrap())
}

fn node(number: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        1 => Just(Node::Null),
        1 => any::<bool>().prop_map(Node::Bool),
        2 => number,
        5 => text().prop_map(Node::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 0..5).prop_map(Node::List),
            3 => vec((key(), inner.clone()), 0..5).prop_map(|entries| Node::from_map(entries.into_iter().collect())),
            2 => (prop::sample::select(Function::ALL), inner).prop_map(|(function, argument)| call(function, argument)),
        ]
    })
}

/// A call in the form in which it is read.
fn call(function: Function, argument: Node) -> Node {
    let argument = match (function, &argument) {
        (Function::GetAtt, Node::Text(_)) => Node::from(["Queue", "Arn"]),
        _ => argument,
    };
    Node::from_map([(function.key(), argument)].into_iter().collect())
}

fn section(number: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Map> {
    vec((text(), node(number)), 0..3).prop_map(|entries| entries.into_iter().collect())
}

fn resource(number: impl Strategy<Value = Node> + Clone + 'static) -> impl Strategy<Value = Resource> {
    let is_attribute =
        |key: &String| !matches!(key.as_str(), "Type" | "Properties" | "Condition" | "DependsOn");
    let attributes = vec((text().prop_filter("an attribute", is_attribute), node(number.clone())), 0..2);
    (text(), section(number), option::of(text()), attributes).prop_map(
        |(type_name, properties, depends, attributes)| {
            let mut resource = Resource::raw(type_name, properties);
            // What is written first must be first, for maps are the same only in the same order.
            resource.attributes = depends
                .into_iter()
                .map(|name| ("DependsOn".to_owned(), name.into()))
                .chain(attributes)
                .collect();
            resource
        },
    )
}

fn template(number: impl Strategy<Value = Node> + Clone + 'static) -> impl Strategy<Value = Template> {
    let section = || section(number.clone());
    let is_name = |name: &String| !name.starts_with("Fn::");
    let resources = vec((text().prop_filter("a name", is_name), resource(number.clone())), 0..3);
    let loops = option::of(vec(node(number.clone()), 0..3));
    let head = (option::of(text()), option::of(node(number.clone())));
    let sections = (section(), section(), section(), section(), section(), section());
    (head, sections, resources, loops).prop_map(|(head, sections, mut resources, loops)| {
        let mut template = Template::new();
        (template.description, template.transform) = (head.0.map(Text::from), head.1);
        (
            template.metadata,
            template.parameters,
            template.rules,
            template.mappings,
            template.conditions,
            template.outputs,
        ) = sections;
        resources.sort_by(|(one, _), (other, _)| one.cmp(other));
        resources.dedup_by(|(one, _), (other, _)| one == other);
        template.resources = resources.into_iter().map(|(name, resource)| (name.into(), resource)).collect();
        template.generated =
            loops.into_iter().map(|items| ("Fn::ForEach::Loop", Node::List(items))).collect();
        template.others.set("Hooks", Node::Bool(true));
        template
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn json_is_read_back_to_the_last_digit(template in template(prop_oneof![number(), long_number()].boxed())) {
        let text = template.to_json(&NoNames);
        prop_assert_eq!(read(&text), Ok(template), "{}", text);
    }

    #[test]
    fn yaml_is_read_back(template in template(number().boxed())) {
        let text = template.to_yaml(&NoNames);
        prop_assert_eq!(read(&text), Ok(template), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", yaml in vec(text(), 0..20)) {
        let _ = read(&text);
        let _ = read(&yaml.concat());
        let _ = read(&yaml.join("\n"));
    }
}
