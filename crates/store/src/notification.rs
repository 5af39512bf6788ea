//! What is to leave the server: one row for each thing that someone is to be told.

use std::fmt;

use ordergate_engine::{OrderId, Timestamp};

/// Which notification: the order it is about, and its place among those of that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationKey {
    pub order: OrderId,
    /// Grows with the events. Gaps are normal.
    pub number: i64,
}

/// So many notifications may go with one change of an order: every item of the longest order moves, and many hear of each.
const PER_CHANGE: i64 = 1 << 24;

impl NotificationKey {
    /// The key of a notification about what an order is at this revision: the first, second, ... of them from 0.
    pub const fn at_revision(order: OrderId, revision: i64, place: u32) -> Self {
        Self { order, number: revision.saturating_mul(PER_CHANGE).saturating_add(place as i64) }
    }
}

impl fmt::Display for NotificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.order, self.number)
    }
}

/// The way by which a notification leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A SOAP request to the address that the customer gave (06-141r6 §7.4.3).
    Callback,
    /// A signed request to one of the operator's own services.
    Webhook,
    Mail,
    /// The standard input of a program of the operator.
    Program,
    /// A file in a folder of the operator's.
    Folder,
}

impl Channel {
    pub const ALL: [Self; 5] = [Self::Callback, Self::Webhook, Self::Mail, Self::Program, Self::Folder];
}

/// How far a notification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotificationState {
    Waiting,
    Delivered,
    /// It could not be delivered in the time there was for it.
    GivenUp,
}

impl NotificationState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::GivenUp];
}

/// A notification as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Notification {
    pub key: NotificationKey,
    pub channel: Channel,
    /// A URL, the name of a webhook, or a mail address.
    pub destination: String,
    /// What it tells, in a word of its channel: `SubmitResponse`, `order.completed`.
    pub event: String,
    /// What is sent, in a form that its channel knows.
    pub content: Vec<u8>,
    pub created_at: Timestamp,
    /// After this no further attempt is made.
    pub give_up_at: Timestamp,
    pub state: NotificationState,
    pub attempts: u32,
    /// When the next attempt may be made; when the last one was, for what does not wait any more.
    pub due_at: Timestamp,
    /// What the last attempt brought.
    pub report: Option<String>,
}

impl fmt::Debug for Notification {
    /// Without the content, which may name people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({} {:?} {:?} {:?})", self.key, self.channel, self.event, self.state)
    }
}

/// What became of an attempt to deliver; see [`crate::Write::RecordAttempt`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub key: NotificationKey,
    pub state: NotificationState,
    /// Counting this one.
    pub attempts: u32,
    pub due_at: Timestamp,
    pub report: String,
}
