//! A PostgreSQL database as one side of a copy: a cursor reads, a binary COPY writes.

use std::pin::{Pin, pin};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use ordergate_engine::Timestamp;
use tokio::time::timeout;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, RowStream};

use super::PostgresOptions;
use super::error::said;
use super::migrate;
use super::place::{NotConnected, Place};
use super::reader::Parameter;
use crate::migrations::MIGRATIONS;
use crate::transfer::tables::{COPIED, Column, Kind};
use crate::transfer::{Cell, End, Key, PageLimit, Parameters, Row, Source, Statements, Table, Target};
use crate::value::Value;
use crate::{StoreError, sql};

/// What others in the session's way may set for everybody: reading a table takes as long as it takes.
const PATIENCE: &str = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0";
const SNAPSHOT: &str = "begin isolation level repeatable read, read only";
const CLOSE: &str = "close transfer";

/// One connection.
pub(crate) struct PostgresTransfer {
    pub(super) client: Client,
    in_snapshot: bool,
    reading: Option<Reading>,
}

/// A cursor, and the rows that are on their way.
struct Reading {
    table: &'static Table,
    rows: Option<Pin<Box<RowStream>>>,
    fetched: usize,
    ended: bool,
}

impl PostgresTransfer {
    /// A database that holds a store.
    pub(crate) async fn source(options: &PostgresOptions) -> Result<Self, StoreError> {
        let client = connect(options).await.map_err(NotConnected::at_start)?;
        if !migrate::is_up_to_date(&client, MIGRATIONS).await.map_err(NotConnected::at_start)? {
            let problem = "the database holds no store, or one of an older program that this one must serve once";
            return Err(StoreError::Open(problem.to_owned()));
        }
        Self::new(client).await
    }

    /// A database that is used meanwhile, with any schema. It is only read.
    pub(crate) async fn beside(options: &PostgresOptions) -> Result<Self, StoreError> {
        Self::new(connect(options).await.map_err(NotConnected::at_start)?).await
    }

    pub(crate) async fn target(options: &PostgresOptions, now: Timestamp) -> Result<Self, StoreError> {
        let mut client = connect(options).await.map_err(NotConnected::at_start)?;
        migrate::migrate(&mut client, MIGRATIONS, now).await.map_err(NotConnected::at_start)?;
        Self::new(client).await
    }

    async fn new(client: Client) -> Result<Self, StoreError> {
        client.batch_execute(PATIENCE).await?;
        Ok(Self { client, in_snapshot: false, reading: None })
    }

    async fn first(&self, table: &Table, statement: &str, key: &[Cell]) -> Result<Option<Row>, StoreError> {
        let key: Vec<Value<'_>> = key.iter().map(Cell::value).collect();
        let found = self.client.query_opt(statement, &parameters(&key)).await?;
        found.map(|row| Row::read(&row, table)).transpose()
    }

    /// Opens the cursor.
    pub(super) async fn begin(
        &mut self,
        table: &'static Table,
        statement: &str,
        values: Vec<Value<'_>>,
    ) -> Result<(), StoreError> {
        self.snapshot().await?;
        self.end_reading().await?;
        self.client.execute(&format!("declare transfer no scroll cursor for {statement}"), &parameters(&values)).await?;
        self.reading = Some(Reading { table, rows: None, fetched: 0, ended: false });
        Ok(())
    }

    pub(super) async fn end_reading(&mut self) -> Result<(), StoreError> {
        if self.reading.take().is_some() {
            self.client.batch_execute(CLOSE).await?;
        }
        Ok(())
    }

