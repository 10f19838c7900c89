//! What is written is read back as the same objects, whatever is in them.

use proptest::collection::vec;
use proptest::prelude::*;
use stackwright_k8s::{Data, Map, Object, Quantity, check, read, to_yaml};

/// Texts that some reader takes for something else, or chokes on.
fn nasty() -> impl Strategy<Value = String> + Clone {
    let texts = include_str!("../../cfn/tests/document/nasty.json");
    prop::sample::select(serde_json::from_str::<Vec<String>>(texts).unwrap())
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

/// Keys among which those are that are written first.
fn key() -> impl Strategy<Value = String> {
    let fields = ["apiVersion", "kind", "metadata", "name", "namespace", "spec", "containers", "resources"];
    prop_oneof![3 => text(), 1 => prop::sample::select(fields.map(str::to_owned).to_vec())]
}

fn data() -> impl Strategy<Value = Data> {
    let leaf = prop_oneof![
        1 => Just(Data::Null),
        1 => any::<bool>().prop_map(Data::Bool),
        1 => any::<i64>().prop_map(Data::Int),
        1 => any::<f64>().prop_filter("JSON has no infinity", |value| value.is_finite()).prop_map(Data::Float),
        5 => text().prop_map(Data::Text),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 0..5).prop_map(Data::List),
            3 => vec((key(), inner), 0..5).prop_map(|entries| Data::Map(entries.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Object> {
    // An empty map is what `---` alone is too, and a `List` is more than one object.
    let fields = vec((key(), data()), 1..5).prop_map(Map::from_iter);
    fields.prop_filter("no list", |fields| fields.get("kind") != Some(&"List".into())).prop_map(Object::new)
}

/// The same with the keys of every map in one order, for the writer puts some first.
fn sorted(data: &Data) -> serde_json::Value {
    match data {
        Data::List(items) => items.iter().map(sorted).collect(),
        Data::Map(map) => map.iter().map(|(key, value)| (key.to_owned(), sorted(value))).collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

fn all(objects: &[Object]) -> Vec<serde_json::Value> {
    objects.iter().map(|object| sorted(&Data::Map(object.fields().clone()))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn yaml_is_read_back(objects in vec(object(), 0..3)) {
        let text = to_yaml(&objects);
        let read = read(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(all(&read), all(&objects), "{}", text);
    }

    #[test]
    fn anything_that_serializes_keeps_what_it_is(data in data()) {
        prop_assert_eq!(Data::from_serialize(&data), Ok(data));
    }

    #[test]
    fn nothing_makes_the_reader_or_a_check_panic(text in ".{0,200}", lines in vec(text(), 0..20), object in object()) {
        let _ = read(&text);
        let _ = read(&lines.concat());
        let _ = read(&lines.join("\n"));
        let _ = check::object(&object);
        let _ = check::together(&[&object, &object], &[]);
    }

    #[test]
    fn whole_quantities_are_ordered_as_numbers(one in any::<i64>(), other in any::<i64>()) {
        let quantity = |value: i64| Quantity::parse(&value.to_string()).unwrap();
        prop_assert_eq!(quantity(one).cmp(&quantity(other)), one.cmp(&other));
        prop_assert_eq!(Quantity::parse(&format!("{one}000m")), Quantity::parse(&one.to_string()));
    }
}
