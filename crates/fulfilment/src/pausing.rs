//! Pauses of a queue: whose items wait, and how those that waited go on.
//!
//! A worker that claims an item of a paused customer or collection parks its job ([`ordergate_store::Job::PARKED`]) in one batch with the proof
//! that the pause is in force. So whoever ends the pause finds every job that was parked because of it, and makes those due
//! again that nothing else holds; only then is the pause deleted. What ends half-way is taken up by the next worker that looks.

use ordergate_engine::order::{Command, Order, Priority, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, Protocol, ProviderId};
use ordergate_store::{Batch, CommitError, ConflictOn, JobKey, JobPart, Pause, PauseOf, Store, StoreError, Write};

use crate::Describe;
use crate::moves::{ChangeError, Step, change};

/// So many parked jobs are read together.
const PAGE: usize = 500;

/// What an item says of itself while it is parked begins so.
const WORD: &str = "paused: ";

/// Why a queue is not paused or resumed.
#[derive(Debug, thiserror::Error)]
pub enum PauseError {
    #[error("{0} is not paused")]
    NotPaused(String),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<StoreError> for PauseError {
    fn from(error: StoreError) -> Self {
        Self::Change(error.into())
    }
}

/// One protocol's queue, as an operator pauses and resumes it beside running servers.
#[derive(Debug)]
pub struct QueueDesk<'a> {
    pub store: &'a dyn Store,
    pub clock: &'a dyn Clock,
    pub describe: &'a dyn Describe,
    pub queue: Protocol,
    /// The name that is kept with the pause.
    pub operator: &'a str,
}

impl QueueDesk<'_> {
    /// All orders of the account with this login name, if there is one. Buyers of two sellers may have one name: the pause
    /// is called after the seller, too, where that one has a name.
    pub async fn of_account(
        &self,
        (provider, seller): (ProviderId, Option<&str>),
        name: &str,
    ) -> Result<Option<PauseOf>, StoreError> {
        let account = self.store.account(provider, self.queue, name).await?;
        let called = seller.map_or_else(|| name.to_owned(), |seller| format!("{seller}/{name}"));
        Ok(account.map(|account| PauseOf::Account { id: account.id, name: called }))
    }

    /// From now on no worker takes up such items. What is in production goes on, and what was taken up a moment ago is begun.
    pub async fn pause(&self, of: PauseOf, reason: &str) -> Result<(), PauseError> {
        let (reason, paused_by) = (reason.to_owned(), self.operator.to_owned());
        let pause = Pause { queue: self.queue, of, reason, paused_at: self.clock.now(), paused_by, resumed_at: None };
        Ok(self.commit(Write::Pause(pause)).await?)
    }

    /// Ends a pause, and gives the number of items that are due again.
    pub async fn resume(&self, of: &PauseOf) -> Result<usize, PauseError> {
        let at = self.clock.now();
        match self.commit(Write::ResumePause { queue: self.queue, of: of.clone(), at }).await {
            Err(CommitError::Conflict(ConflictOn::Pause)) => return Err(PauseError::NotPaused(of.name().to_owned())),
            stored => stored?,
        }
        Ok(release(self.store, self.clock, self.describe, self.queue).await?)
    }

    async fn commit(&self, write: Write) -> Result<(), CommitError> {
        self.store.commit(Batch { writes: vec![write] }).await
    }
}

impl From<CommitError> for PauseError {
    fn from(error: CommitError) -> Self {
        StoreError::from(error).into()
    }
}

/// The pause in force that holds an item, if there is one.
pub(crate) fn held_by<'p>(pauses: &'p [Pause], describe: &dyn Describe, order: &Order, position: usize) -> Option<&'p Pause> {
    let mut collection = None;
    pauses.iter().filter(|pause| pause.resumed_at.is_none()).find(|pause| match &pause.of {
        PauseOf::Account { id, .. } => order.owner == *id,
        PauseOf::Collection(name) => {
            collection.get_or_insert_with(|| describe.collection(order, position)).as_deref() == Some(name.as_str())
        }
    })
}

