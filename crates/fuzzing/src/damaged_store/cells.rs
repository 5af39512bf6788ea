//! What stands in the file of a store, one value at a time.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// What is done to one value. Read from a line `table.column row how`; where it names nothing that is there, something else is taken.
pub(super) struct Damage {
    column: String,
    row: u32,
    how: String,
    value: Vec<u8>,
}

impl Damage {
    pub(super) fn read(data: &[u8]) -> Self {
        let (line, value) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
        let line = String::from_utf8_lossy(line);
        let mut words = line.split(' ').map(str::to_owned);
        let [column, row, how] = [(); 3].map(|()| words.next().unwrap_or_default());
        let value = value.get(1..).unwrap_or_default().to_vec();
        Self { column, row: row.parse().unwrap_or_default(), how, value }
    }

    /// What stands there afterwards. What cannot be damaged in the way that is named is replaced by something of its own kind.
    fn done_to(&self, before: Value) -> Value {
        let number = || std::str::from_utf8(&self.value).ok()?.trim().parse().ok();
        match (self.how.as_str(), before) {
            ("null", _) => Value::Null,
            ("number", before) => number().map_or(before, Value::Integer),
            ("cut", Value::Text(text)) => Value::Text(text.chars().take(self.value.len()).collect()),
            ("cut", Value::Blob(bytes)) => Value::Blob(bytes.into_iter().take(self.value.len()).collect()),
            ("flip", Value::Blob(bytes)) => Value::Blob(self.flipped(bytes)),
            ("blob", _) | (_, Value::Blob(_)) => Value::Blob(self.value.clone()),
            (_, Value::Integer(number)) => {
                Value::Integer(self.value.iter().fold(number, |n, byte| n.wrapping_mul(31) ^ i64::from(*byte)))
            }
            _ => Value::Text(String::from_utf8_lossy(&self.value).into_owned()),
        }
    }

    /// With some bits of it turned.
    fn flipped(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for (at, byte) in self.value.iter().enumerate() {
            let at = (at * 7 + usize::from(*byte)) % bytes.len().max(1);
            if let Some(turned) = bytes.get_mut(at) {
                *turned ^= byte | 1;
            }
        }
        bytes
    }
}

/// The file, and a copy of all that was in it.
pub(super) struct Cells {
    connection: Connection,
    tables: Vec<String>,
    /// `table.column`.
    columns: Vec<String>,
}

impl Cells {
    pub(super) fn new(file: &Path) -> Self {
        let connection = Connection::open(file).unwrap_or_else(|error| panic!("{error}"));
        connection.busy_timeout(Duration::from_secs(10)).unwrap_or_else(|error| panic!("{error}"));
        let list = |question: &str| -> Vec<String> {
            let mut statement = connection.prepare(question).unwrap_or_else(|error| panic!("{error}"));
            let rows = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect);
            rows.unwrap_or_else(|error| panic!("{error}"))
        };
        let tables = list("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name");
        let columns = list(
            "select t.name || '.' || c.name from sqlite_schema t join pragma_table_info(t.name) c \
             where t.type = 'table' and t.name not like 'sqlite_%' order by 1",
        );
        let copied: Vec<String> =
            tables.iter().map(|table| format!("create temp table \"before_{table}\" as select * from \"{table}\";")).collect();
        connection
            .execute_batch(&format!("pragma foreign_keys = off; {}", copied.concat()))
            .unwrap_or_else(|error| panic!("{error}"));
        Self { connection, tables, columns }
    }

    /// `false` where there is no such row, or the table does not take such a value.
    pub(super) fn damage(&self, damage: &Damage) -> bool {
        let Some(column) = self.columns.iter().find(|column| **column == damage.column).or_else(|| self.another(&damage.column))
        else {
            return false;
        };
        let (table, column) = column.split_once('.').unwrap_or_default();
        let count: u32 =
            self.connection.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap_or_default();
        if count == 0 {
            return false;
        }
        // Some tables have no rowid; a row is found again by its key.
        let keys = self.keys(table);
        let question = format!("select {column}, {keys} from {table} order by {keys} limit 1 offset ?1");
        let row = self.connection.query_row(&question, [damage.row % count], |row| {
            let width = row.as_ref().column_count();
            (0..width).map(|at| row.get::<_, Value>(at)).collect::<Result<Vec<_>, _>>()
        });
        let Ok(row) = row else { return false };
        let Some((before, key)) = row.split_first() else { return false };
        let after = damage.done_to(before.clone());
        let places: Vec<String> = keys.split(", ").enumerate().map(|(at, key)| format!("{key} is ?{}", at + 2)).collect();
        let mut values = vec![after];
        values.extend_from_slice(key);
        let write = format!("update {table} set {column} = ?1 where {}", places.join(" and "));
        self.connection.execute(&write, params_from_iter(values)).is_ok_and(|rows| rows > 0)
    }

    fn another(&self, word: &str) -> Option<&String> {
        let sum = word.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        self.columns.get(sum % self.columns.len().max(1))
    }

    fn keys(&self, table: &str) -> String {
        let question = "select coalesce(group_concat(name, ', '), 'rowid') from pragma_table_info(?1) where pk > 0";
        self.connection.query_row(question, [table], |row| row.get(0)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Everything as it was; what the server wrote meanwhile is gone, too.
    pub(super) fn restore(&self) {
        let again: Vec<String> = self
            .tables
            .iter()
            .map(|table| format!("delete from \"{table}\"; insert into \"{table}\" select * from temp.\"before_{table}\";"))
            .collect();
        let restored = self.connection.execute_batch(&format!("begin immediate; {} commit", again.concat()));
        restored.unwrap_or_else(|error| panic!("{error}"));
    }
}
