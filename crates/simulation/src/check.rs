//! Holds what is stored against what customers, processors and partners know of the run.

mod trade;

use std::collections::BTreeMap;
use std::time::Duration;

use ordergate_engine::order::{HistoryEntry, Order, Status, Subject};
use ordergate_engine::time::Clock as _;
use ordergate_engine::{OrderId, Protocol, ProviderId};
use ordergate_fulfilment::Outcome;
use ordergate_store::{Channel, Claim, Items, Notification, NotificationState, Parts, SharedStore};

use crate::clock::SimClock;
use crate::log::{Log, Run};
use crate::moves::may_move;
use crate::partner::{PARTNERS, line};
use crate::world::World;

const QUEUES: [Protocol; 2] = [Protocol::Oseo, Protocol::Veloconnect];

/// No run has so many orders.
const MANY: usize = 1000;

/// An order, with all that is stored about it.
struct Kept {
    order: Order,
    history: Vec<HistoryEntry>,
    notifications: Vec<Notification>,
}

/// What has not come to its end yet; none if everything has.
pub(crate) async fn waiting(store: &SharedStore) -> Option<String> {
    let orders = store.orders_before(ProviderId::DEFAULT, OrderId(i64::MAX), MANY).await.unwrap_or_else(|e| panic!("{e}"));
    if let Some(order) = orders.iter().find(|order| !order.state.status.is_final()) {
        return Some(format!("order {} is {}", order.id, order.state.status));
    }
    for queue in QUEUES {
        if let Some(due) = store.next_due(queue).await.unwrap_or_else(|e| panic!("{e}")) {
            return Some(format!("a job is due at {due:?}"));
        }
    }
    let untold = store.count_notifications(NotificationState::Waiting).await.unwrap_or_else(|e| panic!("{e}"));
    (untold > 0).then(|| format!("{untold} notifications"))
}

/// Everything that must hold when all is over.
pub(crate) async fn check(world: &World, store: &SharedStore) {
    let kept = read(store).await;
    let mut found = left_over(world, store).await;
    let transactions = trade::read(world, store).await;
    let log = world.log.lock();
    check_submissions(&log, &kept, &mut found);
    trade::check(&log, &kept, &transactions, &mut found);
    let lease = Duration::from_secs(world.setting.fulfilment.lease_seconds);
    for kept in kept.values() {
        check_history(kept, &mut found);
        check_seen(&log, kept, &mut found);
        check_runs(&log, kept, lease, &mut found);
        check_told(&log, kept, &mut found);
        if world.setting.has_partners {
            check_partners(&log, kept, &mut found);
        }
    }
    drop(log);
    for violation in found {
        world.violation(violation);
    }
}

async fn read(store: &SharedStore) -> BTreeMap<OrderId, Kept> {
    let mut all = BTreeMap::new();
    let orders = store.orders_before(ProviderId::DEFAULT, OrderId(i64::MAX), MANY).await.unwrap_or_else(|e| panic!("{e}"));
    for id in orders.iter().map(|order| order.id) {
        let order = store.order(id, Items::With).await.unwrap_or_else(|e| panic!("{e}"));
        let history = store.history(id).await.unwrap_or_else(|e| panic!("{e}"));
        let notifications = store.notifications_of(id).await.unwrap_or_else(|e| panic!("{e}"));
        all.extend(order.map(|order| (id, Kept { order, history, notifications })));
    }
    all
}

/// Jobs that nobody would ever find due, or that are leased for ever.
async fn left_over(world: &World, store: &SharedStore) -> Vec<String> {
    let now = SimClock::new(world.start, 0).now().plus_seconds(365 * 86_400);
    let mut found = Vec::new();
    let parts = [Parts::All, Parts::Deliveries, Parts::Notifications];
    for (queue, parts) in QUEUES.into_iter().flat_map(|queue| parts.map(|parts| (queue, parts))) {
        let claim = Claim { queue, parts, now, lease_until: now, lease: "checker".into(), limit: MANY };
        let jobs = store.claim(&claim).await.unwrap_or_else(|e| panic!("{e}"));
        found.extend(jobs.into_iter().map(|job| format!("a job is left: {:?}", job.key)));
    }
    found
}

