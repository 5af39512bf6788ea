//! Connections, and how they are set up.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, OptionalExtension as _};

use super::SqliteOptions;
use super::place::cannot_open;
use crate::{StoreError, sql};

/// Of a file that is new. An order with its items takes about 2 KB: a page of the usual 4 KiB would waste what is
/// left beside two of them, and the tree above a million orders would be too large to stay in the cache.
const PAGE_BYTES: i64 = 8_192;
/// The log is copied into the database file when it has grown to so many pages (16 MiB).
const CHECKPOINT_PAGES: i64 = 2_048;
/// After a large load the log file is cut back to this.
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;
/// Room for all statements, so that none is ever prepared twice.
const STATEMENTS_KEPT: usize = 160;

/// The connection that writes.
pub(super) fn writer(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    open(path, options, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .and_then(|connection| {
            connection.pragma_update(None, "page_size", PAGE_BYTES)?;
            let journal: String = connection.query_row("pragma journal_mode = wal", [], |row| row.get(0))?;
            connection.pragma_update(None, "synchronous", options.synchronous.pragma())?;
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
            Ok((connection, journal))
        })
        .map_err(|e| unopened(path, &e))
        .and_then(|(connection, journal)| {
            if connection.is_readonly(MAIN_DB).unwrap_or(true) {
                return Err(cannot_open(path, "it is read-only"));
            }
            if journal != "wal" {
                return Err(cannot_open(path, "this file system cannot hold a write-ahead log"));
            }
            Ok(connection)
        })
}

/// A connection that writes a file which needs no log, because nobody else uses it.
pub(super) fn plain_writer(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    open(path, options, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|e| unopened(path, &e))
}

/// A connection that only reads.
pub(super) fn reader(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    open(path, options, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|e| unopened(path, &e))
}

fn open(path: &Path, options: &SqliteOptions, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Without this, SQLite prepares a statement anew whenever other values are bound to it, in the
    // hope of a better plan; that costs more than running it. Ours have one good plan each.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -i64::from(options.cache_kib))?;
    connection.pragma_update(None, "mmap_size", i64::try_from(options.mmap_bytes).unwrap_or(i64::MAX))?;
    Ok(connection)
}

fn unopened(path: &Path, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => cannot_open(path, "it is not an SQLite database"),
        _ => cannot_open(path, error),
    }
}

/// Runs a statement that was kept prepared; gives the number of changed rows.
pub(super) fn execute(
    connection: &Connection,
    statement: &'static str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<usize> {
    connection.prepare_cached(statement)?.execute(values)
}

/// Runs `read` on one snapshot, however many statements it takes. When it fails, the connection is
/// left inside its transaction and must be thrown away.
pub(super) fn snapshot<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    execute(connection, "begin", ())?;
    let answer = read(connection)?;
    execute(connection, "commit", ())?;
    Ok(answer)
}

/// The number after the greatest that an order, a quotation or a transmission has, or a deleted one of these had.
pub(super) fn first_free_order_id(connection: &Connection) -> Result<i64, StoreError> {
    let greatest: Option<i64> = connection.query_row(sql::GREATEST_ORDER_ID.question, [], |row| row.get(0))?;
    let of_quotation: Option<i64> = connection.query_row(sql::GREATEST_QUOTATION_ID.question, [], |row| row.get(0))?;
    let of_transmission: Option<i64> = connection.query_row(sql::GREATEST_TRANSMISSION_ID.question, [], |row| row.get(0))?;
    let counted: Option<i64> = connection.query_row(sql::NEXT_ID.question, ["order"], |row| row.get(0)).optional()?;
    let taken = [greatest, of_quotation, of_transmission, counted.map(|next| next.saturating_sub(1)), Some(0)]
        .into_iter()
        .flatten()
        .max();
    let next = taken.unwrap_or(0).checked_add(1);
    next.ok_or_else(|| StoreError::Corrupt("order ids are used up".to_owned()))
}
