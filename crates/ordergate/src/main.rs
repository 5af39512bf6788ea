//! The `ordergate` command.

fn main() {}
