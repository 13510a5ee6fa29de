//! The `svar` binary.
fn main() {}
