//! Brings a parcel to an address, whatever the protocol.

use std::io;
use std::time::Duration;

use ordergate_outgoing::{CallError, Caller, Reach};
use tokio::time::timeout;

use crate::{Address, HostKeys, Parcel, Protocol, https, sftp};

/// Carries parcels.
#[derive(Debug, Clone)]
pub struct Carrier {
    pub caller: Caller,
    pub reach: Reach,
    pub host_keys: HostKeys,
    /// For a whole delivery.
    pub limit: Duration,
}

/// Why a delivery failed. The reason is for the customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Undelivered {
    pub reason: String,
    /// No further attempt can do better until the customer has changed something.
    pub hopeless: bool,
}

impl Undelivered {
    pub(crate) fn for_now(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hopeless: false }
    }

    pub(crate) fn for_good(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hopeless: true }
    }

    /// Our own trouble: of no use to the customer, whose address may be right.
    pub(crate) fn unreadable(error: &io::Error) -> Self {
        tracing::error!(%error, "what is to be delivered cannot be read");
        Self::for_now("the server could not read the result to its end")
    }
}

impl From<CallError> for Undelivered {
    fn from(error: CallError) -> Self {
        Self { hopeless: error.is_lasting(), reason: error.to_string() }
    }
}

impl Carrier {
    /// Brings it there whole, under its name, in place of what has that name there; or not at all, where the protocol allows.
    pub async fn carry(&self, address: &Address, parcel: Parcel) -> Result<(), Undelivered> {
        let carried = async {
            match address.protocol {
                Protocol::Sftp => sftp::carry(self, address, parcel).await,
                Protocol::Https => https::carry(self, address, parcel).await,
            }
        };
        let late = |_| Undelivered::for_now(format!("{address} did not take it within {} seconds", self.limit.as_secs()));
        timeout(self.limit, carried).await.map_err(late)?
    }
}
