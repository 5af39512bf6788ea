//! How events are called, and how the configuration chooses among them.

use std::fmt;

use ordergate_engine::order::{HistoryEntry, Status, Subject};
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
pub struct EventChoice {
    kind: Kind,
    /// `None` for all.
    status: Option<Status>,
}

/// A text that names no event. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "names no event; expected order.*, item.*, or order. or item. with submitted (orders only), accepted, suspended, \
     in_production, completed, failed, cancelled, terminated or downloaded"
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
            "item.*" => Ok(Self { kind: Kind::Item, status: None }),
            name => EventName::parse(name).map(Self::from).ok_or(NoSuchEvent),
        }
    }
}

impl From<EventName> for EventChoice {
    fn from(name: EventName) -> Self {
        Self { kind: name.kind, status: Some(name.status) }
    }
}

impl EventChoice {
    pub(crate) const ALL_OF_ORDERS: Self = Self { kind: Kind::Order, status: None };

    pub(crate) const fn order(status: Status) -> Self {
        Self { kind: Kind::Order, status: Some(status) }
    }

    pub(crate) const fn item(status: Status) -> Self {
        Self { kind: Kind::Item, status: Some(status) }
    }

    pub(crate) fn has(self, name: EventName) -> bool {
        self.kind == name.kind && self.status.is_none_or(|status| status == name.status)
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
        for wrong in ["", "*", "order", "order.", "item.submitted", "order.Failed", "orders.*", "item.failed "] {
            assert_eq!(wrong.parse::<EventChoice>(), Err(NoSuchEvent), "{wrong:?}");
        }
    }
}
