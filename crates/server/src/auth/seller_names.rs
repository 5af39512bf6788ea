//! What a service is told of the seller whose customer calls.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ordergate_engine::ProviderId;

/// The sellers' names, by their numbers; the one that is always there has none. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct SellerNames(Arc<OnceLock<BTreeMap<ProviderId, String>>>);

impl SellerNames {
    /// Said once, before the first customer of one of them calls.
    pub fn know(&self, names: impl IntoIterator<Item = (ProviderId, String)>) {
        self.0.get_or_init(|| names.into_iter().collect());
    }

    pub(super) fn of(&self, seller: ProviderId) -> Option<&str> {
        self.0.get()?.get(&seller).map(String::as_str)
    }
}
