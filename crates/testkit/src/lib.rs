//! For tests only: documents that differ from a good one in one thing, and xmllint as their judge; and a
//! private PostgreSQL server ([`postgres`]). With the feature `store`: stores that are empty, and one that fails.
//!
//! A test writes good documents by hand, asks [`mutations`] for everything that can go wrong with them,
//! and compares its own verdict on each with that of [`Xmllint`] and an official schema.

mod compare;
mod mutate;
pub mod postgres;
#[cfg(feature = "store")]
pub mod store;
mod tree;
mod xmllint;

pub use compare::{ByDesign, DOCTYPE, NAMESPACES, NUL, compare, sample};
pub use mutate::{Mutant, Vocabulary, mutants, mutations};
pub use tree::{Part, Tree};
pub use xmllint::{Xmllint, shared_schema};

/// The files of a folder, by name without extension, in that order.
///
/// # Panics
/// When the folder or a file cannot be read as text.
pub fn read_folder(folder: &std::path::Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), text)
        })
        .collect();
    files.sort();
    files
}
