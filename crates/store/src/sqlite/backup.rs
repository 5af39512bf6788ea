//! A copy of a store, made beside the process that serves it.

use std::path::Path;

use rusqlite::backup::{Backup as Copying, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection;
use super::new_file::NewFile;
use super::place::{self, cannot_open};
use super::{SqliteOptions, migrate};
use crate::migrations::MIGRATIONS;
use crate::{StoreError, sql};

/// So many pages are copied between two words about how far it is: 8 MiB.
const PAGES_AT_ONCE: i32 = 1_024;

/// How far a copy is, in pages.
pub type Pages<'p> = &'p mut dyn FnMut(u64, u64);

/// A copy that is complete, but does not have its name yet.
#[derive(Debug)]
pub struct Backup {
    file: NewFile,
}

impl Backup {
    /// Copies a store as of one moment. The log of a store that is written to meanwhile grows until the copy is made. Blocks.
    pub fn make(options: &SqliteOptions, to: &Path, progress: Pages<'_>) -> Result<Self, StoreError> {
        if to.exists() {
            return Err(cannot_open(to, "it is there already"));
        }
        let source = open(options)?;
        let file = NewFile::begin(to, ".partial")?;
        copy(&source, file.partial(), progress)?;
        Ok(Self { file })
    }

    /// Where it is as long as it does not have its name.
    pub fn path(&self) -> &Path {
        self.file.partial()
    }

    /// Makes it durable, and gives it its name.
    pub fn finish(self, to: &Path) -> Result<(), StoreError> {
        if to.exists() {
            return Err(cannot_open(to, "it is there by now"));
        }
        self.file.finish()
    }
}

/// A store of this program, of whichever version up to this one.
pub(super) fn open(options: &SqliteOptions) -> Result<Connection, StoreError> {
    let path = place::real(&options.path)?;
    // What is mapped counts as memory of the process, and a file that is walked through once needs no map.
    let connection = connection::reader(&path, &SqliteOptions { mmap_bytes: 0, ..options.clone() })?;
    if migrate::lacking(&path, &connection, MIGRATIONS)?.len() == MIGRATIONS.len() {
        return Err(cannot_open(&path, "it holds no store"));
    }
    Ok(connection)
}

/// Makes one file that needs no other beside it.
pub(super) fn copy(source: &Connection, to: &Path, progress: Pages<'_>) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(to, flags)?;
    // Nobody needs what is left of a copy that is cut short; the whole file is synced in the end.
    target.pragma_update(None, "journal_mode", "off")?;
    target.pragma_update(None, "synchronous", "off")?;
    // The moment is that of the first read, and others' commits do not make the copy begin anew.
    source.execute_batch("begin")?;
    source.query_row(sql::GREATEST_ORDER_ID.question, (), |_| Ok(()))?;
    copy_pages(source, &mut target, progress)?;
    source.execute_batch("commit")?;
    target.close().map_err(|(_, error)| error)?;
    let target = Connection::open_with_flags(to, flags)?;
    target.query_row("pragma journal_mode = delete", (), |_| Ok(()))?;
    Ok(target.close().map_err(|(_, error)| error)?)
}

fn copy_pages(source: &Connection, target: &mut Connection, progress: Pages<'_>) -> Result<(), StoreError> {
    let copying = Copying::new(source, target)?;
    loop {
        let step = copying.step(PAGES_AT_ONCE)?;
        let state = copying.progress();
        let pages = |number: i32| u64::try_from(number).unwrap_or_default();
        progress(pages(state.pagecount - state.remaining), pages(state.pagecount));
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            other => return Err(StoreError::Unavailable(format!("the copy cannot go on: {other:?}"))),
        }
    }
}
