//! Files and folders of the servers.

use std::fmt::Display;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;

use super::account::Account;

/// Linux keeps what is in there in memory. To make a database there takes a tenth of the time (measured: 16 ms;
/// on a busy disk 170 ms, with fsync off).
const MEMORY: &str = "/dev/shm";

/// Less is what containers give by default: too little. This is the whole size, not what is free: all
/// processes of a test run must come to the same answer.
const ENOUGH_MEMORY: u64 = 2 << 30;

/// Where the servers' folders are: in memory if there is enough and `TMPDIR` does not say otherwise.
pub(super) fn base_folder() -> Result<PathBuf, String> {
    if std::env::var_os("TMPDIR").is_none() && statvfs(MEMORY).is_ok_and(|found| found.f_blocks * found.f_frsize >= ENOUGH_MEMORY)
    {
        return Ok(MEMORY.into());
    }
    temp_folder()
}

/// Where the folders of another run may be.
pub(super) fn base_folders() -> Vec<PathBuf> {
    temp_folder().into_iter().chain([MEMORY.into()]).collect()
}

/// Without links: the server names its data folder in that way.
fn temp_folder() -> Result<PathBuf, String> {
    let folder = std::env::temp_dir();
    folder.canonicalize().map_err(at(&folder))
}

/// Makes a folder that only the server's user (and root) may look into, or finds it made.
pub(super) fn private_folder(path: &Path, account: Account) -> Result<(), String> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(at(path)(error)),
        _ => {}
    }
    if !is_ours(path, account) {
        return Err(format!("{} belongs to someone else", path.display()));
    }
    account.give(path).map_err(at(path))
}

/// Whether it is a folder that this user or the server's has made.
pub(super) fn is_ours(path: &Path, account: Account) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && account.trusts(found.uid()))
}

/// Writes a file that only the server's user (and root) may read.
pub(super) fn write_private(path: &Path, content: &str, account: Account) -> Result<(), String> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))?;
    file.write_all(content.as_bytes()).map_err(at(path))?;
    account.give(path).map_err(at(path))
}

pub(super) fn append(path: &Path, content: &str) -> Result<(), String> {
    let mut file = File::options().append(true).open(path).map_err(at(path))?;
    file.write_all(content.as_bytes()).map_err(at(path))
}

/// Removes a folder if it is there.
pub(super) fn remove_folder(path: &Path) -> Result<(), String> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(()),
    }
}

/// Says which file an error is about.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> String + use<'_> {
    move |error| describe(path, &error)
}

fn describe(path: &Path, error: &dyn Display) -> String {
    format!("{}: {error}", path.display())
}
