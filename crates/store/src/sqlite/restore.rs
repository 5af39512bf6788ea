//! A backup takes the place of a store.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ordergate_engine::Timestamp;
use rusqlite::Connection;

use super::backup::{self, Pages};
use super::connection::{execute, first_free_order_id, plain_writer};
use super::new_file::{NewFile, remove_if_any, sync_folder, with_ending};
use super::place::{self, cannot_open};
use super::{SqliteOptions, migrate};
use crate::migrations::MIGRATIONS;
use crate::{StoreError, sql};

/// What every SQLite file begins with, and the least that one of ours has.
const MAGIC: &[u8] = b"SQLite format 3\0";
const LEAST_BYTES: usize = 8_192;

/// A backup that lies beside the place that it is to take. The place is locked as by a server.
#[derive(Debug)]
pub struct Restore {
    /// The file of the store.
    place: PathBuf,
    file: NewFile,
    first_id: i64,
    _lock: File,
}

impl Restore {
    /// Copies a backup beside the place of the store, and brings its schema up to date. So many ids after the last in the
    /// backup are left out as `leap` says: they may have been given out since. Blocks.
    pub fn prepare(
        backup: &Path,
        options: &SqliteOptions,
        leap: u32,
        now: Timestamp,
        progress: Pages<'_>,
    ) -> Result<Self, StoreError> {
        let source = backup::open(&SqliteOptions { path: backup.to_owned(), ..options.clone() })?;
        let path = place::to_be(&options.path)?;
        if place::real(backup)? == path {
            return Err(cannot_open(&path, "it is the backup itself"));
        }
        let lock = place::lock(&path)?;
        let file = NewFile::begin(&path, ".restoring")?;
        backup::copy(&source, file.partial(), progress)?;
        let first_id = bring_up_to_date(file.partial(), options, leap, now)?;
        Ok(Self { place: path, file, first_id, _lock: lock })
    }

    /// Where it lies until it takes its place.
    pub fn path(&self) -> &Path {
        self.file.partial()
    }

    /// The first id that the store will give out.
    pub const fn first_id(&self) -> i64 {
        self.first_id
    }

    /// Whether something is at its place.
    pub fn is_taken(&self) -> bool {
        is_there(&self.place) || is_there(&log(&self.place))
    }

    /// Takes its place. What is there is kept under the name `aside`.
    pub fn take_place(self, aside: &Path) -> Result<(), StoreError> {
        let path = &self.place;
        if self.is_taken() {
            set_aside(path, aside)?;
        }
        // Nobody reads what these say of another file.
        remove_if_any(&with_ending(path, "-shm"))?;
        remove_if_any(&log(path))?;
        self.file.finish()
    }
}

fn bring_up_to_date(path: &Path, options: &SqliteOptions, leap: u32, now: Timestamp) -> Result<i64, StoreError> {
    let mut connection = plain_writer(path, options)?;
    migrate::migrate(path, &mut connection, MIGRATIONS, now)?;
    let next = first_free_order_id(&connection)?.saturating_add(i64::from(leap));
    execute(&connection, sql::PASS_IDS.question, ("order", next))?;
    let first_id = first_free_order_id(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(first_id)
}

/// A store is the file and its log: the log becomes part of the file first, so that there is one file to be renamed, and a
/// file at its place all the time. One that is damaged is kept as it is, both parts under the new name.
fn set_aside(path: &Path, aside: &Path) -> Result<(), StoreError> {
    if is_there(aside) {
        return Err(cannot_open(aside, "it is there already"));
    }
    match in_one_file(path) {
        Ok(()) => match fs::hard_link(path, aside) {
            Ok(()) => sync_folder(path),
            // This file system has none.
            Err(_) => rename(path, aside),
        },
        Err(StoreError::Unavailable(cause)) => Err(cannot_open(path, format!("it is in use: {cause}"))),
        Err(error) => {
            tracing::warn!(%error, "what is there is damaged, and kept as it is");
            rename_if_any(path, aside)?;
            rename_if_any(&log(path), &log(aside))
        }
    }
}

/// Fails while anybody else uses the file. What does not begin like a database is not opened: SQLite would take it for a new
/// one, and throw away the log.
fn in_one_file(path: &Path) -> Result<(), StoreError> {
    let mut beginning = [0; LEAST_BYTES];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut beginning));
    read.map_err(|e| cannot_open(path, e))?;
    if !beginning.starts_with(MAGIC) {
        return Err(cannot_open(path, "it is not an SQLite database"));
    }
    let connection = Connection::open(path)?;
    let mode: String = connection.query_row("pragma journal_mode = delete", (), |row| row.get(0))?;
    if mode != "delete" {
        return Err(StoreError::Unavailable("its log cannot be ended".to_owned()));
    }
    Ok(connection.close().map_err(|(_, error)| error)?)
}

fn rename_if_any(from: &Path, to: &Path) -> Result<(), StoreError> {
    if is_there(from) { rename(from, to) } else { Ok(()) }
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|e| cannot_open(from, e))?;
    sync_folder(to)
}

/// An empty log says nothing.
fn is_there(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() > 0)
}

fn log(path: &Path) -> PathBuf {
    with_ending(path, "-wal")
}
