//! Compiles what `stackwright-codegen` generates of its fixture, and uses it.

use stackwright_aws::Tag;
use stackwright_cfn as cfn;
use stackwright_cfn::{Map, Node, ResourceType, TagShape, Target, Value};

#[expect(unreachable_pub, reason = "generated as for a library")]
mod ids {
    //! As in the crate itself.
    include!("../../codegen/tests/fixtures/ids.rs");
}

#[expect(unreachable_pub, dead_code, reason = "generated as for a library")]
mod traps {
    //! As in the crate itself.
    include!("../../codegen/tests/fixtures/traps.rs");
}

use traps::{
    Bare, BareAttributes, Everything, EverythingAttributes, EverythingId, EverythingRequired, Macro,
    everything,
};

fn with<T>(mut properties: Map, name: &'static str, value: impl Into<Value<T>>) -> Map {
    properties.set(name, value.into().into_node());
    properties
}

#[test]
fn what_is_required_and_set_is_what_is_there() {
    let bare = BareAttributes::from(Target::new(0, 0));
    let string = everything::StringType::new(everything::StringTypeRequired { text: "t".into() });
    let mut properties = Everything::new(EverythingRequired {
        mode: Everything::MODE_READ_WRITE.into(),
        name: "n".into(),
        required_policy: Value::<String>::from("text").into_json(),
    })
    .bare_arn(bare.ref_())
    .root(everything::Node::new().children([everything::Node::new().clone_("c")]))
    .weights(everything::Value::new().either_list([string]))
    .size(1.5)
    .type_(Everything::TYPE_A)
    .into_properties();
    assert_eq!(properties.remove("BareArn"), Some(Node::Ref(Target::new(0, 0))));
    assert_eq!(
        serde_json::to_string(&Node::Map(properties)).unwrap(),
        r#"{"Mode":"read-write","Name":"n","RequiredPolicy":"text","Root":{"Children":[{"Clone":"c"}]},"Weights":{"Either":[{"Text":"t"}]},"Size":1.5,"Type":"A"}"#
    );
}

#[test]
fn attributes_are_typed_and_keep_their_dots() {
    let target = Target::new(0, 7);
    let attributes = EverythingAttributes::from(target);
    let ids: [Value<EverythingId>; 3] = [attributes.ref_(), attributes.attr_id(), attributes.attr_also()];
    assert_eq!(
        ids.map(Value::into_node),
        [Node::Ref(target), Node::GetAtt(target, "Id"), Node::GetAtt(target, "Also")]
    );
    let dotted = attributes.attr_certificate_authority_dot_data();
    assert_eq!(dotted.into_node(), Node::GetAtt(target, "CertificateAuthority.Data"));
}

#[test]
fn the_facts_of_a_type_are_those_of_the_file() {
    let meta = Everything::META;
    assert_eq!(meta.required, ["Mode", "Name", "RequiredPolicy"]);
    assert_eq!(meta.create_only, ["BareArn"]);
    assert_eq!(meta.conditional, ["Root", "Weights"], "a label deep inside replaces the resource");
    assert_eq!(meta.list_attributes, ["Nodes"]);
    assert_eq!(meta.tagging.map(|tagging| tagging.shape), Some(TagShape::List));
    assert_eq!(
        Macro::META.tagging.map(|tagging| (tagging.property, tagging.shape)),
        Some(("Labels", TagShape::Map))
    );
    assert!(Bare::META.properties.is_empty());
}
