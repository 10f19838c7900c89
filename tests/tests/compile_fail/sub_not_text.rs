//! What `sub!` mixes is text: a list is none.

use stackwright::prelude::*;

fn main() {
    let zones: Value<Vec<String>> = functions::get_azs("");
    let _ = sub!("{zones}", zones);
}
