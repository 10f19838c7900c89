//! A name in the text of `sub!` needs a value.

use stackwright::sub;

fn main() {
    let _ = sub!("arn:{partition}:s3:::{bucket}", partition = "aws");
}
