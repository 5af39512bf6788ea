//! What a protocol, or anyone else, tells others when an order moves.

use std::fmt;

use ordergate_engine::order::{HistoryEntry, Order};
use ordergate_engine::transaction::Kind;
use ordergate_engine::{Document, Timestamp};
use ordergate_store::{Account, Channel, Notification, NotificationKey, NotificationState, Transmission};
use serde::{Deserialize, Serialize};

/// An order that has moved: the change is about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct Moved<'a> {
    /// The order as it is then, with all its items.
    pub order: &'a Order,
    /// The moves, in order; the first move of a new order has no former status.
    pub moves: &'a [&'a HistoryEntry],
    /// Who is to be told what becomes of the order, as the protocol stored it with the order.
    pub wish: Option<&'a Document>,
    /// Whether the order is new, and an operator has to approve it.
    pub awaits_approval: bool,
    /// The account of the order's owner, if one of the announcers needs it.
    pub owner: Option<&'a Account>,
}

/// Stock or sales that are imported: that is about to be stored. Never a test.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedTransmission<'a> {
    pub transmission: &'a Transmission,
    /// The buyer's account, if it is still there.
    pub owner: Option<&'a Account>,
}

/// Decides who is told what. Called before the commit, whenever an order moves; what it gives is stored with the move.
/// It must be quick, and is asked again if the commit has to be made again.
pub trait Announce: Send + Sync + fmt::Debug {
    /// Whether such moves concern it even of orders about which nobody wished anything.
    fn concerns(&self, moves: &[&HistoryEntry]) -> bool;

    /// Whether [`Moved::owner`] is needed to tell of such moves; it costs a read.
    fn needs_owner(&self, _moves: &[&HistoryEntry]) -> bool {
        false
    }

    /// What is to be told.
    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft>;

    /// Whether it tells of transmissions of this kind.
    fn concerns_transmissions(&self, _kind: Kind) -> bool {
        false
    }

    /// What is to be told of a transmission that is imported.
    fn announce_transmission(&self, _received: &ReceivedTransmission<'_>) -> Vec<Draft> {
        Vec::new()
    }
}

/// The content of a [`Draft`] for [`Channel::Callback`], as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Whether it is SOAP 1.2, as the request was that it comes after; 1.1 otherwise.
    pub soap_12: bool,
    /// `SubmitResponse`, `CancelResponse` or `GetQuotationResponse`: also its soapAction.
    pub action: String,
    pub envelope: String,
}

/// Something to be told, but for when and under which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub channel: Channel,
    pub destination: String,
    pub event: String,
    pub content: Vec<u8>,
}

impl Draft {
    /// The notification to store.
    pub fn notification(self, key: NotificationKey, now: Timestamp, give_up_at: Timestamp) -> Notification {
        let Self { channel, destination, event, content } = self;
        Notification {
            key,
            channel,
            destination,
            event,
            content,
            created_at: now,
            give_up_at,
            state: NotificationState::Waiting,
            attempts: 0,
            due_at: now,
            report: None,
        }
    }
}
