//! A file that is there whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::place::{cannot_open, owner_only};
use crate::StoreError;

/// A file that is being made under another name, which nobody takes for a finished one. Dropped before it is finished, it is
/// removed; what a process leaves that is killed is overwritten by the next.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    partial: PathBuf,
    /// Keeps others from making the same file.
    lock: File,
    finished: bool,
}

impl NewFile {
    /// Begins with an empty file. `ending` is added to the name of the finished one.
    pub(super) fn begin(path: &Path, ending: &str) -> Result<Self, StoreError> {
        let partial = with_ending(path, ending);
        let opened = owner_only().write(true).create(true).truncate(false).open(&partial);
        let lock = opened.map_err(|e| cannot_open(&partial, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(cannot_open(path, "another process is making this file")),
            Err(TryLockError::Error(error)) => return Err(cannot_open(&partial, error)),
        }
        let begun = Self { path: path.to_owned(), partial, lock, finished: false };
        begun.lock.set_len(0).map_err(|e| begun.failed(&e))?;
        // What belonged to a file that was left behind would be taken for this one's.
        for ending in ["-journal", "-wal", "-shm"] {
            remove_if_any(&with_ending(&begun.partial, ending))?;
        }
        Ok(begun)
    }

    /// Where it is being made.
    pub(super) fn partial(&self) -> &Path {
        &self.partial
    }

    /// Makes it durable, and gives it its name, in place of what has the name.
    pub(super) fn finish(mut self) -> Result<(), StoreError> {
        self.lock.sync_all().map_err(|e| self.failed(&e))?;
        fs::rename(&self.partial, &self.path).map_err(|e| self.failed(&e))?;
        self.finished = true;
        sync_folder(&self.path)
    }

    fn failed(&self, error: &std::io::Error) -> StoreError {
        cannot_open(&self.partial, error)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished
            && let Err(error) = fs::remove_file(&self.partial)
        {
            tracing::warn!(file = %self.partial.display(), %error, "an unfinished file stays");
        }
    }
}

/// A name, and something after it.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

pub(super) fn remove_if_any(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot_open(path, error)),
        _ => Ok(()),
    }
}

/// Names are durable when their folder is.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| cannot_open(folder, e))
}
