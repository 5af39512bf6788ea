use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why there is no usable configuration. Messages name keys, never values of text: those may be secrets.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read, or is not UTF-8.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file as named by the operator.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Something in it cannot be used.
    #[error("{origin}: {}{problem}", key_prefix(key.as_deref()))]
    Invalid {
        /// Where the offending text stands.
        origin: Origin,
        /// The setting, as `section.name`, where there is one.
        key: Option<String>,
        /// What is wrong and what was expected.
        problem: String,
    },
}

fn key_prefix(key: Option<&str>) -> String {
    key.map(|key| format!("{key}: ")).unwrap_or_default()
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A place in the file; line and column count from 1, columns in characters.
    File {
        /// The file as named by the operator.
        path: PathBuf,
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// An environment variable.
    Variable(String),
    /// Neither: a default, or something that is missing.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => {
                write!(formatter, "{}:{line}:{column}", path.display())
            }
            Self::Variable(name) => write!(formatter, "environment variable {name}"),
            Self::Unset => formatter.write_str("configuration"),
        }
    }
}
