//! What buyers were answered against what was ordered, and what the seller's system was told.

use std::collections::BTreeMap;

use ordergate_engine::transaction::{Key, Transaction};
use ordergate_engine::{AccountId, OrderId, Protocol, ProviderId, TransactionId};
use ordergate_store::{Channel, SharedStore};
use serde_json::Value;

use super::Kept;
use crate::log::{Log, Received};
use crate::trade::Basket;
use crate::trade::deal::Deal;
use crate::world::World;

/// The transaction of each deal, if there is one.
pub(super) async fn read(world: &World, store: &SharedStore) -> Vec<Option<Transaction>> {
    let key = |deal: &Deal| Key {
        provider: ProviderId::DEFAULT,
        owner: AccountId(i64::try_from(deal.buyer).unwrap_or_default()),
        id: TransactionId(deal.id.clone()),
    };
    let keys: Vec<Key> = world.log.lock().deals.iter().map(key).collect();
    let mut all = Vec::new();
    for key in keys {
        all.push(store.transaction(&key).await.unwrap_or_else(|e| panic!("{e}")));
    }
    all
}

/// What was acknowledged as placed is one order with these lines; nothing else is ordered, and nothing else told.
pub(super) fn check(log: &Log, kept: &BTreeMap<OrderId, Kept>, transactions: &[Option<Transaction>], found: &mut Vec<String>) {
    let orders: Vec<&Kept> = kept.values().filter(|kept| kept.order.protocol == Protocol::Veloconnect).collect();
    for (deal, transaction) in log.deals.iter().zip(transactions) {
        let of_deal: Vec<&&Kept> = orders.iter().filter(|kept| kept.order.reference.as_ref() == Some(&deal.id)).collect();
        let ids: Vec<OrderId> = of_deal.iter().map(|kept| kept.order.id).collect();
        if let Some(wrong) = wrong_with(deal, &ids, transaction.as_ref()) {
            found.push(format!("{wrong}: {deal:?} has become {ids:?}, and is {transaction:?}"));
        }
        found.extend(of_deal.iter().filter_map(|kept| wrong_lines(log, deal, kept)));
    }
    let is_known = |kept: &&&Kept| log.deals.iter().any(|deal| kept.order.reference.as_ref() == Some(&deal.id));
    found.extend(orders.iter().filter(|kept| !is_known(kept)).map(|kept| format!("nobody has finished order {}", kept.order.id)));
    let told = log.received.keys().filter(|(id, channel, _)| *channel == Channel::Program && !kept.contains_key(id));
    found.extend(told.map(|(id, _, _)| format!("the seller was told of order {id}, which there is not")));
}

fn wrong_with(deal: &Deal, ids: &[OrderId], transaction: Option<&Transaction>) -> Option<&'static str> {
    let is_placed = deal.placed.is_some();
    if ids.len() != usize::from(is_placed && !deal.is_test) {
        return Some("another number of orders");
    }
    if ids.iter().any(|id| Some(id.to_string()) != deal.placed) {
        return Some("another order");
    }
    let Some(transaction) = transaction else { return (!deal.is_gone).then_some("no transaction") };
    let state = transaction.state.number();
    if deal.is_gone || state != if is_placed { 100 } else { 2 } {
        return Some("a transaction in another state");
    }
    (transaction.order.as_slice() != ids || transaction.is_test != deal.is_test).then_some("another transaction")
}

/// The order, and what the seller's system was told of it.
fn wrong_lines(log: &Log, deal: &Deal, kept: &Kept) -> Option<String> {
    let id = kept.order.id;
    let told = log.received.get(&(id, Channel::Program, "erp".to_owned()));
    let mut told: Vec<&Received> = told.into_iter().flatten().collect();
    told.dedup_by_key(|received| received.key);
    let [received] = told.as_slice() else { return Some(format!("the seller was told {} times of order {id}", told.len())) };
    let document: Value = serde_json::from_slice(&received.content).unwrap_or_default();
    let says = |name: &str, what: &str| document[name].as_str() == Some(what);
    let lines = lines_of(&document);
    let mut items: Vec<&String> = kept.order.items.iter().map(|item| &item.item_id).collect();
    items.sort_unstable();
    let is_right = says("transaction", &deal.id)
        && says("buyer", &deal.buyer.to_string())
        && says("order", &id.to_string())
        && lines.as_ref().is_some_and(|lines| deal.possible().contains(lines) && !lines.is_empty())
        && lines.is_some_and(|lines| lines.keys().eq(items));
    (!is_right).then(|| format!("the seller was told of {deal:?}: {document}"))
}

fn lines_of(document: &Value) -> Option<Basket> {
    let line = |line: &Value| Some((line["article"].as_str()?.to_owned(), line["quantity"].as_str()?.parse().ok()?));
    let lines: Vec<(String, u64)> = document["lines"].as_array()?.iter().map(line).collect::<Option<_>>()?;
    let basket: Basket = lines.iter().cloned().collect();
    (basket.len() == lines.len()).then_some(basket)
}
