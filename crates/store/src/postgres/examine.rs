//! A PostgreSQL database that is checked.

use async_trait::async_trait;
use tokio_postgres::Row;

use super::migrate;
use super::transfer::{PostgresTransfer, about};
use crate::StoreError;
use crate::integrity::{Examined, Structure};
use crate::migrations::Applied;
use crate::transfer::{Cell, Key, Source as _, Table};
use crate::value::Value;

const COLUMNS: &str = "select table_name::text, column_name::text from information_schema.columns \
    where table_schema = current_schema()";
const INDEXES: &str = "select indexname::text from pg_indexes where schemaname = current_schema()";
/// Of its files PostgreSQL says nothing; there are its own tools for that.
const INVALID: &str = "select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid \
    where c.relnamespace = current_schema()::regnamespace and not i.indisvalid";

#[async_trait]
impl Examined for PostgresTransfer {
    async fn applied(&mut self) -> Result<Vec<Applied>, StoreError> {
        match migrate::applied_if_any(&self.client).await? {
            Some(applied) => Ok(applied),
            None => Err(StoreError::Open("the database holds no store".to_owned())),
        }
    }

    async fn structure(&mut self) -> Result<Structure, StoreError> {
        let columns = self.client.query(COLUMNS, &[]).await?;
        let columns = columns.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        Ok(Structure { columns: columns.collect::<Result<_, tokio_postgres::Error>>()?, indexes: self.texts(INDEXES).await? })
    }

    async fn own_check(&mut self) -> Result<Vec<String>, StoreError> {
        let invalid = self.texts(INVALID).await?;
        Ok(invalid.into_iter().map(|name| format!("the index {name} is not valid")).collect())
    }

    async fn read_until(&mut self, table: &'static Table, after: &Key, until: i64) -> Result<(), StoreError> {
        let values = after.0.iter().map(Cell::value).chain([Value::Int(until)]).collect();
        self.begin(table, &about(table).read_until(), values).await
    }

    async fn keys_where(&mut self, table: &'static Table, condition: &'static str, limit: usize) -> Result<Vec<Key>, StoreError> {
        self.snapshot().await?;
        self.end_reading().await?;
        let rows = self.client.query(&about(table).keys_where(condition, limit), &[]).await?;
        rows.iter().map(|row| Key::read(row, table)).collect()
    }
}

impl PostgresTransfer {
    async fn texts(&self, statement: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.client.query(statement, &[]).await?;
        Ok(rows.iter().map(|row: &Row| row.try_get(0)).collect::<Result<_, _>>()?)
    }
}
