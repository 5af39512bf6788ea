//! Brings the schema up to date.

use std::path::Path;

use ordergate_engine::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::place::cannot_open;
use crate::StoreError;
use crate::migrations::{Applied, Dialect, Migration, pending};

const CREATE: &str = "create table if not exists schema_migrations (
    version integer primary key, name text not null, checksum text not null, applied_at integer not null) strict";
const APPLIED: &str = "select version, checksum from schema_migrations order by version";
const RECORD: &str = "insert into schema_migrations (version, name, checksum, applied_at) values (?1, ?2, ?3, ?4)";
const TABLES: &str = "select count(*), coalesce(sum(name = 'schema_migrations'), 0) from sqlite_schema where type = 'table'";

/// The steps that the store still lacks. Refuses a database that is not ours.
pub(super) fn lacking<'m>(path: &Path, connection: &Connection, known: &'m [Migration]) -> Result<&'m [Migration], StoreError> {
    let (tables, ours): (i64, i64) = connection.query_row(TABLES, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match (tables, ours) {
        (0, _) => Ok(known),
        (_, 0) => Err(cannot_open(path, "it is the SQLite database of another program")),
        _ => lacking_of(connection, known).map_err(|e| named(path, e)),
    }
}

/// Carries out the steps that the store lacks, each in its own transaction.
pub(super) fn migrate(path: &Path, connection: &mut Connection, known: &[Migration], now: Timestamp) -> Result<(), StoreError> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Asked again under the write lock: another process may have been faster.
        let Some(next) = lacking(path, &transaction, known)?.first() else {
            return Ok(());
        };
        apply(&transaction, next, now).map_err(|e| cannot_open(path, format!("migration {}: {e}", next.version)))?;
        transaction.commit()?;
        tracing::info!(version = next.version, name = next.name, "schema migrated");
    }
}

fn lacking_of<'m>(connection: &Connection, known: &'m [Migration]) -> Result<&'m [Migration], StoreError> {
    pending(known, &applied(connection)?)
}

/// The steps that were carried out, by version.
pub(super) fn applied(connection: &Connection) -> Result<Vec<Applied>, StoreError> {
    let mut statement = connection.prepare(APPLIED)?;
    let rows = statement.query_map([], |row| Ok(Applied { version: row.get(0)?, checksum: row.get(1)? }))?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?)
}

fn apply(transaction: &Transaction<'_>, migration: &Migration, now: Timestamp) -> rusqlite::Result<()> {
    transaction.execute_batch(CREATE)?;
    transaction.execute_batch(&migration.sql(Dialect::SQLITE))?;
    transaction.execute(RECORD, params![migration.version, migration.name, migration.checksum(), now.0])?;
    Ok(())
}

fn named(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Open(cause) => cannot_open(path, cause),
        other => other,
    }
}
