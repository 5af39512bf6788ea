//! Results whose files lie on the servers' own disks.

use ordergate_engine::order::{State, Status};
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{ItemUpdate, OrderUpdate, ResultKey, Store, Write};

use super::sample::{commit, order, store_orders, stored};

fn completed(id: i64, position: usize, at: i64, result: &str, revision: i64) -> Write {
    let state = State { status: Status::Completed, since: Timestamp(at), info: None };
    let item = ItemUpdate { position, state: Some(state), result: Some(result.to_owned()), listed: false };
    Write::UpdateOrder(OrderUpdate { id: OrderId(id), expected_revision: revision, state: None, items: vec![item] })
}

/// Time, order and position of the results after this one.
async fn listed(store: &dyn Store, after: ResultKey, limit: usize) -> Vec<(i64, i64, usize)> {
    let found = store.local_results(after, limit).await.unwrap();
    found.iter().map(|r| (r.key.completed_at.0, r.key.order.0, r.key.position)).collect()
}

pub async fn results_on_the_disk_are_listed_by_age(store: &dyn Store) {
    store_orders(store, &[order(1), order(2)]).await;
    stored(store, vec![completed(1, 1, 30, "file:///out/ä.zip", 0)]).await;
    stored(store, vec![completed(2, 0, 20, "FILE:///out/b.zip", 0), completed(2, 1, 30, "file:///out/c", 1)]).await;
    stored(store, vec![completed(1, 0, 10, "https://example.org/d", 1)]).await;
    assert!(commit(store, vec![completed(1, 0, 5, "file:///late", 1)]).await.is_err(), "on an old revision");

    let all = store.local_results(ResultKey::FIRST, 10).await.unwrap();
    assert_eq!(
        all.iter().map(|r| r.url.as_str()).collect::<Vec<_>>(),
        ["FILE:///out/b.zip", "file:///out/ä.zip", "file:///out/c"]
    );
    assert_eq!(listed(store, ResultKey::FIRST, 2).await, [(20, 2, 0), (30, 1, 1)]);
    assert_eq!(listed(store, all[0].key, 10).await, [(30, 1, 1), (30, 2, 1)]);
    assert_eq!(listed(store, ResultKey::after(Timestamp(29)), 10).await, [(30, 1, 1), (30, 2, 1)]);
    assert_eq!(listed(store, ResultKey::after(Timestamp(30)), 10).await, []);

    let forget = || vec![Write::ForgetResult { order: OrderId(2), position: 0 }];
    stored(store, forget()).await;
    stored(store, forget()).await;
    assert_eq!(listed(store, ResultKey::FIRST, 10).await, [(30, 1, 1), (30, 2, 1)]);
}