/// What was acknowledged is there, once; nothing is there twice, and nothing that nobody ordered.
fn check_submissions(log: &Log, kept: &BTreeMap<OrderId, Kept>, found: &mut Vec<String>) {
    for submission in &log.submissions {
        let reference = Some(&submission.reference);
        let orders: Vec<&Kept> = kept.values().filter(|kept| kept.order.reference.as_ref() == reference).collect();
        let ids: Vec<OrderId> = orders.iter().map(|kept| kept.order.id).collect();
        let expected = submission.acknowledged;
        let is_right = match expected {
            Some(id) => ids == [id],
            None => !submission.has_message_id && ids.len() <= submission.sent,
        };
        if !is_right {
            found.push(format!("{submission:?} has become {ids:?}"));
        }
        if orders.iter().any(|kept| kept.order.items.len() != submission.items) {
            found.push(format!("{submission:?} has another number of items"));
        }
    }
    let ordered = |kept: &&Kept| log.submissions.iter().any(|s| kept.order.reference.as_ref() == Some(&s.reference));
    let of_customers = kept.values().filter(|kept| kept.order.protocol == Protocol::Oseo);
    found.extend(of_customers.filter(|kept| !ordered(kept)).map(|kept| format!("nobody has ordered {}", kept.order.id)));
}

/// The statuses that the order or an item has had, from its submission on.
fn path(kept: &Kept, subject: Subject) -> Vec<Status> {
    let moves =
        kept.history.iter().filter(|entry| entry.subject == subject && entry.from != Some(entry.to)).map(|entry| entry.to);
    match subject {
        Subject::Order => moves.collect(),
        Subject::Item(_) => [Status::Submitted].into_iter().chain(moves).collect(),
    }
}

fn subjects(kept: &Kept) -> impl Iterator<Item = (Subject, Status)> {
    let items = kept.order.items.iter().enumerate().map(|(n, item)| (Subject::Item(n), item.state.status));
    [(Subject::Order, kept.order.state.status)].into_iter().chain(items)
}

/// Each move is one that the manual allows, from where the last one led; the last one led to what the order is.
fn check_history(kept: &Kept, found: &mut Vec<String>) {
    let id = kept.order.id;
    for (subject, status) in subjects(kept) {
        let path = path(kept, subject);
        let froms = kept.history.iter().filter(|e| e.subject == subject && e.from != Some(e.to)).filter_map(|e| e.from);
        if !froms.eq(path.iter().copied().take(path.len().saturating_sub(1))) {
            found.push(format!("{subject:?} of order {id} has moved from where it was not: {:?}", kept.history));
        }
        let forbidden = path.iter().zip(path.iter().skip(1)).find(|(from, to)| !may_move(**from, **to));
        if let Some((from, to)) = forbidden {
            found.push(format!("{subject:?} of order {id} has moved from {from} to {to}"));
        }
        if path.first() != Some(&Status::Submitted) || path.last() != Some(&status) {
            found.push(format!("{subject:?} of order {id} is {status}, and was {path:?}"));
        }
    }
    if kept.order.state.status.is_final() != kept.order.items.iter().all(|item| item.state.status.is_final()) {
        found.push(format!("order {id} is {} and disagrees with its items", kept.order.state.status));
    }
}

/// What customers saw one after the other is what the order was, one after the other.
fn check_seen(log: &Log, kept: &Kept, found: &mut Vec<String>) {
    let Some(seen) = log.seen.get(&kept.order.id) else { return };
    for (subject, _) in subjects(kept) {
        let status = |seen: &crate::log::Seen| match subject {
            Subject::Order => Some(seen.order),
            Subject::Item(position) => seen.items.get(position).copied(),
        };
        let seen: Option<Vec<Status>> = seen.iter().map(status).collect();
        let path = path(kept, subject);
        if !seen.as_ref().is_some_and(|seen| follows(seen, &path)) {
            found.push(format!("{subject:?} of order {} was seen as {seen:?}, and was {path:?}", kept.order.id));
        }
    }
}

