//! What production of an item means: one trait, and what it gets and gives.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ordergate_engine::order::{Order, OrderKind, Priority};
use ordergate_engine::{OrderId, Protocol, Timestamp};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{
    ClaimToken, CommandProcessor, DemoFile, DemoProcessor, FulfilmentOptions, HttpProcessor, HttpProcessorError, ProcessorKind,
};

/// Produces items.
#[async_trait]
pub trait Processor: Send + Sync + Debug + 'static {
    /// Produces one item. May take as long as it needs; dropping the future must end the work at
    /// once, because the item may be given to another worker afterwards.
    async fn process(&self, item: &WorkItem) -> Outcome;
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The item is ready; `result` is the URL under which it is found, if it has one. A `file:` URL is the server's to offer.
    Done { result: Option<String> },
    /// Somebody has taken it on and will say later what came of it, over the workers' API. If nothing is heard within
    /// this time, the item is taken up again.
    HandedOver { answer_within: Duration },
    /// It is not. The reason is shown to the customer. `retry` says whether another attempt may help.
    Failed { reason: String, retry: bool },
}

impl Outcome {
    /// A failure after which another attempt may help.
    pub(crate) fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into(), retry: true }
    }
}

/// One attempt at one item: what a processor needs to know. Serialised, it is the document that
/// the operator's program reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkItem {
    pub protocol: Protocol,
    /// Written as a string: it may be larger than what a JSON number safely holds.
    #[serde(serialize_with = "as_string")]
    pub order_id: OrderId,
    /// The customer's own name for the order.
    pub order_reference: Option<String>,
    /// `product`, `subscription`, `tasking` or `articles`.
    #[serde(serialize_with = "kind_word")]
    pub order_kind: OrderKind,
    /// `STANDARD` or `FAST_TRACK`.
    #[serde(serialize_with = "priority_word")]
    pub priority: Priority,
    /// RFC 3339, UTC.
    #[serde(serialize_with = "rfc3339")]
    pub submitted_at: Timestamp,
    /// The customer's name for the item within the order.
    pub item_id: String,
    /// The item's place in the order, from 0.
    pub position: usize,
    /// From 1.
    pub attempt: u32,
    pub attempts_max: u32,
    /// What the protocol says about the item; see [`Describe`].
    pub details: Value,
    /// What the attempt is spoken of with over the workers' API, by those who may answer later. Pull workers and
    /// services are told it beside the item.
    #[serde(skip)]
    pub claim: Option<ClaimToken>,
}

/// Says what only a protocol knows of an item: it can read the documents that it stored.
pub trait Describe: Send + Sync + Debug + 'static {
    /// The details of the item at a position of the order. The order was read with its items.
    fn describe(&self, order: &Order, position: usize) -> Value;

    /// The collection of that item, if it has one.
    fn collection(&self, order: &Order, position: usize) -> Option<String>;
}

/// Says nothing of an item: its details are `null`.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDetails;

impl Describe for NoDetails {
    fn describe(&self, _order: &Order, _position: usize) -> Value {
        Value::Null
    }

    fn collection(&self, _order: &Order, _position: usize) -> Option<String> {
        None
    }
}

/// The processor that the settings ask for; none if items are to wait for an operator or are fetched.
/// `demo_file` makes the file of an item for the demo processor; `work_url` is where a service may answer later.
pub fn processor_of(
    options: &FulfilmentOptions,
    demo_file: DemoFile,
    work_url: Option<String>,
) -> Result<Option<Arc<dyn Processor>>, HttpProcessorError> {
    Ok(match options.processor {
        ProcessorKind::None | ProcessorKind::Pull => None,
        ProcessorKind::Demo => Some(Arc::new(DemoProcessor::new(options.demo_delay(), demo_file))),
        ProcessorKind::Command => Some(Arc::new(CommandProcessor::new(options.command.clone(), options.timeout()))),
        ProcessorKind::Http => Some(Arc::new(HttpProcessor::new(options, work_url)?)),
    })
}

// serde hands the field by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn as_string<S: Serializer>(id: &OrderId, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(id)
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn kind_word<S: Serializer>(kind: &OrderKind, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(kind_name(*kind))
}

/// The kind of an order, as programs and operators read it.
pub const fn kind_name(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Product => "product",
        OrderKind::Subscription => "subscription",
        OrderKind::Tasking => "tasking",
        OrderKind::Articles => "articles",
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn priority_word<S: Serializer>(priority: &Priority, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(priority_name(*priority))
}

/// The priority of an order, as programs and operators read it.
pub const fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Standard => "STANDARD",
        Priority::FastTrack => "FAST_TRACK",
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
pub(crate) fn rfc3339<S: Serializer>(at: &Timestamp, s: S) -> Result<S::Ok, S::Error> {
    let at = jiff::Timestamp::from_microsecond(at.0).map_err(serde::ser::Error::custom)?;
    s.collect_str(&at)
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    pub(crate) fn work_item() -> WorkItem {
        WorkItem {
            protocol: Protocol::Oseo,
            order_id: OrderId(17),
            order_reference: Some("ref".into()),
            order_kind: OrderKind::Product,
            priority: Priority::FastTrack,
            submitted_at: Timestamp(1_795_320_000_250_000),
            item_id: "item_1".into(),
            position: 0,
            attempt: 2,
            attempts_max: 3,
            details: serde_json::json!({ "productId": "urn:x" }),
            claim: None,
        }
    }

    #[test]
    fn the_document_that_a_program_reads() {
        assert_eq!(
            serde_json::to_string(&work_item()).unwrap(),
            concat!(
                r#"{"protocol":"oseo","order_id":"17","order_reference":"ref","order_kind":"product","#,
                r#""priority":"FAST_TRACK","submitted_at":"2026-11-22T04:00:00.25Z","item_id":"item_1","position":0,"#,
                r#""attempt":2,"attempts_max":3,"details":{"productId":"urn:x"}}"#
            )
        );
    }
}
