//! Any text as a CNI configuration: what is read can be checked, and what is sound stays what it is when it is written
//! again.
#![no_main]

use stackwright_assembly::Diagnostic;
use stackwright_constructs::multus::{CniConfig, Network};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match CniConfig::parse(text) {
        Ok(config) => {
            let findings = Network::new(config.clone()).check();
            let json = config.to_json();
            // Of a range whose end comes before its start nothing can be written.
            if findings.iter().any(Diagnostic::is_error) {
                return;
            }
            match CniConfig::parse(&json) {
                Ok(again) => assert_eq!(again, config, "{json}"),
                Err(error) => panic!("what was written is not read: {error}\n{json}"),
            }
        }
        Err(error) => drop(error.to_string()),
    }
});
