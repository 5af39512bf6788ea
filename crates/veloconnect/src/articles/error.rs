//! Why articles cannot be had.

use ordergate_store::StoreError;

/// Why a question about articles has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ArticlesError {
    /// The catalogue in which these hits have their places is not kept any more.
    #[error("catalogue {0} is not kept any more")]
    Gone(i64),
    /// A catalogue is being made ready for searching for the first time, and that takes long.
    #[error("the catalogue is not ready to be searched yet")]
    NotReady,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] super::IndexError),
    /// What is stored of an article cannot be read.
    #[error("article {id} cannot be read: {cause}")]
    Unreadable { id: String, cause: serde_json::Error },
    /// The task that was to answer was ended.
    #[error("stopped")]
    Stopped,
}

/// Why a file of articles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("cannot read {0}: {1}")]
    Read(String, std::io::Error),
    #[error("not a file of articles: {0}")]
    Parse(#[from] toml::de::Error),
    #[error("article {id}: {problem}")]
    Article { id: String, problem: String },
    #[error("classification scheme {id}: {problem}")]
    Scheme { id: String, problem: String },
    #[error("price group {id}: {problem}")]
    PriceGroup { id: String, problem: String },
    #[error(transparent)]
    Index(#[from] super::IndexError),
}
