//! `cargo xtask budget`: what stackwright-aws costs to check.

use crate::Outcome;

pub(crate) fn run() -> Outcome {
    Err("not yet".to_owned())
}
