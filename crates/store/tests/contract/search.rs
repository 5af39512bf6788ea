//! Order searches.

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{AccountId, ProviderId, Timestamp};
use ordergate_store::{Items, OrderPage, OrderQuery, Store};

use super::sample::{OWNER, PROVIDER, order, order_in, store_orders};

fn everything() -> OrderQuery {
    OrderQuery {
        provider: PROVIDER,
        owner: OWNER,
        others: vec![],
        statuses: vec![],
        updated_from: Timestamp::MIN,
        updated_until: Timestamp::MAX,
        reference: None,
        limit: 1_000,
        items: Items::With,
    }
}

async fn ids(store: &dyn Store, query: &OrderQuery) -> Vec<i64> {
    let page = store.search(query).await.unwrap();
    assert_eq!(page.continue_from, None);
    page.orders.iter().map(|o| o.id.0).collect()
}

pub async fn bounds_are_inclusive(store: &dyn Store) {
    store_orders(store, &[10, 11, 12, 13].map(order)).await;
    let between =
        |from: i64, until: i64| OrderQuery { updated_from: Timestamp(from), updated_until: Timestamp(until), ..everything() };
    assert_eq!(ids(store, &between(11, 12)).await, [11, 12]);
    assert_eq!(ids(store, &between(12, 12)).await, [12]);
    assert_eq!(ids(store, &between(14, 99)).await, [0; 0]);
    assert_eq!(ids(store, &between(12, 11)).await, [0; 0]);
    assert_eq!(ids(store, &everything()).await, [10, 11, 12, 13]);
}

pub async fn statuses_combine_with_or_and_criteria_with_and(store: &dyn Store) {
    let with_reference = |o: Order| Order { reference: Some("mine".to_owned()), ..o };
    let orders = [
        order_in(1, Status::Submitted, 10),
        order_in(2, Status::Completed, 20),
        with_reference(order_in(3, Status::Completed, 30)),
        with_reference(order_in(4, Status::Failed, 40)),
        with_reference(order_in(5, Status::Completed, 50)),
    ];
    store_orders(store, &orders).await;
    let of = |statuses: &[Status]| OrderQuery { statuses: statuses.to_vec(), ..everything() };
    assert_eq!(ids(store, &of(&[Status::Completed])).await, [2, 3, 5]);
    assert_eq!(ids(store, &of(&[Status::Failed, Status::Submitted, Status::Failed])).await, [1, 4]);
    assert_eq!(ids(store, &of(&[Status::Downloaded])).await, [0; 0]);
    assert_eq!(ids(store, &of(&Status::ALL)).await, [1, 2, 3, 4, 5]);
    let all_criteria = OrderQuery {
        reference: Some("mine".to_owned()),
        updated_from: Timestamp(20),
        updated_until: Timestamp(40),
        ..of(&[Status::Completed, Status::Failed])
    };
    assert_eq!(ids(store, &all_criteria).await, [3, 4]);
    assert_eq!(ids(store, &OrderQuery { statuses: vec![Status::Completed], ..all_criteria }).await, [3]);
}

pub async fn a_reference_matches_exactly(store: &dyn Store) {
    // The last two look alike: composed and decomposed.
    let references = ["Straße", "straße", "Strasse", "Straße ", "%", "_", "", "caf\u{e9}", "cafe\u{301}"];
    let orders: Vec<Order> = (1..).zip(references).map(|(id, r)| Order { reference: Some(r.to_owned()), ..order(id) }).collect();
    store_orders(store, &orders).await;
    store_orders(store, &[order(100)]).await;
    for (id, reference) in (1..).zip(references) {
        let query = OrderQuery { reference: Some(reference.to_owned()), ..everything() };
        assert_eq!(ids(store, &query).await, [id], "{reference:?}");
    }
}

pub async fn nobody_sees_the_orders_of_others(store: &dyn Store) {
    let (other_owner, other_provider) = (AccountId(8), ProviderId(2));
    let orders = [order(1), Order { owner: other_owner, ..order(2) }, Order { provider: other_provider, ..order(3) }];
    store_orders(store, &orders.map(|o| Order { reference: Some("shared".to_owned()), ..o })).await;
    for reference in [None, Some("shared".to_owned())] {
        let query = OrderQuery { reference, ..everything() };
        assert_eq!(ids(store, &query).await, [1]);
        assert_eq!(ids(store, &OrderQuery { owner: other_owner, ..query.clone() }).await, [2]);
        assert_eq!(ids(store, &OrderQuery { provider: other_provider, ..query }).await, [3]);
    }
}

