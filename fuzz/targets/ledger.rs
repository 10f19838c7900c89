//! Any text as a ledger of addresses: what is read stays what it is when it is written again.
#![no_main]

use stackwright_constructs::ec2::ledger::Ledger;

libfuzzer_sys::fuzz_target!(|text: &str| {
    match Ledger::parse(text) {
        Ok(ledger) => assert_eq!(Ledger::parse(&ledger.to_string()).as_ref(), Ok(&ledger), "{ledger}"),
        Err(errors) => errors.iter().for_each(|error| drop(error.to_string())),
    }
});
