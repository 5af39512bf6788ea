//! Quotations: pricing them, ordering them once, forgetting them.

use ordergate_engine::order::Priority;
use ordergate_engine::{AccountId, Document, OrderId, QuotationId, Timestamp};
use ordergate_store::{ConflictOn, Quotation, QuotationState, QuotedItem, QuotedOrder, Store, Write};

use super::sample::{OWNER, PROVIDER, commit, order, refused, stored, together};

fn quotation(id: i64, state: QuotationState) -> Quotation {
    let item = |item_id: &str| QuotedItem { item_id: item_id.to_owned(), document: Document(b"<item/>".to_vec()) };
    Quotation {
        id: QuotationId(id),
        provider: PROVIDER,
        owner: OWNER,
        created_at: Timestamp(id),
        revision: 1,
        state,
        order: QuotedOrder {
            reference: Some("mine".to_owned()),
            priority: Priority::FastTrack,
            document: Document(b"<order/>".to_vec()),
            items: vec![item("1"), item("2")],
        },
    }
}

fn due(id: i64, due_at: i64) -> Quotation {
    quotation(id, QuotationState::BeingPriced { due_at: Timestamp(due_at), attempts: 0 })
}

fn priced(valid_until: i64) -> QuotationState {
    QuotationState::Priced { prices: Document(b"<price/>".to_vec()), valid_until: Timestamp(valid_until) }
}

fn insert(quotation: &Quotation) -> Write {
    Write::InsertQuotation(Box::new(quotation.clone()))
}

/// What was read, with another state.
fn price(read: &Quotation, state: QuotationState) -> Vec<Write> {
    vec![Write::PriceQuotation(Box::new(Quotation { state, ..read.clone() }))]
}

async fn get(store: &dyn Store, id: i64) -> Option<Quotation> {
    store.quotation(QuotationId(id)).await.unwrap()
}

async fn due_at(store: &dyn Store, now: i64, limit: usize) -> Vec<i64> {
    store.due_quotations(Timestamp(now), limit).await.unwrap().iter().map(|q| q.id.0).collect()
}

pub async fn a_quotation_comes_back_as_it_was(store: &dyn Store) {
    let (prices, valid_until) = (Document(vec![0, 255]), Timestamp(90));
    let states = [
        QuotationState::BeingPriced { due_at: Timestamp(5), attempts: 2 },
        priced(70),
        QuotationState::Refused { reason: "no\u{e4}".to_owned(), at: Timestamp(8) },
        QuotationState::Ordered { prices, valid_until, order: OrderId(17), at: Timestamp(9) },
    ];
    for (id, state) in (1..).zip(states) {
        let new = quotation(id, state);
        stored(store, vec![insert(&new)]).await;
        assert_eq!(get(store, id).await, Some(new));
    }
    assert_eq!(get(store, 5).await, None);
    refused(store, vec![insert(&due(1, 0))], ConflictOn::Quotation).await;
    // Orders and quotations share their numbers: what was stored is never given out again.
    assert_ne!(store.next_order_id().await.unwrap(), store.next_order_id().await.unwrap());
}

pub async fn one_of_many_takes_what_is_to_be_priced(store: &dyn Store) {
    stored(store, vec![insert(&due(1, 20)), insert(&due(2, 10)), insert(&due(3, 30)), insert(&quotation(4, priced(0)))]).await;
    assert_eq!(due_at(store, 30, 9).await, [2, 1, 3]);
    assert_eq!(due_at(store, 29, 1).await, [2]);
    assert_eq!(due_at(store, 9, 9).await, [0; 0]);
    let found = get(store, 2).await.unwrap();
    let taken = QuotationState::BeingPriced { due_at: Timestamp(100), attempts: 1 };
    let won = together((0..8).map(|_| commit(store, price(&found, taken.clone())))).await;
    assert_eq!(won.iter().filter(|w| w.is_ok()).count(), 1);
    assert_eq!(due_at(store, 99, 9).await, [1, 3]);
    assert_eq!(get(store, 2).await, Some(Quotation { state: taken, revision: 2, ..found }));
}

