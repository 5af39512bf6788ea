//! What leaves: notifications, and the jobs that tell them.

use ordergate_engine::{Document, OrderId, Protocol, Timestamp};
use ordergate_store::{
    Attempt, Channel, Claim, ConflictOn, Job, JobPart, Notification, NotificationKey, NotificationState, Parts, Store, Write,
};

use super::sample::{order, refused, store_orders, stored};

fn key(number: i64) -> NotificationKey {
    NotificationKey { order: OrderId(1), number }
}

fn notification(number: i64, at: i64) -> Notification {
    Notification {
        key: key(number),
        channel: Channel::Callback,
        destination: "https://client.example/callback".to_owned(),
        event: "SubmitResponse".to_owned(),
        content: b"<a/>\0\xff".to_vec(),
        created_at: Timestamp(at),
        give_up_at: Timestamp(at + 1_000),
        state: NotificationState::Waiting,
        attempts: 0,
        due_at: Timestamp(at),
        report: None,
    }
}

fn notify(number: i64, at: i64) -> Write {
    Write::Notify(Box::new(notification(number, at)))
}

async fn claimed(store: &dyn Store, parts: Parts, lease: &str, now: i64) -> Vec<Job> {
    let (now, lease_until) = (Timestamp(now), Timestamp(now + 100));
    let claim = Claim { queue: Protocol::Oseo, parts, now, lease_until, lease: lease.to_owned(), limit: 9 };
    store.claim(&claim).await.unwrap()
}

fn end(lease: &str, attempts: u32, due_at: Option<i64>) -> Write {
    Write::EndNotifying { order: OrderId(1), lease: lease.to_owned(), attempts, due_at: due_at.map(Timestamp) }
}

fn attempt(number: i64, state: NotificationState, attempts: u32, due_at: i64) -> Write {
    let report = format!("attempt {attempts}");
    Write::RecordAttempt(Attempt { key: key(number), state, attempts, due_at: Timestamp(due_at), report })
}

pub async fn a_wish_is_kept_and_never_changed(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let wish = |text: &str| Write::WishNotifications { order: OrderId(1), wish: Document(text.as_bytes().to_vec()) };
    assert_eq!(store.notification_wish(OrderId(1)).await.unwrap(), None);
    stored(store, vec![wish("all")]).await;
    refused(store, vec![wish("none")], ConflictOn::Order).await;
    assert_eq!(store.notification_wish(OrderId(1)).await.unwrap(), Some(Document(b"all".to_vec())));
    assert_eq!(store.notification_wish(OrderId(2)).await.unwrap(), None);
}

pub async fn a_notification_comes_back_as_it_was(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let full = Notification {
        channel: Channel::Mail,
        state: NotificationState::GivenUp,
        attempts: 7,
        report: Some("ä".to_owned()),
        ..notification(3, 5)
    };
    stored(store, vec![Write::Notify(Box::new(full.clone())), notify(2, 9)]).await;
    assert_eq!(store.notifications_of(OrderId(1)).await.unwrap(), [notification(2, 9), full.clone()]);
    assert_eq!(store.notifications_waiting(OrderId(1), 9).await.unwrap(), [notification(2, 9)]);
    assert_eq!(store.notifications(NotificationState::GivenUp, 9).await.unwrap(), [full]);
    refused(store, vec![notify(3, 9)], ConflictOn::Order).await;
}

/// Work and notifications of one order are apart: neither is taken for the other, or deleted with it.
pub async fn notifying_is_no_work_on_the_order(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    stored(store, vec![notify(1, 5)]).await;
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), None);
    for parts in [Parts::All, Parts::Orders, Parts::Items] {
        assert_eq!(claimed(store, parts, "worker", 500).await, []);
    }
    stored(store, vec![Write::DeleteJobsOf(OrderId(1))]).await;
    assert_eq!(claimed(store, Parts::Notifications, "a", 4).await, []);
    let jobs = claimed(store, Parts::Notifications, "a", 5).await;
    assert_eq!((jobs.len(), jobs[0].key.part, jobs[0].attempts), (1, JobPart::Notifications, 1));
    stored(store, vec![end("a", 1, None)]).await;
    assert_eq!(claimed(store, Parts::Notifications, "b", 9_999).await, []);
}

