//! The operator's desk: what a person may do to an order, beside servers that work on it.

use ordergate_engine::order::{Command, Item, Order, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId, Timestamp};
use ordergate_program::text::one_line_of;
use ordergate_store::{Job, JobKey, JobPart, Store, Write};

use crate::delivering::{Delivers, delivery_job, produced};
use crate::moves::{ChangeError, Step, change};
use crate::result_url;

/// What an operator wants done. Reasons are shown to the customer (`additionalStatusInfo`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A submitted order is accepted and goes to the workers.
    Approve,
    /// A submitted order is cancelled.
    Reject { reason: String },
    /// All that is not final is cancelled.
    Cancel { reason: String },
    /// All that is accepted, queued or being produced is held; what runs ends.
    Suspend { reason: String },
    /// What is suspended goes back to its place in the queue, with all its attempts.
    Resume,
    /// What waits for another attempt is due at once, with all its attempts; what waits for another delivery, too, with those
    /// that are left.
    Retry,
    /// An item was produced by hand; `result` is the URL under which it is found, if it has one. Where the server is to deliver
    /// the item, it does so first; without a result there is nothing to deliver, and the item is complete.
    Complete { item: String, result: Option<String> },
    /// An item cannot be produced.
    Fail { item: String, reason: String },
}

/// The longest reason, in characters: OSEO has room for 4000 of them in a status text, and more may stand there.
const REASON_CHARACTERS_MAX: usize = 2000;

/// What is said to those who give no reason.
pub const NO_REASON: &str = "expected a reason, which the customer reads";

/// A reason as the customer reads it; none if there is nothing to read.
pub fn reason(text: &str) -> Option<String> {
    Some(one_line_of(text, REASON_CHARACTERS_MAX)).filter(|reason| !reason.is_empty())
}

/// Why an action is not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("order {order} has no item \"{item}\"")]
    NoSuchItem { order: OrderId, item: String },
    #[error("order {order} is {status}: only a submitted order can be approved or rejected")]
    NotSubmitted { order: OrderId, status: Status },
    #[error(
        "item \"{0}\" is being delivered already: hold its order to give another result, or complete it without one if the \
         customer has it"
    )]
    BeingDelivered(String),
    #[error("\"{0}\" is no URL")]
    NoUrl(String),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Where an operator acts.
#[derive(Debug)]
pub struct Desk<'a> {
    store: &'a dyn Store,
    clock: &'a dyn Clock,
    operator: Actor,
    delivers: &'a dyn Delivers,
}

impl<'a> Desk<'a> {
    /// `operator` is the name that the history shows, `delivers` says which items servers deliver.
    pub fn new(store: &'a dyn Store, clock: &'a dyn Clock, operator: &str, delivers: &'a dyn Delivers) -> Self {
        Self { store, clock, operator: Actor::operator(operator), delivers }
    }

    /// Carries an action out, and gives the order as it is then. Servers take notice within their polling time; what runs on
    /// one of them ends when its lease is next extended.
    pub async fn act(&self, id: OrderId, action: &Action) -> Result<Order, DeskError> {
        let plan = |order: &Order| plan(order, action, self.delivers).map(Some);
        change(self.store, self.clock, &self.operator, id, plan).await.map(|(order, _)| order)
    }
}

fn plan(order: &Order, action: &Action, delivers: &dyn Delivers) -> Result<Step, DeskError> {
    let no_more_jobs = || vec![Write::DeleteJobsOf(order.id)];
    Ok(match action {
        Action::Approve => {
            submitted(order)?;
            let mut writes = no_more_jobs();
            writes.push(Write::InsertJob(job(order, JobPart::Order, order.submitted_at)));
            Step::one(Command::Accept, "approved", writes)
        }
        Action::Reject { reason } => {
            submitted(order)?;
            Step::one(Command::Cancel { reason: format!("rejected: {reason}") }, "rejected", no_more_jobs())
        }
        Action::Cancel { reason } => Step::one(Command::Cancel { reason: reason.clone() }, "cancelled", no_more_jobs()),
        Action::Suspend { reason } => {
            let mut writes = vec![no_jobs_of_items(order)];
            let in_work = order.items.iter().any(Item::is_in_work);
            let held = items(order, move |item| item.is_in_work() || (item.state.status == Status::Accepted && !in_work));
            writes.extend(held.map(|part| Write::InsertJob(job(order, part, Job::UNTIL_TOLD))));
            Step::one(Command::Suspend { reason: format!("held: {reason}") }, "held", writes)
        }
        Action::Resume => go_on(order, "released"),
        Action::Retry => retry(order),
        Action::Complete { item, result } => {
            let item = position(order, item)?;
            if let Some(url) = result.as_ref().filter(|url| !result_url::is_usable(url)) {
                return Err(DeskError::NoUrl(url.clone()));
            }
            complete(order, item, result.as_deref(), delivers)?
        }
        Action::Fail { item, reason } => {
            let item = position(order, item)?;
            Step::one(Command::Fail { item, reason: reason.clone() }, "failed by hand", Vec::new())
        }
    })
}

