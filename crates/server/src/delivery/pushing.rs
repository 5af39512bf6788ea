//! One delivery: what lies at a result, to the address that the order names.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_delivery::{Address, Protocol};
use ordergate_fulfilment::{Deliver, NotDelivered, WorkItem};
use ordergate_oseo::Packaging;
use ordergate_store::{SharedStore, StoreError};
use serde_json::Value;

use super::Delivery;
use crate::download::Downloads;

/// Pushes results.
pub(super) struct Pushing {
    pub delivery: Delivery,
    pub store: SharedStore,
    pub downloads: Arc<Downloads>,
}

impl fmt::Debug for Pushing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pushing")
    }
}

#[async_trait]
impl Deliver for Pushing {
    async fn deliver(&self, item: &WorkItem, result: &str) -> Result<(), NotDelivered> {
        let address = self.address(item).await?;
        let packaging = item.details["order"]["packaging"].as_str().and_then(Packaging::from_word);
        let parcel = self.downloads.parcel(result, packaging).await.map_err(|why| {
            tracing::warn!(order = %item.order_id, position = item.position, "a result cannot be delivered: {why}");
            if why.may_pass() {
                again("the server cannot read the result now")
            } else {
                over("the result is not there to be delivered")
            }
        })?;
        tracing::info!(order = %item.order_id, position = item.position, %address, "a delivery begins");
        let carried = self.delivery.carrier.carry(&address, parcel).await;
        carried.map_err(|why| NotDelivered { reason: why.reason, retry: !why.hopeless })
    }
}

impl Pushing {
    /// By what the server is to deliver the item.
    fn protocol(&self, details: &Value) -> Option<Protocol> {
        let of = |holder: &str| details.get(holder)?.get("deliveryOptions");
        let options = of("orderItem").or_else(|| of("order"))?;
        self.delivery.options.offered(options.get("onlineDataDelivery")?.get("protocol")?.as_str()?.trim())
    }

    /// The first address of the order with this protocol.
    async fn address(&self, item: &WorkItem) -> Result<Address, NotDelivered> {
        let protocol =
            self.protocol(&item.details).ok_or_else(|| over("the server does not deliver by this protocol any more"))?;
        let addresses = item.details["order"]["deliveryInformation"]["onlineAddress"].as_array().map(Vec::as_slice);
        let text = |address: &Value, name: &str| address[name].as_str().unwrap_or_default().to_owned();
        let mut found = addresses.unwrap_or_default().iter().enumerate();
        let (place, found) = found
            .find(|(_, address)| text(address, "protocol").trim() == protocol.word())
            .ok_or_else(|| over(&format!("the order names no address for {}", protocol.word())))?;
        let (server, path) = (text(found, "serverAddress"), text(found, "path"));
        let address = Address::parse(protocol, &server, &path, &self.delivery.reach).map_err(|error| over(&error.to_string()))?;
        let sealed = self.store.kept_for_delivery(item.order_id).await.map_err(unavailable)?;
        let password = match sealed {
            None => String::new(),
            Some(sealed) => {
                let passwords = self.delivery.seal.open(item.order_id, &sealed);
                // Sealed under another key than this server's: what the operator may put right.
                let passwords = passwords.ok_or_else(|| again("the server cannot read the password of the address"))?;
                passwords.into_iter().nth(place).unwrap_or_default()
            }
        };
        Ok(Address { user: text(found, "userName"), password, ..address })
    }
}

fn again(reason: &str) -> NotDelivered {
    NotDelivered { reason: reason.to_owned(), retry: true }
}

fn over(reason: &str) -> NotDelivered {
    NotDelivered { reason: reason.to_owned(), retry: false }
}

fn unavailable(_: StoreError) -> NotDelivered {
    again("the store does not answer")
}
