//! Why a store did not do what it was asked.

/// The store itself has a problem.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened; the text names the file and the cause.
    #[error("cannot open the store: {0}")]
    Open(String),
    /// It was written by a newer program.
    #[error(
        "the store has schema version {found}, this program knows versions up to {known}: \
         run the newer program, or restore a backup made by this one"
    )]
    SchemaTooNew { found: i64, known: i64 },
    /// Another process serves this store.
    #[error("another process uses the store {0}: stop it first")]
    InUse(String),
    /// It does not answer, or does not store, for a while (away, busy, disk full, input or output error). The store says
    /// in the log when that begins and when it is over.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// It did what it should not, and nobody knows whether it will again.
    #[error("the store failed: {0}")]
    Failed(String),
    /// A row cannot be read: it was damaged, or written by something else.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
    /// It was closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether the store has said, or will say, by itself that it cannot be used for a while.
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Closed)
    }

    /// Says in the log what did not come about. An outage is not said again for each one whom it hits.
    pub fn log(&self, what: &str) {
        if self.is_outage() {
            tracing::debug!(error = %self, "{what}");
        } else {
            tracing::error!(error = %self, "{what}");
        }
    }
}

/// A batch was not stored; nothing of it was.
///
/// One exception: if the store went away or the disk died in the middle of the commit ([`StoreError::Unavailable`],
/// [`StoreError::Failed`]), it may be found stored, as a whole, when the store is back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    #[error("{0}")]
    Conflict(ConflictOn),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// For batches that collide with nothing, unless the store is at fault.
impl From<CommitError> for StoreError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error,
            CommitError::Conflict(on) => Self::Failed(on.to_string()),
        }
    }
}

/// What a batch collided with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConflictOn {
    #[error("the order was changed by someone else, or its id is taken")]
    Order,
    #[error("the transaction was changed by someone else, is gone, or its id is taken")]
    Transaction,
    #[error("the job is held by another worker, is gone, or exists already")]
    Job,
    #[error("the message was answered before")]
    Message,
    #[error("the notification does not wait any more, or there is none")]
    Notification,
    #[error("the quotation was changed by someone else, is gone, or its id is taken")]
    Quotation,
    #[error("the transmission was changed by someone else, is done, is gone, or its id is taken")]
    Transmission,
    #[error("the receipt was changed by someone else")]
    Receipt,
    #[error("the nonce was used before")]
    Nonce,
    #[error("the standing item is not there, or is there already")]
    Standing,
    #[error("the standing item was fed this product before")]
    Product,
    #[error("there is no such pause, or it is over")]
    Pause,
    #[error("all slots of the collection are taken")]
    Slot,
    #[error("another catalogue was offered or changed meanwhile, or this one was given up")]
    Catalogue,
    #[error("the catalogue has an article of this number already, or none in this place")]
    Article,
    #[error("the account name is taken, or there is no such account")]
    Account,
}
