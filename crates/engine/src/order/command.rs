//! What may be done to an order: a command, and the changes it makes, or why it is refused.

use std::collections::BTreeSet;

use super::{Item, Order, STATUS_INFO_CHARACTERS_MAX, State, Status, automaton, roll_up};
use crate::Timestamp;

/// Something that someone wants done to an order. Items are named by their position, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Approve the order: its submitted items become Accepted.
    Accept,
    /// Put the order into the queue: the first `most` of its accepted items become Suspended.
    Queue { most: usize },
    /// Production of an item begins.
    Start { item: usize },
    /// Word from the production of an item, or about what a standing item waits for: its new status text, or none. Nothing moves.
    Note { item: usize, text: Option<String> },
    /// An item in production is produced, and is to be brought to its customer before it is ready: `result` says where it
    /// lies, `text` is its new status text.
    Produced { item: usize, result: String, text: String },
    /// Word from the seller's own system about the order as a whole: its new status text. Nothing moves, whatever the status.
    Record { text: String },
    /// An item is ready; `result` says where.
    Complete { item: usize, result: Option<String> },
    /// An operator takes all items that are queued or being produced out of work, or, if there are none, those that are
    /// accepted; what only stands for products to come is not in work.
    Suspend { reason: String },
    /// The items that are suspended go on; they stay so until their turn comes.
    Resume,
    /// An item goes back into the queue for another attempt.
    Requeue { item: usize, reason: String },
    /// An item cannot be produced.
    Fail { item: usize, reason: String },
    /// The customer has fetched an item.
    Download { item: usize },
    /// The order is withdrawn or rejected: all items that are not final become Cancelled.
    Cancel { reason: String },
    /// The seller's own system works on these items.
    StartThese { items: Vec<usize> },
    /// The seller's own system has sent these items off.
    CompleteThese { items: Vec<usize> },
    /// These items are withdrawn or rejected.
    CancelThese { items: Vec<usize>, reason: String },
    /// A standing item is over: it becomes Terminated. Its products go on.
    Terminate { item: usize, reason: String },
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    Order,
    /// An item, by its position from 0.
    Item(usize),
}

/// One status that moves, or stays and has another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub subject: Subject,
    pub from: Status,
    pub to: Status,
    /// The new status text; `None` clears it.
    pub info: Option<String>,
    /// The item's result, when it came with this change.
    pub result: Option<String>,
}

impl Change {
    /// The state that the change leads to at this time. A status that stays keeps its time.
    pub fn state_after(&self, order: &Order, at: Timestamp) -> State {
        let present = match self.subject {
            Subject::Order => Some(&order.state),
            Subject::Item(position) => order.items.get(position).map(|item| &item.state),
        };
        let since = present.filter(|state| state.status == self.to).map_or(at, |state| state.since);
        State { status: self.to, since, info: self.info.clone() }
    }
}

/// Why a command is refused. A refused command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the order has no item number {item} (it has {items})")]
    NoSuchItem { item: usize, items: usize },
    #[error("{subject} is {from} and cannot become {to}")]
    IllegalMove { subject: String, from: Status, to: Status },
    #[error("item {item} stands for products to come, and is not itself produced")]
    NotProduced { item: String },
    #[error("item {item} is a product; only what stands for products to come is terminated")]
    NotStanding { item: String },
    #[error("item {item} is {status}: there is word only of what is InProduction or Suspended")]
    NotInProduction { item: String, status: Status },
    #[error("item {item} is {status}: only what is InProduction can be produced")]
    NotBegun { item: String, status: Status },
    #[error("nothing in the order, which is {status}, can become {to}")]
    NothingToDo { status: Status, to: Status },
}

