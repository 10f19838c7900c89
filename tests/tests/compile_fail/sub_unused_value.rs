//! A value given to `sub!` must stand in its text.

use stackwright::sub;

fn main() {
    let _ = sub!("arn:aws:s3:::{bucket}", bucket = "logs", prefix = "web");
}
