//! Why a command ended without success.

/// A failure, said in one line. Exit status 2 for bad usage and for what could not be checked, 1 for all else.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Failed(String),
    #[error("the store could not be checked: {0}")]
    Unchecked(String),
    #[error(transparent)]
    Config(#[from] ordergate_server::config::ConfigError),
    #[error(transparent)]
    Store(#[from] ordergate_store::StoreError),
    #[error(transparent)]
    Commit(#[from] ordergate_store::CommitError),
    #[error(transparent)]
    Transfer(#[from] ordergate_store::transfer::TransferError),
    #[error(transparent)]
    Server(#[from] ordergate_server::server::ServerError),
    #[error(transparent)]
    Tls(#[from] ordergate_server::tls::TlsError),
    #[error(transparent)]
    Key(#[from] ordergate_server::auth::KeyError),
    #[error(transparent)]
    Workers(#[from] ordergate_server::auth::WorkersFileError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Failure {
    pub(crate) const fn exit_status(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Unchecked(_) => 2,
            _ => 1,
        }
    }
}