/// Decides what a command changes. The order must have been read with its items.
pub fn decide(order: &Order, command: &Command) -> Result<Vec<Change>, Refusal> {
    use Status::{Accepted, Cancelled, Completed, Downloaded, Failed, InProduction, Submitted, Suspended, Terminated};
    let mut changes = match command {
        Command::Accept => every_item(order, |_, s| s == Submitted, Accepted, None)?,
        Command::Queue { most } => {
            let mut changes = every_item(order, |_, s| s == Accepted, Suspended, None)?;
            changes.truncate(*most);
            if changes.is_empty() {
                return Err(Refusal::NothingToDo { status: order.state.status, to: Suspended });
            }
            changes
        }
        Command::Suspend { reason } => {
            // Of an order that is worked off in batches, what is not queued yet waits anyway.
            let in_work = order.items.iter().any(Item::is_in_work);
            let is_held = |item: &Item, s| !item.standing && (item.is_in_work() || (s == Accepted && !in_work));
            every_item(order, is_held, Suspended, Some(reason))?
        }
        Command::Resume => every_item(order, |item, s| !item.standing && s == Suspended, Suspended, None)?,
        Command::Start { item } => one_item(produced(order, *item)?, *item, InProduction, None, None)?,
        Command::Note { item, text } => note(order, *item, text.as_deref())?,
        Command::Produced { item, result, text } => vec![delivering(order, *item, result, text)?],
        Command::Record { text } => vec![record(order, text)],
        Command::Complete { item, result } => one_item(order, *item, Completed, None, result.clone())?,
        Command::Requeue { item, reason } => one_item(order, *item, Suspended, Some(reason), None)?,
        Command::Fail { item, reason } => one_item(order, *item, Failed, Some(reason), None)?,
        Command::Download { item } => one_item(order, *item, Downloaded, None, None)?,
        Command::Cancel { reason } => every_item(order, |_, s| !s.is_final(), Cancelled, Some(reason))?,
        Command::StartThese { items } => these(order, items, InProduction, None)?,
        Command::CompleteThese { items } => these(order, items, Completed, None)?,
        Command::CancelThese { items, reason } => these(order, items, Cancelled, Some(reason))?,
        Command::Terminate { item, reason } => one_item(standing(order, *item)?, *item, Terminated, Some(reason), None)?,
    };
    changes.extend(order_change(order, &changes)?);
    Ok(changes)
}

/// Carries the changes out on the order in memory, at the given time.
pub fn apply(order: &mut Order, changes: &[Change], at: Timestamp) {
    for change in changes {
        let state = change.state_after(order, at);
        match change.subject {
            Subject::Order => order.state = state,
            Subject::Item(position) => {
                let item = &mut order.items[position];
                item.state = state;
                if change.result.is_some() {
                    item.result.clone_from(&change.result);
                }
            }
        }
    }
    order.revision += 1;
}

fn one_item(
    order: &Order,
    item: usize,
    to: Status,
    info: Option<&String>,
    result: Option<String>,
) -> Result<Vec<Change>, Refusal> {
    let Some(present) = order.items.get(item) else {
        return Err(Refusal::NoSuchItem { item, items: order.items.len() });
    };
    let from = present.state.status;
    check(&format!("item {}", present.item_id), from, to)?;
    Ok(vec![Change { subject: Subject::Item(item), from, to, info: info.map(|i| status_info(i)), result }])
}

/// Each of these items, once; all of them or none.
fn these(order: &Order, items: &[usize], to: Status, info: Option<&String>) -> Result<Vec<Change>, Refusal> {
    let distinct: BTreeSet<usize> = items.iter().copied().collect();
    if distinct.is_empty() {
        return Err(Refusal::NothingToDo { status: order.state.status, to });
    }
    let mut changes = Vec::with_capacity(distinct.len());
    for item in distinct {
        if to == Status::InProduction {
            produced(order, item)?;
        }
        changes.extend(one_item(order, item, to, info, None)?);
    }
    Ok(changes)
}

/// The order, if that item is a product.
fn produced(order: &Order, item: usize) -> Result<&Order, Refusal> {
    match order.items.get(item) {
        Some(present) if present.standing => Err(Refusal::NotProduced { item: present.item_id.clone() }),
        _ => Ok(order),
    }
}

/// The order, if that item is a standing one.
fn standing(order: &Order, item: usize) -> Result<&Order, Refusal> {
    match order.items.get(item) {
        Some(present) if !present.standing => Err(Refusal::NotStanding { item: present.item_id.clone() }),
        _ => Ok(order),
    }
}

