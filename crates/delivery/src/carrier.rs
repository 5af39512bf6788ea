//! Brings a parcel to an address, whatever the protocol.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ordergate_outgoing::{CallError, Caller, Reach, dial};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{Address, HostKeys, Parcel, Protocol, ftps, https, sftp};

pub(crate) const CONNECT_LIMIT: Duration = Duration::from_secs(20);
/// A server from which nothing comes for so long is gone.
pub(crate) const SILENCE_LIMIT: Duration = Duration::from_mins(1);

/// Carries parcels.
#[derive(Debug, Clone)]
pub struct Carrier {
    pub caller: Caller,
    pub reach: Reach,
    /// Whom ftps believes.
    pub tls: Arc<ClientConfig>,
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
                Protocol::Ftps => ftps::carry(self, address, parcel).await,
                Protocol::Https => https::carry(self, address, parcel).await,
            }
        };
        let late = |_| Undelivered::for_now(format!("{address} did not take it within {} seconds", self.limit.as_secs()));
        timeout(self.limit, carried).await.map_err(late)?
    }

    /// A bare connection to an address.
    pub(crate) async fn dial(&self, address: &Address) -> Result<TcpStream, Undelivered> {
        let dialled = dial(&address.host, address.port, &self.reach, CONNECT_LIMIT).await;
        dialled.map_err(|error| not_reached(address, &error))
    }
}

/// In words that name the protocol.
pub(crate) fn not_reached(address: &Address, error: &CallError) -> Undelivered {
    let reason = error.to_string().replacen("http://", &format!("{}://", address.protocol.word()), 1);
    Undelivered { reason, hopeless: error.is_lasting() }
}
