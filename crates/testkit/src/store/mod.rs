//! Stores for tests: empty ones of each kind, and one that fails.
#![allow(clippy::unwrap_used)] // what cannot be opened fails the test

mod flaky;
pub mod postgres;
pub mod sqlite;

pub use flaky::{Fault, Flaky};
