//! Who gets mail about a move, and what.

use ordergate_door::{Announce, Draft, Moved};
use ordergate_engine::order::{HistoryEntry, Status};
use ordergate_store::{Account, Channel};

use super::letter::{Audience, Letter};
use super::{Language, MailOptions};
use crate::event::Event;
use crate::event_name::{EventChoice, EventName, Kind, chosen};

/// Writes to operators, and to customers whose account has an address.
#[derive(Debug, Clone)]
pub struct MailAnnouncer {
    operators: Vec<String>,
    operator_events: Vec<EventChoice>,
    customer_events: Vec<EventChoice>,
    language: Language,
}

impl MailAnnouncer {
    pub fn new(options: &MailOptions) -> Self {
        Self {
            operators: options.operators.clone(),
            operator_events: options.operator_events.clone(),
            customer_events: options.customer_events.clone(),
            language: options.language,
        }
    }

    fn is_for_operators(&self, name: EventName) -> bool {
        !self.operators.is_empty() && chosen(&self.operator_events, name)
    }

    fn drafts(&self, moved: &Moved<'_>, entry: &HistoryEntry) -> Vec<Draft> {
        let Some((name, owner)) = EventName::of(entry).zip(moved.owner) else { return Vec::new() };
        let mut readers = Vec::new();
        if self.is_for_operators(name) && (moved.awaits_approval || !is_submission(name)) {
            readers.extend(self.operators.iter().map(|operator| (operator, Audience::Operator, self.language)));
        }
        if chosen(&self.customer_events, name) {
            readers.extend(owner.mail.iter().map(|address| (address, Audience::Customer, self.language_of(owner))));
        }
        if readers.is_empty() {
            return Vec::new();
        }
        let Some(event) = Event::of(moved, entry) else { return Vec::new() };
        let draft = |(address, audience, language): (&String, Audience, Language)| {
            let letter = Letter { audience, language, customer: owner.name.clone(), event: event.clone() };
            let (destination, event, content) = (address.clone(), letter.event.name.clone(), letter.to_json());
            Draft { channel: Channel::Mail, destination, event, content }
        };
        readers.into_iter().map(draft).collect()
    }

    fn language_of(&self, owner: &Account) -> Language {
        owner.language.as_deref().and_then(Language::from_code).unwrap_or(self.language)
    }
}

fn is_submission(name: EventName) -> bool {
    name == EventName { kind: Kind::Order, status: Status::Submitted }
}

impl Announce for MailAnnouncer {
    fn concerns(&self, moves: &[&HistoryEntry]) -> bool {
        let is_told = |name| self.is_for_operators(name) || chosen(&self.customer_events, name);
        moves.iter().filter_map(|entry| EventName::of(entry)).any(is_told)
    }

    fn needs_owner(&self, moves: &[&HistoryEntry]) -> bool {
        self.concerns(moves)
    }

    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft> {
        moved.moves.iter().flat_map(|entry| self.drafts(moved, entry)).collect()
    }
}
