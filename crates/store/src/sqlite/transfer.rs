//! An SQLite file as one side of a copy. Every call runs on a blocking thread, so that both sides work at once.

use std::fs::File;

use async_trait::async_trait;
use ordergate_engine::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params_from_iter};
use tokio::task::spawn_blocking;

use super::connection::{self, execute};
use super::place::{self, cannot_open};
use super::{SqliteOptions, migrate};
use crate::migrations::MIGRATIONS;
use crate::transfer::{Cell, End, Key, PageLimit, Parameters, Row, Source, Statements, Table, Target};
use crate::value::Value;
use crate::{StoreError, sql};

/// A file, held as by a server: no other process serves it meanwhile.
pub(crate) struct SqliteTransfer {
    /// `None` while a call is under way, and after one that never ended.
    connection: Option<Connection>,
    reading: Option<Reading>,
    in_snapshot: bool,
    /// Given back after the connection; none for who works beside the process that serves the store.
    _lock: Option<File>,
}

/// A table, and the last key that was read of it.
#[derive(Clone)]
struct Reading {
    table: &'static Table,
    after: Option<Key>,
    /// Where the first column of the key may not pass.
    until: Option<i64>,
}

impl SqliteTransfer {
    /// A file that is there and holds a store.
    pub(crate) fn source(options: &SqliteOptions) -> Result<Self, StoreError> {
        let path = place::real(&options.path)?;
        let lock = place::lock(&path)?;
        let connection = connection::reader(&path, options)?;
        if !migrate::lacking(&path, &connection, MIGRATIONS)?.is_empty() {
            return Err(cannot_open(&path, "it holds no store, or one of an older program that this one must serve once"));
        }
        Ok(Self::new(connection, Some(lock)))
    }

    pub(crate) fn target(options: &SqliteOptions, now: Timestamp) -> Result<Self, StoreError> {
        let path = place::prepare(&options.path)?;
        let lock = place::lock(&path)?;
        let mut connection = connection::writer(&path, options)?;
        migrate::migrate(&path, &mut connection, MIGRATIONS, now)?;
        Ok(Self::new(connection, Some(lock)))
    }

    /// A file that may be served meanwhile. It is only read, and may hold any schema.
    pub(crate) fn beside(options: &SqliteOptions) -> Result<Self, StoreError> {
        let path = place::real(&options.path)?;
        // What is mapped counts as memory of the process, and a file that is walked through once needs no map.
        let connection = connection::reader(&path, &SqliteOptions { mmap_bytes: 0, ..options.clone() })?;
        Ok(Self::new(connection, None))
    }

    const fn new(connection: Connection, lock: Option<File>) -> Self {
        Self { connection: Some(connection), reading: None, in_snapshot: false, _lock: lock }
    }

    pub(super) async fn run<T, W>(&mut self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let mut connection = self.connection.take().ok_or(StoreError::Closed)?;
        let ran = spawn_blocking(move || {
            let done = work(&mut connection);
            (connection, done)
        });
        let (connection, done) = ran.await.map_err(|_| StoreError::Failed("an internal fault ended the work".to_owned()))?;
        self.connection = Some(connection);
        done
    }

    async fn end_snapshot(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.in_snapshot) {
            self.run(|connection| Ok(execute(connection, "commit", ()).map(drop)?)).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Source for SqliteTransfer {
    async fn snapshot(&mut self) -> Result<(), StoreError> {
        if self.in_snapshot {
            return Ok(());
        }
        self.run(|connection| {
            execute(connection, "begin", ())?;
            // The snapshot is that of the first read.
            Ok(connection.query_row(sql::GREATEST_ORDER_ID.question, (), |_| Ok(()))?)
        })
        .await?;
        self.in_snapshot = true;
        Ok(())
    }

    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError> {
        let count = move |connection: &mut Connection| {
            let count: i64 = connection.query_row(&about(table).count(), (), |row| row.get(0))?;
            Ok(u64::try_from(count).unwrap_or_default())
        };
        self.run(count).await
    }

    async fn end(&mut self, table: &'static Table, end: End) -> Result<Option<Row>, StoreError> {
        self.run(move |connection| first(connection, table, &about(table).end(end), &[])).await
    }

    async fn row(&mut self, table: &'static Table, key: &Key) -> Result<Option<Row>, StoreError> {
        let key = key.clone();
        self.run(move |connection| first(connection, table, &about(table).row(), &key.0)).await
    }

    async fn read_from(&mut self, table: &'static Table, after: Option<&Key>) -> Result<(), StoreError> {
        self.reading = Some(Reading { table, after: after.cloned(), until: None });
        Ok(())
    }

    async fn next_page(&mut self, limit: PageLimit) -> Result<Vec<Row>, StoreError> {
        let Some(reading) = self.reading.clone() else { return Ok(Vec::new()) };
        let (table, until) = (reading.table, reading.until);
        let rows = self.run(move |connection| page(connection, &reading, limit)).await?;
        match rows.last() {
            Some(last) => self.reading = Some(Reading { table, after: Some(last.key(table)), until }),
            None => self.reading = None,
        }
        Ok(rows)
    }

    /// The server counts on from the greatest id.
    fn counts_ids(&self) -> bool {
        false
    }
}

#[async_trait]
impl Target for SqliteTransfer {
    async fn append(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), StoreError> {
        self.end_snapshot().await?;
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut insert = transaction.prepare_cached(&about(table).insert())?;
            for row in &rows {
                insert.execute(params_from_iter(row.0.iter().map(Cell::value)))?;
            }
            drop(insert);
            Ok(transaction.commit()?)
        })
        .await
    }

    async fn pass_ids(&mut self, counter: &str, next: i64) -> Result<(), StoreError> {
        self.end_snapshot().await?;
        let counter = counter.to_owned();
        self.run(move |connection| Ok(execute(connection, sql::PASS_IDS.question, (counter, next)).map(drop)?)).await
    }

    /// Copies the log into the database file, so that the copy is one file.
    async fn finish(&mut self) -> Result<(), StoreError> {
        self.end_snapshot().await?;
        self.run(|connection| Ok(connection.query_row("pragma wal_checkpoint(truncate)", (), |_| Ok(()))?)).await
    }
}

impl SqliteTransfer {
    pub(super) fn begin_until(&mut self, table: &'static Table, after: &Key, until: i64) {
        self.reading = Some(Reading { table, after: Some(after.clone()), until: Some(until) });
    }
}

pub(super) const fn about(table: &'static Table) -> Statements {
    Statements { table, parameters: Parameters::SQLITE }
}

fn first(connection: &Connection, table: &Table, statement: &str, key: &[Cell]) -> Result<Option<Row>, StoreError> {
    let mut statement = connection.prepare_cached(statement)?;
    statement.query_row(params_from_iter(key.iter().map(Cell::value)), |row| Ok(Row::read(row, table))).optional()?.transpose()
}

/// The statement is not kept open between pages: going on after a key costs one step down the tree.
fn page(connection: &Connection, reading: &Reading, limit: PageLimit) -> Result<Vec<Row>, StoreError> {
    let Reading { table, after, until } = reading;
    let text = if until.is_some() { about(table).read_until() } else { about(table).read(after.is_some()) };
    let mut statement = connection.prepare_cached(&text)?;
    let after = after.iter().flat_map(|key| &key.0).map(Cell::value);
    let mut found = statement.query(params_from_iter(after.chain(until.map(Value::Int))))?;
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while !limit.is_reached(rows.len(), bytes)
        && let Some(row) = found.next()?
    {
        let row = Row::read(row, table)?;
        bytes += row.weight();
        rows.push(row);
    }
    Ok(rows)
}
