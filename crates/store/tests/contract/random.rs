//! Random batches and claims, on a store and on the model of one. Few names and numbers are used,
//! so that batches meet each other all the time.

use ordergate_engine::order::{Item, Order, OrderKind, Priority, State, Status};
use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, Timestamp, TransactionId};
use ordergate_store::{
    AppendItems, Batch, Claim, CommitError, Expiry, ItemUpdate, Items, Job, JobKey, JobPart, OrderQuery, OrderUpdate, Parts,
    Standing, StandingQuery, Store, TransactionUpdate, Write,
};
use proptest::prelude::*;
use proptest::{collection, option, sample};

use super::model::Model;
use super::sample::{PROVIDER, entry, item, order};

#[derive(Debug, Clone)]
pub enum Step {
    Commit(Vec<Write>),
    Claim { queue: Protocol, parts: Parts, lease: String, limit: usize },
    Search(OrderQuery),
}

const OWNERS: [AccountId; 2] = [AccountId(1), AccountId(2)];
const ORDERS: std::ops::RangeInclusive<i64> = 1..=3;
const NAMES: [&str; 2] = ["a", "A"];

/// Carries the steps out on both; they must give the same answers and look the same after each.
pub async fn store_and_model_agree(store: &dyn Store, steps: Vec<Step>) {
    let mut model = Model::default();
    for (step, now) in steps.into_iter().zip(0..) {
        match step {
            Step::Commit(writes) => {
                let batch = Batch { writes: writes.into_iter().map(|w| at(w, now)).collect() };
                let expected = model.after(&batch);
                match (store.commit(batch.clone()).await, expected) {
                    (Ok(()), Ok(after)) => model = after,
                    (Err(CommitError::Conflict(found)), Err(expected)) => assert_eq!(found, expected, "{batch:?}"),
                    (found, expected) => panic!("{batch:?}\ngave {found:?}, expected {:?}", expected.map(drop)),
                }
            }
            Step::Claim { queue, parts, lease, limit } => {
                let claim = Claim { queue, parts, now: Timestamp(now), lease_until: Timestamp(now + 3), lease, limit };
                assert_eq!(store.claim(&claim).await.unwrap(), model.claim(&claim), "{claim:?}");
            }
            Step::Search(query) => {
                let (found, expected) = (store.search(&query).await.unwrap(), model.search(&query));
                assert_eq!((found.orders, found.continue_from), (expected.orders, expected.continue_from), "{query:?}");
            }
        }
        look_the_same(store, &model).await;
    }
}

async fn look_the_same(store: &dyn Store, model: &Model) {
    for id in ORDERS.map(OrderId) {
        assert_eq!(store.order(id, Items::With).await.unwrap().as_ref(), model.orders.get(&id));
        assert_eq!(store.history(id).await.unwrap(), model.history.get(&id).cloned().unwrap_or_default());
    }
    for owner in OWNERS {
        for name in NAMES {
            let key = (owner, name.to_owned());
            let transaction = store.transaction(&transaction_key(owner, name)).await.unwrap();
            assert_eq!(transaction.as_ref(), model.transactions.get(&key));
            let message = store.remembered_message(owner, name).await.unwrap();
            assert_eq!(message.as_ref(), model.messages.get(&key));
        }
        let listed = store.transactions(PROVIDER, owner, true, 9).await.unwrap();
        let mut expected: Vec<_> = model.transactions.values().filter(|t| t.key.owner == owner).collect();
        expected.sort_by_key(|t| (t.created_at, t.key.id.clone()));
        assert!(listed.iter().map(|t| (&t.id, t.state)).eq(expected.iter().map(|t| (&t.key.id, t.state))));
    }
    for (order, position) in ORDERS.map(OrderId).flat_map(|order| [(order, 0), (order, 1)]) {
        let fed = store.fed(order, position, &NAMES).await.unwrap();
        let expected = |place: &usize| model.fed.contains(&(order, position, NAMES[*place].to_owned()));
        assert!(fed.iter().copied().eq((0..NAMES.len()).filter(expected)));
    }
    for (kind, topic) in [OrderKind::Subscription, OrderKind::Tasking].into_iter().flat_map(|k| NAMES.map(|n| (k, n))) {
        let query = StandingQuery { provider: PROVIDER, kind, topic: topic.to_owned(), after: None, limit: 9 };
        let active = model.standing.values().filter(|(s, active)| *active && s.kind == kind && s.topic == topic);
        assert!(store.standing(&query).await.unwrap().iter().eq(active.map(|(s, _)| s)));
    }
    for queue in Protocol::ALL {
        let expected = model.jobs.values().map(|(job, _)| job).filter(|j| j.queue == queue).map(|j| j.due_at).min();
        assert_eq!(store.next_due(queue).await.unwrap(), expected);
    }
}

