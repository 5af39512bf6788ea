//! A move of an order or of an item as webhooks and mail tell it.

use ordergate_door::Moved;
use ordergate_engine::Timestamp;
use ordergate_engine::order::{HistoryEntry, Item, Order, OrderKind, State, Subject};
use serde::{Deserialize, Serialize};

use crate::event_name::EventName;

/// The JSON that a webhook receives; the payload of Standard Webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// `order.completed`, `item.failed`, ...
    #[serde(rename = "type")]
    pub(crate) name: String,
    /// When it happened.
    pub(crate) timestamp: String,
    pub(crate) data: Data,
}

/// What happened: to the item, if there is one, and to the order otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Data {
    /// The new status, in the word of 06-141r6 (`EnumStatusType`).
    pub(crate) status: String,
    /// Null for a new order.
    pub(crate) previous_status: Option<String>,
    /// Since when it has the status.
    pub(crate) since: String,
    /// Why it moved.
    pub(crate) reason: String,
    /// The status text (`additionalStatusInfo`).
    pub(crate) info: Option<String>,
    pub(crate) order: OrderData,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) item: Option<ItemData>,
}

/// The order as the change leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderData {
    /// A string, as in both protocols.
    pub(crate) id: String,
    pub(crate) protocol: String,
    pub(crate) kind: String,
    /// The customer's own name for the order.
    pub(crate) reference: Option<String>,
    /// The id of the customer's account.
    pub(crate) owner: i64,
    pub(crate) status: String,
    pub(crate) submitted_at: String,
    /// How many items it has.
    pub(crate) items: usize,
    /// All that was ordered, for webhooks that ask for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) content: Option<serde_json::Value>,
}

/// The item that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ItemData {
    /// The customer's own name for the item within the order.
    pub(crate) id: String,
    /// From 0.
    pub(crate) position: usize,
    /// Where the finished product is.
    pub(crate) result: Option<String>,
}

impl Event {
    /// What a move is told as; `None` if the status stayed and only its text changed.
    pub(crate) fn of(moved: &Moved<'_>, entry: &HistoryEntry) -> Option<Self> {
        let name = EventName::of(entry)?.to_string();
        let order = moved.order;
        let item = match entry.subject {
            Subject::Order => None,
            Subject::Item(position) => Some((position, order.items.get(position)?)),
        };
        let state = item.map_or(&order.state, |(_, item)| &item.state);
        let data = Data {
            status: entry.to.name().to_owned(),
            previous_status: entry.from.map(|from| from.name().to_owned()),
            since: rfc_3339(entry.at),
            reason: entry.why.clone(),
            info: info(state, entry),
            order: OrderData::of(order),
            item: item.map(|(position, item)| ItemData::of(position, item)),
        };
        Some(Self { name, timestamp: rfc_3339(entry.at), data })
    }

    /// As it is stored and sent.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The text belongs to the status that the change leads to, which may have moved on within the same change.
fn info(state: &State, entry: &HistoryEntry) -> Option<String> {
    state.info.clone().filter(|_| state.status == entry.to)
}

impl OrderData {
    fn of(order: &Order) -> Self {
        Self {
            id: order.id.to_string(),
            protocol: order.protocol.name().to_owned(),
            kind: kind(order.kind).to_owned(),
            reference: order.reference.clone(),
            owner: order.owner.0,
            status: order.state.status.name().to_owned(),
            submitted_at: rfc_3339(order.submitted_at),
            items: order.items.len(),
            content: None,
        }
    }
}

impl ItemData {
    fn of(position: usize, item: &Item) -> Self {
        Self { id: item.item_id.clone(), position, result: item.result.clone() }
    }
}

const fn kind(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Product => "product",
        OrderKind::Subscription => "subscription",
        OrderKind::Tasking => "tasking",
        OrderKind::Articles => "articles",
    }
}

/// UTC, to the microsecond where it is not a full second. Times beyond what a calendar has are shown as its end.
pub(crate) fn rfc_3339(at: Timestamp) -> String {
    let bound = if at.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(at.0).unwrap_or(bound).to_string()
}
