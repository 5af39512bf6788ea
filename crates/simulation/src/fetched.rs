//! What was given to workers outside, and for how long that holds.

use std::time::Duration;

use ordergate_engine::{OrderId, Protocol};
use ordergate_fulfilment::{ClaimToken, Outcome, WorkItem};
use tokio::time::Instant;

use crate::life::Life;
use crate::log::{Log, Run};
use crate::setting::{SCARCE, Setting};
use crate::workshop::is_scarce;

/// The clocks of two nodes differ by less.
const SKEW: Duration = Duration::from_millis(301);

/// One claim.
#[expect(clippy::struct_excessive_bools, reason = "each says another thing")]
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) order: OrderId,
    pub(crate) position: usize,
    pub(crate) claim: ClaimToken,
    pub(crate) length: Duration,
    /// Until then it is nobody else's, by what was answered.
    alive_until: Instant,
    /// Somebody has begun to say what came of it.
    is_reported: bool,
    is_accepted: bool,
    /// It was said to have ended when this was first said of it: which can only be because that was stored, and the node has
    /// not heard so.
    pub(crate) must_be_stored: bool,
    is_scarce: bool,
    given: Instant,
    /// What it is among the runs.
    run: usize,
}

/// What a node gives away.
pub(crate) struct Given<'a> {
    pub(crate) item: &'a WorkItem,
    pub(crate) claim: &'a ClaimToken,
    pub(crate) asked: Instant,
    pub(crate) length: Duration,
}

impl Fetched {
    /// A node has said that its lease runs from then on.
    pub(crate) fn lives(&mut self, from: Instant) {
        self.alive_until = self.alive_until.max(from + self.length - SKEW);
    }

    const fn is_of(&self, order: OrderId, position: usize) -> bool {
        self.order.0 == order.0 && self.position == position
    }
}

impl Log {
    /// The claims that hold for certain.
    fn held(&self) -> impl Iterator<Item = &Fetched> {
        let now = Instant::now();
        let holds = move |fetched: &&Fetched| fetched.alive_until > now && !fetched.is_reported;
        self.fetched.iter().filter(holds).filter(|fetched| !self.withdrawn.contains(&fetched.order))
    }

    /// Whether this claim must be good.
    pub(crate) fn must_hold(&self, number: usize) -> bool {
        let fetched = &self.fetched[number];
        // Who has just reported for the first time is asking about that.
        fetched.alive_until > Instant::now() && !self.withdrawn.contains(&fetched.order)
    }

    /// Notes a claim down, and says what speaks against it.
    pub(crate) fn give(&mut self, setting: &Setting, given: &Given<'_>) -> (usize, Vec<String>) {
        let (order, position) = (given.item.order_id, given.item.position);
        let is_scarce = is_scarce(Protocol::Oseo, position);
        let mut wrong = Vec::new();
        if let Some(other) = self.held().find(|fetched| fetched.is_of(order, position)) {
            wrong.push(format!("it is another's: {other:?}"));
        }
        let others = self.held().filter(|fetched| fetched.is_scarce && !fetched.is_of(order, position)).count();
        let limit = setting.fulfilment.per_collection.get(SCARCE).filter(|_| is_scarce);
        if limit.is_some_and(|limit| others >= *limit) {
            wrong.push(format!("{others} others of its collection are produced"));
        }
        // What was begun once goes on.
        let is_paused = self.paused.get(SCARCE).is_some_and(|since| *since < given.asked);
        if is_paused && is_scarce && given.item.attempt == 1 {
            wrong.push("its collection is paused".to_owned());
        }
        let (run, now) = (self.runs.len(), Instant::now());
        // What runs outside does not end when its lease does: it is no run that must.
        self.runs.push(Run { life: Life::begin(), order, position, is_scarce, ended: Some(now), outcome: None });
        self.fetched.push(Fetched {
            order,
            position,
            claim: given.claim.clone(),
            length: given.length,
            alive_until: given.asked + given.length - SKEW,
            is_reported: false,
            is_accepted: false,
            must_be_stored: false,
            is_scarce,
            given: now,
            run,
        });
        (self.fetched.len() - 1, wrong)
    }

    /// Somebody says what came of it; whether for the first time.
    pub(crate) fn reports(&mut self, number: usize, outcome: &Outcome) -> bool {
        let fetched = &mut self.fetched[number];
        self.runs[fetched.run].outcome = Some(outcome.clone());
        !std::mem::replace(&mut fetched.is_reported, true)
    }

    /// The report that was sent then counts; what speaks against that.
    pub(crate) fn accept(&mut self, number: usize, asked: Instant) -> Option<&'static str> {
        let fetched = &self.fetched[number];
        let (order, position) = (fetched.order, fetched.position);
        let mut others = self.fetched.iter().enumerate().filter(|(_, other)| other.is_of(order, position));
        let is_done = |other: &Fetched| other.is_accepted && matches!(self.runs[other.run].outcome, Some(Outcome::Done { .. }));
        let wrong = if fetched.is_accepted {
            Some("it was before")
        } else if others.clone().any(|(_, other)| is_done(other)) {
            Some("the item was done")
        } else if others.any(|(n, other)| n > number && other.given < asked) {
            Some("somebody else was given the item")
        } else if self.cancelled.get(&order).is_some_and(|since| *since < asked) {
            Some("the order was cancelled")
        } else {
            None
        };
        self.fetched[number].is_accepted = true;
        wrong
    }

    /// What workers outside were told to count.
    pub(crate) fn accepted(&self, order: OrderId, position: usize) -> impl Iterator<Item = &Outcome> {
        let counts = |fetched: &&Fetched| fetched.is_accepted || fetched.must_be_stored;
        let of = self.fetched.iter().filter(move |fetched| fetched.is_of(order, position)).filter(counts);
        of.filter_map(|fetched| self.runs[fetched.run].outcome.as_ref())
    }
}
