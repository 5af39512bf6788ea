//! Items that stand for products to come, and the products that come.

use ordergate_engine::order::{Command, Item, Order, OrderKind, State, Status, append, apply, decide};
use ordergate_engine::{AccountId, OrderId, Timestamp};
use ordergate_store::{
    AppendItems, Batch, Claim, ConflictOn, ITEMS_PER_ORDER, Job, JobKey, JobPart, Parts, Standing, StandingQuery, Store, Write,
};

use super::sample::{PROVIDER, commit, get, item, order, refused, standing, store_orders, stored};

fn query(topic: &str, after: Option<(i64, usize)>, limit: usize) -> StandingQuery {
    let after = after.map(|(order, position)| (OrderId(order), position));
    StandingQuery { provider: PROVIDER, kind: OrderKind::Subscription, topic: topic.to_owned(), after, limit }
}

fn activate(order: i64, position: usize) -> Write {
    Write::ActivateStanding { order: OrderId(order), position }
}

/// Appended items are like those that were there from the start, whatever the pages they come to lie in.
pub async fn appended_items_follow_those_that_are_there(store: &dyn Store) {
    let mut kept = order(1);
    store_orders(store, &[kept.clone(), order(2)]).await;
    for count in [1, 0, 13, 1, 40, 3, 16, 1] {
        let items: Vec<Item> = (0..count).map(|n| item(&format!("fed {}", kept.items.len() + n), Timestamp(9))).collect();
        let write = |expected_revision, first| {
            let items = items.clone();
            vec![Write::AppendItems(AppendItems { id: kept.id, expected_revision, first, items })]
        };
        let first = kept.items.len();
        refused(store, write(kept.revision + 1, first), ConflictOn::Order).await;
        refused(store, write(kept.revision, first + 1), ConflictOn::Order).await;
        stored(store, write(kept.revision, first)).await;
        append(&mut kept, items);
        assert_eq!(get(store, 1).await.as_ref(), Some(&kept), "{count} after {first}");
    }
    assert_eq!(get(store, 2).await, Some(order(2)));
    let too_many = vec![item("one", Timestamp(9)); ITEMS_PER_ORDER];
    let write = AppendItems { id: OrderId(2), expected_revision: 0, first: 2, items: too_many };
    assert!(commit(store, vec![Write::AppendItems(write)]).await.is_err());
}

/// In one commit: what is appended is counted, and may be changed at once.
pub async fn what_is_appended_is_changed_in_the_same_commit(store: &dyn Store) {
    let mut kept = Order { items: (0..17).map(|n| item(&n.to_string(), Timestamp(1))).collect(), ..order(1) };
    store_orders(store, std::slice::from_ref(&kept)).await;
    let mut batch = Batch::new();
    for round in 0..2 {
        let items: Vec<Item> = (0..20).map(|n| item(&format!("{round}/{n}"), Timestamp(5))).collect();
        let (expected_revision, first) = (kept.revision, kept.items.len());
        batch.push(Write::AppendItems(AppendItems { id: kept.id, expected_revision, first, items: items.clone() }));
        append(&mut kept, items);
        let changes =
            decide(&kept, &if round == 0 { Command::Accept } else { Command::Cancel { reason: "x".to_owned() } }).unwrap();
        batch.order_changes(&kept, &changes, Vec::new(), Timestamp(6));
        apply(&mut kept, &changes, Timestamp(6));
    }
    store.commit(batch).await.unwrap();
    assert_eq!(get(store, 1).await, Some(kept));
}

