//! Any text as a template: what is read can be validated, and reads the same when it is written again.
#![no_main]

use stackwright_cfn::{Template, read};
use stackwright_validation::{Document, validate};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(template) = read(text) else { return };
    validate(&Document::of(&template));
    let json = json(&template);
    match read(&json) {
        Ok(again) => assert_eq!(self::json(&again), json),
        Err(error) => panic!("what was written is not read: {error}\n{json}"),
    }
});

fn json(template: &Template) -> String {
    serde_json::to_string(template).expect("a template that was read can be written")
}
