//! The files of a store: where they lie, who may read them, and that only one server uses them.

use std::fmt::Display;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::new_file::with_ending;
use crate::StoreError;

/// The database file's real path: the same file must have the same lock, by whatever name it is
/// called. Makes the file if it is missing.
pub(super) fn prepare(path: &Path) -> Result<PathBuf, StoreError> {
    match owner_only().read(true).write(true).create_new(true).open(path) {
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(cannot_open(path, "its folder does not exist")),
        Err(e) => return Err(cannot_open(path, e)),
    }
    let real = real(path)?;
    OpenOptions::new().read(true).write(true).open(&real).map_err(|e| cannot_open(path, e))?;
    Ok(real)
}

/// The real path of a file that is there.
pub(super) fn real(path: &Path) -> Result<PathBuf, StoreError> {
    let real = path.canonicalize().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => cannot_open(path, "there is no such file"),
        _ => cannot_open(path, e),
    })?;
    if real.is_dir() {
        return Err(cannot_open(path, "it is a folder"));
    }
    Ok(real)
}

/// The real path of a file that need not be there yet.
pub(super) fn to_be(path: &Path) -> Result<PathBuf, StoreError> {
    if path.exists() {
        return real(path);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|_| cannot_open(path, "its folder does not exist"))?;
    let name = path.file_name().ok_or_else(|| cannot_open(path, "it has no name"))?;
    Ok(folder.join(name))
}

/// How long a lock that another holds is asked for again. A program that is just being started shares
/// the locks of the process that starts it until it runs, and a server that was told to end may need a
/// moment more: neither is a second server.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(10);

/// Takes the lock that says: this process serves this store. It ends with the file handle.
/// Blocks for at most [`PATIENCE`].
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let name = with_ending(path, ".lock");
    let file = owner_only().write(true).create(true).truncate(false).open(&name).map_err(|e| cannot_open(&name, e))?;
    match patiently(|| file.try_lock()) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.display().to_string())),
        Err(TryLockError::Error(e)) => Err(cannot_open(&name, e)),
    }
}

fn patiently(mut lock: impl FnMut() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    let begin = Instant::now();
    loop {
        match lock() {
            Err(TryLockError::WouldBlock) if begin.elapsed() < PATIENCE => thread::sleep(PAUSE),
            taken_or_not => return taken_or_not,
        }
    }
}

pub(super) fn cannot_open(path: &Path, cause: impl Display) -> StoreError {
    StoreError::Open(format!("{}: {cause}", path.display()))
}

/// The store holds customers' data and password hashes. SQLite gives its other files the same mode.
pub(super) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_held_for_a_moment_is_waited_for() {
        let mut asked = 0;
        let taken = patiently(|| {
            asked += 1;
            if asked < 3 { Err(TryLockError::WouldBlock) } else { Ok(()) }
        });
        assert!(taken.is_ok() && asked == 3, "asked {asked} times");
    }

    #[test]
    fn a_lock_that_cannot_be_had_is_not_asked_for_again() {
        let mut asked = 0;
        let refused = patiently(|| {
            asked += 1;
            Err(TryLockError::Error(io::Error::other("no locks here")))
        });
        assert!(matches!(refused, Err(TryLockError::Error(_))) && asked == 1, "asked {asked} times");
    }
}
