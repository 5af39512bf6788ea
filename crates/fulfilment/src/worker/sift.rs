//! From what was claimed to what is taken up: items that are paused are parked, items of collections that are full go back, and
//! so does what there is no room for.

use std::sync::Arc;

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{Job, JobPart, Pause, Write};
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use super::Shared;
use super::gate::{Asking, Entry, Place};
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
    pub(super) fn all(jobs: Vec<Held>) -> Self {
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
pub(super) fn is_needless(shared: &Shared, pauses: &[Pause]) -> bool {
    !shared.gates.are_there() && pauses.iter().all(|pause| pause.resumed_at.is_some())
}

/// Takes up so many items, and all orders; puts the rest aside. What cannot be read is taken up, and fails there.
pub(super) async fn sift(shared: &Arc<Shared>, pauses: &[Pause], jobs: Vec<Held>, mut room: usize) -> Sifted {
    let mut sifted = Sifted::default();
    let mut putting = JoinSet::new();
    for (id, jobs) in super::pull::by_order(jobs) {
        let order = shared.ledger.order(id).await;
        let mut aside = Vec::new();
        for held in jobs {
            match (&order, held.job.key.part) {
                (Some(order), JobPart::Item(position)) => match entry(shared, pauses, order, &held, position, &mut room) {
                    Ok(place) => sifted.go.push((held, place)),
                    Err(why) => aside.push((held, position, why)),
                },
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

fn entry(
    shared: &Shared,
    pauses: &[Pause],
    order: &Order,
    held: &Held,
    position: usize,
    room: &mut usize,
) -> Result<Option<Place>, Aside> {
    // What is in production goes on to its end, whoever was lost on the way; what is over is dropped by whoever takes it up.
    let waits = order.items.get(position).is_some_and(|i| matches!(i.state.status, Status::Suspended | Status::Accepted));
    if let Some(pause) = held_by(pauses, &*shared.describe, order, position).filter(|_| waits) {
        return Err(Aside::Paused(pause.clone()));
    }
    let left = room.checked_sub(1).ok_or(Aside::Back(None))?;
    let place = match at_the_gate(shared, order, &held.job, position) {
        Some(Entry::Later(due_at)) => return Err(Aside::Back(Some(due_at))),
        Some(Entry::In(place)) => Some(place),
        None => None,
    };
    *room = left;
    Ok(place)
}

fn at_the_gate(shared: &Shared, order: &Order, job: &Job, position: usize) -> Option<Entry> {
    if !shared.gates.are_there() {
        return None;
    }
    let collection = shared.describe.collection(order, position)?;
    let asking = Asking { order: order.id, position, priority: job.priority, submitted_at: order.submitted_at };
    shared.gates.enter(&collection, asking, shared.ledger.now())
}

/// One commit for all jobs of the order. If a pause has ended just now, its items go back into the queue.
async fn put_aside(shared: Arc<Shared>, id: OrderId, jobs: Vec<(Held, usize, Aside)>) {
    let Some(until) = jobs.iter().map(|(held, ..)| held.safe_until).min() else { return };
    for parks in [true, false] {
        let plan = |order: Option<&Order>, _: Timestamp| plan_aside(order, &jobs, parks);
        match timeout_at(until, shared.ledger.settle(id, plan)).await {
            Ok(Settled::PauseOver) if parks => shared.view.forget(),
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
