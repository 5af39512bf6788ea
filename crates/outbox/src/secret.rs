//! Secrets that the configuration does not hold but says where they are. They are read whenever they are needed, so that a
//! new one counts at once.

use std::path::PathBuf;

use crate::OptionError;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretPlace {
    File(PathBuf),
    /// An environment variable of this process.
    Variable(String),
}

/// Why there is no secret. Names the place, never what is there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretProblem {
    #[error("{}: cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the environment variable {0} is not set, or not Unicode")]
    Unset(String),
}

impl SecretProblem {
    /// Whoever runs `ordergate account` beside the server need not be one who may read the server's secrets.
    pub(crate) fn is_forbidden(&self) -> bool {
        matches!(self, Self::Read { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied)
    }
}

impl SecretPlace {
    /// From two settings, of which exactly one must be there.
    pub(crate) fn of(what: &'static str, file: Option<&PathBuf>, variable: Option<&String>) -> Result<Self, OptionError> {
        match (file, variable) {
            (Some(path), None) => Ok(Self::File(path.clone())),
            // The configuration takes these for settings, and refuses them.
            (None, Some(name)) if name.starts_with("ORDERGATE_") || name.is_empty() => {
                Err(OptionError::new(format!("{what}_env"), "must be the name of a variable that does not begin with ORDERGATE_"))
            }
            (None, Some(name)) => Ok(Self::Variable(name.clone())),
            (Some(_), Some(_)) => Err(OptionError::new(format!("{what}_env"), format!("cannot be given with {what}_file"))),
            (None, None) => Err(OptionError::new(format!("{what}_file"), format!("must be given, or {what}_env"))),
        }
    }

    /// The name of the setting, given what it is a secret of.
    pub(crate) fn key(&self, what: &str) -> String {
        match self {
            Self::File(_) => format!("{what}_file"),
            Self::Variable(_) => format!("{what}_env"),
        }
    }

    /// A small file; nobody is kept waiting by it.
    pub(crate) fn read(&self) -> Result<String, SecretProblem> {
        match self {
            Self::File(path) => {
                std::fs::read_to_string(path).map_err(|source| SecretProblem::Read { path: path.clone(), source })
            }
            Self::Variable(name) => std::env::var(name).map_err(|_| SecretProblem::Unset(name.clone())),
        }
    }
}
