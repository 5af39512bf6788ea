//! Stock or sales that came, as webhooks tell it.

use ordergate_door::ReceivedTransmission;
use ordergate_store::Progress;
use serde::Serialize;

use crate::event::rfc_3339;
use crate::event_name::Transmitted;

/// The JSON that a webhook receives; the payload of Standard Webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TransmissionEvent {
    /// `stock.received` or `sale.received`.
    #[serde(rename = "type")]
    pub(crate) name: String,
    /// When it was imported.
    timestamp: String,
    data: Data,
}

/// What came. The lines themselves are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Data {
    /// A string, as ids of orders are.
    transmission: String,
    transaction: String,
    /// `B2BStock`, `B2CStock`, `B2BSale` or `B2XSale`.
    kind: &'static str,
    /// The buyer's name; null if the account is gone.
    buyer: Option<String>,
    /// The id of the buyer's account.
    owner: i64,
    received_at: String,
    /// The moment that it describes, by the buyer's clock.
    as_of: String,
    /// Of stock: whether what is not mentioned is no more.
    complete: bool,
    /// How many lines were taken, and how many could not be.
    lines: usize,
    left_out: usize,
}

impl TransmissionEvent {
    pub(crate) fn of(received: &ReceivedTransmission<'_>, transmitted: Transmitted) -> Self {
        let transmission = received.transmission;
        let at = match transmission.progress {
            Progress::Imported { at } => at,
            Progress::Importing { .. } => transmission.received_at,
        };
        let data = Data {
            transmission: transmission.id.to_string(),
            transaction: transmission.key.id.0.clone(),
            kind: transmission.kind.name(),
            buyer: received.owner.map(|owner| owner.name.clone()),
            owner: transmission.key.owner.0,
            received_at: rfc_3339(transmission.received_at),
            as_of: rfc_3339(transmission.as_of),
            complete: transmission.is_complete,
            lines: transmission.lines,
            left_out: transmission.left_out,
        };
        Self { name: transmitted.event().to_owned(), timestamp: rfc_3339(at), data }
    }

    /// As it is stored and sent.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
