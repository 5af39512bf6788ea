//! veloconnect transaction instances.

use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, ProviderId, Timestamp, TransactionId};
use ordergate_store::{ConflictOn, Expiry, Seller, Store, TransactionUpdate, Write, seller_of};

use super::sample::{OWNER, PROVIDER, refused, stored};

fn key(id: &str) -> Key {
    Key { provider: PROVIDER, owner: OWNER, id: TransactionId(id.to_owned()) }
}

fn state(number: u8) -> StateCode {
    StateCode::new(number).unwrap()
}

/// An open order transaction, made and last changed at the given time.
fn instance(id: &str, at: i64) -> Transaction {
    Transaction {
        key: key(id),
        kind: Kind::Order,
        state: state(2),
        is_test: false,
        created_at: Timestamp(at),
        updated_at: Timestamp(at),
        revision: 0,
        order: None,
        context: Document(b"context".to_vec()),
    }
}

fn insert(instance: &Transaction) -> Write {
    Write::InsertTransaction(Box::new(instance.clone()))
}

async fn ids(store: &dyn Store, with_final: bool, limit: usize) -> Vec<String> {
    let listed = store.transactions(PROVIDER, OWNER, with_final, limit).await.unwrap();
    listed.into_iter().map(|t| t.id.0).collect()
}

pub async fn an_instance_comes_back_as_it_was(store: &dyn Store) {
    let whole = Transaction {
        kind: Kind::B2XSale,
        state: state(184),
        is_test: true,
        revision: 12,
        order: Some(OrderId(44)),
        context: Document((0..=255).cycle().take(100_000).collect()),
        updated_at: Timestamp(99),
        ..instance("T-\u{e4}\u{1F6B2}", 5)
    };
    stored(store, vec![insert(&whole), insert(&instance("b", 1))]).await;
    assert_eq!(store.transaction(&whole.key).await.unwrap(), Some(whole));
    assert_eq!(store.transaction(&key("b")).await.unwrap(), Some(instance("b", 1)));
    assert_eq!(store.transaction(&key("B")).await.unwrap(), None);
}

pub async fn an_instance_belongs_to_its_buyer_and_seller(store: &dyn Store) {
    let mine = instance("same", 1);
    let of_other_buyer = Transaction { key: Key { owner: AccountId(8), ..key("same") }, ..instance("same", 2) };
    let of_other_seller = Transaction { key: Key { provider: ProviderId(2), ..key("same") }, ..instance("same", 3) };
    let all = [&mine, &of_other_buyer, &of_other_seller];
    stored(store, all.map(insert).to_vec()).await;
    for instance in all {
        assert_eq!(store.transaction(&instance.key).await.unwrap().as_ref(), Some(instance));
        let listed = store.transactions(instance.key.provider, instance.key.owner, true, 9).await.unwrap();
        assert_eq!(listed.len(), 1);
    }
    refused(store, vec![insert(&mine)], ConflictOn::Transaction).await;
}

pub async fn a_change_on_an_old_revision_conflicts(store: &dyn Store) {
    stored(store, vec![insert(&instance("t", 1))]).await;
    let change = |expected_revision| {
        vec![Write::UpdateTransaction(Box::new(TransactionUpdate {
            key: key("t"),
            expected_revision,
            state: state(100),
            context: Document(b"done".to_vec()),
            order: Some(OrderId(9)),
            updated_at: Timestamp(7),
        }))]
    };
    let delete = |expected_revision| vec![Write::DeleteTransaction { key: key("t"), expected_revision }];
    stored(store, change(0)).await;
    let after = Transaction {
        state: state(100),
        context: Document(b"done".to_vec()),
        order: Some(OrderId(9)),
        updated_at: Timestamp(7),
        revision: 1,
        ..instance("t", 1)
    };
    refused(store, change(0), ConflictOn::Transaction).await;
    refused(store, delete(0), ConflictOn::Transaction).await;
    assert_eq!(store.transaction(&key("t")).await.unwrap(), Some(after));
    stored(store, delete(1)).await;
    assert_eq!(store.transaction(&key("t")).await.unwrap(), None);
    refused(store, delete(1), ConflictOn::Transaction).await;
    refused(store, change(1), ConflictOn::Transaction).await;
}

pub async fn instances_are_listed_oldest_first(store: &dyn Store) {
    let ended = |id: &str, at: i64| Transaction { state: state(100), ..instance(id, at) };
    let all = [instance("d", 1), ended("a", 2), instance("c", 3), instance("b", 3), ended("e", 0)];
    stored(store, all.iter().map(insert).collect()).await;
    assert_eq!(ids(store, true, 9).await, ["e", "d", "a", "b", "c"]);
    assert_eq!(ids(store, true, 3).await, ["e", "d", "a"]);
    assert_eq!(ids(store, false, 9).await, ["d", "b", "c"]);
    assert_eq!(ids(store, false, 2).await, ["d", "b"]);
    let listed = store.transactions(PROVIDER, OWNER, true, 1).await.unwrap();
    assert_eq!((listed[0].kind, listed[0].state), (Kind::Order, state(100)));
}

