//! What the tests share: scripts in a temporary folder, and waiting for what must come.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod shop;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Whatever takes longer never comes. Only failing tests wait so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until the condition holds; fails the test with what was waited for if it never does.
pub async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let end = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < end, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process runs; one that only waits to be reaped does not.
pub fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|state| !state.is_empty() && !state.starts_with('Z'))
}

/// A folder for scripts and what they write.
pub struct Scripts {
    folder: PathBuf,
    _owned: Option<tempfile::TempDir>,
}

impl Scripts {
    pub fn new() -> Self {
        let owned = tempfile::tempdir().unwrap();
        Self { folder: owned.path().to_owned(), _owned: Some(owned) }
    }

    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), _owned: None }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The command that runs a script, whose `$1` is the folder.
    pub fn command(&self, script: &str) -> Vec<String> {
        let path = self.folder.join("script.sh");
        std::fs::write(&path, script).unwrap();
        vec!["/bin/sh".into(), path.to_str().unwrap().into(), self.folder.to_str().unwrap().into()]
    }

    pub fn has(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }

    /// What a script wrote; nothing if there is no such file yet.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }
}
