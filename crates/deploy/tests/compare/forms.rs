//! Templates that mean the same are the same in every form, and any other difference is found.

use proptest::prelude::*;
use stackwright_cfn::{Function, Map, NoNames, Node, Resource, Template, json, read};
use stackwright_deploy::compare::Comparison;

/// A type whose properties are text and lists, and JSON in `Policy`; nothing of it is exact but that.
const TYPE: &str = "AWS::SQS::Queue";

fn name() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{1,3}"
}

fn scalar() -> impl Strategy<Value = Node> {
    prop_oneof![
        any::<i32>().prop_map(Node::from),
        any::<bool>().prop_map(Node::from),
        "[a-z0-9 .:/$-]{0,6}".prop_map(Node::from),
        (1..999_u16, 1..9_u8)
            .prop_map(|(whole, tenth)| Node::from(f64::from(whole) + f64::from(tenth) / 8.0)),
    ]
}

fn reference() -> impl Strategy<Value = Node> {
    prop_oneof![
        name().prop_map(|name| Node::call(Function::Ref, name)),
        (name(), name()).prop_map(|(name, attribute)| Node::call(Function::GetAtt, [name, attribute])),
        Just(json!({ "Ref": "AWS::Region" })),
    ]
}

/// Text with references in it.
fn mixture() -> impl Strategy<Value = Node> {
    let piece = prop_oneof!["[a-z]{1,3}".prop_map(Node::from), reference()];
    prop::collection::vec(piece, 1..5)
        .prop_map(|pieces| Node::call(Function::Join, Node::List(vec!["".into(), Node::List(pieces)])))
}

fn value() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![4 => scalar(), 2 => reference(), 2 => mixture()];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::List),
            prop::collection::btree_map("[A-Z][a-z]{2,4}", inner.clone(), 0..4)
                .prop_map(|map| Node::Map(map.into_iter().collect())),
            (name(), inner.clone(), inner).prop_map(|(condition, yes, no)| Node::call(
                Function::If,
                Node::List(vec![condition.into(), yes, no])
            )),
        ]
    })
}

fn properties() -> impl Strategy<Value = Map> {
    prop::collection::btree_map(name(), value(), 0..4).prop_map(|map| map.into_iter().collect())
}

fn template() -> impl Strategy<Value = Template> {
    let resource =
        (properties(), prop::collection::btree_set(name(), 0..3)).prop_map(|(properties, depends)| {
            let mut resource = Resource::raw(TYPE, properties);
            if !depends.is_empty() {
                resource.attributes.set("DependsOn", depends.into_iter().collect::<Vec<_>>());
            }
            resource
        });
    let output = value().prop_map(|value| json!({ "Value": value }));
    (prop::collection::btree_map(name(), resource, 1..4), prop::collection::btree_map(name(), output, 0..3))
        .prop_map(|(resources, outputs)| {
            let mut template = Template::new();
            template.resources = resources.into_iter().map(|(name, it)| (name.into(), it)).collect();
            template.outputs = outputs.into_iter().collect();
            template
        })
}

/// The value in another form: keys the other way round, scalars as text, joins as substitutions.
fn rewritten(value: &Node) -> Node {
    match value {
        Node::Bool(_) | Node::Int(_) | Node::Float(_) => Node::from(serde_json::to_string(value).unwrap()),
        Node::List(items) => Node::List(items.iter().map(rewritten).collect()),
        Node::Map(map) => Node::Map(reversed(map)),
        Node::Call(call) if call.function == Function::Join => {
            let Some([_, Node::List(pieces)]) = call.argument.as_list() else { unreachable!() };
            let pieces = pieces.iter().map(|piece| match piece {
                Node::Text(text) => text.to_string(),
                Node::Pseudo(pseudo) => format!("${{{}}}", pseudo.name()),
                Node::Call(call) => match &call.argument {
                    Node::Text(name) => format!("${{{name}}}"),
                    Node::List(names) => {
                        let names: Vec<&str> = names.iter().filter_map(Node::as_str).collect();
                        format!("${{{}}}", names.join("."))
                    }
                    _ => unreachable!(),
                },
                _ => unreachable!(),
            });
            Node::call(Function::Sub, pieces.collect::<String>())
        }
        Node::Call(call) if call.function == Function::If => {
            Node::call(Function::If, rewritten(&call.argument))
        }
        other => other.clone(),
    }
}

fn reversed(map: &Map) -> Map {
    let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.clone(), rewritten(value))).collect();
    entries.reverse();
    entries.into_iter().collect()
}

fn rewritten_template(template: &Template) -> Template {
    let mut other = template.clone();
    other.resources.reverse();
    for (_, resource) in &mut other.resources {
        resource.properties = reversed(&resource.properties);
        if let Some(Node::List(names)) = resource.attributes.get_mut("DependsOn") {
            names.reverse();
            if let [name] = &**names {
                let name = name.clone();
                resource.attributes.set("DependsOn", name);
            }
        }
    }
    other.outputs = reversed(&other.outputs);
    other
}

proptest! {
    #[test]
    fn a_template_is_the_same_in_every_form(template in template()) {
        let forms = [
            template.clone(),
            read(&template.to_json(&NoNames)).unwrap(),
            read(&template.to_yaml(&NoNames)).unwrap(),
            rewritten_template(&template),
        ];
        for before in &forms {
            for after in &forms {
                let comparison = Comparison::of(before, after);
                prop_assert!(comparison.is_empty(), "{:?}", comparison.changes());
            }
        }
    }

    #[test]
    fn any_other_value_is_found(template in template(), which in any::<prop::sample::Index>(), value in "[a-z]{7}") {
        let mut other = template.clone();
        let resource = which.index(other.resources.len());
        let (id, resource) = &mut other.resources[resource];
        let mut places = 0;
        resource.properties.iter().for_each(|(_, node)| node.visit(&mut |node| places += usize::from(is_place(node))));
        let place = if places == 0 { 0 } else { which.index(places) };
        let mut seen = 0;
        if places == 0 {
            resource.properties.set("New", value.as_str());
        }
        for (_, node) in resource.properties.iter_mut() {
            node.visit_mut(&mut |node| {
                if !is_place(node) {
                    return;
                }
                if seen == place {
                    *node = value.as_str().into();
                }
                seen += 1;
            });
        }
        let id = id.to_string();
        let forms = [read(&other.to_yaml(&NoNames)).unwrap(), rewritten_template(&other)];
        for after in &forms {
            let comparison = Comparison::of(&template, after);
            let ids: Vec<&str> = comparison.changes().iter().map(|change| &*change.id).collect();
            prop_assert_eq!(&ids, &[id.as_str()]);
            let edits = &comparison.changes()[0].edits;
            let text = format!("{edits:?}");
            prop_assert_eq!(edits.len(), 1, "{}", &text);
            prop_assert!(text.contains(&value), "{}", &text);
        }
    }
}

/// Whether a value may stand here without changing what is around it.
fn is_place(node: &Node) -> bool {
    matches!(node, Node::Bool(_) | Node::Int(_) | Node::Float(_))
}

#[test]
fn the_template_may_be_one_of_the_program() {
    let mut template = Template::new();
    let name = stackwright_cfn::sub!("{region}-a", region = stackwright_cfn::pseudo::region());
    let properties: Map = [("QueueName", name.into_node())].into_iter().collect();
    template.resources.push(("Q".into(), Resource::raw(TYPE, properties)));
    let text = "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${AWS::Region}-a'}}}";
    assert!(Comparison::of(&template, &read(text).unwrap()).is_empty());
}