/// A nonce is used now; time goes on with the steps.
fn at(write: Write, now: i64) -> Write {
    match write {
        Write::UseNonce { owner, nonce, .. } => {
            Write::UseNonce { owner, nonce, at: Timestamp(now), expires_at: Timestamp(now + 4) }
        }
        other => other,
    }
}

const PARTS: [Parts; 3] = [Parts::All, Parts::Orders, Parts::Items];

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => write().prop_map(|write| Step::Commit(vec![write])),
        3 => collection::vec(write(), 2..4).prop_map(Step::Commit),
        3 => (sample::select(&Protocol::ALL[..]), sample::select(&PARTS[..]), lease(), 0..4_usize)
            .prop_map(|(queue, parts, lease, limit)| Step::Claim { queue, parts, lease, limit }),
        2 => query().prop_map(Step::Search),
    ];
    collection::vec(step, 1..120)
}

fn owner() -> impl Strategy<Value = AccountId> {
    sample::select(&OWNERS[..])
}

fn name() -> impl Strategy<Value = String> {
    sample::select(&NAMES[..]).prop_map(str::to_owned)
}

fn lease() -> impl Strategy<Value = String> {
    sample::select(&["x", "y"][..]).prop_map(str::to_owned)
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..40_i64).prop_map(Timestamp)
}

fn state() -> impl Strategy<Value = State> {
    let info = option::of(Just("info".to_owned()));
    (sample::select(&Status::ALL[..]), time(), info).prop_map(|(status, since, info)| State { status, since, info })
}

fn new_order() -> impl Strategy<Value = Order> {
    let items = collection::vec(
        (state(), any::<bool>(), any::<bool>()).prop_map(|(state, listed, standing)| Item {
            state,
            listed,
            standing,
            ..item("item", Timestamp(0))
        }),
        1..4,
    );
    let kind = sample::select(&OrderKind::ALL[..]);
    (ORDERS, owner(), option::of(name()), time(), state(), kind, items).prop_map(
        |(id, owner, reference, submitted_at, state, kind, items)| Order {
            owner,
            reference,
            submitted_at,
            state,
            kind,
            items,
            ..order(id)
        },
    )
}

fn order_update() -> impl Strategy<Value = OrderUpdate> {
    let result = option::of(Just("result".to_owned()));
    let item = (0..2_usize, option::of(state()), result, any::<bool>())
        .prop_map(|(position, state, result, listed)| ItemUpdate { position, state, result, listed });
    (ORDERS, 0..3_i64, option::of(state()), collection::vec(item, 0..3))
        .prop_map(|(id, expected_revision, state, items)| OrderUpdate { id: OrderId(id), expected_revision, state, items })
}

fn append() -> impl Strategy<Value = AppendItems> {
    (ORDERS, 0..3_i64, 0..20_usize, 0..20_usize).prop_map(|(id, expected_revision, first, count)| AppendItems {
        id: OrderId(id),
        expected_revision,
        first,
        items: vec![item("appended", Timestamp(1)); count],
    })
}

fn standing_key() -> impl Strategy<Value = (OrderId, usize)> {
    (ORDERS, 0..2_usize).prop_map(|(order, position)| (OrderId(order), position))
}

fn standing() -> impl Strategy<Value = Standing> {
    let kind = sample::select(&[OrderKind::Subscription, OrderKind::Tasking][..]);
    (standing_key(), kind, name(), time()).prop_map(|((order, position), kind, topic, expires_at)| Standing {
        kind,
        topic,
        expires_at,
        ..super::sample::standing(order.0, position)
    })
}

fn transaction_key(owner: AccountId, id: &str) -> Key {
    Key { provider: PROVIDER, owner, id: TransactionId(id.to_owned()) }
}

fn key() -> impl Strategy<Value = Key> {
    (owner(), name()).prop_map(|(owner, id)| transaction_key(owner, &id))
}

fn state_code() -> impl Strategy<Value = StateCode> {
    (1..=199_u8).prop_map(|n| StateCode::new(n).unwrap())
}

fn transaction() -> impl Strategy<Value = Transaction> {
    let kind = sample::select(&Kind::ALL[..]);
    (key(), kind, state_code(), any::<bool>(), time(), time()).prop_map(|(key, kind, state, is_test, created_at, updated_at)| {
        Transaction {
            key,
            kind,
            state,
            is_test,
            created_at,
            updated_at,
            revision: 0,
            order: None,
            context: Document(b"first".to_vec()),
        }
    })
}

