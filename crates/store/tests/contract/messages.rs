//! Remembered messages and used nonces.

use ordergate_engine::{AccountId, OrderId, Timestamp};
use ordergate_store::{ConflictOn, Store, Write};

use super::sample::{OWNER, refused, stored};

const OTHER: AccountId = AccountId(8);

pub async fn a_message_is_remembered_once(store: &dyn Store) {
    let remember = |owner, message_id: &str, order| {
        vec![Write::RememberMessage { owner, message_id: message_id.to_owned(), order: OrderId(order), at: Timestamp(0) }]
    };
    stored(store, remember(OWNER, "urn:uuid:1", 5)).await;
    stored(store, remember(OTHER, "urn:uuid:1", 6)).await;
    stored(store, remember(OWNER, "URN:UUID:1", 7)).await;
    refused(store, remember(OWNER, "urn:uuid:1", 8), ConflictOn::Message).await;
    assert_eq!(store.remembered_message(OWNER, "urn:uuid:1").await.unwrap(), Some(OrderId(5)));
    assert_eq!(store.remembered_message(OTHER, "urn:uuid:1").await.unwrap(), Some(OrderId(6)));
    assert_eq!(store.remembered_message(OWNER, "urn:uuid:2").await.unwrap(), None);
}

pub async fn old_messages_are_forgotten(store: &dyn Store) {
    for (n, at) in (1..).zip([10, 20, 30]) {
        let message_id = format!("message {n}");
        let remember = Write::RememberMessage { owner: OWNER, message_id, order: OrderId(n), at: Timestamp(at) };
        stored(store, vec![remember]).await;
    }
    let known = async || {
        let mut known = Vec::new();
        for n in 1..=3 {
            known.push(store.remembered_message(OWNER, &format!("message {n}")).await.unwrap().is_some());
        }
        known
    };
    stored(store, vec![Write::ForgetMessages { before: Timestamp(10), limit: 9 }]).await;
    assert_eq!(known().await, [true, true, true]);
    stored(store, vec![Write::ForgetMessages { before: Timestamp(30), limit: 1 }]).await;
    assert_eq!(known().await, [false, true, true]);
    stored(store, vec![Write::ForgetMessages { before: Timestamp(30), limit: 9 }]).await;
    assert_eq!(known().await, [false, false, true]);
}

pub async fn a_live_nonce_conflicts_and_an_expired_one_does_not(store: &dyn Store) {
    let nonce = |owner, nonce: &[u8], at: i64, expires_at: i64| {
        vec![Write::UseNonce { owner, nonce: nonce.to_vec(), at: Timestamp(at), expires_at: Timestamp(expires_at) }]
    };
    stored(store, nonce(OWNER, b"one", 0, 100)).await;
    refused(store, nonce(OWNER, b"one", 0, 100), ConflictOn::Nonce).await;
    refused(store, nonce(OWNER, b"one", 99, 500), ConflictOn::Nonce).await;
    stored(store, nonce(OTHER, b"one", 0, 100)).await;
    stored(store, nonce(OWNER, b"One", 0, 100)).await;
    stored(store, nonce(OWNER, b"", 0, 100)).await;
    stored(store, nonce(OWNER, b"one", 100, 200)).await;
    refused(store, nonce(OWNER, b"one", 199, 500), ConflictOn::Nonce).await;
    // However many expired ones are purged meanwhile, live ones stay known.
    for n in 0..50_u8 {
        stored(store, nonce(OTHER, &[n], 150 + i64::from(n), 300)).await;
    }
    refused(store, nonce(OWNER, b"one", 199, 500), ConflictOn::Nonce).await;
    refused(store, nonce(OTHER, &[0], 299, 500), ConflictOn::Nonce).await;
}
