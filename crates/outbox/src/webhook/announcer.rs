//! Which webhooks hear of a move, and what.

use ordergate_door::{Announce, Draft, Moved, ReceivedTransmission};
use ordergate_engine::order::{HistoryEntry, Order, Subject};
use ordergate_engine::transaction::Kind;
use ordergate_store::Channel;

use super::WebhookOptions;
use crate::event::Event;
use crate::event_name::{EventChoice, EventName, Transmitted, chosen};
use crate::transmission_event::TransmissionEvent;

/// Tells all of an order, if it can; its protocol knows how.
pub type WholeOrder = fn(&Order) -> Option<serde_json::Value>;

/// Tells the operator's services of orders of both protocols.
#[derive(Debug, Clone)]
pub struct WebhookAnnouncer {
    webhooks: Vec<Listener>,
    whole: WholeOrder,
}

/// A webhook, and what it hears of.
#[derive(Debug, Clone)]
struct Listener {
    name: String,
    events: Vec<EventChoice>,
    content: bool,
}

impl WebhookAnnouncer {
    pub fn new(webhooks: &[WebhookOptions], whole: WholeOrder) -> Self {
        let listener = |webhook: &WebhookOptions| Listener {
            name: webhook.name.clone(),
            events: webhook.events.clone(),
            content: webhook.content,
        };
        Self { webhooks: webhooks.iter().map(listener).collect(), whole }
    }

    fn listeners(&self, name: EventName) -> impl Iterator<Item = &Listener> {
        self.webhooks.iter().filter(move |webhook| chosen(&webhook.events, name))
    }

    fn drafts(&self, moved: &Moved<'_>, entry: &HistoryEntry) -> Vec<Draft> {
        let Some(name) = EventName::of(entry) else { return Vec::new() };
        let listeners: Vec<&Listener> = self.listeners(name).collect();
        if listeners.is_empty() {
            return Vec::new();
        }
        let Some(mut event) = Event::of(moved, entry) else { return Vec::new() };
        let brief = event.to_json();
        // Items are told of by themselves.
        let whole = if entry.subject == Subject::Order && listeners.iter().any(|listener| listener.content) {
            event.data.order.content = (self.whole)(moved.order);
            event.to_json()
        } else {
            brief.clone()
        };
        let draft = |listener: &Listener| Draft {
            channel: Channel::Webhook,
            destination: listener.name.clone(),
            event: event.name.clone(),
            content: if listener.content { whole.clone() } else { brief.clone() },
        };
        listeners.into_iter().map(draft).collect()
    }
}

impl WebhookAnnouncer {
    fn transmission_listeners(&self, transmitted: Transmitted) -> impl Iterator<Item = &str> {
        let hears = move |events: &[EventChoice]| events.iter().any(|event| event.is_received(transmitted));
        self.webhooks.iter().filter(move |listener| hears(&listener.events)).map(|listener| listener.name.as_str())
    }
}

impl Announce for WebhookAnnouncer {
    fn concerns(&self, moves: &[&HistoryEntry]) -> bool {
        let is_heard = |name| self.listeners(name).next().is_some();
        moves.iter().filter_map(|entry| EventName::of(entry)).any(is_heard)
    }

    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft> {
        moved.moves.iter().flat_map(|entry| self.drafts(moved, entry)).collect()
    }

    fn concerns_transmissions(&self, kind: Kind) -> bool {
        Transmitted::of(kind).is_some_and(|transmitted| self.transmission_listeners(transmitted).next().is_some())
    }

    fn announce_transmission(&self, received: &ReceivedTransmission<'_>) -> Vec<Draft> {
        let Some(transmitted) = Transmitted::of(received.transmission.kind) else { return Vec::new() };
        let event = TransmissionEvent::of(received, transmitted);
        let draft = |webhook: &str| Draft {
            channel: Channel::Webhook,
            destination: webhook.to_owned(),
            event: event.name.clone(),
            content: event.to_json(),
        };
        self.transmission_listeners(transmitted).map(draft).collect()
    }
}
