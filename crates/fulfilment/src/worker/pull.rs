//! Items for workers outside the server: they claim, give signs of life, and report.
//!
//! Nothing is kept in memory. What a worker shows is in its [`ClaimToken`], what is true is in the store: any server of
//! the store answers, and a restart between two calls is not noticed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ordergate_engine::order::{Command, Item, Order, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId, Protocol, Timestamp};
use ordergate_store::{Claim, Job, JobPart, Parts, SharedStore, Write};
use parking_lot::Mutex;
use serde::{Serialize, Serializer};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::gate::Place;
use super::item_job::{plan_record, plan_start};
use super::lease::{Held, micros};
use super::ledger::Settled;
use super::pull_claim::ClaimToken;
use super::sift::{Sifted, Width, sift};
use super::{Shared, Worker};
use crate::moves::Step;
use crate::processor::rfc3339;
use crate::{Delivers, Describe, FulfilmentOptions, Outcome, ProcessorKind, WorkItem, result_url};
use ordergate_program::text::{one_line, one_line_of};

/// How long a worker waits for an answer while the store does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most characters of a progress message: what OSEO allows for `additionalStatusInfo`.
const MESSAGE_CHARACTERS_MAX: usize = 4000;

/// The items of one protocol, for workers that fetch them. A worker is named by what its token was given to it for.
#[derive(Debug, Clone)]
pub struct PullQueue {
    shared: Arc<Shared>,
}

/// An item that was given to a worker.
#[derive(Debug, Serialize)]
pub struct Claimed {
    #[serde(serialize_with = "as_text")]
    pub claim: ClaimToken,
    pub item: WorkItem,
}

/// How long a claim holds unless it is extended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LeaseEnd {
    /// RFC 3339, UTC.
    #[serde(serialize_with = "rfc3339")]
    pub lease_until: Timestamp,
}

/// Why a worker's wish is refused. Nothing was changed, unless it is [`PullError::Unavailable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PullError {
    /// The worker must stop.
    #[error("the claim has ended: the item is done, was cancelled or held, or is another worker's; stop working on it")]
    Gone,
    /// Whether anything was stored is not known.
    #[error("the store does not answer; ask again")]
    Unavailable,
    #[error("result must be an absolute URL without white space, of at most 2000 characters, or null")]
    NoUrl,
    #[error("message must have at most {MESSAGE_CHARACTERS_MAX} characters")]
    MessageTooLong,
}

impl PullQueue {
    /// The queue of a protocol; the options say how often an item is tried and when again, `delivers` which items are not
    /// complete until they are delivered.
    pub fn new(
        store: SharedStore,
        queue: Protocol,
        options: FulfilmentOptions,
        describe: Arc<dyn Describe>,
        delivers: Arc<dyn Delivers>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let worker = Worker::new(store, queue, options, None, describe, clock).leaving(delivers);
        Self { shared: Arc::new(worker.shared) }
    }

    /// Whether items are there to be claimed; if not, a service is told of them, and only reports what came of them.
    pub fn is_fetched(&self) -> bool {
        self.shared.options.processor == ProcessorKind::Pull
    }

    /// How long a lease is if the worker does not say.
    pub fn lease_seconds(&self) -> u64 {
        self.shared.options.lease_seconds
    }

    /// Gives up to `limit` due items to a worker, and moves them into production. The leases run for so many seconds
    /// (within [`super::LEASE_SECONDS`]). There may be fewer than are due: those whose order was ended meanwhile are skipped.
    pub async fn claim(&self, worker: &str, limit: usize, lease_seconds: u64) -> Result<Vec<Claimed>, PullError> {
        let length = Duration::from_secs(lease_seconds);
        let deadline = Instant::now() + PATIENCE;
        let mut starting = JoinSet::new();
        for (place, (order, held)) in by_order(self.due(limit, length, deadline).await?).into_iter().enumerate() {
            let (shared, who) = (Arc::clone(&self.shared), Actor::pull_worker(worker));
            starting.spawn(async move {
                let started = timeout_at(deadline, start(&shared, &who, order, &held, length)).await;
                (place, started.unwrap_or(Err(PullError::Unavailable)))
            });
        }
        let mut started = starting.join_all().await;
        started.sort_by_key(|(place, _)| *place);
        // What could not be started comes due again when its lease ends; the rest is not held up by it.
        let refusal = started.iter().find_map(|(_, items)| items.as_ref().err().copied());
        let items: Vec<Claimed> = started.into_iter().filter_map(|(_, items)| items.ok()).flatten().collect();
        refusal.filter(|_| items.is_empty()).map_or(Ok(items), Err)
    }

