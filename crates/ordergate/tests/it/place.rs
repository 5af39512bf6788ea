//! Where the servers of this test binary keep their orders: in an SQLite file.

use std::path::{Path, PathBuf};

/// A store of its own for each server.
#[derive(Debug)]
pub struct Place {
    database: PathBuf,
}

impl Place {
    /// A store that is not there yet, in the folder of its server.
    pub fn new(folder: &Path) -> Self {
        Self { database: folder.join("ordergate.sqlite") }
    }

    /// The settings of section `[store]`.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("url", format!("sqlite:{}", self.database.display()))]
    }

    /// All that is stored, as it is stored.
    pub fn contents(&self) -> Vec<u8> {
        std::fs::read(&self.database).unwrap()
    }
}