/// A hundred orders, updated in another order than they were submitted in, are found whole by
/// asking again from where each answer was cut.
pub async fn a_large_answer_is_cut_after_the_earliest_updates(store: &dyn Store) {
    let updated = |id: i64| 1_000 + id * 37 % 101;
    let status = |id: i64| Status::ALL[usize::try_from(id).unwrap() % Status::ALL.len()];
    let orders: Vec<Order> = (1..=100).map(|id| order_in(id, status(id), updated(id))).collect();
    store_orders(store, &orders).await;

    let mut by_update: Vec<i64> = (1..=100).collect();
    by_update.sort_unstable_by_key(|&id| updated(id));
    for limit in [1, 7, 40, 99] {
        let page = store.search(&OrderQuery { limit, ..everything() }).await.unwrap();
        assert_eq!(page.continue_from, Some(Timestamp(updated(by_update[limit]))));
        let mut expected = by_update[..limit].to_vec();
        expected.sort_unstable();
        assert_eq!(page.orders.iter().map(|o| o.id.0).collect::<Vec<_>>(), expected, "limit {limit}");
    }
    assert_eq!(ids(store, &OrderQuery { limit: 100, ..everything() }).await, (1..=100).collect::<Vec<_>>());

    let mut found = Vec::new();
    let mut query = OrderQuery { limit: 33, ..everything() };
    loop {
        let page = store.search(&query).await.unwrap();
        found.extend(page.orders.iter().map(|o| o.id.0));
        let Some(continue_from) = page.continue_from else { break };
        query.updated_from = continue_from;
    }
    found.sort_unstable();
    assert_eq!(found, (1..=100).collect::<Vec<_>>());

    // Several share the time of the cut: the lowest ids are given.
    let same: Vec<Order> = (201..=205).map(|id| order_in(id, status(id), 5_000)).collect();
    store_orders(store, &same).await;
    let query = OrderQuery { limit: 3, updated_from: Timestamp(5_000), ..everything() };
    let page = store.search(&query).await.unwrap();
    assert_eq!(page.continue_from, Some(Timestamp(5_000)));
    assert_eq!(page.orders.iter().map(|o| o.id.0).collect::<Vec<_>>(), [201, 202, 203]);
    assert_eq!(store.search(&OrderQuery { limit: 0, ..query }).await.unwrap().orders, []);
}

pub async fn items_are_read_only_when_asked_for(store: &dyn Store) {
    let orders: Vec<Order> = (1..=50).map(order).collect();
    store_orders(store, &orders).await;
    for limit in [3, 1_000] {
        let query = OrderQuery { limit, ..everything() };
        let expected = &orders[..limit.min(orders.len())];
        assert_eq!(store.search(&query).await.unwrap().orders, expected);
        let without: Vec<Order> = expected.iter().map(|o| Order { items: vec![], ..o.clone() }).collect();
        assert_eq!(store.search(&OrderQuery { items: Items::Without, ..query }).await.unwrap().orders, without);
    }
}

pub async fn orders_are_sorted_by_submission(store: &dyn Store) {
    let submitted =
        |id: i64, at: i64, updated: i64| Order { submitted_at: Timestamp(at), ..order_in(id, Status::Accepted, updated) };
    store_orders(store, &[submitted(1, 30, 31), submitted(4, 10, 50), submitted(3, 10, 60), submitted(2, 20, 40)]).await;
    assert_eq!(ids(store, &everything()).await, [3, 4, 2, 1]);
}

/// Cut and sorted as if they were one owner's.
pub async fn orders_of_several_owners_are_one_answer(store: &dyn Store) {
    let of = |id, owner| Order { owner: AccountId(owner), ..order(id) };
    store_orders(store, &[order(1), of(2, 8), of(3, 9), of(4, 8), of(5, 10), order(6)]).await;
    let query = OrderQuery { others: vec![AccountId(8), AccountId(9)], ..everything() };
    let ids = |page: &OrderPage| page.orders.iter().map(|order| order.id.0).collect::<Vec<_>>();
    let all = store.search(&query).await.unwrap();
    assert_eq!((ids(&all), all.continue_from), (vec![1, 2, 3, 4, 6], None));
    let cut = store.search(&OrderQuery { limit: 3, ..query.clone() }).await.unwrap();
    assert_eq!((ids(&cut), cut.continue_from), (vec![1, 2, 3], Some(Timestamp(4))));
    let rest = store.search(&OrderQuery { limit: 3, updated_from: Timestamp(4), ..query }).await.unwrap();
    assert_eq!((ids(&rest), rest.continue_from), (vec![4, 6], None));
}
