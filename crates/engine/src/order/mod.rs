//! Orders: what they are, how their status moves, and the record of every move.

mod append;
pub mod automaton;
mod command;
mod history;
mod rollup;
mod status;

pub use append::append;
pub use command::{Change, Command, Refusal, Subject, apply, decide};
pub use history::{HistoryEntry, entries_of, submission_entry};
pub use rollup::roll_up;
pub use status::{Status, StatusKind};

use crate::{AccountId, Document, OrderId, Protocol, ProviderId, Timestamp};

/// The most characters a status text may have: OSEO's `additionalStatusInfo` (StatusType, maxLength).
pub const STATUS_INFO_CHARACTERS_MAX: usize = 4000;

/// An order with its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub provider: ProviderId,
    pub owner: AccountId,
    pub protocol: Protocol,
    pub kind: OrderKind,
    /// The customer's own name for the order (OSEO `orderReference`).
    pub reference: Option<String>,
    pub priority: Priority,
    /// When the order was submitted; never changes (OSEO `orderDateTime`).
    pub submitted_at: Timestamp,
    pub state: State,
    /// Counts the changes; a change is stored only on the revision it was decided on.
    pub revision: i64,
    /// What only the protocol says about the order as a whole.
    pub document: Document,
    /// Empty when the order was read without its items.
    pub items: Vec<Item>,
}

/// One thing ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The customer's name for the item within the order (OSEO `itemId`).
    pub item_id: String,
    pub state: State,
    /// Where the finished product is, as the processor said.
    pub result: Option<String>,
    /// Whether the customer was given the result once (OSEO DescribeResultAccess, `nextReady`).
    pub listed: bool,
    /// Whether it stands for products to come (a subscription, a task), which become further items of the order, and is
    /// not itself produced. While it is active it is Suspended.
    pub standing: bool,
    /// What only the protocol says about the item.
    pub document: Document,
}

/// A status, since when, and a word about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub status: Status,
    /// The time of the last status change (OSEO's "last update"); submission sets it.
    pub since: Timestamp,
    /// OSEO `additionalStatusInfo`: at most [`STATUS_INFO_CHARACTERS_MAX`] characters, never empty.
    pub info: Option<String>,
}

impl Item {
    /// Whether it is queued or being produced.
    pub const fn is_in_work(&self) -> bool {
        !self.standing && matches!(self.state.status, Status::Suspended | Status::InProduction)
    }

    /// Whether it is produced, and on its way to its customer.
    pub const fn is_being_delivered(&self) -> bool {
        matches!(self.state.status, Status::InProduction) && self.result.is_some()
    }

    /// Whether it stands for products to come, and more may come by now.
    pub const fn is_active(&self) -> bool {
        self.standing && matches!(self.state.status, Status::Suspended)
    }
}

impl Order {
    /// Whether more items are queued once those in work are done: the order is worked off in batches.
    pub fn has_batches_to_come(&self) -> bool {
        self.items.iter().any(Item::is_in_work)
            && self.items.iter().any(|item| !item.standing && matches!(item.state.status, Status::Accepted))
    }

    /// Whether products may still be appended, now or once it is accepted.
    pub fn has_open_standing_items(&self) -> bool {
        self.items.iter().any(|item| item.standing && !item.state.status.is_final())
    }
}

impl State {
    /// The state of what was just submitted.
    pub const fn submitted(at: Timestamp) -> Self {
        Self { status: Status::Submitted, since: at, info: None }
    }
}

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderKind {
    /// OSEO `PRODUCT_ORDER`: catalogued products.
    Product,
    /// OSEO `SUBSCRIPTION_ORDER`: standing delivery of a collection.
    Subscription,
    /// OSEO `TASKING_ORDER`: products of future acquisitions.
    Tasking,
    /// veloconnect: articles of trade.
    Articles,
}

impl OrderKind {
    pub const ALL: [Self; 4] = [Self::Product, Self::Subscription, Self::Tasking, Self::Articles];
}

/// How urgent an order is (OSEO `PriorityType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    #[default]
    Standard,
    FastTrack,
}
