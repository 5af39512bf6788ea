//! Articles and buyers from files: read as a stream, checked row by row.
//!
//! A file is CSV or lines of JSON ([`Format`]). Its rows are read on a thread of their own (`pump`), a little ahead of the
//! import that takes them. Nothing is kept in memory that grows with the file, but for buyers, whose rows stay about as long as they are there.
//!
//! [`catalogue`] takes all articles, as a new catalogue that is offered in place of the one before, all at once; [`changes`]
//! takes stock, prices and buyers' numbers of articles that are there, [`classification`] how articles are grouped, [`buyers`] accounts.

mod article_row;
pub mod buyers;
pub mod catalogue;
pub mod changes;
pub mod classification;
mod csv;
mod encoding;
mod keep;
mod lines;
mod price_list;
mod problem;
mod pump;
mod references;
mod report;
mod spool;
mod table;
mod terms;
mod value;

use std::sync::Arc;

use ordergate_engine::ProviderId;
use ordergate_engine::time::Clock;
use ordergate_store::{CommitError, SharedStore, StoreError};

pub use csv::delimiter;
pub use encoding::Encoding;
pub use keep::remove_unwanted;
pub use lines::ROW_BYTES_MAX;
pub use problem::Problem;
pub use pump::{BytesRead, Source};
pub use report::{Listener, Summary};
pub use table::{Format, Kind, Unreadable};

/// What all imports work with.
#[derive(Debug, Clone)]
pub struct Import {
    pub store: SharedStore,
    pub clock: Arc<dyn Clock>,
    pub provider: ProviderId,
    pub format: Format,
    /// ISO 4217, of all prices.
    pub currency: String,
    /// Take what is right, instead of refusing all because of one row.
    pub skip_bad: bool,
    /// Give up after so many problems.
    pub max_errors: u64,
    /// Check everything and change nothing.
    pub dry_run: bool,
    /// Take neither stock nor special prices nor buyers' numbers over from the catalogue that is offered.
    pub fresh: bool,
    pub read: BytesRead,
}

/// Why an import came to nothing, apart from what is wrong with its rows.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("the import was given up, because it took too long or someone ended it; nothing was changed")]
    GivenUp,
    #[error("there is no catalogue yet: import the articles first")]
    NoCatalogue,
    #[error("catalogues change faster than this one could be stored")]
    Contended,
    #[error("the classification was replaced meanwhile: import the articles again")]
    Regrouped,
    #[error("no temporary file could be written: {0}")]
    Spool(std::io::Error),
    #[error("what is stored of an article cannot be read: {0}")]
    Stored(String),
    #[error("the reading of the file was ended by an internal fault")]
    Fault,
}
