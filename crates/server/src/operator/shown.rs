//! Orders as JSON.

use std::collections::HashMap;

use ordergate_engine::order::{HistoryEntry, Item, Order, State, Status, Subject};
use ordergate_engine::{AccountId, Timestamp};
use ordergate_fulfilment::{kind_name, priority_name};
use serde_json::{Value, json};

pub(super) fn time(at: Timestamp) -> Value {
    jiff::Timestamp::from_microsecond(at.0).map_or(Value::Null, |at| at.to_string().into())
}

/// What people call whom.
pub(super) struct Names {
    pub(super) owners: HashMap<AccountId, String>,
    /// The seller of all the orders that are shown, if it has a name.
    pub(super) seller: Option<String>,
}

/// What `ordergate order list` prints.
pub(super) fn brief(order: &Order, names: &Names) -> Value {
    let State { status, since, info } = &order.state;
    json!({
        "order_id": order.id.to_string(),
        "protocol": order.protocol.name(),
        "order_kind": kind_name(order.kind),
        "owner": names.owners.get(&order.owner),
        "seller": names.seller,
        "order_reference": order.reference,
        "priority": priority_name(order.priority),
        "submitted_at": time(order.submitted_at),
        "status": status.name(),
        "since": time(*since),
        "info": info,
    })
}

/// The order with its items.
pub(super) fn whole(order: &Order, names: &Names) -> Value {
    let mut shown = brief(order, names);
    shown["items"] = order.items.iter().map(item).collect();
    shown
}

fn item(item: &Item) -> Value {
    let State { status, since, info } = &item.state;
    let standing = item.standing;
    json!({
        "item_id": item.item_id, "status": status.name(), "since": time(*since), "info": info, "result": item.result, "standing": standing,
    })
}

/// One move; without `item_id`, of the order as a whole.
pub(super) fn moved(order: &Order, entry: &HistoryEntry) -> Value {
    let item = match entry.subject {
        Subject::Order => None,
        Subject::Item(position) => order.items.get(position).map(|item| item.item_id.as_str()),
    };
    json!({
        "at": time(entry.at), "who": entry.who.as_str(), "item_id": item,
        "from": entry.from.map(Status::name), "to": entry.to.name(), "why": entry.why,
    })
}
