//! Any text as Kubernetes objects: what is read can be checked, and reads the same from our YAML and from JSON.
#![no_main]

use serde_json::Value;
use stackwright_k8s::{Object, check, read, to_yaml};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(objects) = read(text) else { return };
    objects.iter().for_each(|object| drop(check::object(object)));
    let yaml = to_yaml(&objects);
    assert_eq!(fields(&again(&yaml)), fields(&objects), "{yaml}");
    for object in &objects {
        let json = serde_json::to_string(object.fields()).expect("an object that was read can be written");
        assert_eq!(fields(&again(&json)), fields(std::slice::from_ref(object)), "{json}");
    }
});

fn again(text: &str) -> Vec<Object> {
    read(text).unwrap_or_else(|error| panic!("what was written is not read: {error}\n{text}"))
}

/// Without the order of keys, which is ours when it is written.
fn fields(objects: &[Object]) -> Vec<Value> {
    let fields = |object: &Object| serde_json::to_value(object.fields());
    objects.iter().map(|object| fields(object).expect("an object that was read is JSON")).collect()
}
