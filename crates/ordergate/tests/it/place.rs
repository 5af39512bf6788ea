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

    /// The file.
    pub fn path(&self) -> &Path {
        &self.database
    }

    /// Changes what is stored behind the program's back, whatever the schema demands.
    #[track_caller]
    pub fn tamper(&self, sql: &str) {
        let connection = rusqlite::Connection::open(&self.database).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    /// In the database's own words: the bytes of a column with one text in the place of another that is as long.
    pub fn replaced(column: &str, text: &str, by: &str) -> String {
        assert_eq!(text.len(), by.len());
        format!("unhex(replace(hex({column}), hex('{text}'), hex('{by}')))")
    }

    /// All that is stored, as it is stored.
    pub fn contents(&self) -> Vec<u8> {
        std::fs::read(&self.database).unwrap()
    }
}
