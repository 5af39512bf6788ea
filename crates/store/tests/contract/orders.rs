//! Orders and their history.

use ordergate_engine::order::{
    Command, Item, Order, OrderKind, Priority, STATUS_INFO_CHARACTERS_MAX, State, Status, Subject, apply, decide, entries_of,
};
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, ItemUpdate, Items, OrderUpdate, Store, Write};

use super::sample::{entry, get, insert, item, order, refused, store_orders, stored};

pub async fn an_order_comes_back_as_it_was(store: &dyn Store) {
    let mut all_said = order((i64::MAX >> 16) - 1);
    all_said.protocol = Protocol::Veloconnect;
    all_said.kind = OrderKind::Subscription;
    all_said.priority = Priority::FastTrack;
    all_said.reference = Some("Rüttelsieb 'drop table' \u{1F6B2} %_".to_owned());
    all_said.submitted_at = Timestamp(i64::MIN);
    all_said.state =
        State { status: Status::Failed, since: Timestamp(i64::MAX), info: Some("ä".repeat(STATUS_INFO_CHARACTERS_MAX)) };
    all_said.revision = 41;
    all_said.document = Document((0..=255).collect());
    // More than ten, so that positions sorted as texts would come back in another order.
    all_said.items = (0..12)
        .map(|n| Item {
            result: (n % 2 == 0).then(|| format!("https://example.org/{n}")),
            listed: n % 3 == 0,
            document: Document(vec![n; 5_000]),
            ..item(&format!("item {}", 12 - n), Timestamp(i64::from(n)))
        })
        .collect();
    let little_said = order(1);
    store_orders(store, &[all_said.clone(), little_said.clone()]).await;

    assert_eq!(get(store, all_said.id.0).await.as_ref(), Some(&all_said));
    assert_eq!(get(store, 1).await, Some(little_said));
    assert_eq!(get(store, 2).await, None);
    all_said.items.clear();
    assert_eq!(store.order(all_said.id, Items::Without).await.unwrap(), Some(all_said));
}

pub async fn items_of_open_orders_are_counted(store: &dyn Store) {
    let with = |id, status, items| Order {
        state: State { status, ..order(id).state },
        items: (0..items).map(|n| item(&format!("item {n}"), Timestamp(n))).collect(),
        ..order(id)
    };
    let foreign = Order { owner: AccountId(order(1).owner.0 + 1), ..with(9, Status::Submitted, 100) };
    store_orders(store, &[foreign]).await;
    for (id, status) in (1..).zip(Status::ALL) {
        store_orders(store, &[with(10 * id, status, 20), with(10 * id + 1, status, 3)]).await;
    }
    // Submitted, Accepted, InProduction, Suspended.
    assert_eq!(store.open_items(order(1).provider, order(1).owner).await.unwrap(), 4 * 23);
    assert_eq!(store.open_items(ProviderId(7), order(1).owner).await.unwrap(), 0);
}

