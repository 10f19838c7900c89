//! Whatever stands in a template, nothing panics.

use proptest::prelude::*;
use stackwright_cfn::{Function, Map, Node, Resource, Template};

use crate::schema::Schema;
use crate::{Document, table, validate};

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Node::Null),
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(Node::Int),
        any::<f64>().prop_map(Node::Float),
        "\\PC{0,12}".prop_map(Node::from),
        prop_oneof![
            Just("10.0.0.0/33"),
            Just("arn:aws:iam::1:role/"),
            Just("${"),
            Just("${a.b}${!c}"),
            Just("-1"),
            Just("sg-ö1234567"),
            Just("AWS::NoValue"),
            Just("Thing"),
        ]
        .prop_map(Node::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let function = prop::sample::select(Function::ALL);
        let key = prop_oneof![
            Just("Key"),
            Just("Type"),
            Just("Ebs"),
            Just("Fn::If"),
            Just("IpProtocol"),
            Just("é")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::from),
            prop::collection::vec((key, inner.clone()), 0..4)
                .prop_map(|entries| Node::Map(entries.into_iter().collect())),
            (function.clone(), inner.clone()).prop_map(|(function, argument)| Node::call(function, argument)),
            (function, prop::collection::vec(inner, 0..4))
                .prop_map(|(function, arguments)| Node::call(function, arguments)),
        ]
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    let names: Vec<&str> = table::names().collect();
    let type_name = prop::sample::select(names);
    (type_name, prop::collection::vec((any::<prop::sample::Index>(), node()), 0..6)).prop_map(
        |(type_name, values)| {
            let known = Schema::of(type_name).expect("every name is that of a type");
            let properties = known.resource.properties();
            let named = values.into_iter().map(|(index, value)| {
                let name = match properties.is_empty() {
                    true => "Name".to_owned(),
                    false => index.get(properties).name.to_string(),
                };
                (name, value)
            });
            Resource::raw(type_name, named.collect::<Map>())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 256 } else { 4096 }))]

    #[test]
    fn no_template_is_too_odd(resources in prop::collection::vec(resource(), 1..4), parameter in node()) {
        let mut template = Template::new();
        template.parameters.insert("Thing", parameter);
        for (index, resource) in resources.into_iter().enumerate() {
            template.resources.push((format!("R{index}").into(), resource));
        }
        let findings = validate(&Document::of(&template));
        prop_assert!(findings.iter().all(|finding| !finding.diagnostic.message.is_empty()));
    }
}
