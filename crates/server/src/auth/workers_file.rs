//! The workers that may fetch items: a text file with a line for each, its name and the SHA-256 of its token.
//!
//! A token is 32 random bytes, so that a plain hash keeps it as well as a slow one would. The file is read anew for each
//! request: it is small, and who was removed is out at once.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

const TOKEN_BYTES: usize = 32;
const NAME_CHARACTERS_MAX: usize = 64;

/// The file, by its place. One that is not there holds no workers.
#[derive(Debug, Clone)]
pub struct WorkersFile {
    path: PathBuf,
}

/// The file cannot be used, or not for this.
#[derive(Debug, thiserror::Error)]
pub enum WorkersFileError {
    #[error("cannot read or write the file of workers {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path}:{line}: expected the name of a worker, a space and 64 hexadecimal digits")]
    Line { path: PathBuf, line: usize },
    #[error("a worker's name has 1 to {NAME_CHARACTERS_MAX} of the characters a-z A-Z 0-9 . _ -")]
    Name,
    #[error("there is a worker {0} already")]
    Taken(String),
    #[error("there is no worker {0}")]
    Unknown(String),
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

struct Entry {
    name: String,
    hash: [u8; 32],
}

impl WorkersFile {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// All names, in the order of the file.
    pub fn names(&self) -> Result<Vec<String>, WorkersFileError> {
        Ok(self.entries()?.into_iter().map(|entry| entry.name).collect())
    }

    /// Adds a worker, and gives its token, which is kept nowhere.
    pub fn add(&self, name: &str) -> Result<String, WorkersFileError> {
        if !is_name(name) {
            return Err(WorkersFileError::Name);
        }
        let text = self.text()?;
        if self.parse(&text)?.iter().any(|entry| entry.name == name) {
            return Err(WorkersFileError::Taken(name.to_owned()));
        }
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes).map_err(|e| WorkersFileError::Random(e.to_string()))?;
        let token = hex(&bytes);
        let line_end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let line = format!("{line_end}{name} {}\n", hex(&Sha256::digest(&token)));
        self.append(&line).map_err(|source| self.error(source))?;
        Ok(token)
    }

    /// Removes a worker: its token is refused from now on.
    pub fn remove(&self, name: &str) -> Result<(), WorkersFileError> {
        let text = self.text()?;
        if !self.parse(&text)?.iter().any(|entry| entry.name == name) {
            return Err(WorkersFileError::Unknown(name.to_owned()));
        }
        let others = text.lines().filter(|line| line.split_whitespace().next() != Some(name));
        let others: String = others.flat_map(|line| [line, "\n"]).collect();
        self.replace(&others).map_err(|source| self.error(source))
    }

    /// The name of the worker whose token this is. Takes equally long for each of the workers.
    pub fn worker_of(&self, token: &str) -> Result<Option<String>, WorkersFileError> {
        let hash = Sha256::digest(token);
        let found = self.entries()?.into_iter().fold(None, |found, entry| {
            let fits = bool::from(entry.hash.as_slice().ct_eq(hash.as_slice()));
            if fits { Some(entry.name) } else { found }
        });
        Ok(found)
    }

    fn entries(&self) -> Result<Vec<Entry>, WorkersFileError> {
        self.parse(&self.text()?)
    }

    fn text(&self) -> Result<String, WorkersFileError> {
        match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(|source| self.error(source)),
        }
    }

    fn parse(&self, text: &str) -> Result<Vec<Entry>, WorkersFileError> {
        let meant = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        meant
            .map(|(index, line)| entry(line).ok_or_else(|| WorkersFileError::Line { path: self.path.clone(), line: index + 1 }))
            .collect()
    }

    fn append(&self, line: &str) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let mut file = private(&mut options).open(&self.path)?;
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }

    /// The whole file at once, so that nobody reads half of it.
    fn replace(&self, text: &str) -> std::io::Result<()> {
        let temporary = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let mut file = private(&mut options).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Ok(present) = fs::metadata(&self.path) {
            fs::set_permissions(&temporary, present.permissions())?;
        }
        fs::rename(&temporary, &self.path)
    }

    fn error(&self, source: std::io::Error) -> WorkersFileError {
        WorkersFileError::File { path: self.path.clone(), source }
    }
}

/// A file that only its owner can read.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=NAME_CHARACTERS_MAX).contains(&name.len()) && name.chars().all(fits)
}

fn entry(line: &str) -> Option<Entry> {
    let mut words = line.split_whitespace();
    let (name, hash) = (words.next()?, words.next()?);
    let is_whole = words.next().is_none() && is_name(name) && hash.len() == 64 && hash.is_ascii();
    if !is_whole {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = hash.get(index * 2..index * 2 + 2).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(Entry { name: name.to_owned(), hash: bytes })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_is_known_until_its_worker_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = WorkersFile::new(&folder.path().join("workers"));
        assert_eq!((file.names().unwrap().len(), file.worker_of("").unwrap()), (0, None));
        let (one, two) = (file.add("mill-1").unwrap(), file.add("mill-2").unwrap());
        assert_eq!((one.len(), one == two), (64, false));
        assert_eq!(file.worker_of(&one).unwrap().as_deref(), Some("mill-1"));
        assert_eq!(file.worker_of(&two).unwrap().as_deref(), Some("mill-2"));
        assert_eq!(file.worker_of(&one[1..]).unwrap(), None);
        let text = fs::read_to_string(&file.path).unwrap();
        assert!(!text.contains(&one) && !text.contains(&two), "{text}");
        // What is kept does not open the door.
        assert_eq!(file.worker_of(text.split_whitespace().nth(1).unwrap()).unwrap(), None);
        assert!(matches!(file.add("mill-1"), Err(WorkersFileError::Taken(_))));
        assert!(matches!(file.add("a b"), Err(WorkersFileError::Name)));
        file.remove("mill-1").unwrap();
        assert!(matches!(file.remove("mill-1"), Err(WorkersFileError::Unknown(_))));
        assert_eq!((file.worker_of(&one).unwrap(), file.names().unwrap()), (None, vec!["mill-2".to_owned()]));
        assert_eq!(file.worker_of(&two).unwrap().as_deref(), Some("mill-2"));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file.path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_not_understood_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = WorkersFile::new(&folder.path().join("workers"));
        fs::write(&file.path, format!("# by hand\n\nmill {}", hex(&Sha256::digest("token")))).unwrap();
        assert_eq!(file.worker_of("token").unwrap().as_deref(), Some("mill"));
        file.add("other").unwrap();
        assert_eq!(file.names().unwrap(), ["mill", "other"]);
        for line in ["mill", "mill zz", &format!("mill {}", "+f".repeat(32)), &format!("a/b {}", "0".repeat(64))] {
            fs::write(&file.path, format!("# by hand\n{line}\n")).unwrap();
            assert!(matches!(file.worker_of("token"), Err(WorkersFileError::Line { line: 2, .. })), "{line}");
        }
    }
}
