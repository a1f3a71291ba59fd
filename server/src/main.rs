//! The `urumi` command.

fn main() {}
