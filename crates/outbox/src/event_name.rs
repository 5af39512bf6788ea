//! How events are called, and how the configuration chooses among them.

use std::fmt;

use ordergate_engine::order::{HistoryEntry, Status, Subject};
use ordergate_engine::transaction;
use serde::Deserialize;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Order,
    Item,
}

/// `order.` or `item.`, and the new status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EventName {
    pub(crate) kind: Kind,
    pub(crate) status: Status,
}

impl EventName {
    /// What a move is called; `None` if the status stayed.
    pub(crate) fn of(entry: &HistoryEntry) -> Option<Self> {
        if entry.from == Some(entry.to) {
            return None;
        }
        let kind = if entry.subject == Subject::Order { Kind::Order } else { Kind::Item };
        Some(Self { kind, status: entry.to })
    }

    /// All there are. Items are submitted with their order, which speaks for them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let of = |kind| Status::ALL.into_iter().map(move |status| Self { kind, status });
        of(Kind::Order).chain(of(Kind::Item).filter(|name| name.status != Status::Submitted))
    }

    fn parse(text: &str) -> Option<Self> {
        Self::all().find(|name| name.to_string() == text)
    }
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Item => "item",
        }
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self.status {
            Status::Submitted => "submitted",
            Status::Accepted => "accepted",
            Status::Cancelled => "cancelled",
            Status::Completed => "completed",
            Status::InProduction => "in_production",
            Status::Suspended => "suspended",
            Status::Failed => "failed",
            Status::Terminated => "terminated",
            Status::Downloaded => "downloaded",
        };
        write!(f, "{}.{status}", self.kind.word())
    }
}

/// One entry of a list of events in the configuration: an event, or all of an order's or of its items'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct EventChoice(Choice);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// Moves of orders or of items; to any status if there is `None`.
    Moves(Kind, Option<Status>),
    /// Transmissions.
    Received(Transmitted),
}

/// What a buyer transmits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transmitted {
    Stock,
    Sale,
}

impl Transmitted {
    /// What a transaction brings, if it brings such.
    pub(crate) const fn of(kind: transaction::Kind) -> Option<Self> {
        match kind {
            transaction::Kind::B2BStock | transaction::Kind::B2CStock => Some(Self::Stock),
            transaction::Kind::B2BSale | transaction::Kind::B2XSale => Some(Self::Sale),
            transaction::Kind::Order | transaction::Kind::OrderInOnlineShop | transaction::Kind::TextSearch => None,
        }
    }

    /// The event that it came.
    pub(crate) const fn event(self) -> &'static str {
        match self {
            Self::Stock => "stock.received",
            Self::Sale => "sale.received",
        }
    }
}

/// A text that names no event. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "names no event; expected order.*, item.*, or order. or item. with submitted (orders only), accepted, suspended, \
     in_production, completed, failed, cancelled, terminated or downloaded; stock.received, sale.received"
)]
pub struct NoSuchEvent;

impl TryFrom<String> for EventChoice {
    type Error = NoSuchEvent;

    fn try_from(text: String) -> Result<Self, NoSuchEvent> {
        text.parse()
    }
}

impl std::str::FromStr for EventChoice {
    type Err = NoSuchEvent;

    fn from_str(text: &str) -> Result<Self, NoSuchEvent> {
        match text {
            "order.*" => Ok(Self::ALL_OF_ORDERS),
            "item.*" => Ok(Self(Choice::Moves(Kind::Item, None))),
            "stock.received" => Ok(Self(Choice::Received(Transmitted::Stock))),
            "sale.received" => Ok(Self(Choice::Received(Transmitted::Sale))),
            name => EventName::parse(name).map(Self::from).ok_or(NoSuchEvent),
        }
    }
}

impl From<EventName> for EventChoice {
    fn from(name: EventName) -> Self {
        Self(Choice::Moves(name.kind, Some(name.status)))
    }
}

impl EventChoice {
    pub(crate) const ALL_OF_ORDERS: Self = Self(Choice::Moves(Kind::Order, None));

    pub(crate) const fn order(status: Status) -> Self {
        Self(Choice::Moves(Kind::Order, Some(status)))
    }

    pub(crate) const fn item(status: Status) -> Self {
        Self(Choice::Moves(Kind::Item, Some(status)))
    }

    pub(crate) fn has(self, name: EventName) -> bool {
        match self.0 {
            Choice::Moves(kind, status) => kind == name.kind && status.is_none_or(|status| status == name.status),
            Choice::Received(_) => false,
        }
    }

    pub(crate) fn is_received(self, transmitted: Transmitted) -> bool {
        self.0 == Choice::Received(transmitted)
    }

    /// Whether it is about orders, or their items.
    pub(crate) const fn is_of_orders(self) -> bool {
        matches!(self.0, Choice::Moves(..))
    }
}

/// Whether one of the entries has the event.
pub(crate) fn chosen(choices: &[EventChoice], name: EventName) -> bool {
    choices.iter().any(|choice| choice.has(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lists_choose_what_they_name() {
        let names = |choices: &[&str]| -> Vec<String> {
            let choices: Vec<EventChoice> = choices.iter().map(|choice| choice.parse().unwrap()).collect();
            EventName::all().filter(|name| chosen(&choices, *name)).map(|name| name.to_string()).collect()
        };
        assert_eq!(names(&["item.failed", "order.in_production"]), ["order.in_production", "item.failed"]);
        assert_eq!(names(&["order.*"]).len(), 9);
        assert_eq!(names(&["item.*"]).len(), 8);
        assert_eq!(names(&["stock.received", "sale.received"]), [""; 0]);
        let sale: EventChoice = "sale.received".parse().unwrap();
        assert!(sale.is_received(Transmitted::Sale) && !sale.is_received(Transmitted::Stock));
        for wrong in ["stock.*", "sale", "", "*", "order", "order.", "item.submitted", "order.Failed", "orders.*", "item.failed "]
        {
            assert_eq!(wrong.parse::<EventChoice>(), Err(NoSuchEvent), "{wrong:?}");
        }
    }
}
