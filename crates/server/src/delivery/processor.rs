//! Production and delivery, one after the other.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_delivery::{Address, Protocol};
use ordergate_engine::time::Clock;
use ordergate_fulfilment::{Outcome, Processor, WorkItem, note_produced};
use ordergate_oseo::Packaging;
use ordergate_store::{SharedStore, StoreError};
use serde_json::Value;

use super::Delivery;
use crate::download::Downloads;

/// Produces, and then delivers what is to be delivered.
pub(super) struct Delivering {
    pub producing: Arc<dyn Processor>,
    pub delivery: Delivery,
    pub store: SharedStore,
    pub clock: Arc<dyn Clock>,
    pub downloads: Arc<Downloads>,
}

impl fmt::Debug for Delivering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivering").field("producing", &self.producing).finish_non_exhaustive()
    }
}

#[async_trait]
impl Processor for Delivering {
    async fn process(&self, item: &WorkItem) -> Outcome {
        let Some(protocol) = self.wanted(&item.details) else { return self.producing.process(item).await };
        self.produce_and_deliver(item, protocol).await.unwrap_or_else(|ended| ended)
    }
}

impl Delivering {
    /// By what the server is to deliver the item, if it is to.
    fn wanted(&self, details: &Value) -> Option<Protocol> {
        let of = |holder: &str| details.get(holder)?.get("deliveryOptions");
        let options = of("orderItem").or_else(|| of("order"))?;
        self.delivery.options.offered(options.get("onlineDataDelivery")?.get("protocol")?.as_str()?.trim())
    }

    async fn produce_and_deliver(&self, item: &WorkItem, protocol: Protocol) -> Result<Outcome, Outcome> {
        let kept = self.store.kept_for_delivery(item.order_id, Some(item.position)).await.map_err(unavailable)?;
        let result = match kept.and_then(|kept| String::from_utf8(kept).ok()) {
            Some(result) => result,
            None => self.produce(item).await?,
        };
        let noted = note_produced(&*self.store, &*self.clock, item.order_id, item.position, &result).await;
        match noted {
            Ok(true) => {}
            // It was cancelled or held: the lease is lost, and what is said here is not heard.
            Ok(false) => return Err(again("it is not in production any more")),
            Err(error) => {
                tracing::warn!(order = %item.order_id, position = item.position, %error, "a result could not be noted");
                return Err(again("the server could not note that the item is produced"));
            }
        }
        let address = self.address(item, protocol).await?;
        let packaging = item.details["order"]["packaging"].as_str().and_then(Packaging::from_word);
        let parcel = self.downloads.parcel(&result, packaging).await.map_err(|why| {
            tracing::warn!(order = %item.order_id, position = item.position, "a result cannot be delivered: {why}");
            if why.may_pass() {
                again("the server cannot read the result now")
            } else {
                over("the result is not there to be delivered")
            }
        })?;
        tracing::info!(order = %item.order_id, position = item.position, %address, "a delivery begins");
        match self.delivery.carrier.carry(&address, parcel).await {
            Ok(()) => Ok(Outcome::Done { result: Some(result) }),
            Err(why) => Err(Outcome::Failed { reason: format!("delivery: {}", why.reason), retry: !why.hopeless }),
        }
    }

    /// Where the result lies.
    async fn produce(&self, item: &WorkItem) -> Result<String, Outcome> {
        match self.producing.process(item).await {
            Outcome::Done { result: Some(result) } => Ok(result),
            Outcome::Done { result: None } => Err(over("production gave nothing that could be delivered")),
            // Who answers later completes the item, and nobody would deliver it.
            Outcome::HandedOver { .. } => Err(over("items that are to be delivered must be produced while the service is asked")),
            failed @ Outcome::Failed { .. } => Err(failed),
        }
    }

    /// The first address of the order with this protocol.
    async fn address(&self, item: &WorkItem, protocol: Protocol) -> Result<Address, Outcome> {
        let addresses = item.details["order"]["deliveryInformation"]["onlineAddress"].as_array().map(Vec::as_slice);
        let text = |address: &Value, name: &str| address[name].as_str().unwrap_or_default().to_owned();
        let found = addresses.unwrap_or_default().iter().enumerate();
        let (place, found) = found
            .into_iter()
            .find(|(_, address)| text(address, "protocol").trim() == protocol.word())
            .ok_or_else(|| over(&format!("the order names no address for {}", protocol.word())))?;
        let (server, path) = (text(found, "serverAddress"), text(found, "path"));
        let address = Address::parse(protocol, &server, &path, &self.delivery.reach).map_err(|error| over(&error.to_string()))?;
        let sealed = self.store.kept_for_delivery(item.order_id, None).await.map_err(unavailable)?;
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

fn again(reason: &str) -> Outcome {
    Outcome::Failed { reason: format!("delivery: {reason}"), retry: true }
}

fn over(reason: &str) -> Outcome {
    Outcome::Failed { reason: format!("delivery: {reason}"), retry: false }
}

fn unavailable(_: StoreError) -> Outcome {
    again("the store does not answer")
}