    async fn end_snapshot(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.in_snapshot) {
            // Takes the cursor with it.
            self.reading = None;
            self.client.batch_execute("commit").await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Source for PostgresTransfer {
    async fn snapshot(&mut self) -> Result<(), StoreError> {
        if !self.in_snapshot {
            self.client.batch_execute(SNAPSHOT).await?;
            self.in_snapshot = true;
        }
        Ok(())
    }

    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError> {
        let count: i64 = self.client.query_one(&about(table).count(), &[]).await?.try_get(0)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn end(&mut self, table: &'static Table, end: End) -> Result<Option<Row>, StoreError> {
        self.first(table, &about(table).end(end), &[]).await
    }

    async fn row(&mut self, table: &'static Table, key: &Key) -> Result<Option<Row>, StoreError> {
        self.first(table, &about(table).row(), &key.0).await
    }

    async fn read_from(&mut self, table: &'static Table, after: Option<&Key>) -> Result<(), StoreError> {
        let key = after.iter().flat_map(|key| &key.0).map(Cell::value).collect();
        self.begin(table, &about(table).read(after.is_some()), key).await
    }

    async fn next_page(&mut self, limit: PageLimit) -> Result<Vec<Row>, StoreError> {
        let Some(Reading { table, rows, fetched, ended }) = &mut self.reading else { return Ok(Vec::new()) };
        let (mut page, mut bytes) = (Vec::new(), 0);
        while !*ended && !limit.is_reached(page.len(), bytes) {
            let stream = if let Some(stream) = rows {
                stream
            } else {
                *fetched = 0;
                rows.insert(Box::pin(self.client.query_raw(&fetch(limit), std::iter::empty::<Value<'_>>()).await?))
            };
            if let Some(row) = stream.next().await {
                let row = Row::read(&row?, table)?;
                *fetched += 1;
                bytes += row.weight();
                page.push(row);
            } else {
                *ended = *fetched == 0;
                *rows = None;
            }
        }
        Ok(page)
    }

    fn counts_ids(&self) -> bool {
        true
    }
}

#[async_trait]
impl Target for PostgresTransfer {
    /// A statement of its own, and thus a transaction.
    async fn append(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), StoreError> {
        self.end_snapshot().await?;
        if rows.iter().any(|row| row.0.len() != table.columns.len()) {
            return Err(StoreError::Corrupt(format!("{}: a row with another number of columns", table.name)));
        }
        copy_in(&self.client, table, &rows).await.map_err(|error| match error.code() {
            // Such as a text with the character 0, which PostgreSQL has no room for: the same another time.
            Some(code) if code.code().starts_with("22") => {
                StoreError::Corrupt(format!("{}: PostgreSQL does not take a row: {}", table.name, said(&error)))
            }
            _ => error.into(),
        })
    }

    async fn pass_ids(&mut self, counter: &str, next: i64) -> Result<(), StoreError> {
        self.end_snapshot().await?;
        self.client.execute(sql::PASS_IDS.dollar, &[&counter, &next]).await?;
        Ok(())
    }

    /// Tells the planner how much there is now, which it would find out by itself some time later.
    async fn finish(&mut self) -> Result<(), StoreError> {
        self.end_snapshot().await?;
        for table in COPIED {
            if let Err(error) = self.client.batch_execute(&format!("analyze {}", table.name)).await {
                tracing::debug!(error = said(&error), table = table.name, "not analysed");
            }
        }
        Ok(())
    }
}

async fn copy_in(client: &Client, table: &'static Table, rows: &[Row]) -> Result<(), Error> {
    let types: Vec<Type> = table.columns.iter().map(type_of).collect();
    let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(&about(table).copy_in()).await?, &types));
    for row in rows {
        writer.as_mut().write_raw(row.0.iter().map(Cell::value)).await?;
    }
    writer.finish().await.map(drop)
}

async fn connect(options: &PostgresOptions) -> Result<Client, NotConnected> {
    let place = Place::new(options).map_err(|error| NotConnected { error, permanent: true })?;
    let connecting = timeout(options.connect_timeout, place.connect_bare());
    connecting.await.unwrap_or_else(|_| {
        let error = StoreError::Unavailable("the database does not answer".to_owned());
        Err(NotConnected { error, permanent: false })
    })
}

/// Rows for each round trip. They are not all in memory: the connection reads on only when they are taken.
fn fetch(limit: PageLimit) -> String {
    format!("fetch forward {} from transfer", limit.rows)
}

pub(super) const fn about(table: &'static Table) -> Statements {
    Statements { table, parameters: Parameters::POSTGRES }
}

fn parameters<'p>(values: &'p [Value<'p>]) -> Vec<Parameter<'p>> {
    values.iter().map(|value| value as Parameter<'p>).collect()
}

const fn type_of(column: &Column) -> Type {
    match column.kind {
        Kind::Int => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}