fn follows(seen: &[Status], path: &[Status]) -> bool {
    let mut at = 0;
    seen.iter().all(|status| {
        let further = path.get(at..).and_then(|rest| rest.iter().position(|on_path| on_path == status));
        at += further.unwrap_or(0);
        further.is_some()
    })
}

/// Nothing runs that is not stored as begun; what is complete was done; what is cancelled is soon left alone.
fn check_runs(log: &Log, kept: &Kept, lease: Duration, found: &mut Vec<String>) {
    let id = kept.order.id;
    for (position, item) in kept.order.items.iter().enumerate() {
        let runs: Vec<&Run> = log.runs.iter().filter(|run| (run.order, run.position) == (id, position)).collect();
        // One that goes on after its worker was lost begins again without a move of its status between the two.
        let begins = |e: &&HistoryEntry| e.subject == Subject::Item(position) && e.to == Status::InProduction;
        let begun = kept.history.iter().filter(begins).count();
        if begun < runs.len() {
            found.push(format!("item {position} of order {id} ran {} times, and was begun {begun} times", runs.len()));
        }
        let results = runs.iter().filter_map(|run| match &run.outcome {
            Some(Outcome::Done { result }) => result.as_ref(),
            _ => None,
        });
        let is_done = item.state.status == Status::Completed;
        if is_done != item.result.is_some() || is_done && !results.clone().any(|result| Some(result) == item.result.as_ref()) {
            found.push(format!("item {position} of order {id} is {}, with {:?}", item.state.status, item.result));
        }
        let is_other = |outcome: &&Outcome| matches!(outcome, Outcome::Done { result } if !is_done || *result != item.result);
        if let Some(accepted) = log.accepted(id, position).find(is_other) {
            found.push(format!("item {position} of order {id} is {}, and {accepted:?} was accepted", item.state.status));
        }
        if item.state.status == Status::Failed && !runs.iter().any(|run| matches!(run.outcome, Some(Outcome::Failed { .. }))) {
            found.push(format!("item {position} of order {id} is Failed, and no run of it was"));
        }
        let Some(cancelled) = log.cancelled.get(&id) else { continue };
        let ran_on = runs.iter().find(|run| run.ended.is_some_and(|ended| ended > *cancelled + lease));
        if let Some(run) = ran_on {
            found.push(format!("item {position} of order {id} was cancelled at {cancelled:?}, and {run:?}"));
        }
    }
}

/// Whoever is to be told was told everything, in order.
fn check_told(log: &Log, kept: &Kept, found: &mut Vec<String>) {
    let id = kept.order.id;
    let mut told: BTreeMap<(Channel, &str), Vec<&Notification>> = BTreeMap::new();
    for notification in &kept.notifications {
        told.entry((notification.channel, &notification.destination)).or_default().push(notification);
        if notification.state != NotificationState::Delivered {
            found.push(format!("{notification:?} of order {id} is not delivered"));
        }
    }
    for ((channel, destination), notifications) in told {
        let received = log.received.get(&(id, channel, destination.to_owned()));
        let mut received: Vec<_> = received.into_iter().flatten().map(|r| (r.key, &r.content)).collect();
        received.dedup();
        if !received.into_iter().eq(notifications.into_iter().map(|n| (n.key, &n.content))) {
            found.push(format!("{destination} was not told the same about order {id} as is stored"));
        }
    }
}

/// Partners hear of every move, in order.
fn check_partners(log: &Log, kept: &Kept, found: &mut Vec<String>) {
    let id = kept.order.id;
    let all: String = kept.history.iter().map(line).collect();
    for partner in PARTNERS {
        let received = log.received.get(&(id, Channel::Webhook, partner.to_owned()));
        let mut contents: Vec<_> = received.into_iter().flatten().map(|r| (r.key, &r.content)).collect();
        contents.dedup();
        let heard: String = contents.iter().map(|(_, content)| String::from_utf8_lossy(content)).collect();
        if heard != all {
            found.push(format!("{partner} has heard of order {id}:\n{heard}\nand not:\n{all}"));
        }
    }
}