fn note(order: &Order, item: usize, text: Option<&str>) -> Result<Vec<Change>, Refusal> {
    let Some(present) = order.items.get(item) else {
        return Err(Refusal::NoSuchItem { item, items: order.items.len() });
    };
    let from = present.state.status;
    if !automaton::ITEM_WORD.within.contains(&from) {
        return Err(Refusal::NotInProduction { item: present.item_id.clone(), status: from });
    }
    Ok(vec![Change { subject: Subject::Item(item), from, to: from, info: text.map(status_info), result: None }])
}

fn delivering(order: &Order, item: usize, result: &str, text: &str) -> Result<Change, Refusal> {
    let Some(present) = order.items.get(item) else {
        return Err(Refusal::NoSuchItem { item, items: order.items.len() });
    };
    let from = present.state.status;
    if from != Status::InProduction {
        return Err(Refusal::NotBegun { item: present.item_id.clone(), status: from });
    }
    let result = Some(result.to_owned());
    Ok(Change { subject: Subject::Item(item), from, to: from, info: Some(status_info(text)), result })
}

/// Allowed in every status ([`automaton::ORDER_WORD`]).
fn record(order: &Order, text: &str) -> Change {
    let status = order.state.status;
    Change { subject: Subject::Order, from: status, to: status, info: Some(status_info(text)), result: None }
}

fn every_item(
    order: &Order,
    which: impl Fn(&Item, Status) -> bool,
    to: Status,
    info: Option<&String>,
) -> Result<Vec<Change>, Refusal> {
    let mut changes = Vec::new();
    for (position, item) in order.items.iter().enumerate() {
        let from = item.state.status;
        if which(item, from) {
            // What stays where it is has another text.
            if from != to {
                check(&format!("item {}", item.item_id), from, to)?;
            }
            changes.push(Change { subject: Subject::Item(position), from, to, info: info.map(|i| status_info(i)), result: None });
        }
    }
    if changes.is_empty() { Err(Refusal::NothingToDo { status: order.state.status, to }) } else { Ok(changes) }
}

fn check(subject: &str, from: Status, to: Status) -> Result<(), Refusal> {
    if automaton::permits(from, to) {
        return Ok(());
    }
    Err(Refusal::IllegalMove { subject: subject.to_owned(), from, to })
}

/// The order's own change, if the items' changes make one.
fn order_change(order: &Order, changes: &[Change]) -> Result<Option<Change>, Refusal> {
    let mut items: Vec<(bool, Status)> = order.items.iter().map(|item| (item.standing, item.state.status)).collect();
    for change in changes {
        if let Subject::Item(position) = change.subject {
            items[position].1 = change.to;
        }
    }
    let from = order.state.status;
    let to = roll_up(from, &items.iter().copied());
    if from == to {
        return Ok(None);
    }
    check("the order", from, to)?;
    let info = order_info(order, changes, to);
    Ok(Some(Change { subject: Subject::Order, from, to, info, result: None }))
}

/// What the order says about itself: for a failed one, each failed item and its reason; otherwise
/// the reason that all changed items share.
fn order_info(order: &Order, changes: &[Change], to: Status) -> Option<String> {
    if to != Status::Failed {
        return changes.first().and_then(|c| c.info.clone());
    }
    let mut reasons = Vec::new();
    for (position, item) in order.items.iter().enumerate() {
        let change = changes.iter().find(|c| c.subject == Subject::Item(position));
        let (status, info) = change.map_or((item.state.status, &item.state.info), |c| (c.to, &c.info));
        if status == Status::Failed {
            reasons.push(format!("{}: {}", item.item_id, info.as_deref().unwrap_or("no reason given")));
        }
    }
    Some(status_info(&reasons.join("; ")))
}

/// Cuts a text to what a status text may be.
fn status_info(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "no reason given".to_owned();
    }
    text.chars().take(STATUS_INFO_CHARACTERS_MAX).collect()
}
