//! Generates every service of the repository.
#![expect(clippy::disallowed_methods, reason = "reads the facts")]
use stackwright_codegen::{parse, rust, write};
#[test]
fn every_service_generates() {
    let facts = concat!(env!("CARGO_MANIFEST_DIR"), "/../aws/facts");
    let index = parse::index(&std::fs::read_to_string(format!("{facts}/index")).unwrap()).unwrap();
    let mut n = 0;
    for module in index.services.keys() {
        let text = std::fs::read_to_string(format!("{facts}/{module}.facts")).unwrap();
        let service = parse::service(&text).unwrap_or_else(|e| panic!("{module}: {e}"));
        assert_eq!(write::service(&service), text);
        match rust::service(&service, &index) {
            Ok(text) => n += text.len(),
            Err(error) => println!("ERR {error}"),
        }
    }
    println!("{n} bytes");
}
