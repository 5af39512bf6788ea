//! Where the servers of this test binary keep their orders: in a PostgreSQL database.

use std::path::Path;
use std::sync::Arc;

use ordergate_testkit::postgres::{self, Cluster, Database, skip_all};

/// A database, shared by those who have clones of this, and how to reach it.
#[derive(Debug, Clone)]
pub struct Place {
    database: Arc<Database>,
    settings: Vec<(&'static str, String)>,
}

/// The PostgreSQL server of this test run.
pub fn cluster() -> &'static Cluster {
    postgres::cluster().unwrap_or_else(|| skip_all())
}

impl Place {
    /// An empty database; the key that belongs to it is in the folder.
    pub fn new(folder: &Path) -> Self {
        Self::of(cluster().fresh_database(), folder)
    }

    /// This database; the key that belongs to it is in the folder.
    pub fn of(database: Database, folder: &Path) -> Self {
        let key_file = folder.join("ordergate.key").display().to_string();
        Self { settings: vec![("url", database.url.clone()), ("key_file", key_file)], database: Arc::new(database) }
    }

    /// The same with this setting.
    pub fn with(&self, key: &'static str, value: impl Into<String>) -> Self {
        let mut place = self.clone();
        place.settings.retain(|(present, _)| *present != key);
        place.settings.push((key, value.into()));
        place
    }

    /// The settings of section `[store]`.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        self.settings.clone()
    }

    /// The address of the database, with the password.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        &self.database.name
    }

    /// What psql prints for these statements in a database of [`cluster`].
    #[track_caller]
    pub fn psql(&self, sql: &str) -> String {
        cluster().psql(&self.database.name, sql).unwrap()
    }

    /// Changes what is stored behind the program's back, whatever the schema demands.
    #[track_caller]
    pub fn tamper(&self, sql: &str) {
        self.psql(&format!("set session_replication_role = replica; {sql}"));
    }

    /// In the database's own words: the bytes of a column with one text in the place of another that is as long.
    pub fn replaced(column: &str, text: &str, by: &str) -> String {
        assert_eq!(text.len(), by.len());
        format!("decode(replace(encode({column}, 'hex'), encode('{text}', 'hex'), encode('{by}', 'hex')), 'hex')")
    }

    /// All that is stored.
    pub fn contents(&self) -> Vec<u8> {
        let tables = self.psql("select table_name from information_schema.tables where table_schema = 'public'");
        assert!(tables.lines().count() > 5, "{tables}");
        let rows = tables.lines().map(|table| self.psql(&format!("select row::text from {table} row")));
        rows.flat_map(|rows| without_hex(&rows)).collect()
    }
}

/// The text, with the bytes themselves where PostgreSQL prints their digits.
fn without_hex(text: &str) -> Vec<u8> {
    let mut pieces = text.split("\\x");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(piece.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(piece.len()));
        bytes.extend(digits.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()));
        bytes.extend(rest.bytes());
    }
    bytes
}