pub async fn open_and_final_instances_expire_apart(store: &dyn Store) {
    let in_state = |id: &str, number, at| Transaction { state: state(number), ..instance(id, at) };
    let all = [
        in_state("open old", 2, 9),
        in_state("open", 84, 10),
        in_state("final old", 100, 19),
        in_state("final", 184, 20),
        Transaction { created_at: Timestamp(0), ..in_state("made long ago", 99, 10) },
    ];
    stored(store, all.iter().map(insert).collect()).await;
    let expiry = |open, ended| Expiry { kind: Kind::Order, open_before: Timestamp(open), final_before: Timestamp(ended) };
    assert!(store.has_expired_transactions(&expiry(10, 0)).await.unwrap());
    assert!(store.has_expired_transactions(&expiry(0, 20)).await.unwrap());
    stored(store, vec![Write::ExpireTransactions(expiry(10, 20))]).await;
    assert!(!store.has_expired_transactions(&expiry(10, 20)).await.unwrap());
    assert_eq!(ids(store, true, 9).await, ["made long ago", "open", "final"]);
    // What ends, or is opened again, expires with those like it from then on.
    let reopened = TransactionUpdate {
        key: key("final"),
        expected_revision: 0,
        state: state(2),
        context: Document::default(),
        order: None,
        updated_at: Timestamp(20),
    };
    stored(store, vec![Write::UpdateTransaction(Box::new(reopened))]).await;
    stored(store, vec![Write::ExpireTransactions(expiry(11, 1_000))]).await;
    assert_eq!(ids(store, true, 9).await, ["final"]);
}

pub async fn kinds_expire_apart(store: &dyn Store) {
    let search = |id: &str, at| Transaction { kind: Kind::TextSearch, ..instance(id, at) };
    stored(store, vec![insert(&instance("order", 1)), insert(&search("old", 1)), insert(&search("new", 5))]).await;
    let expiry = Expiry { kind: Kind::TextSearch, open_before: Timestamp(5), final_before: Timestamp(5) };
    let others = Expiry { kind: Kind::B2BStock, ..expiry };
    assert!(!store.has_expired_transactions(&others).await.unwrap());
    stored(store, vec![Write::ExpireTransactions(others), Write::ExpireTransactions(expiry)]).await;
    assert_eq!(ids(store, true, 9).await, ["order", "new"]);
    // However many there are: some at once, and it is known whether more are left.
    let many: Vec<_> = (0..5_000).map(|n| insert(&search(&n.to_string(), 1))).collect();
    stored(store, many).await;
    let mut rounds = 0;
    while store.has_expired_transactions(&expiry).await.unwrap() {
        stored(store, vec![Write::ExpireTransactions(expiry)]).await;
        rounds += 1;
    }
    assert!((2..=5_000).contains(&rounds), "{rounds}");
    assert_eq!(ids(store, true, 9).await, ["order", "new"]);
}

pub async fn open_instances_of_a_kind_are_counted(store: &dyn Store) {
    let has = async |kind, at_least| store.has_open_transactions(PROVIDER, OWNER, kind, at_least).await.unwrap();
    assert!(has(Kind::Order, 0).await && !has(Kind::Order, 1).await);
    let of_other_buyer = Transaction { key: Key { owner: AccountId(8), ..key("x") }, ..instance("x", 2) };
    let of_other_seller = Transaction { key: Key { provider: ProviderId(2), ..key("x") }, ..instance("x", 2) };
    let ended = Transaction { state: state(100), ..instance("ended", 1) };
    let search = Transaction { kind: Kind::TextSearch, ..instance("search", 1) };
    let all = [instance("a", 1), instance("b", 2), ended, search, of_other_buyer, of_other_seller];
    stored(store, all.iter().map(insert).collect()).await;
    assert!(has(Kind::Order, 2).await && !has(Kind::Order, 3).await);
    assert!(has(Kind::TextSearch, 1).await && !has(Kind::TextSearch, 2).await);
    assert!(!has(Kind::B2BSale, 1).await);
}

pub async fn a_seller_keeps_its_number(store: &dyn Store) {
    assert_eq!((store.seller("nord").await.unwrap(), store.sellers().await.unwrap()), (None, Vec::new()));
    let nord = seller_of(store, "nord").await.unwrap();
    let south = seller_of(store, "s\u{fc}d").await.unwrap();
    assert!(nord != south && nord != PROVIDER && south != PROVIDER);
    assert_eq!(seller_of(store, "nord").await.unwrap(), nord);
    assert_eq!(store.seller("Nord").await.unwrap(), None);
    assert_eq!(store.seller("\0").await.unwrap(), None);
    let named = |id, name: &str| Seller { id, name: name.to_owned() };
    assert_eq!(store.sellers().await.unwrap(), [named(nord, "nord"), named(south, "s\u{fc}d")]);
}