fn transaction_update() -> impl Strategy<Value = TransactionUpdate> {
    let order = option::of(ORDERS.prop_map(OrderId));
    (key(), 0..3_i64, state_code(), order, time()).prop_map(|(key, expected_revision, state, order, updated_at)| {
        TransactionUpdate { key, expected_revision, state, context: Document(b"later".to_vec()), order, updated_at }
    })
}

fn job_key() -> impl Strategy<Value = JobKey> {
    let part = prop_oneof![Just(JobPart::Order), (0..2_usize).prop_map(JobPart::Item)];
    (ORDERS, part).prop_map(|(order, part)| JobKey { order: OrderId(order), part })
}

fn job() -> impl Strategy<Value = Job> {
    let priority = sample::select(&[Priority::Standard, Priority::FastTrack][..]);
    (job_key(), sample::select(&Protocol::ALL[..]), priority, time()).prop_map(|(key, queue, priority, due_at)| Job {
        key,
        queue,
        priority,
        due_at,
        attempts: 0,
    })
}

fn query() -> impl Strategy<Value = OrderQuery> {
    let statuses = collection::vec(sample::select(&Status::ALL[..]), 0..4);
    let items = sample::select(&[Items::With, Items::Without][..]);
    (owner(), option::of(owner()), statuses, time(), time(), option::of(name()), 0..5_usize, items).prop_map(
        |(owner, other, statuses, updated_from, updated_until, reference, limit, items)| OrderQuery {
            provider: PROVIDER,
            owner,
            others: other.filter(|other| *other != owner).into_iter().collect(),
            statuses,
            updated_from,
            updated_until,
            reference,
            limit,
            items,
        },
    )
}

fn write() -> impl Strategy<Value = Write> {
    let at = Timestamp(0);
    prop_oneof![
        6 => new_order().prop_map(|o| Write::InsertOrder(Box::new(o))),
        4 => order_update().prop_map(Write::UpdateOrder),
        3 => ORDERS.prop_map(|id| Write::AppendHistory(entry(&order(id)))),
        3 => transaction().prop_map(|t| Write::InsertTransaction(Box::new(t))),
        3 => transaction_update().prop_map(|u| Write::UpdateTransaction(Box::new(u))),
        1 => (key(), 0..3_i64).prop_map(|(key, expected_revision)| Write::DeleteTransaction { key, expected_revision }),
        1 => (0..20_i64, 0..20_i64).prop_map(|(open, closed)| Write::ExpireTransactions(Expiry {
            kind: Kind::Order,
            open_before: Timestamp(open),
            final_before: Timestamp(closed),
        })),
        4 => append().prop_map(Write::AppendItems),
        3 => standing().prop_map(Write::InsertStanding),
        2 => standing_key().prop_map(|(order, position)| Write::ActivateStanding { order, position }),
        1 => standing_key().prop_map(|(order, position)| Write::DeleteStanding { order, position }),
        2 => (standing_key(), name()).prop_map(move |((order, position), product)| Write::RememberProduct {
            order,
            position,
            product,
            at,
        }),
        2 => (job_key(), time()).prop_map(|(key, due_at)| Write::HastenJob { key, due_at }),
        1 => ORDERS.prop_map(|id| Write::DeleteItemJobsOf(OrderId(id))),
        6 => job().prop_map(Write::InsertJob),
        2 => (job_key(), lease()).prop_map(|(key, lease)| Write::DeleteJob { key, lease }),
        2 => (job_key(), lease(), time()).prop_map(|(key, lease, due_at)| Write::ReleaseJob { key, lease, due_at }),
        2 => (job_key(), lease(), time()).prop_map(|(key, lease, until)| Write::ExtendLease { key, lease, until }),
        1 => (job_key(), lease(), time()).prop_map(|(key, lease, until)| Write::HoldUntil { key, lease, until }),
        2 => (job(), 0..60_i64).prop_map(|(job, due_at)| Write::ScheduleJob { key: job.key, due_at: Timestamp(due_at) }),
        1 => ORDERS.prop_map(|id| Write::DeleteJobsOf(OrderId(id))),
        2 => (owner(), name(), ORDERS).prop_map(move |(owner, message_id, id)| Write::RememberMessage {
            owner,
            message_id,
            order: OrderId(id),
            at,
        }),
        3 => (owner(), name()).prop_map(move |(owner, nonce)| Write::UseNonce { owner, nonce: nonce.into_bytes(), at, expires_at: at }),
    ]
}
