//! What the tests of copying are written with.

pub mod store;
pub mod wrappers;
