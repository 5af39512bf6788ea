//! Which webhooks hear of a move, and what.

use ordergate_door::{Announce, Draft, Moved, ReceivedTransmission};
use ordergate_engine::order::HistoryEntry;
use ordergate_engine::transaction::Kind;
use ordergate_store::Channel;

use super::WebhookOptions;
use crate::event::Event;
use crate::event_name::{EventChoice, EventName, Transmitted, chosen};
use crate::transmission_event::TransmissionEvent;

/// Tells the operator's services of orders of both protocols.
#[derive(Debug, Clone)]
pub struct WebhookAnnouncer {
    /// Names, and the events that each hears of.
    webhooks: Vec<(String, Vec<EventChoice>)>,
}

impl WebhookAnnouncer {
    pub fn new(webhooks: &[WebhookOptions]) -> Self {
        Self { webhooks: webhooks.iter().map(|webhook| (webhook.name.clone(), webhook.events.clone())).collect() }
    }

    fn listeners(&self, name: EventName) -> impl Iterator<Item = &str> {
        self.webhooks.iter().filter(move |(_, events)| chosen(events, name)).map(|(name, _)| name.as_str())
    }

    fn drafts(&self, moved: &Moved<'_>, entry: &HistoryEntry) -> Vec<Draft> {
        let Some(name) = EventName::of(entry) else { return Vec::new() };
        let mut listeners = self.listeners(name).peekable();
        if listeners.peek().is_none() {
            return Vec::new();
        }
        let Some(event) = Event::of(moved, entry) else { return Vec::new() };
        let content = event.to_json();
        let draft = |webhook: &str| Draft {
            channel: Channel::Webhook,
            destination: webhook.to_owned(),
            event: event.name.clone(),
            content: content.clone(),
        };
        listeners.map(draft).collect()
    }
}

impl WebhookAnnouncer {
    fn transmission_listeners(&self, transmitted: Transmitted) -> impl Iterator<Item = &str> {
        let hears = move |events: &[EventChoice]| events.iter().any(|event| event.is_received(transmitted));
        self.webhooks.iter().filter(move |(_, events)| hears(events)).map(|(name, _)| name.as_str())
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
