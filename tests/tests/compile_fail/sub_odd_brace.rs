//! A brace in the text of `sub!` is doubled, or part of a pair.

use stackwright::sub;

fn main() {
    let _ = sub!("{bucket", bucket = "logs");
    let _ = sub!("bucket}");
}