    /// Due items that are not paused; those that are do not come again until they are resumed.
    async fn due(&self, limit: usize, length: Duration, deadline: Instant) -> Result<Vec<Held>, PullError> {
        let mut width = Width::default();
        loop {
            self.shared.call_waiting().await;
            let jobs = self.lease(width.of(limit), length).await?;
            let claimed = jobs.len();
            if claimed == 0 {
                return Ok(jobs);
            }
            let pauses = self.shared.ledger.pauses().await;
            let Sifted { go, aside } = sift(&self.shared, pauses.as_deref().ok(), jobs, limit).await;
            pauses.map_err(|_| PullError::Unavailable)?;
            if !go.is_empty() || aside == 0 || Instant::now() >= deadline {
                return Ok(go.into_iter().map(|(held, place)| taken_away(held, place)).collect());
            }
            width.note(claimed, aside);
        }
    }

    async fn lease(&self, limit: usize, length: Duration) -> Result<Vec<Held>, PullError> {
        let (since, now) = (Instant::now(), self.shared.ledger.now());
        let lease = uuid::Uuid::now_v7().to_string();
        let (queue, lease_until) = (self.shared.queue, now.plus_micros(micros(length)));
        let claim = Claim { queue, parts: Parts::Items, now, lease_until, lease: lease.clone(), limit };
        let jobs = self.shared.ledger.claim(&claim).await.map_err(|_| PullError::Unavailable)?;
        Ok(jobs.into_iter().map(|job| Held::new(job, lease.clone(), since, length)).collect())
    }

    /// Extends the lease by its length from now, and gives its new end. The message, if there is one, is shown to the
    /// customer; an empty one takes back the last.
    pub async fn heartbeat(&self, worker: &str, claim: &ClaimToken, message: Option<&str>) -> Result<LeaseEnd, PullError> {
        if message.is_some_and(|m| m.chars().count() > MESSAGE_CHARACTERS_MAX) {
            return Err(PullError::MessageTooLong);
        }
        let text = message.map(|m| Some(one_line_of(m, MESSAGE_CHARACTERS_MAX)).filter(|m| !m.is_empty()));
        let from = self.shared.ledger.now();
        self.report(worker, claim, "heartbeat", |held, order, item, _| {
            let news = text.clone().filter(|text| *text != item.state.info);
            let moves = news.map(|text| (Command::Note { item: claim.position, text }, String::new()));
            // The lease may have ended; then the item's slot may be another's.
            let slot = self.shared.limited(order, claim.position).map(|(collection, _)| self.shared.slot(held, collection));
            let writes = slot.map(Write::RequireSlot).into_iter().chain([held.extended(from, claim.length)]);
            Step { moves: moves.into_iter().collect(), writes: writes.collect() }
        })
        .await?;
        Ok(LeaseEnd { lease_until: from.plus_micros(micros(claim.length)) })
    }

    /// The item is ready; `result` is the URL under which it is found, if it has one.
    pub async fn complete(&self, worker: &str, claim: &ClaimToken, result: Option<String>) -> Result<(), PullError> {
        if result.as_deref().is_some_and(|url| !result_url::is_usable(url)) {
            return Err(PullError::NoUrl);
        }
        self.end(worker, claim, "complete", &Outcome::Done { result }).await
    }

    /// The item could not be produced. The reason is shown to the customer; `retry` says whether another attempt may help.
    pub async fn fail(&self, worker: &str, claim: &ClaimToken, reason: &str, retry: bool) -> Result<(), PullError> {
        let words = one_line(reason);
        let reason = if words.is_empty() { "the worker gave no reason".to_owned() } else { words };
        self.end(worker, claim, "fail", &Outcome::Failed { reason, retry }).await
    }

    async fn end(&self, worker: &str, claim: &ClaimToken, wish: &str, outcome: &Outcome) -> Result<(), PullError> {
        let left = Mutex::new(None);
        self.report(worker, claim, wish, |held, order, _, now| {
            *left.lock() = self.shared.limited(order, claim.position).map(|(collection, _)| collection);
            plan_record(&self.shared, held, Some(order), claim.position, outcome, now)
        })
        .await?;
        if let Some(collection) = left.into_inner() {
            self.shared.gates.left(&collection);
            self.shared.call_waiting().await;
        }
        Ok(())
    }

