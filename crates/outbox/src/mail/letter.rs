//! What is stored of a mail until it is sent. It is written when it is sent, with the templates of that time.

use ordergate_engine::Timestamp;
use ordergate_engine::order::Status;
use serde::{Deserialize, Serialize};

use super::Language;
use crate::event::Event;

/// Who reads a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Audience {
    Operator,
    Customer,
}

impl Audience {
    pub(crate) const ALL: [Self; 2] = [Self::Operator, Self::Customer];

    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Customer => "customer",
        }
    }
}

/// A mail that is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) audience: Audience,
    pub(crate) language: Language,
    /// The login name of the order's owner.
    pub(crate) customer: String,
    pub(crate) event: Event,
}

/// What templates know.
#[derive(Debug, Serialize)]
pub(crate) struct View {
    event: String,
    customer: String,
    status: String,
    status_word: &'static str,
    previous_status: Option<String>,
    since: String,
    reason: String,
    info: Option<String>,
    order: OrderView,
    item: Option<ItemView>,
}

#[derive(Debug, Serialize)]
struct OrderView {
    id: String,
    protocol: String,
    kind: String,
    reference: Option<String>,
    status: String,
    submitted_at: String,
    items: usize,
}

#[derive(Debug, Serialize)]
struct ItemView {
    id: String,
    position: usize,
    result: Option<String>,
}

impl Letter {
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Every text in it is one line: what customers wrote cannot begin a header or a line of its own.
    pub(crate) fn view(&self) -> View {
        let (language, data) = (self.language, &self.event.data);
        let order = &data.order;
        View {
            event: self.event.name.clone(),
            customer: one_line(&self.customer),
            status: data.status.clone(),
            status_word: Status::from_name(&data.status).map_or("", |status| language.status(status)),
            previous_status: data.previous_status.clone(),
            since: time(language, &data.since),
            reason: one_line(&data.reason),
            info: data.info.as_deref().map(one_line),
            order: OrderView {
                id: order.id.clone(),
                protocol: order.protocol.clone(),
                kind: order.kind.clone(),
                reference: order.reference.as_deref().map(one_line).filter(|reference| !reference.is_empty()),
                status: order.status.clone(),
                submitted_at: time(language, &order.submitted_at),
                items: order.items,
            },
            item: data.item.as_ref().map(|item| ItemView {
                id: one_line(&item.id),
                position: item.position,
                result: item.result.as_deref().map(one_line),
            }),
        }
    }
}

fn time(language: Language, rfc_3339: &str) -> String {
    let at = rfc_3339.parse::<jiff::Timestamp>().map(|at| Timestamp(at.as_microsecond()));
    at.map_or_else(|_| rfc_3339.to_owned(), |at| language.time(at))
}

/// Line breaks of all kinds, other controls, and characters that turn the direction of what follows become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let spaced: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
