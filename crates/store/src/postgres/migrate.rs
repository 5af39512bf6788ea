//! Brings the schema up to date. Any number of nodes may start at once: a row lock lets one of them
//! work, and the others find that nothing is left to do.

use ordergate_engine::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, GenericClient};

use super::error::{is_for_a_while, said};
use super::place::NotConnected;
use crate::StoreError;
use crate::migrations::{Applied, Dialect, Migration, pending};

/// Statements of their own: several nodes may run them at once.
const BASE: [&str; 3] = [
    "create table if not exists schema_migrations \
        (version bigint primary key, name text not null, checksum text not null, applied_at bigint not null)",
    "create table if not exists schema_lock (id bigint primary key)",
    "insert into schema_lock (id) values (1) on conflict do nothing",
];
/// Of the catalog, because the information schema hides tables that the role may not touch.
const TABLES: &str = "select tablename::text from pg_catalog.pg_tables \
    where schemaname = current_schema() and tablename in ('orders', 'schema_migrations')";
const MADE_TWICE: [SqlState; 3] = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
const LOCK: &str = "select id from schema_lock where id = 1 for update";
const APPLIED: &str = "select version, checksum from schema_migrations order by version";
const RECORD: &str = "insert into schema_migrations (version, name, checksum, applied_at) values ($1, $2, $3, $4)";

/// Whether the store is there and lacks nothing. Changes nothing.
pub(super) async fn is_up_to_date(client: &Client, known: &[Migration]) -> Result<bool, NotConnected> {
    let tables: Vec<String> = client.query(TABLES, &[]).await?.iter().map(|row| row.get(0)).collect();
    Ok(tables.iter().any(|name| name == "schema_migrations") && lacking(client, known).await?.is_empty())
}

pub(super) async fn migrate(client: &mut Client, known: &[Migration], now: Timestamp) -> Result<(), NotConnected> {
    let tables: Vec<String> = client.query(TABLES, &[]).await?.iter().map(|row| row.get(0)).collect();
    let ours = tables.iter().any(|name| name == "schema_migrations");
    if !ours && !tables.is_empty() {
        return Err(refused(StoreError::Open("the database holds the tables of another program".to_owned())));
    }
    // Rights to make tables are needed only while there is one to be made.
    if !ours || !lacking(client, known).await?.is_empty() {
        lay_base(client).await?;
        while apply_next(client, known, now).await? {}
    }
    Ok(())
}

async fn lay_base(client: &Client) -> Result<(), Error> {
    for statement in BASE {
        match client.batch_execute(statement).await {
            // Another node makes the same table, whose row type is the first that is found twice, at this moment.
            Err(error) if error.code().is_some_and(|code| MADE_TWICE.contains(code)) => {}
            done => done?,
        }
    }
    Ok(())
}

/// Carries out one step, under the lock. `false` when there is none left.
async fn apply_next(client: &mut Client, known: &[Migration], now: Timestamp) -> Result<bool, NotConnected> {
    let transaction = client.transaction().await?;
    transaction.query(LOCK, &[]).await?;
    let Some(next) = lacking(&transaction, known).await?.first() else { return Ok(false) };
    transaction.batch_execute(&next.sql(Dialect::POSTGRES)).await.map_err(|e| not_migrated(next, e))?;
    let record: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&next.version, &next.name, &next.checksum(), &now.0];
    transaction.execute(RECORD, &record).await?;
    transaction.commit().await?;
    tracing::info!(version = next.version, name = next.name, "schema migrated");
    Ok(true)
}

async fn lacking<'m>(client: &impl GenericClient, known: &'m [Migration]) -> Result<&'m [Migration], NotConnected> {
    pending(known, &applied(client).await?).map_err(refused)
}

async fn applied(client: &impl GenericClient) -> Result<Vec<Applied>, Error> {
    let rows = client.query(APPLIED, &[]).await?;
    Ok(rows.iter().map(|row| Applied { version: row.get(0), checksum: row.get(1) }).collect())
}

/// The steps that were carried out, by version; none where there is no store.
pub(super) async fn applied_if_any(client: &Client) -> Result<Option<Vec<Applied>>, Error> {
    let tables = client.query(TABLES, &[]).await?;
    let ours = tables.iter().any(|row| row.get::<_, String>(0) == "schema_migrations");
    Ok(if ours { Some(applied(client).await?) } else { None })
}

/// A step that the database cannot take is not taken by asking again; but a full disk may have room later.
fn not_migrated(step: &Migration, error: Error) -> NotConnected {
    if is_for_a_while(&error) {
        return error.into();
    }
    refused(StoreError::Open(format!("migration {}: {}", step.version, said(&error))))
}

const fn refused(error: StoreError) -> NotConnected {
    NotConnected { error, permanent: true }
}
