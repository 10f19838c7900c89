//! The reference application.

fn main() {}
