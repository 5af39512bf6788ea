//! Who calls the addresses beside the doors: an account, by HTTP Basic or by the word of a proxy, whatever knows accounts.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use ordergate_door::{AuthError, Credentials, Identity, Vouched, basic_credentials};
use ordergate_engine::{Protocol, ProviderId};

use super::Providers;
use crate::client_address::Sender;

/// Knows accounts by the headers of a request.
#[derive(Debug, Clone)]
pub(crate) struct Callers(Providers);

impl Callers {
    pub(crate) const fn new(providers: Providers) -> Self {
        Self(providers)
    }

    /// The account of this protocol that calls; none if the request does not say who calls. Failures count as those at the
    /// doors do.
    pub(crate) async fn identify(
        &self,
        protocol: Protocol,
        headers: &HeaderMap,
        sender: Sender,
    ) -> Result<Option<Identity>, AuthError> {
        let vouching = self.0.vouching(protocol);
        let vouched = vouching.as_ref().map_or(Vouched::Nobody, |vouching| vouching.read(headers, sender.peer));
        let authenticate = self.0.of(protocol);
        let ask =
            |shown| async move { authenticate.authenticate(ProviderId::DEFAULT, protocol, shown, Some(sender.client)).await };
        if let Some(vouched) = vouched.credentials(None)? {
            return ask(vouched).await.map(Some);
        }
        let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(basic_credentials);
        let Some((name, password)) = sent else { return Ok(None) };
        ask(Credentials::Password { name: &name, password: &password, freshness: None }).await.map(Some)
    }
}