fn submitted(order: &Order) -> Result<(), DeskError> {
    if order.state.status == Status::Submitted {
        return Ok(());
    }
    Err(DeskError::NotSubmitted { order: order.id, status: order.state.status })
}

fn position(order: &Order, item: &str) -> Result<usize, DeskError> {
    let found = order.items.iter().position(|present| present.item_id == item);
    found.ok_or_else(|| DeskError::NoSuchItem { order: order.id, item: item.to_owned() })
}

fn complete(order: &Order, item: usize, result: Option<&str>, delivers: &dyn Delivers) -> Result<Step, DeskError> {
    let begun = begin(order, item).into_iter();
    let is_open = |item: &&Item| !item.state.status.is_final();
    match (result, order.items.get(item).filter(is_open)) {
        (Some(_), Some(present)) if present.is_being_delivered() => Err(DeskError::BeingDelivered(present.item_id.clone())),
        (Some(result), Some(present)) if delivers.delivers(order, item) => {
            let moves = begun.chain([produced(item, result, "produced by hand")]).collect();
            let key = JobKey { order: order.id, part: JobPart::Delivery(item) };
            // Held while it was being delivered, it has that job, which waits.
            let write = match present.result {
                Some(_) => Write::ScheduleJob { key, due_at: order.submitted_at },
                None => delivery_job(order, item),
            };
            Ok(Step { moves, writes: vec![write] })
        }
        _ => {
            let done = (Command::Complete { item, result: result.map(str::to_owned) }, "completed by hand".to_owned());
            Ok(Step { moves: begun.chain([done]).collect(), writes: Vec::new() })
        }
    }
}

/// What is suspended waits for its turn again; what was held while it was being delivered goes on with that.
fn go_on(order: &Order, why: &str) -> Step {
    let mut step = Step::one(Command::Resume, why, due_again(order));
    for (item, present) in order.items.iter().enumerate() {
        let Some(result) = present.result.as_deref().filter(|_| present.state.status == Status::Suspended) else { continue };
        step.moves.extend([(Command::Start { item }, why.to_owned()), produced(item, result, why)]);
    }
    step
}

fn retry(order: &Order) -> Step {
    let delivered = order.items.iter().enumerate().filter(|(_, item)| item.is_being_delivered());
    let hastened = delivered.map(|(position, _)| {
        let key = JobKey { order: order.id, part: JobPart::Delivery(position) };
        Write::HastenJob { key, due_at: order.submitted_at }
    });
    let hastened: Vec<Write> = hastened.collect();
    if !hastened.is_empty() && !order.items.iter().any(|item| !item.standing && item.state.status == Status::Suspended) {
        return Step::only(hastened);
    }
    let mut step = go_on(order, "to be tried again at once");
    step.writes.extend(hastened);
    step
}

/// What is completed was in production before. Its job, if it has one, is found to be without work and dropped.
fn begin(order: &Order, item: usize) -> Option<(Command, String)> {
    let waits = matches!(order.items.get(item)?.state.status, Status::Accepted | Status::Suspended);
    waits.then(|| (Command::Start { item }, "begun by hand".to_owned()))
}

/// Suspended items are due since the submission, so that they are as far ahead as they were.
fn due_again(order: &Order) -> Vec<Write> {
    let suspended = items(order, |item| item.state.status == Status::Suspended);
    if order.items.iter().any(|item| item.state.status == Status::InProduction) {
        // What runs keeps its job.
        return suspended
            .map(|part| Write::ScheduleJob { key: JobKey { order: order.id, part }, due_at: order.submitted_at })
            .collect();
    }
    let jobs = suspended.map(|part| Write::InsertJob(job(order, part, order.submitted_at)));
    std::iter::once(no_jobs_of_items(order)).chain(jobs).collect()
}

/// An order with standing items keeps its own job, which ends them in time, and so does one with batches to come; another one
/// has none that it needs once its items have theirs.
fn no_jobs_of_items(order: &Order) -> Write {
    if order.has_open_standing_items() || order.has_batches_to_come() {
        Write::DeleteItemJobsOf(order.id)
    } else {
        Write::DeleteJobsOf(order.id)
    }
}

/// The products of that kind: those that are produced are still to be delivered.
fn items(order: &Order, which: impl Fn(&Item) -> bool) -> impl Iterator<Item = JobPart> {
    let wanted = order.items.iter().enumerate().filter(move |(_, item)| !item.standing && which(item));
    wanted.map(|(position, item)| if item.result.is_some() { JobPart::Delivery(position) } else { JobPart::Item(position) })
}

fn job(order: &Order, part: JobPart, due_at: Timestamp) -> Job {
    Job { key: JobKey { order: order.id, part }, queue: order.protocol, priority: order.priority, due_at, attempts: 0 }
}
