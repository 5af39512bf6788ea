//! How many connections each address has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::client_address::{ProxyOptions, network_of};
use crate::http_options::HttpOptions;

/// No more entries than there are connections.
type Counts = Arc<Mutex<HashMap<u128, usize>>>;

/// Counts connections by address, if there is a limit.
pub(super) struct Addresses {
    most: usize,
    /// All customers of a proxy come from its address.
    proxies: ProxyOptions,
    counts: Counts,
}

/// A connection that is counted until this is dropped; or one that is not counted.
pub(super) struct Entered(Option<(Counts, u128)>);

impl Addresses {
    pub(super) fn new(options: &HttpOptions) -> Self {
        Self { most: options.connections_per_address_max, proxies: options.proxy.clone(), counts: Counts::default() }
    }

    /// None if the address has as many as it may.
    pub(super) fn enter(&self, client: IpAddr) -> Option<Entered> {
        if self.most == 0 || self.proxies.has(client) {
            return Some(Entered(None));
        }
        let address = network_of(client);
        let mut counts = self.counts.lock();
        let count = counts.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Entered(Some((Arc::clone(&self.counts), address))))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let Some((counts, address)) = self.0.take() else { return };
        let mut counts = counts.lock();
        if let Some(count) = counts.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&address);
            }
        }
    }
}