/// What an item that is parked tells the customer; nothing if it does so already.
pub(crate) fn told(order: &Order, position: usize, pause: &Pause) -> Option<(Command, String)> {
    let text = format!("{WORD}{}", pause.reason);
    let item = order.items.get(position).filter(|item| item.state.status == Status::Suspended)?;
    let note = Command::Note { item: position, text: Some(text.clone()) };
    (item.state.info.as_ref() != Some(&text)).then(|| (note, String::new()))
}

/// Takes back what [`told`] said.
fn untold(order: &Order, position: usize) -> Option<(Command, String)> {
    let item = order.items.get(position).filter(|item| item.state.status == Status::Suspended)?;
    let is_ours = item.state.info.as_ref().is_some_and(|info| info.starts_with(WORD));
    is_ours.then(|| (Command::Note { item: position, text: None }, String::new()))
}

/// Makes due again what is parked and no longer held, and deletes the pauses that are over. Gives the number of such items.
/// Any number of processes may do so at the same time.
pub(crate) async fn release(
    store: &dyn Store,
    clock: &dyn Clock,
    describe: &dyn Describe,
    queue: Protocol,
) -> Result<usize, ChangeError> {
    // Read after the pauses' end is stored: of two that end at the same time, one at least sees both.
    let pauses = store.pauses(queue).await?;
    let mut released = 0;
    for priority in [Priority::FastTrack, Priority::Standard] {
        let mut after = None;
        loop {
            let page = store.parked_jobs(queue, priority, after, PAGE).await?;
            for jobs in page.chunk_by(|a, b| a.order == b.order) {
                released += release_of_order(store, clock, describe, &pauses, jobs).await?;
            }
            after = page.last().copied();
            if page.len() < PAGE {
                break;
            }
        }
    }
    let over = pauses.into_iter().filter_map(|p| Some((p.of, p.resumed_at?)));
    let writes: Vec<Write> = over.map(|(of, resumed_at)| Write::ForgetPause { queue, of, resumed_at }).collect();
    store.commit(Batch { writes }).await.map_err(StoreError::from)?;
    Ok(released)
}

async fn release_of_order(
    store: &dyn Store,
    clock: &dyn Clock,
    describe: &dyn Describe,
    pauses: &[Pause],
    jobs: &[JobKey],
) -> Result<usize, ChangeError> {
    let Some(id) = jobs.first().map(|job| job.order) else { return Ok(0) };
    let is_free = |order: &Order, position| held_by(pauses, describe, order, position).is_none();
    let plan = |order: &Order| Ok::<_, ChangeError>(plan_release(order, jobs, |position| is_free(order, position)));
    let (order, changed) = change(store, clock, &Actor::system(), id, plan).await?;
    let free = positions(jobs).filter(|position| is_free(&order, *position)).count();
    Ok(if changed { free } else { 0 })
}

fn plan_release(order: &Order, jobs: &[JobKey], is_free: impl Fn(usize) -> bool) -> Option<Step> {
    let free: Vec<usize> = positions(jobs).filter(|position| is_free(*position)).collect();
    let moves = free.iter().filter_map(|position| untold(order, *position)).collect();
    let writes: Vec<Write> = free.iter().map(|position| unparked(order, *position)).collect();
    (!writes.is_empty()).then_some(Step { moves, writes })
}

/// Due since the submission, as before.
fn unparked(order: &Order, position: usize) -> Write {
    Write::UnparkJob { key: JobKey { order: order.id, part: JobPart::Item(position) }, due_at: order.submitted_at }
}

fn positions(jobs: &[JobKey]) -> impl Iterator<Item = usize> {
    jobs.iter().filter_map(|job| match job.part {
        JobPart::Item(position) => Some(position),
        JobPart::Order | JobPart::Delivery(_) | JobPart::Notifications => None,
    })
}