/// Found by topic while it is active, and gone with the change that ends it.
pub async fn active_standing_items_are_found_by_topic(store: &dyn Store) {
    let mut subscribed = order(1);
    subscribed.items.iter_mut().for_each(|item| {
        item.standing = true;
        item.state = State { status: Status::Suspended, since: Timestamp(1), info: None };
    });
    subscribed.state.status = Status::Suspended;
    store_orders(store, &[subscribed.clone(), order(2), order(3)]).await;
    let other_kind = Standing { kind: OrderKind::Tasking, ..standing(3, 1) };
    let other_topic = Standing { topic: "C".to_owned(), ..standing(3, 0) };
    let all = [standing(1, 0), standing(1, 1), standing(2, 0), standing(2, 1), other_topic.clone(), other_kind];
    for standing in &all {
        stored(store, vec![Write::InsertStanding(standing.clone())]).await;
    }
    refused(store, vec![Write::InsertStanding(standing(2, 1))], ConflictOn::Standing).await;
    refused(store, vec![Write::InsertStanding(standing(9, 0))], ConflictOn::Order).await;
    refused(store, vec![activate(9, 0)], ConflictOn::Standing).await;
    assert_eq!(store.standing(&query("c", None, 9)).await.unwrap(), []);
    assert_eq!(store.standing_of(OrderId(1)).await.unwrap(), all[..2]);
    for standing in all.iter().filter(|standing| **standing != all[2]) {
        stored(store, vec![activate(standing.order.0, standing.position)]).await;
    }
    let found = async |query| store.standing(&query).await.unwrap();
    assert_eq!(found(query("c", None, 9)).await, [all[0].clone(), all[1].clone(), all[3].clone()]);
    assert_eq!(found(query("c", None, 2)).await, all[..2]);
    assert_eq!(found(query("c", Some((1, 0)), 9)).await, [all[1].clone(), all[3].clone()]);
    assert_eq!(found(query("C", None, 9)).await, [other_topic]);
    assert_eq!(found(query("\0", None, 9)).await, []);
    let over = Command::Terminate { item: 1, reason: "over".to_owned() };
    let changes = decide(&subscribed, &over).unwrap();
    let mut batch = Batch::new();
    batch.order_changes(&subscribed, &changes, Vec::new(), Timestamp(7));
    store.commit(batch).await.unwrap();
    assert_eq!(store.standing_of(OrderId(1)).await.unwrap(), all[..1]);
    assert_eq!(found(query("c", None, 9)).await, [all[0].clone(), all[3].clone()]);
}

/// Each product comes to each standing item once.
pub async fn a_product_is_remembered_once_for_each_standing_item(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let feed = |position, product: &str| {
        vec![Write::RememberProduct { order: OrderId(1), position, product: product.to_owned(), at: Timestamp(1) }]
    };
    stored(store, feed(0, "p")).await;
    refused(store, feed(0, "p"), ConflictOn::Product).await;
    for (position, product) in [(1, "p"), (0, "P"), (0, "ä")] {
        stored(store, feed(position, product)).await;
    }
    assert_eq!(store.fed(OrderId(1), 0, &["x", "p", "", "P", "ä", "\0", "p"]).await.unwrap(), [1, 3, 4, 6]);
    assert_eq!(store.fed(OrderId(1), 1, &["P", "p"]).await.unwrap(), [1]);
    assert_eq!(store.fed(OrderId(2), 0, &["p"]).await.unwrap(), [0; 0]);
    assert_eq!(store.fed(OrderId(1), 0, &[]).await.unwrap(), [0; 0]);
}

/// To hasten a job is to wish, not to insist; the jobs of items are deleted without that of their order.
pub async fn a_job_is_hastened_if_it_waits(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let key = |part| JobKey { order: OrderId(1), part };
    let job = |part, due_at| {
        Write::InsertJob(Job {
            key: key(part),
            queue: order(1).protocol,
            priority: order(1).priority,
            due_at: Timestamp(due_at),
            attempts: 0,
        })
    };
    let hasten = |part, due_at| vec![Write::HastenJob { key: key(part), due_at: Timestamp(due_at) }];
    let next = async || store.next_due(order(1).protocol).await.unwrap();
    stored(store, hasten(JobPart::Order, 1)).await;
    stored(store, vec![job(JobPart::Order, 50), job(JobPart::Item(0), 60), job(JobPart::Item(1), 60)]).await;
    stored(store, hasten(JobPart::Order, 90)).await;
    assert_eq!(next().await, Some(Timestamp(50)));
    stored(store, hasten(JobPart::Order, 20)).await;
    assert_eq!(next().await, Some(Timestamp(20)));
    let (now, lease_until) = (Timestamp(20), Timestamp(40));
    let claim = Claim { queue: order(1).protocol, parts: Parts::All, now, lease_until, lease: "l".to_owned(), limit: 9 };
    assert_eq!(store.claim(&claim).await.unwrap().len(), 1);
    stored(store, hasten(JobPart::Order, 5)).await;
    assert_eq!(next().await, Some(Timestamp(40)), "it is held");
    stored(store, vec![Write::DeleteItemJobsOf(OrderId(1))]).await;
    stored(store, vec![Write::DeleteJob { key: key(JobPart::Order), lease: "l".to_owned() }]).await;
    assert_eq!(next().await, None);
}

/// A subscription with its many products is one thing to its owner's limit.
pub async fn a_subscription_counts_as_one_open_item(store: &dyn Store) {
    let subscription = Order { kind: OrderKind::Subscription, ..order(1) };
    store_orders(store, &[subscription, order(2)]).await;
    assert_eq!(store.open_items(PROVIDER, order(1).owner).await.unwrap(), 3);
    assert_eq!(store.open_items(PROVIDER, AccountId(99)).await.unwrap(), 0);
}
