//! The keys by which SSH servers are known: a file as OpenSSH writes it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use russh::keys::known_hosts::{known_host_keys_path, learn_known_hosts_path};
use russh::keys::{Error, PublicKey};

/// Which SSH servers are believed to be who they say.
#[derive(Debug, Clone)]
pub struct HostKeys {
    /// `known_hosts` of OpenSSH: what stands there counts.
    file: PathBuf,
    /// Whether the key of a server that is not in the file is believed the first time, and written there.
    learn: bool,
    /// Two deliveries at once must not learn two keys.
    learning: Arc<Mutex<()>>,
}

/// Why a server is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Distrust {
    /// It shows another key than before.
    Changed,
    Unknown,
    File(String),
}

impl HostKeys {
    pub fn new(file: PathBuf, learn: bool) -> Self {
        Self { file, learn, learning: Arc::default() }
    }

    /// Blocks.
    pub(crate) fn check(&self, host: &str, port: u16, key: &PublicKey) -> Result<(), Distrust> {
        let _learning = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let unreadable = |error: Error| Distrust::File(error.to_string());
        let known = known_host_keys_path(host, port, &self.file).map_err(unreadable)?;
        if known.iter().any(|(_, known)| known.key_data() == key.key_data()) {
            return Ok(());
        }
        // A server may not get past a key that is known by showing one of another kind.
        if !known.is_empty() {
            return Err(Distrust::Changed);
        }
        if !self.learn {
            return Err(Distrust::Unknown);
        }
        learn_known_hosts_path(host, port, key, &self.file).map_err(unreadable)
    }
}
