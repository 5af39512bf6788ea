//! Whether a client wants to be called, and can be.

use ordergate_engine::Document;
use ordergate_xml::Node;
use serde::{Deserialize, Serialize};

use super::Callbacks;
use crate::Exception;
use crate::schema::OS;
use crate::soap::{Binding, Envelope};

/// A client that says it cannot be called.
const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";
/// A client that wants no answer (WS-Addressing 1.0 §2.1).
const NONE: &str = "http://www.w3.org/2005/08/addressing/none";

/// `statusNotification`, without `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Level {
    /// When the order's status is final.
    Final,
    /// At each change of a status.
    All,
}

/// Whom to call about an order, as it is stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wish {
    pub(crate) level: Level,
    /// `wsa:ReplyTo`.
    pub(crate) address: String,
    /// `wsa:FaultTo`, where faults are to be sent elsewhere (WS-Addressing 1.0 §3.4).
    #[serde(default)]
    pub(crate) fault_to: Option<String>,
    /// The request's `wsa:MessageID`: what the callbacks relate to.
    pub(crate) message_id: Option<String>,
    /// Callbacks come in the SOAP version of the request.
    pub(crate) soap_12: bool,
}

impl Wish {
    /// Where faults are sent, if anywhere.
    pub(crate) fn fault_address(&self) -> Option<&str> {
        Some(self.fault_to.as_deref().unwrap_or(&self.address)).filter(|address| is_address(address))
    }

    pub(crate) fn to_document(&self) -> Document {
        Document(serde_json::to_vec(self).unwrap_or_default())
    }

    /// None for what something else has stored.
    pub(crate) fn from_document(document: &Document) -> Option<Self> {
        serde_json::from_slice(&document.0).ok()
    }
}

/// Checklist OSEO 32, 73: what the request wishes; none if the client wants no callbacks, or says it cannot be called:
/// that one loses nothing (§7.4.3), for it can ask. Any other must not wait for what will never come.
pub(crate) fn wish(envelope: &Envelope<'_>, callbacks: Option<&Callbacks>) -> Result<Option<Wish>, Exception> {
    let wanted = envelope.message.child(OS, "statusNotification").map(Node::text).unwrap_or_default();
    let level = match wanted.as_ref() {
        "Final" => Level::Final,
        "All" => Level::All,
        _ => return Ok(None),
    };
    let refuse = |why: &str| Err(Exception::invalid_notification(format!("statusNotification is {wanted}: {why}")));
    let address = reply_to(envelope);
    if address == ANONYMOUS || address == NONE {
        return Ok(None);
    }
    let Some(callbacks) = callbacks else {
        return refuse("this server sends no notifications; use None and ask with GetStatus");
    };
    if envelope.binding == Binding::Plain {
        return refuse("a document without an envelope has no wsa:ReplyTo to send notifications to");
    }
    if address.is_empty() {
        return refuse("the header wsa:ReplyTo with an Address is missing; expected the URL that is to be called");
    }
    if let Err(why) = (callbacks.check_address)(address) {
        return refuse(&format!("wsa:ReplyTo cannot be called: {why}"));
    }
    Ok(Some(wished(envelope, level)))
}

/// Checklist OSEO 27: GetQuotation has no statusNotification. Who names an address that can be called, and a MessageID, is
/// called when there is a price (§11.1); any other asks again.
pub(crate) fn quotation_wish(envelope: &Envelope<'_>, callbacks: Option<&Callbacks>) -> Result<Option<Wish>, Exception> {
    let address = reply_to(envelope);
    let Some(callbacks) = callbacks else { return Ok(None) };
    if !is_address(address) || envelope.header.message_id.is_none() {
        return Ok(None);
    }
    let check = |header: &str, address: &str| {
        let checked = (callbacks.check_address)(address);
        checked.map_err(|why| Exception::invalid_notification(format!("wsa:{header} cannot be called: {why}")))
    };
    check("ReplyTo", address)?;
    // Who wants no faults, or cannot be sent any, is sent none.
    let fault_to = envelope.header.fault_to.clone();
    if let Some(address) = fault_to.as_deref().filter(|address| is_address(address)) {
        check("FaultTo", address)?;
    }
    Ok(Some(Wish { fault_to, ..wished(envelope, Level::Final) }))
}

/// Whether it is one that a client can be called at.
fn is_address(address: &str) -> bool {
    !["", ANONYMOUS, NONE].contains(&address)
}

fn reply_to<'e>(envelope: &'e Envelope<'_>) -> &'e str {
    envelope.header.reply_to.as_deref().unwrap_or_default()
}

fn wished(envelope: &Envelope<'_>, level: Level) -> Wish {
    let soap_12 = envelope.binding == Binding::Soap12;
    let (address, message_id) = (reply_to(envelope).to_owned(), envelope.header.message_id.clone());
    Wish { level, address, fault_to: None, message_id, soap_12 }
}