pub async fn orders_are_leafed_through_from_the_newest(store: &dyn Store) {
    let foreign = Order { provider: ProviderId(7), ..order(4) };
    store_orders(store, &[order(1), order(2), order(3), foreign, order(5)]).await;
    let ids = async |before: i64, limit| {
        let found = store.orders_before(order(1).provider, OrderId(before), limit).await.unwrap();
        assert!(found.iter().all(|order| order.items.is_empty()));
        found.iter().map(|order| order.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(i64::MAX, 3).await, [5, 3, 2]);
    assert_eq!(ids(2, 3).await, [1]);
    assert_eq!(ids(1, 3).await, [0; 0]);
}

/// The engine's decision, carried out in memory and in the store, leads to the same order.
pub async fn changes_and_their_history_come_back(store: &dyn Store) {
    let mut order = order(5);
    let mut history = vec![entry(&order)];
    stored(store, vec![insert(&order), Write::AppendHistory(history[0].clone())]).await;
    let steps = [
        Command::Accept,
        Command::Queue { most: usize::MAX },
        Command::Start { item: 1 },
        Command::Requeue { item: 1, reason: "no paper".to_owned() },
        Command::Start { item: 1 },
        Command::Complete { item: 1, result: Some("shelf 4".to_owned()) },
        Command::Download { item: 1 },
        Command::Start { item: 0 },
        Command::Fail { item: 0, reason: "torn".to_owned() },
    ];
    for (step, at) in steps.iter().zip(100..) {
        let changes = decide(&order, step).unwrap();
        let entries = entries_of(order.id, &changes, Timestamp(at), &Actor::worker(), "step");
        let mut batch = Batch::new();
        batch.order_changes(&order, &changes, entries.clone(), Timestamp(at));
        store.commit(batch).await.unwrap();
        apply(&mut order, &changes, Timestamp(at));
        history.extend(entries);
        assert_eq!(get(store, 5).await.as_ref(), Some(&order), "after {step:?}");
    }
    assert_eq!(order.items[1].result.as_deref(), Some("shelf 4"), "a later change keeps the result");
    assert_eq!(store.history(order.id).await.unwrap(), history);
    assert_eq!(store.history(OrderId(6)).await.unwrap(), []);
}

/// Items beyond those that lie in the order's own row.
pub async fn a_long_order_is_kept_and_changed_like_a_short_one(store: &dyn Store) {
    let long = |id, count| Order { items: (0..count).map(|n| item(&format!("item {n}"), Timestamp(n))).collect(), ..order(id) };
    let (mut order, neighbour, even) = (long(1, 40), long(2, 17), long(3, 32));
    store_orders(store, &[neighbour.clone(), order.clone(), even.clone()]).await;

    let state = State { status: Status::Completed, since: Timestamp(99), info: Some("done".to_owned()) };
    let moved =
        |position| ItemUpdate { position, state: Some(state.clone()), result: Some(format!("shelf {position}")), listed: false };
    let update = |expected_revision, positions: &[usize]| {
        let items = positions.iter().copied().map(moved).collect();
        vec![Write::UpdateOrder(OrderUpdate { id: OrderId(1), expected_revision, state: None, items })]
    };
    stored(store, update(0, &[39, 0, 17, 16])).await;
    for position in [0, 16, 17, 39] {
        let item = &mut order.items[position];
        (item.state, item.result) = (state.clone(), Some(format!("shelf {position}")));
    }
    order.revision = 1;
    assert_eq!(get(store, 1).await.as_ref(), Some(&order));
    for beyond in [40, 48, 65_536, usize::MAX] {
        refused(store, update(1, &[3, beyond]), ConflictOn::Order).await;
    }
    assert_eq!(get(store, 1).await, Some(order));
    assert_eq!((get(store, 2).await, get(store, 3).await), (Some(neighbour), Some(even)));
}

/// What was listed stays so, whatever happens to the item afterwards; nothing else changes with it.
pub async fn listed_results_are_remembered(store: &dyn Store) {
    let mut order = Order { items: (0..20).map(|n| item(&format!("item {n}"), Timestamp(n))).collect(), ..order(1) };
    store_orders(store, std::slice::from_ref(&order)).await;
    let mut batch = Batch::new();
    batch.list_results(&order, &[0, 19]);
    let again = batch.clone();
    store.commit(batch).await.unwrap();
    refused(store, again.writes, ConflictOn::Order).await;
    order.revision += 1;
    for position in [0, 19] {
        order.items[position].listed = true;
    }
    assert_eq!(get(store, 1).await.as_ref(), Some(&order));
    let state = State { status: Status::Downloaded, since: Timestamp(99), info: None };
    let moved = ItemUpdate { position: 19, state: Some(state.clone()), result: None, listed: false };
    let update = OrderUpdate { id: order.id, expected_revision: order.revision, state: None, items: vec![moved] };
    stored(store, vec![Write::UpdateOrder(update)]).await;
    order.revision += 1;
    order.items[19].state = state;
    assert_eq!(get(store, 1).await, Some(order));
}

pub async fn a_change_on_an_old_revision_conflicts(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let change = |expected_revision, state, items| {
        vec![Write::UpdateOrder(OrderUpdate { id: OrderId(1), expected_revision, state, items })]
    };
    let accepted = State { status: Status::Accepted, since: Timestamp(9), info: None };
    let moved = ItemUpdate { position: 1, state: Some(accepted.clone()), result: None, listed: false };
    stored(store, change(0, None, vec![moved.clone()])).await;
    let after = get(store, 1).await.unwrap();
    assert_eq!((after.revision, after.state.status, after.items[1].state.status), (1, Status::Submitted, Status::Accepted));

    refused(store, change(0, Some(accepted.clone()), vec![]), ConflictOn::Order).await;
    refused(store, change(0, None, vec![moved.clone()]), ConflictOn::Order).await;
    refused(store, change(2, Some(accepted.clone()), vec![]), ConflictOn::Order).await;
    let beyond = ItemUpdate { position: 2, ..moved };
    refused(store, change(1, Some(accepted), vec![beyond]), ConflictOn::Order).await;
    assert_eq!(get(store, 1).await, Some(after));
}

pub async fn a_taken_order_id_conflicts(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let mut other = order(1);
    other.items.truncate(1);
    other.revision = 3;
    refused(store, vec![insert(&other)], ConflictOn::Order).await;
    assert_eq!(get(store, 1).await, Some(order(1)));
}

pub async fn writes_about_an_order_that_is_not_there_conflict(store: &dyn Store) {
    let id = OrderId(3);
    let update = OrderUpdate { id, expected_revision: 0, state: None, items: vec![] };
    refused(store, vec![Write::UpdateOrder(update)], ConflictOn::Order).await;
    refused(store, vec![Write::AppendHistory(entry(&order(3)))], ConflictOn::Order).await;
    // In one batch the order comes first, and all is well.
    stored(store, vec![insert(&order(3)), Write::AppendHistory(entry(&order(3)))]).await;
    let history = store.history(id).await.unwrap();
    assert_eq!(history.iter().map(|e| (e.subject, e.from)).collect::<Vec<_>>(), [(Subject::Order, None)]);
}

pub async fn order_ids_never_come_twice(store: &dyn Store) {
    let mut last = OrderId(0);
    for _ in 0..10 {
        let id = store.next_order_id().await.unwrap();
        assert!(id > last, "{id} after {last}");
        let taken = commit_new(store, id.0).await;
        assert!(taken.is_ok(), "{id}: {taken:?}");
        last = id;
    }
}

async fn commit_new(store: &dyn Store, id: i64) -> Result<(), CommitError> {
    store.commit(Batch { writes: vec![insert(&order(id))] }).await
}
