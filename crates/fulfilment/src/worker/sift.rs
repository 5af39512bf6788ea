//! From what was claimed to what is taken up: items that are paused are parked, items of collections that are full go back, and
//! so does what there is no room for.

use std::collections::BTreeSet;
use std::sync::Arc;

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{Batch, CommitError, Job, JobPart, Pause, TakeSlot, Write};
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use super::Shared;
use super::gate::{Asking, Place};
use super::lease::Held;
use super::ledger::Settled;
use crate::moves::Step;
use crate::pausing::{held_by, told};

/// So many jobs are claimed together, at most, while most of them are put aside.
const WIDTH_MAX: usize = 256;

/// What is taken up, and how many were put aside.
#[derive(Debug, Default)]
pub(super) struct Sifted {
    pub go: Vec<(Held, Option<Place>)>,
    pub aside: usize,
}

impl Sifted {
    fn all(jobs: Vec<Held>) -> Self {
        Self { go: jobs.into_iter().map(|held| (held, None)).collect(), aside: 0 }
    }
}

/// Why an item is put aside.
#[derive(Debug)]
enum Aside {
    Paused(Pause),
    /// Due again then; since the submission, if that is not said.
    Back(Option<Timestamp>),
}

/// How many jobs to claim: as many as there is room for; more while what waits first is put aside, so that what waits behind it
/// is soon found.
#[derive(Debug, Default)]
pub(super) struct Width(usize);

impl Width {
    pub(super) fn of(&self, room: usize) -> usize {
        self.0.max(room)
    }

    pub(super) fn note(&mut self, claimed: usize, aside: usize) {
        self.0 = if aside > 0 { (claimed * 2).min(WIDTH_MAX) } else { 0 };
    }
}

/// Whether nothing can be put aside, so that there is nothing to look at.
fn is_needless(shared: &Shared, pauses: Option<&[Pause]>) -> bool {
    !shared.gates.are_there() && pauses.is_some_and(|pauses| pauses.iter().all(|pause| pause.resumed_at.is_some()))
}

/// Takes up so many items, and all orders; puts the rest aside, with what cannot be read now: it may be paused, or
/// have no room. The pauses are read after the jobs were claimed, so that whoever paused a queue knows that nothing is taken up any more;
/// there are none where they cannot be read.
pub(super) async fn sift(shared: &Arc<Shared>, pauses: Option<&[Pause]>, jobs: Vec<Held>, mut room: usize) -> Sifted {
    if jobs.len() <= room && is_needless(shared, pauses) {
        return Sifted::all(jobs);
    }
    let mut sifted = Sifted::default();
    let mut putting = JoinSet::new();
    // Collections without a free slot, so that they are not asked again for each of many items.
    let mut full = BTreeSet::new();
    for (id, jobs) in super::pull::by_order(jobs) {
        let order = shared.ledger.order(id).await;
        let mut aside = Vec::new();
        for held in jobs {
            match (&order, held.job.key.part) {
                (Err(_), JobPart::Item(position)) => aside.push((held, position, Aside::Back(None))),
                (Ok(Some(order)), JobPart::Item(position)) => {
                    match entry(shared, pauses, order, &held, position, &mut room, &mut full).await {
                        Ok(place) => sifted.go.push((held, place)),
                        Err(why) => aside.push((held, position, why)),
                    }
                }
                _ => sifted.go.push((held, None)),
            }
        }
        sifted.aside += aside.len();
        if !aside.is_empty() {
            putting.spawn(put_aside(Arc::clone(shared), id, aside));
        }
    }
    putting.join_all().await;
    sifted
}

async fn entry(
    shared: &Shared,
    pauses: Option<&[Pause]>,
    order: &Order,
    held: &Held,
    position: usize,
    room: &mut usize,
    full: &mut BTreeSet<String>,
) -> Result<Option<Place>, Aside> {
    // What is in production goes on to its end, whoever was lost on the way; what is over is dropped by whoever takes it up.
    let waits = order.items.get(position).is_some_and(|i| matches!(i.state.status, Status::Suspended | Status::Accepted));
    let pauses = pauses.ok_or(Aside::Back(None))?;
    if let Some(pause) = held_by(pauses, &*shared.describe, order, position).filter(|_| waits) {
        return Err(Aside::Paused(pause.clone()));
    }
    let left = room.checked_sub(1).ok_or(Aside::Back(None))?;
    let place = at_the_gate(shared, order, held, position, full).await?;
    *room = left;
    Ok(place)
}

/// None if the item's collection has no limit, or the item needs no room any more.
async fn at_the_gate(
    shared: &Shared,
    order: &Order,
    held: &Held,
    position: usize,
    full: &mut BTreeSet<String>,
) -> Result<Option<Place>, Aside> {
    let Some((collection, limit)) = shared.limited(order, position) else { return Ok(None) };
    let is_over = order.items.get(position).is_none_or(|item| item.state.status.is_final());
    if is_over {
        return Ok(None);
    }
    let (priority, submitted_at) = (held.job.priority, order.submitted_at);
    let asking = Asking { order: order.id, position, priority, submitted_at };
    if !full.contains(&collection) {
        let wish = TakeSlot { of: shared.slot(held, collection.clone()), limit };
        match timeout_at(held.safe_until, shared.ledger.commit(Batch { writes: vec![Write::TakeSlot(wish)] })).await {
            Ok(Ok(())) => return Ok(Some(shared.gates.entered(&collection, asking))),
            Ok(Err(CommitError::Conflict(_))) => {}
            Ok(Err(CommitError::Store(error))) => error.log("an item cannot be let in"),
            Err(_) => tracing::warn!(order = %order.id, "an item cannot be let in before its lease ends"),
        }
        full.insert(collection.clone());
    }
    Err(Aside::Back(Some(shared.gates.turned_away(&collection, asking, shared.ledger.now()))))
}

/// One commit for all jobs of the order. If a pause has ended just now, its items go back into the queue.
async fn put_aside(shared: Arc<Shared>, id: OrderId, jobs: Vec<(Held, usize, Aside)>) {
    let Some(until) = jobs.iter().map(|(held, ..)| held.safe_until).min() else { return };
    for parks in [true, false] {
        let plan = |order: Option<&Order>, _: Timestamp| plan_aside(order, &jobs, parks);
        match timeout_at(until, shared.ledger.settle(id, plan)).await {
            Ok(Settled::PauseOver) if parks => {}
            Ok(_) => return,
            Err(_) => {
                tracing::warn!(order = %id, "items could not be put aside before their lease ends");
                return;
            }
        }
    }
}

fn plan_aside(order: Option<&Order>, jobs: &[(Held, usize, Aside)], parks: bool) -> Step {
    let mut step = Step::default();
    for (held, position, why) in jobs {
        let Some(order) = order else {
            step.writes.push(held.done());
            continue;
        };
        match why {
            Aside::Paused(pause) if parks => {
                step.moves.extend(told(order, *position, pause));
                step.writes.push(Write::RequirePause { queue: pause.queue, of: pause.of.clone() });
                step.writes.extend(held.unclaimed(order, Some(Job::PARKED)));
            }
            Aside::Paused(_) => step.writes.extend(held.unclaimed(order, None)),
            Aside::Back(due_at) => step.writes.extend(held.unclaimed(order, *due_at)),
        }
    }
    step
}