pub async fn what_is_priced_is_due_no_more(store: &dyn Store) {
    stored(store, vec![insert(&due(1, 0)), insert(&due(2, 0))]).await;
    let (one, two) = (get(store, 1).await.unwrap(), get(store, 2).await.unwrap());
    stored(store, price(&one, priced(50))).await;
    stored(store, price(&two, QuotationState::Refused { reason: "none".to_owned(), at: Timestamp(1) })).await;
    assert_eq!(due_at(store, 99, 9).await, [0; 0]);
    // A price stands, also for one who reads it before he changes it.
    let now = get(store, 1).await.unwrap();
    assert_eq!((&now.state, now.revision), (&priced(50), 2));
    refused(store, price(&now, priced(60)), ConflictOn::Quotation).await;
    refused(store, price(&due(9, 0), priced(60)), ConflictOn::Quotation).await;
}

pub async fn a_quotation_is_ordered_once(store: &dyn Store) {
    stored(store, vec![insert(&quotation(1, priced(50))), insert(&due(2, 0))]).await;
    let as_order = |quotation: i64, id: i64| {
        let order_it = Write::OrderQuotation { id: QuotationId(quotation), order: OrderId(id), at: Timestamp(7) };
        vec![order_it, Write::InsertOrder(Box::new(order(id)))]
    };
    let won = together((10..18).map(|id| commit(store, as_order(1, id)))).await;
    assert_eq!(won.iter().filter(|w| w.is_ok()).count(), 1);
    let mut orders = 0;
    for id in 10..18 {
        orders += usize::from(super::sample::get(store, id).await.is_some());
    }
    assert_eq!(orders, 1, "what lost left no order behind");
    let QuotationState::Ordered { order, at, valid_until, .. } = get(store, 1).await.unwrap().state else { panic!() };
    assert!(super::sample::get(store, order.0).await.is_some());
    assert_eq!((at, valid_until), (Timestamp(7), Timestamp(50)));
    for quotation in [1, 2, 3] {
        refused(store, as_order(quotation, 30), ConflictOn::Quotation).await;
    }
}

pub async fn what_is_over_is_deleted(store: &dyn Store) {
    let refusal = QuotationState::Refused { reason: String::new(), at: Timestamp(100) };
    stored(store, vec![insert(&quotation(1, priced(99))), insert(&quotation(2, refusal)), insert(&due(500, 0))]).await;
    stored(store, vec![Write::ExpireQuotations { over_before: Timestamp(100) }]).await;
    assert_eq!((get(store, 1).await, get(store, 2).await.is_some(), get(store, 500).await.is_some()), (None, true, true));
    stored(store, vec![Write::ExpireQuotations { over_before: Timestamp(501) }]).await;
    assert_eq!(get(store, 500).await, None);
}

pub async fn open_quotations_of_an_account_are_counted(store: &dyn Store) {
    let ordered = QuotationState::Ordered {
        prices: Document(b"<price/>".to_vec()),
        valid_until: Timestamp(900),
        order: OrderId(17),
        at: Timestamp(800),
    };
    let refusal = QuotationState::Refused { reason: "no".to_owned(), at: Timestamp(800) };
    let states = [priced(100), priced(200), refusal, ordered, QuotationState::BeingPriced { due_at: Timestamp(5), attempts: 0 }];
    for (id, state) in (1..).zip(states) {
        stored(store, vec![insert(&quotation(id, state))]).await;
    }
    let other = Quotation { owner: AccountId(8), ..due(6, 5) };
    stored(store, vec![insert(&other)]).await;
    let open = async |owner, now| store.open_quotations(PROVIDER, owner, Timestamp(now)).await.unwrap();
    assert_eq!((open(OWNER, 99).await, open(OWNER, 100).await, open(OWNER, 200).await), (3, 2, 1));
    assert_eq!((open(AccountId(8), 0).await, open(AccountId(9), 0).await), (1, 0));
}
