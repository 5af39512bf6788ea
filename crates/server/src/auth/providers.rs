//! Who knows the customers of each protocol, as configured.

use std::sync::Arc;

use ordergate_door::Authenticate;
use ordergate_engine::Protocol;
use ordergate_engine::time::Clock;
use ordergate_store::SharedStore;

use super::callout::{Callout, CalloutError};
use super::trusted_header::{TrustedHeader, Vouching};
use super::{Accounts, AuthOptions, AuthProvider, Key, SellerNames};
use crate::rates::Rates;

/// To hook up another one: implement [`Authenticate`], and name it in [`AuthProvider`] and here.
#[derive(Debug, Clone)]
pub struct Providers {
    oseo: Arc<dyn Authenticate>,
    veloconnect: Arc<dyn Authenticate>,
    options: AuthOptions,
}

impl Providers {
    /// `sellers`: what a service that is asked is told of the seller; `rates`: how often an account may ask.
    pub fn new(
        store: &SharedStore,
        clock: &Arc<dyn Clock>,
        options: &AuthOptions,
        key: &Key,
        sellers: &SellerNames,
        rates: &Arc<Rates>,
    ) -> Result<Self, CalloutError> {
        let new = |provider| -> Result<Arc<dyn Authenticate>, CalloutError> {
            let (store, clock, rates) = (Arc::clone(store), Arc::clone(clock), Arc::clone(rates));
            Ok(match provider {
                AuthProvider::Accounts => Arc::new(Accounts::new(store, clock, options, key.clone(), rates)?),
                AuthProvider::Callout => Arc::new(Callout::new(&store, &clock, options, sellers.clone(), rates)?),
                AuthProvider::TrustedHeader => Arc::new(TrustedHeader::new(store, clock, rates)),
            })
        };
        let [oseo, veloconnect] = [Protocol::Oseo, Protocol::Veloconnect].map(|protocol| options.provider_of(protocol));
        let first = new(oseo)?;
        // One for both: hashing and asking are then limited together.
        let second = if veloconnect == oseo { Arc::clone(&first) } else { new(veloconnect)? };
        Ok(Self { oseo: first, veloconnect: second, options: options.clone() })
    }

    pub fn of(&self, protocol: Protocol) -> Arc<dyn Authenticate> {
        Arc::clone(match protocol {
            Protocol::Oseo => &self.oseo,
            Protocol::Veloconnect => &self.veloconnect,
        })
    }

    /// What reads the header that names a protocol's callers, if one does.
    pub fn vouching(&self, protocol: Protocol) -> Option<Vouching> {
        let is_told = self.options.provider_of(protocol) == AuthProvider::TrustedHeader;
        is_told.then(|| Vouching::new(&self.options.trusted_header)).flatten()
    }
}
