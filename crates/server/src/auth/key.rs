//! The server's secret key: a small file beside the database, made at first start.
//!
//! It encrypts the secrets of accounts that use PasswordDigest, and keys of its own for other uses are made from it (links
//! to downloads). Without it those passwords must be set again, and links that were handed out are good for nothing.

use std::fmt::{self, Write as _};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// 32 random bytes.
#[derive(Clone)]
pub struct Key(pub(super) [u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("cannot read or write the key file {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the key file {path} holds {length} bytes, expected 32: restore it from a backup")]
    Length { path: PathBuf, length: usize },
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

impl Key {
    /// Reads the key, or makes one that only the owner can read.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        let file_error = |source| KeyError::File { path: path.to_owned(), source };
        match fs::read(path) {
            Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice())
                .map(Self)
                .map_err(|_| KeyError::Length { path: path.to_owned(), length: bytes.len() }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self::random()?;
                match create(path, &key.0) {
                    Ok(()) => Ok(key),
                    // Another process was faster.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::load_or_create(path),
                    Err(error) => Err(file_error(error)),
                }
            }
            Err(error) => Err(file_error(error)),
        }
    }

    /// A password that nobody can guess, in letters and digits.
    pub fn random_password() -> Result<String, KeyError> {
        let mut password = String::new();
        for byte in Self::random()?.0.iter().take(12) {
            let _ = write!(password, "{byte:02x}");
        }
        Ok(password)
    }

    /// A key that nobody has had before.
    pub fn random() -> Result<Self, KeyError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| KeyError::Random(e.to_string()))?;
        Ok(Self(bytes))
    }

    /// A key for one use only (HMAC-SHA256 of its name): what is made with it says nothing of this key or of other uses.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        // HMAC fills a key up with zeros to the length of a block (RFC 2104 §2).
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(b"ordergate key for ");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Writes a whole key under a name of its own and links it into place, so that nobody ever reads half of one.
fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    linked
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ordergate.key");
        let made = Key::load_or_create(&path).unwrap();
        assert_eq!(made.0, Key::load_or_create(&path).unwrap().0);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
        fs::write(&path, b"short").unwrap();
        assert!(matches!(Key::load_or_create(&path), Err(KeyError::Length { length: 5, .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
    }
}
