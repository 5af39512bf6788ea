//! Finished orders go to the seller's own system: what is to be sent is stored in the commit that places the order.

use ordergate_door::{Announce, Draft, Moved};
use ordergate_engine::Protocol;
use ordergate_engine::order::{HistoryEntry, Subject};
use ordergate_store::Channel;

use super::{ErpOptions, OrderFormat, order_json, order_xml};

/// Destinations, as they are stored with what is to be sent.
pub const PROGRAM: &str = "erp";
pub const FOLDER_JSON: &str = "json";
pub const FOLDER_XML: &str = "xml";

const EVENT: &str = "order.submitted";

/// Sends each placed order to where the configuration says. A finished test is no order, and never comes here.
#[derive(Debug, Clone)]
pub struct ErpAnnouncer {
    to_program: bool,
    to_folder: Vec<OrderFormat>,
}

impl ErpAnnouncer {
    /// `None` if orders are not sent anywhere.
    pub fn new(options: &ErpOptions) -> Option<Self> {
        let to_program = !options.order_command.is_empty();
        let mut to_folder = if options.order_folder.is_some() { options.order_formats.clone() } else { Vec::new() };
        to_folder.dedup();
        (to_program || !to_folder.is_empty()).then_some(Self { to_program, to_folder })
    }
}

fn is_placing(entry: &HistoryEntry) -> bool {
    entry.subject == Subject::Order && entry.from.is_none()
}

impl Announce for ErpAnnouncer {
    fn concerns(&self, moves: &[&HistoryEntry]) -> bool {
        moves.iter().any(|entry| is_placing(entry))
    }

    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft> {
        let order = moved.order;
        if order.protocol != Protocol::Veloconnect || !moved.moves.iter().any(|entry| is_placing(entry)) {
            return Vec::new();
        }
        let draft = |channel, destination: &str, content| Draft {
            channel,
            destination: destination.to_owned(),
            event: EVENT.to_owned(),
            content,
        };
        let json = || order_json(order).map(|json| format!("{json}\n").into_bytes());
        let mut drafts = Vec::new();
        if self.to_program {
            drafts.extend(json().map(|content| draft(Channel::Program, PROGRAM, content)));
        }
        for format in &self.to_folder {
            drafts.extend(match format {
                OrderFormat::Json => json().map(|content| draft(Channel::Folder, FOLDER_JSON, content)),
                OrderFormat::Xml => order_xml(order).map(|content| draft(Channel::Folder, FOLDER_XML, content)),
            });
        }
        drafts
    }
}
