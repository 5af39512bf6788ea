//! Products for one order: one commit for all of them, each once for each standing item.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ordergate_engine::OrderId;
use ordergate_engine::order::{HistoryEntry, Item, Order, State, Status, Subject, append, roll_up};
use ordergate_engine::{Protocol, Timestamp};
use ordergate_store::{
    AppendItems, Batch, CommitError, ConflictOn, ITEMS_PER_ORDER, Items, Job, JobKey, JobPart, OrderUpdate, StoreError, Write,
};

use super::line::Product;
use super::template::Template;
use super::{Feed, RACES_MAX};

/// A commit with more would keep others waiting.
const ITEMS_PER_COMMIT: usize = 1000;

/// A standing item, by its position, and a product that it wants.
pub(super) type Wish = (usize, usize);

/// What came of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Got {
    New,
    /// The order has as many items as it may have.
    Full,
    /// What the order holds cannot be read.
    Unreadable,
}

/// Products of one call, by the number that wishes name them with.
pub(super) type Products<'p> = BTreeMap<usize, &'p Product>;

/// Appends to an order what its standing items want and were not fed before; gives what came of it. What was fed before is
/// not told of.
pub(super) async fn deliver(
    feed: &Feed,
    id: OrderId,
    wishes: Vec<Wish>,
    products: &Products<'_>,
) -> Result<Vec<(usize, Got)>, StoreError> {
    let mut got = Vec::new();
    let mut left = unfed(feed, id, wishes, products).await?;
    let mut races = 0;
    while !left.is_empty() {
        let Some(mut order) = feed.store.order(id, Items::With).await? else { break };
        left.retain(|(position, _)| order.items.get(*position).is_some_and(Item::is_active));
        let room = ITEMS_PER_ORDER.saturating_sub(order.items.len());
        if room == 0 {
            got.extend(left.drain(..).map(|(_, product)| (product, Got::Full)));
            break;
        }
        let templates = templates(&order, &left);
        left.retain(|(position, product)| {
            let is_readable = templates.contains_key(position);
            if !is_readable {
                got.push((*product, Got::Unreadable));
            }
            is_readable
        });
        let now: Vec<Wish> = left.iter().copied().take(room.min(ITEMS_PER_COMMIT)).collect();
        match feed.store.commit(batch(feed, &mut order, &now, products, &templates)).await {
            Ok(()) => {
                got.extend(now.iter().map(|(_, product)| (*product, Got::New)));
                left.drain(..now.len());
            }
            // The order moved on, or the same products are announced elsewhere too.
            Err(CommitError::Conflict(ConflictOn::Order | ConflictOn::Product)) if races < RACES_MAX => {
                races += 1;
                left = unfed(feed, id, left, products).await?;
            }
            Err(CommitError::Conflict(other)) => return Err(StoreError::Failed(format!("order {id}: {other}"))),
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(got)
}

/// The wishes that are not fulfilled yet; of those that are alike, the first.
async fn unfed(feed: &Feed, id: OrderId, wishes: Vec<Wish>, products: &Products<'_>) -> Result<Vec<Wish>, StoreError> {
    let mut by_position: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for (position, product) in wishes {
        if products.get(&product).is_some_and(|p| seen.insert((position, p.identifier.as_str()))) {
            by_position.entry(position).or_default().push(product);
        }
    }
    let mut left = Vec::new();
    for (position, wanted) in by_position {
        let names: Vec<&str> = wanted.iter().filter_map(|product| Some(products.get(product)?.identifier.as_str())).collect();
        let fed: HashSet<usize> = feed.store.fed(id, position, &names).await?.into_iter().collect();
        let unfed = wanted.into_iter().enumerate().filter(|(place, _)| !fed.contains(place));
        left.extend(unfed.map(|(_, product)| (position, product)));
    }
    Ok(left)
}

/// What products of each of these standing items become; none for one that cannot be read.
fn templates(order: &Order, wishes: &[Wish]) -> BTreeMap<usize, Template> {
    let positions: BTreeSet<usize> = wishes.iter().map(|(position, _)| *position).collect();
    let template = |position: usize| {
        let template = Template::of(order, position);
        if template.is_none() {
            tracing::error!(order = %order.id, position, "a standing item cannot be read, and is fed nothing");
        }
        Some((position, template?))
    };
    positions.into_iter().filter_map(template).collect()
}

/// Items, their jobs, their history, and that they were fed: one commit.
fn batch(
    feed: &Feed,
    order: &mut Order,
    wishes: &[Wish],
    products: &Products<'_>,
    templates: &BTreeMap<usize, Template>,
) -> Batch {
    let at = feed.clock.now();
    let (expected_revision, first) = (order.revision, order.items.len());
    let mut items = Vec::with_capacity(wishes.len());
    let mut writes = Vec::with_capacity(wishes.len() * 2 + 2);
    for (place, (position, product)) in (first..).zip(wishes) {
        let (Some(product), Some(template)) = (products.get(product), templates.get(position)) else { continue };
        let item = item(feed, template, place, product, at);
        match item.state.status {
            Status::Suspended => writes.push(Write::InsertJob(job(order, JobPart::Item(place), at))),
            Status::InProduction => writes.push(Write::InsertJob(job(order, JobPart::Delivery(place), at))),
            _ => {}
        }
        if product.result.is_some() {
            writes.push(Write::AppendHistory(came_ready(feed, order, place, &item.state)));
        }
        let (order, position, product) = (order.id, *position, product.identifier.clone());
        writes.push(Write::RememberProduct { order, position, product, at });
        items.push(item);
    }
    let history = announced(feed, order, wishes, &items, at);
    let mut batch = Batch::new();
    batch.push(Write::AppendItems(AppendItems { id: order.id, expected_revision, first, items: items.clone() }));
    batch.writes.extend(history.into_iter().map(Write::AppendHistory));
    batch.writes.extend(writes);
    append(order, items);
    batch.writes.extend(order_goes_along(feed, order, at));
    batch
}

/// A product that came ready and is still to be delivered puts the order into production.
fn order_goes_along(feed: &Feed, order: &mut Order, at: Timestamp) -> Vec<Write> {
    let statuses: Vec<(bool, Status)> = order.items.iter().map(|item| (item.standing, item.state.status)).collect();
    let (from, to) = (order.state.status, roll_up(order.state.status, &statuses.iter().copied()));
    if from == to {
        return Vec::new();
    }
    let (id, expected_revision, state) = (order.id, order.revision, State { status: to, since: at, info: None });
    let (subject, who, why) = (Subject::Order, feed.who.clone(), "a product is to be delivered".to_owned());
    let entry = HistoryEntry { order: id, subject, from: Some(from), to, at, who, why };
    let update = OrderUpdate { id, expected_revision, state: Some(state), items: Vec::new() };
    update.apply_to(order);
    vec![Write::UpdateOrder(update), Write::AppendHistory(entry)]
}

fn item(feed: &Feed, template: &Template, place: usize, product: &Product, at: Timestamp) -> Item {
    let item_id = template.item_id(place);
    let status = match &product.result {
        Some(_) if template.delivered_by.as_ref().is_some_and(|protocol| (feed.offers)(protocol)) => Status::InProduction,
        Some(_) => Status::Completed,
        None if feed.queues => Status::Suspended,
        None => Status::Accepted,
    };
    Item {
        document: template.document(&item_id, &product.identifier, product.collection.as_deref()),
        item_id,
        state: State { status, since: at, info: None },
        result: product.result.clone(),
        listed: false,
        standing: false,
    }
}

/// Due from its announcement on: an old subscription must not go before everybody else's orders.
fn job(order: &Order, part: JobPart, due_at: Timestamp) -> Job {
    let key = JobKey { order: order.id, part };
    Job { key, queue: Protocol::Oseo, priority: order.priority, due_at, attempts: 0 }
}

fn came_ready(feed: &Feed, order: &Order, position: usize, state: &State) -> HistoryEntry {
    let (subject, who) = (Subject::Item(position), feed.who.clone());
    let (to, at, why) = (state.status, state.since, "announced with its result".to_owned());
    HistoryEntry { order: order.id, subject, from: None, to, at, who, why }
}

/// For each standing item one entry, which speaks for its products.
fn announced(feed: &Feed, order: &Order, wishes: &[Wish], items: &[Item], at: Timestamp) -> Vec<HistoryEntry> {
    let mut named: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for ((position, _), item) in wishes.iter().zip(items) {
        named.entry(*position).or_default().push(&item.item_id);
    }
    let entry = |(position, names): (usize, Vec<&str>)| {
        let why = match &names[..] {
            [only] => format!("a product was announced: item {only}"),
            [first, .., last] => format!("{} products were announced: items {first} to {last}", names.len()),
            [] => "nothing was announced".to_owned(),
        };
        let status = order.items.get(position).map_or(Status::Suspended, |item| item.state.status);
        let (subject, who) = (Subject::Item(position), feed.who.clone());
        HistoryEntry { order: order.id, subject, from: Some(status), to: status, at, who, why }
    };
    named.into_iter().map(entry).collect()
}
