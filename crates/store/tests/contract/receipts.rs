//! Receipts: what a buyer was issued, by what it is found, and what it was before.

use ordergate_engine::{AccountId, Document, ProviderId, Timestamp};
use ordergate_store::{
    ConflictOn, Receipt, ReceiptKey, ReceiptKind, ReceiptQuery, Reference, Referred, ReplacedReceipt, Store, Write,
};

use super::sample::{OWNER, PROVIDER, refused, stored};

fn receipt(id: &str, day: i64, revision: i64) -> Receipt {
    Receipt {
        key: ReceiptKey { provider: PROVIDER, owner: OWNER, kind: ReceiptKind::Invoice, id: id.to_owned() },
        issued_on: Timestamp(day),
        revision,
        stored_at: Timestamp(100 + revision),
        header: Document(format!("header {id} {revision}").into_bytes()),
        document: Document(revision.to_le_bytes().to_vec()),
    }
}

fn put(receipt: Receipt, references: &[(Referred, &str)]) -> Write {
    let references = references.iter().map(|(what, id)| Reference { what: *what, id: (*id).to_owned() }).collect();
    Write::PutReceipt { receipt: Box::new(receipt), references }
}

fn query(references: &[(Referred, &[&str])]) -> ReceiptQuery {
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    ReceiptQuery {
        provider: PROVIDER,
        owner: OWNER,
        kind: ReceiptKind::Invoice,
        from: Timestamp::MIN,
        until: Timestamp::MAX,
        references: references.iter().map(|(what, of)| (*what, ids(of))).collect(),
        limit: 100,
    }
}

async fn found(store: &dyn Store, query: &ReceiptQuery) -> Vec<String> {
    store.receipts(query).await.unwrap().into_iter().map(|found| found.id).collect()
}

pub async fn a_receipt_comes_back_as_it_was_and_is_its_buyers(store: &dyn Store) {
    let first = receipt("RE 'ä\\", 5, 1);
    stored(store, vec![put(first.clone(), &[])]).await;
    assert_eq!(store.receipt(&first.key).await.unwrap().as_ref(), Some(&first));
    let foreign = [
        ReceiptKey { owner: AccountId(8), ..first.key.clone() },
        ReceiptKey { provider: ProviderId(2), ..first.key.clone() },
        ReceiptKey { kind: ReceiptKind::Offer, ..first.key.clone() },
        ReceiptKey { id: "re 'ä\\".to_owned(), ..first.key.clone() },
        ReceiptKey { id: "a\0b".to_owned(), ..first.key.clone() },
    ];
    for key in &foreign {
        assert_eq!(store.receipt(key).await.unwrap(), None, "{key:?}");
        assert_eq!(store.replaced_receipts(key).await.unwrap(), []);
    }
    let [header] = &store.receipts(&query(&[])).await.unwrap()[..] else { panic!("one receipt") };
    assert_eq!((&header.id, header.issued_on, &header.header), (&first.key.id, first.issued_on, &first.header));
    let others = ReceiptQuery { owner: AccountId(8), ..query(&[]) };
    assert_eq!(found(store, &others).await, [""; 0]);
    assert_eq!(found(store, &query(&[(Referred::Order, &["a\0b"])])).await, [""; 0]);
}

pub async fn a_content_is_replaced_by_whoever_knows_it(store: &dyn Store) {
    let [first, second, third] = [1, 2, 3].map(|revision| receipt("RE", 5 + revision, revision));
    let of_order = |order: &'static str| [(Referred::Order, order)];
    refused(store, vec![put(second.clone(), &of_order("2"))], ConflictOn::Receipt).await;
    stored(store, vec![put(first.clone(), &of_order("1"))]).await;
    refused(store, vec![put(first.clone(), &of_order("1"))], ConflictOn::Receipt).await;
    refused(store, vec![put(third.clone(), &of_order("3"))], ConflictOn::Receipt).await;
    stored(store, vec![put(second.clone(), &of_order("2"))]).await;
    refused(store, vec![put(second.clone(), &of_order("2"))], ConflictOn::Receipt).await;
    assert_eq!(store.receipt(&second.key).await.unwrap(), Some(second.clone()));
    // It is found by what it refers to now, on the day it has now.
    assert_eq!(found(store, &query(&[(Referred::Order, &["1"])])).await, [""; 0]);
    let on_its_day = ReceiptQuery { from: Timestamp(7), until: Timestamp(7), ..query(&[(Referred::Order, &["2"])]) };
    assert_eq!(found(store, &on_its_day).await, ["RE"]);
    stored(store, vec![put(third, &[])]).await;
    let before = |receipt: Receipt| ReplacedReceipt {
        revision: receipt.revision,
        stored_at: receipt.stored_at,
        document: receipt.document,
    };
    assert_eq!(store.replaced_receipts(&first.key).await.unwrap(), [before(first), before(second)]);
}

pub async fn receipts_are_found_by_day_and_by_what_they_refer_to(store: &dyn Store) {
    use Referred::{DeliveryNote, Order};
    stored(
        store,
        vec![
            put(receipt("d", 4, 1), &[(Order, "2"), (DeliveryNote, "x")]),
            put(receipt("b", 2, 1), &[(Order, "1"), (Order, "2"), (DeliveryNote, "y"), (Order, "1")]),
            put(receipt("c", 2, 1), &[(DeliveryNote, "x")]),
            put(receipt("a", 3, 1), &[(Order, "1")]),
        ],
    )
    .await;
    let all = query(&[]);
    assert_eq!(found(store, &all).await, ["b", "c", "a", "d"]);
    let bounds = |from, until| ReceiptQuery { from: Timestamp(from), until: Timestamp(until), ..query(&[]) };
    assert_eq!(found(store, &bounds(2, 3)).await, ["b", "c", "a"]);
    assert_eq!(found(store, &bounds(3, 2)).await, [""; 0]);
    assert_eq!(found(store, &ReceiptQuery { limit: 3, ..all }).await, ["b", "c", "a"]);
    // One of the ids of a kind, and all kinds.
    assert_eq!(found(store, &query(&[(Order, &["1"])])).await, ["b", "a"]);
    assert_eq!(found(store, &query(&[(Order, &["1", "2", "9"])])).await, ["b", "a", "d"]);
    assert_eq!(found(store, &query(&[(Order, &["1", "2"]), (DeliveryNote, &["x"])])).await, ["d"]);
    assert_eq!(found(store, &query(&[(Order, &["x"])])).await, [""; 0]);
    let cut = ReceiptQuery { limit: 2, from: Timestamp(3), ..query(&[(Order, &["1", "2"])]) };
    assert_eq!(found(store, &cut).await, ["a", "d"]);
    assert_eq!(found(store, &ReceiptQuery { limit: 1, ..cut }).await, ["a"]);
}
