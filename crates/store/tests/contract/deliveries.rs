//! What is kept until an order is over.

use ordergate_engine::order::{State, Status};
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{OrderUpdate, Store, Write};

use super::sample::{order, store_orders, stored};

fn keep(id: i64, content: &[u8]) -> Write {
    Write::KeepForDelivery { order: OrderId(id), content: content.to_vec() }
}

async fn kept(store: &dyn Store, id: i64) -> Option<Vec<u8>> {
    store.kept_for_delivery(OrderId(id)).await.unwrap()
}

fn moved(id: i64, revision: i64, status: Status) -> Vec<Write> {
    let state = State { status, since: Timestamp(9), info: None };
    vec![Write::UpdateOrder(OrderUpdate { id: OrderId(id), expected_revision: revision, state: Some(state), items: vec![] })]
}

pub async fn what_a_delivery_needs_is_kept_until_the_order_is_over(store: &dyn Store) {
    store_orders(store, &[order(1), order(2)]).await;
    stored(store, vec![keep(1, b"sealed"), keep(2, b"other")]).await;
    stored(store, vec![keep(1, b"sealed anew")]).await;
    stored(store, moved(1, 0, Status::InProduction)).await;
    assert_eq!(kept(store, 1).await.as_deref(), Some(b"sealed anew".as_slice()));
    for (revision, over) in [(1, Status::Completed), (2, Status::Failed), (3, Status::Cancelled)] {
        stored(store, vec![keep(1, b"sealed")]).await;
        stored(store, moved(1, revision, over)).await;
        assert_eq!(kept(store, 1).await, None, "{over}");
    }
    assert_eq!(kept(store, 2).await.as_deref(), Some(b"other".as_slice()));
    let shown = format!("{:?}", keep(1, b"sealed"));
    assert!(!shown.contains("sealed") && !shown.contains("115"), "{shown}");
}