/// Whoever looked before something was added must look again; nothing waits for ever.
pub async fn what_is_added_meanwhile_is_not_overlooked(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    stored(store, vec![notify(1, 5)]).await;
    let job = &claimed(store, Parts::Notifications, "a", 5).await[0];
    stored(store, vec![notify(2, 6)]).await;
    // The job is held: nobody else gets it because of the new one.
    assert_eq!(claimed(store, Parts::Notifications, "b", 50).await, []);
    refused(store, vec![end("a", job.attempts, None)], ConflictOn::Job).await;
    refused(store, vec![end("a", job.attempts, Some(900))], ConflictOn::Job).await;
    refused(store, vec![end("b", job.attempts + 1, None)], ConflictOn::Job).await;
    stored(store, vec![end("a", job.attempts + 1, Some(900))]).await;
    // It pauses, and is due again at once for something new.
    assert_eq!(claimed(store, Parts::Notifications, "b", 899).await, []);
    stored(store, vec![notify(3, 300)]).await;
    assert_eq!(claimed(store, Parts::Notifications, "b", 299).await, []);
    assert_eq!(claimed(store, Parts::Notifications, "b", 300).await.len(), 1);
}

pub async fn attempts_are_recorded_on_what_waits(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    stored(store, vec![notify(1, 5), notify(2, 5), notify(3, 5)]).await;
    stored(store, vec![attempt(1, NotificationState::Delivered, 1, 10), attempt(2, NotificationState::Waiting, 1, 70)]).await;
    let waiting = store.notifications_waiting(OrderId(1), 9).await.unwrap();
    assert_eq!(waiting.iter().map(|n| (n.key.number, n.attempts, n.due_at.0)).collect::<Vec<_>>(), [(2, 1, 70), (3, 0, 5)]);
    assert_eq!(store.notifications_waiting(OrderId(1), 1).await.unwrap().len(), 1);
    refused(store, vec![attempt(1, NotificationState::Delivered, 2, 11)], ConflictOn::Notification).await;
    refused(store, vec![attempt(4, NotificationState::Delivered, 1, 11)], ConflictOn::Notification).await;
    stored(store, vec![attempt(2, NotificationState::GivenUp, 2, 90)]).await;
    let numbers = |found: Vec<Notification>| found.iter().map(|n| (n.key.number, n.report.clone())).collect::<Vec<_>>();
    assert_eq!(numbers(store.notifications(NotificationState::GivenUp, 9).await.unwrap()), [(2, Some("attempt 2".to_owned()))]);
    assert_eq!(numbers(store.notifications(NotificationState::Waiting, 9).await.unwrap()), [(3, None)]);
    let count = async |state| store.count_notifications(state).await.unwrap();
    assert_eq!((count(NotificationState::Waiting).await, count(NotificationState::GivenUp).await), (1, 1));
}

pub async fn what_was_told_can_be_told_again(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    stored(store, vec![notify(1, 5)]).await;
    claimed(store, Parts::Notifications, "a", 5).await;
    stored(store, vec![attempt(1, NotificationState::GivenUp, 9, 10), end("a", 1, None)]).await;
    let again = |number| Write::NotifyAgain { key: key(number), at: Timestamp(40), give_up_at: Timestamp(5_000) };
    refused(store, vec![again(2)], ConflictOn::Notification).await;
    stored(store, vec![again(1)]).await;
    assert_eq!(claimed(store, Parts::Notifications, "b", 39).await, []);
    assert_eq!(claimed(store, Parts::Notifications, "b", 40).await.len(), 1);
    let waiting = &store.notifications_waiting(OrderId(1), 9).await.unwrap()[0];
    assert_eq!((waiting.due_at, waiting.give_up_at, waiting.attempts), (Timestamp(40), Timestamp(5_000), 9));
}

pub async fn what_is_over_is_purged_by_age(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    stored(store, (1..=5).map(|number| notify(number, number)).collect()).await;
    let over = |number, state| attempt(number, state, 1, number * 10);
    stored(store, vec![over(1, NotificationState::Delivered), over(2, NotificationState::GivenUp)]).await;
    stored(store, vec![over(3, NotificationState::Delivered), over(4, NotificationState::Delivered)]).await;
    let purge = |before, limit| Write::PurgeNotifications { before: Timestamp(before), limit };
    let kept = async || store.notifications_of(OrderId(1)).await.unwrap().iter().map(|n| n.key.number).collect::<Vec<_>>();
    stored(store, vec![purge(40, 1)]).await;
    assert_eq!(kept().await, [3, 4, 5]);
    stored(store, vec![purge(40, 9)]).await;
    assert_eq!(kept().await, [4, 5]);
    stored(store, vec![purge(9_999, 9)]).await;
    assert_eq!(kept().await, [5]);
}
