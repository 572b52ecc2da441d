//! How long rendering and counting take.
fn main() {}
