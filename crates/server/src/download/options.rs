//! Section `[download]` of the configuration.

use std::path::PathBuf;

use ordergate_engine::Timestamp;
use serde::Deserialize;

use crate::http_options::OptionError;

const MICROS_OF_A_DAY: f64 = 86_400e6;

/// What is offered for download, and for how long.
#[derive(Deserialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct DownloadOptions {
    /// The folder under which results must lie that are to be offered; without one, none are.
    pub root: Option<PathBuf>,
    /// How long a link is good, from the completion of its item: days, or parts of one.
    pub days: f64,
    /// Whether the file of a result is removed when its link has expired.
    pub remove_files: bool,
    /// So many archives are built at the same time, each in a thread of its own; further clients are asked to come again.
    pub archives_at_once: usize,
}

impl Default for DownloadOptions {
    fn default() -> Self {
        Self { root: None, days: 14.0, remove_files: false, archives_at_once: 16 }
    }
}

/// The folder of downloads cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    #[error("download.root: {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("download.root: {0} is no folder")]
    NoFolder(PathBuf),
}

impl DownloadOptions {
    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), OptionError> {
        if self.root.as_ref().is_some_and(|root| !root.is_absolute()) {
            return Err(OptionError::new("root", "must be an absolute path"));
        }
        // About a second, and ten years.
        if !(0.000_01..=3660.0).contains(&self.days) {
            return Err(OptionError::new("days", "must be between 0.00001 and 3660"));
        }
        if !(1..=1024).contains(&self.archives_at_once) {
            return Err(OptionError::new("archives_at_once", "must be between 1 and 1024"));
        }
        Ok(())
    }

    /// Looks whether the folder is there: to be asked by who is going to serve from it.
    pub fn check_root(&self) -> Result<(), RootError> {
        let Some(path) = &self.root else { return Ok(()) };
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(()),
            Ok(_) => Err(RootError::NoFolder(path.clone())),
            Err(source) => Err(RootError::File { path: path.clone(), source }),
        }
    }

    /// When the link to an item that was completed then expires.
    #[allow(clippy::cast_possible_truncation)] // a number of microseconds below 2^53
    pub(super) fn expiry(&self, completed_at: Timestamp) -> Timestamp {
        completed_at.plus_micros((self.days * MICROS_OF_A_DAY) as i64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(toml: &str) -> DownloadOptions {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn links_live_for_two_weeks_unless_said_otherwise() {
        let completed_at = Timestamp::from_seconds(1_000_000);
        let lives = |toml: &str| options(toml).expiry(completed_at).0 - completed_at.0;
        assert_eq!(lives(""), 14 * 86_400_000_000);
        assert_eq!(lives("days = 30"), 30 * 86_400_000_000);
        assert_eq!(lives("days = 0.5"), 43_200_000_000);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (toml, expected) in [
            ("root = 'products'", "root must be an absolute path"),
            ("days = 0", "days must be between"),
            ("days = -1", "days must be between"),
            ("days = nan", "days must be between"),
            ("days = 4000", "days must be between"),
            ("archives_at_once = 0", "archives_at_once must be between"),
        ] {
            assert!(options(toml).validate().unwrap_err().to_string().starts_with(expected), "{toml}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let rooted = |root: PathBuf| DownloadOptions { root: Some(root), ..DownloadOptions::default() };
        rooted(folder.path().to_owned()).check_root().unwrap();
        assert!(matches!(rooted(file).check_root(), Err(RootError::NoFolder(_))));
        assert!(matches!(rooted(folder.path().join("none")).check_root(), Err(RootError::File { .. })));
        DownloadOptions::default().check_root().unwrap();
    }
}
