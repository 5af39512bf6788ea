//! The folder into which documents are dropped, and the folders in it: `taking` for a file that is being taken, `done`, and
//! `failed`. A file is only ever renamed from one into another, so that it is always in one of them.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So many files are taken in one round; the rest comes in the next.
const ROUND_MAX: usize = 200;

/// Where files lie.
#[derive(Debug, Clone)]
pub(super) struct Drawers {
    inbox: PathBuf,
}

/// What tells whether a file is still being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// What was in the folder at the last look.
#[derive(Debug, Default)]
pub(super) struct LastLook(HashMap<OsString, Seen>);

/// Where a file goes that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Failed,
}

impl End {
    const fn folder(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// What a file holds.
#[derive(Debug)]
pub(super) enum Content {
    Text(String),
    /// Why it is not read.
    Unreadable(String),
}

impl Drawers {
    /// Makes the folders where they are missing.
    pub(super) fn open(inbox: &Path) -> io::Result<Self> {
        for folder in ["taking", "done", "failed"] {
            fs::create_dir_all(inbox.join(folder))?;
        }
        Ok(Self { inbox: inbox.to_owned() })
    }

    /// Files that are complete, moved into `taking`; those left there by a process that ended come first. A file is complete
    /// when neither its size nor its time has changed since the last look.
    pub(super) fn take(&self, last: &mut LastLook) -> io::Result<Vec<PathBuf>> {
        let mut taken = self.left_over()?;
        let mut now = HashMap::new();
        let mut complete = Vec::new();
        for entry in fs::read_dir(&self.inbox)? {
            let entry = entry?;
            let (name, Ok(metadata)) = (entry.file_name(), entry.metadata()) else { continue };
            if !is_document(&name) || !metadata.is_file() {
                continue;
            }
            let seen = Seen { bytes: metadata.len(), modified: metadata.modified().ok() };
            if last.0.get(&name) == Some(&seen) {
                complete.push((seen.modified, name.clone()));
            }
            now.insert(name, seen);
        }
        last.0 = now;
        // A confirmation was usually written before the delivery note.
        complete.sort();
        for (_, name) in complete.into_iter().take(ROUND_MAX) {
            let to = free_name(&self.inbox.join("taking"), &name);
            match fs::rename(self.inbox.join(&name), &to) {
                Ok(()) => taken.push(to),
                // Another server was faster, or its writer has thought better of it.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            last.0.remove(&name);
        }
        Ok(taken)
    }

    fn left_over(&self) -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(self.inbox.join("taking"))?;
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
        paths.retain(|path| path.is_file());
        paths.sort();
        Ok(paths)
    }

    /// Reads a file that was taken. `None`: another process has moved it on.
    pub(super) fn read(path: &Path, bytes_max: u64) -> io::Result<Option<Content>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Ok(Some(Content::Unreadable("the server is not allowed to read the file".to_owned())));
            }
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > bytes_max {
            let why = format!("the file has more than {bytes_max} bytes (veloconnect.erp.inbox_file_bytes_max)");
            return Ok(Some(Content::Unreadable(why)));
        }
        Ok(Some(match String::from_utf8(bytes) {
            Ok(text) => Content::Text(text),
            Err(error) => Content::Unreadable(format!("the file is not UTF-8: {}", error.utf8_error())),
        }))
    }

    /// Puts a report beside where the file goes, then moves the file there. In this order: a file in `done` or `failed` has
    /// its report.
    pub(super) fn settle(&self, path: &Path, end: End, report: &[u8]) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default();
        let folder = self.inbox.join(end.folder());
        let to = free_name(&folder, name);
        let mut report_name = to.file_name().unwrap_or_default().to_owned();
        report_name.push(".report.json");
        write_synced(&folder, &report_name, report)?;
        match fs::rename(path, &to) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            renamed => renamed,
        }
    }
}

/// What is meant for us: JSON, not hidden, not under the temporary name of whoever writes it.
fn is_document(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let extension = Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default();
    !name.starts_with('.') && ["json", "jsonl", "ndjson"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The name itself, or with a number before its extension: no file takes the place of another.
fn free_name(folder: &Path, name: &OsStr) -> PathBuf {
    let path = folder.join(name);
    if !path.exists() {
        return path;
    }
    let (stem, extension) = (Path::new(name).file_stem().unwrap_or(name), Path::new(name).extension());
    let numbered = (2_u64..).map(|number| {
        let mut numbered = stem.to_owned();
        numbered.push(format!(".{number}"));
        if let Some(extension) = extension {
            numbered.push(".");
            numbered.push(extension);
        }
        folder.join(numbered)
    });
    numbered.into_iter().find(|path| !path.exists()).unwrap_or(path)
}

fn write_synced(folder: &Path, name: &OsStr, content: &[u8]) -> io::Result<()> {
    let mut temporary = OsString::from(".");
    temporary.push(name);
    let temporary = folder.join(temporary);
    let mut file = File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(name))
}