    /// Carries a plan out, if the item is in production under this claim.
    async fn report(
        &self,
        worker: &str,
        claim: &ClaimToken,
        wish: &str,
        plan: impl Fn(&Held, &Order, &Item, Timestamp) -> Step,
    ) -> Result<(), PullError> {
        let over = AtomicBool::new(false);
        let whole = |order: Option<&Order>, now: Timestamp| {
            let (step, is_over) = match produced(order, self.shared.queue, claim) {
                Ok((order, item)) => (plan(&claim.held(order), order, item, now), false),
                Err(step) => (step, true),
            };
            over.store(is_over, Ordering::Relaxed);
            step
        };
        let who = Actor::pull_worker(worker);
        let settling = self.shared.ledger.settle_as(&who, claim.order, whole);
        match timeout_at(Instant::now() + PATIENCE, settling).await {
            Ok(Settled::Stored(_)) if !over.load(Ordering::Relaxed) => Ok(()),
            Ok(Settled::Stored(_) | Settled::LeaseLost) => {
                tracing::info!(worker, order = %claim.order, position = claim.position, wish, "a worker's claim has ended");
                Err(PullError::Gone)
            }
            Ok(Settled::GivenUp | Settled::PauseOver) | Err(_) => Err(PullError::Unavailable),
        }
    }
}

/// The item while it is in production; otherwise what is to become of the job that is left over.
fn produced<'o>(order: Option<&'o Order>, queue: Protocol, claim: &ClaimToken) -> Result<(&'o Order, &'o Item), Step> {
    let found = order.filter(|order| order.protocol == queue).and_then(|o| Some((o, o.items.get(claim.position)?)));
    let Some((order, item)) = found else { return Err(Step::default()) };
    match item.state.status {
        // It was completed by someone else, and is on its way.
        Status::InProduction if item.is_being_delivered() => Err(Step::only(vec![claim.held(order).done()])),
        Status::InProduction => Ok((order, item)),
        status if status.is_final() => Err(Step::only(vec![claim.held(order).done()])),
        // Someone took it out of production meanwhile, but left its job: it waits for its turn.
        _ => Err(Step::only(claim.held(order).again_at(order.submitted_at))),
    }
}

/// Items of one order are started in one commit; orders stay in the order in which they are due.
pub(super) fn by_order(held: Vec<Held>) -> Vec<(OrderId, Vec<Held>)> {
    let mut orders: Vec<(OrderId, Vec<Held>)> = Vec::new();
    for held in held {
        let id = held.job.key.order;
        match orders.iter_mut().find(|(order, _)| *order == id) {
            Some((_, jobs)) => jobs.push(held),
            None => orders.push((id, vec![held])),
        }
    }
    orders
}

async fn start(shared: &Shared, who: &Actor, order: OrderId, held: &[Held], length: Duration) -> Result<Vec<Claimed>, PullError> {
    let plan = |order: Option<&Order>, now: Timestamp| {
        let mut all = Step::default();
        for (held, position) in held.iter().filter_map(|held| Some((held, position(&held.job)?))) {
            let step = plan_start(&shared.options, held, length, order, position, now);
            all.moves.extend(step.moves);
            all.writes.extend(step.writes);
        }
        all
    };
    let order = match shared.ledger.settle_as(who, order, plan).await {
        Settled::Stored(Some(order)) => order,
        Settled::Stored(None) | Settled::LeaseLost => return Ok(Vec::new()),
        Settled::GivenUp | Settled::PauseOver => return Err(PullError::Unavailable),
    };
    let begun = held.iter().filter_map(|held| {
        let position = position(&held.job)?;
        let item = order.items.get(position)?;
        let is_begun = item.state.status == Status::InProduction && !item.is_being_delivered();
        let item = is_begun.then(|| shared.work_item(&order, position, &held.job))??;
        Some(Claimed { claim: ClaimToken::new(held, position, length), item })
    });
    Ok(begun.collect())
}

/// The item is produced elsewhere: there is room for another when that is reported, and not before.
fn taken_away(held: Held, place: Option<Place>) -> Held {
    if let Some(place) = place {
        place.keep();
    }
    held
}

fn as_text<S: Serializer>(claim: &ClaimToken, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(claim)
}

fn position(job: &Job) -> Option<usize> {
    match job.key.part {
        JobPart::Item(position) => Some(position),
        JobPart::Order | JobPart::Delivery(_) | JobPart::Notifications => None,
    }
}
