//! For tests only: documents that differ from a good one in one thing, and xmllint as their judge.
//!
//! A test writes good documents by hand, asks [`mutations`] for everything that can go wrong with them,
//! and compares its own verdict on each with that of [`Xmllint`] and an official schema.

mod compare;
mod mutate;
mod tree;
mod xmllint;

pub use compare::{ByDesign, compare};
pub use mutate::{Vocabulary, mutations};
pub use tree::{Part, Tree};
pub use xmllint::{Xmllint, shared_schema};
