//! Deliveries: results that are pushed to the address that the customer named (`onlineDataDelivery`).
//!
//! Delivering is the second half of an item's production ([`processor`]): it runs under the same lease, is tried again by the
//! same rules, and ends with it when the order is cancelled. Where the result lies is noted in between, so that a delivery that is
//! tried again, or goes on after the server died, does not produce anew.

mod options;
mod processor;
mod seal;

use std::sync::Arc;
use std::time::Duration;

use ordergate_delivery::{Address, Carrier, HostKeys};
use ordergate_engine::OrderId;
use ordergate_engine::time::Clock;
use ordergate_fulfilment::Processor;
use ordergate_oseo::Deliveries;
use ordergate_outgoing::{Caller, CallerError, CallerOptions, Reach};
use ordergate_store::SharedStore;

use self::processor::Delivering;
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
        let host_keys = HostKeys::new(options.known_hosts_file.clone().unwrap_or_default(), options.learn_host_keys);
        let limit = Duration::from_secs(options.timeout_seconds);
        let carrier = Carrier { caller, reach: reach.clone(), host_keys, limit };
        Ok(Some(Self { options, reach, seal: Seal::new(key), carrier }))
    }

    /// A processor that delivers what the other one has produced.
    pub(crate) fn after(
        &self,
        producing: Arc<dyn Processor>,
        store: SharedStore,
        clock: Arc<dyn Clock>,
        downloads: Arc<Downloads>,
    ) -> Arc<dyn Processor> {
        Arc::new(Delivering { producing, delivery: self.clone(), store, clock, downloads })
    }
}

impl Deliveries for Delivery {
    fn offers(&self, protocol: &str) -> bool {
        self.options.offered(protocol).is_some()
    }

    fn check(&self, protocol: &str, server_address: &str, path: &str) -> Result<(), String> {
        let Some(protocol) = self.options.offered(protocol) else { return Ok(()) };
        Address::parse(protocol, server_address, path, &self.reach).map(drop).map_err(|error| error.to_string())
    }

    fn seal(&self, order: OrderId, passwords: &[String]) -> Result<Vec<u8>, String> {
        self.seal.seal(order, passwords)
    }
}
