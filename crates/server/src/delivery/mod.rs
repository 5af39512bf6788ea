//! Deliveries: results that are pushed to the address that the customer named (`onlineDataDelivery`).
//!
//! Which items that concerns is said by [`DeliveryOptions`], when they are to be delivered by the worker of deliveries in
//! `fulfilment`; what is done then is here ([`pushing`]).

mod options;
mod pushing;
mod seal;

use std::sync::Arc;
use std::time::Duration;

use ordergate_delivery::{Address, Carrier, HostKeys};
use ordergate_engine::OrderId;
use ordergate_fulfilment::Deliver;
use ordergate_oseo::Deliveries;
use ordergate_outgoing::{Caller, CallerError, CallerOptions, Reach, tls_believing};
use ordergate_store::SharedStore;

use self::pushing::Pushing;
use self::seal::Seal;
use crate::auth::Key;
use crate::config::Config;
use crate::download::Downloads;
use crate::outbox;

pub use self::options::DeliveryOptions;

/// What delivers at one server.
#[derive(Clone)]
pub(crate) struct Delivery {
    options: DeliveryOptions,
    reach: Reach,
    seal: Seal,
    carrier: Carrier,
}

impl Delivery {
    /// Nothing where the server does not deliver.
    pub(crate) fn new(config: &Config, key: &Key) -> Result<Option<Self>, CallerError> {
        let options = config.delivery.clone();
        if !options.is_on() {
            return Ok(None);
        }
        let reach = outbox::reach(config);
        let caller = Caller::new(&CallerOptions { ca_file: options.ca_file.clone(), ..CallerOptions::default() })?;
        let tls = Arc::new(tls_believing(options.ca_file.as_deref())?);
        let host_keys = HostKeys::new(options.known_hosts_file.clone().unwrap_or_default(), options.learn_host_keys);
        let limit = Duration::from_secs(options.timeout_seconds);
        let carrier = Carrier { caller, reach: reach.clone(), tls, host_keys, limit };
        Ok(Some(Self { options, reach, seal: Seal::new(key), carrier }))
    }

    /// What a worker of deliveries does.
    pub(crate) fn pushing(&self, store: SharedStore, downloads: Arc<Downloads>) -> Arc<dyn Deliver> {
        Arc::new(Pushing { delivery: self.clone(), store, downloads })
    }
}

impl Deliveries for Delivery {
    fn offers(&self, protocol: &str) -> bool {
        self.options.offers(protocol)
    }

    fn check(&self, protocol: &str, server_address: &str, path: &str) -> Result<(), String> {
        let Some(protocol) = self.options.offered(protocol) else { return Ok(()) };
        Address::parse(protocol, server_address, path, &self.reach).map(drop).map_err(|error| error.to_string())
    }

    fn seal(&self, order: OrderId, passwords: &[String]) -> Result<Vec<u8>, String> {
        self.seal.seal(order, passwords)
    }
}
