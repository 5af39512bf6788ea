//! An SQLite file that is checked.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _};

use super::migrate;
use super::transfer::{SqliteTransfer, about};
use crate::StoreError;
use crate::integrity::{Examined, Structure};
use crate::migrations::{Applied, Dialect, MIGRATIONS};
use crate::transfer::{Key, Table};

const OURS: &str = "select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'";
const COLUMNS: &str = "select s.name, c.name from sqlite_schema s, pragma_table_info(s.name) c where s.type = 'table'";
/// Without those that stand for a primary key or a unique column, which the table itself demands.
const INDEXES: &str = "select name from sqlite_schema where type = 'index' and sql is not null";
/// The same without a look into indexes would be `quick_check`.
const SOUND: &str = "pragma integrity_check";

#[async_trait]
impl Examined for SqliteTransfer {
    async fn applied(&mut self) -> Result<Vec<Applied>, StoreError> {
        self.run(|connection| {
            if connection.query_row(OURS, (), |_| Ok(())).optional()?.is_none() {
                return Err(StoreError::Open("it is not the database of this program".to_owned()));
            }
            migrate::applied(connection)
        })
        .await
    }

    async fn structure(&mut self) -> Result<Structure, StoreError> {
        self.run(|connection| structure(connection)).await
    }

    async fn own_check(&mut self) -> Result<Vec<String>, StoreError> {
        let problems = self.run(|connection| texts(connection, SOUND)).await?;
        Ok(if problems == ["ok"] { Vec::new() } else { problems })
    }

    async fn read_until(&mut self, table: &'static Table, after: &Key, until: i64) -> Result<(), StoreError> {
        self.begin_until(table, after, until);
        Ok(())
    }

    async fn keys_where(&mut self, table: &'static Table, condition: &'static str, limit: usize) -> Result<Vec<Key>, StoreError> {
        self.run(move |connection| {
            let mut statement = connection.prepare(&about(table).keys_where(condition, limit))?;
            let mut rows = statement.query(())?;
            let mut keys = Vec::new();
            while let Some(row) = rows.next()? {
                keys.push(Key::read(row, table)?);
            }
            Ok(keys)
        })
        .await
    }
}

/// What the migrations make of an empty database.
pub(crate) fn expected_structure() -> Result<Structure, StoreError> {
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        connection.execute_batch(&migration.sql(Dialect::SQLITE))?;
    }
    structure(&connection)
}

fn structure(connection: &Connection) -> Result<Structure, StoreError> {
    let mut statement = connection.prepare(COLUMNS)?;
    let columns = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Structure { columns: columns.collect::<Result<_, _>>()?, indexes: texts(connection, INDEXES)? })
}

fn texts(connection: &Connection, statement: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(statement)?;
    let texts = statement.query_map((), |row| row.get(0))?;
    Ok(texts.collect::<Result<_, _>>()?)
}
