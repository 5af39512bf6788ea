//! Opening an envelope: which version, which headers matter, and where the message is.

use ordergate_xml::{Document, Node};

use super::fault::Fault;
use super::wsse::{self, UsernameToken};
use super::{Binding, SOAP_11, SOAP_12, WSA};
use crate::Exception;
use crate::schema::OS;

/// An opened envelope.
#[derive(Debug)]
pub(crate) struct Envelope<'d> {
    pub(crate) binding: Binding,
    pub(crate) header: Header<'d>,
    /// The one element in the Body, or the bare document.
    pub(crate) message: Node<'d>,
}

/// The header blocks that mean something to us.
#[derive(Debug, Default)]
pub(crate) struct Header<'d> {
    pub(crate) username_token: Option<UsernameToken<'d>>,
    /// `wsa:MessageID`, if not empty.
    pub(crate) message_id: Option<String>,
    /// The address in `wsa:ReplyTo`, if there is the header.
    pub(crate) reply_to: Option<String>,
    /// The address in `wsa:FaultTo`, if there is the header.
    pub(crate) fault_to: Option<String>,
}

/// Opens a document, or says in which binding which fault goes back.
pub(crate) fn open(document: &Document) -> Result<Envelope<'_>, (Binding, Fault)> {
    let root = document.root();
    let binding = match (root.ns(), root.name()) {
        (SOAP_11, "Envelope") => Binding::Soap11,
        (SOAP_12, "Envelope") => Binding::Soap12,
        // The answer to an unknown SOAP is a SOAP 1.1 fault (SOAP 1.2 Part 1, appendix A).
        (_, "Envelope") => return Err((Binding::Soap11, Fault::VersionMismatch)),
        (OS, _) => return Ok(Envelope { binding: Binding::Plain, header: Header::default(), message: root }),
        (_, name) => return Err((Binding::Soap11, not_ours(name))),
    };
    let refuse = |diagnosis: String| (binding, Fault::Ows(Exception::not_applicable(diagnosis)));
    let (header, body) = parts(root).map_err(refuse)?;
    let header = header.map(|h| read_header(h, binding)).transpose().map_err(|fault| (binding, fault))?.unwrap_or_default();
    let message = only_child(body).map_err(refuse)?;
    Ok(Envelope { binding, header, message })
}

fn not_ours(name: &str) -> Fault {
    let name: String = name.chars().take(80).collect();
    let diagnosis = format!("the root element is {name}: expected a SOAP Envelope, or an OSEO request of namespace {OS}");
    Fault::Ows(Exception::not_applicable(diagnosis))
}

/// Header (optional) and Body, and nothing else.
fn parts(root: Node<'_>) -> Result<(Option<Node<'_>>, Node<'_>), String> {
    let (mut header, mut body) = (None, None);
    if root.has_text() {
        return Err(format!("{}, /Envelope: text between Header and Body", root.position()));
    }
    for child in root.children() {
        match child.name() {
            "Header" if child.ns() == root.ns() && header.is_none() && body.is_none() => header = Some(child),
            "Body" if child.ns() == root.ns() && body.is_none() => body = Some(child),
            name => {
                return Err(format!("{}, /Envelope/{name}: expected at most one Header, then one Body", child.position()));
            }
        }
    }
    body.map(|b| (header, b)).ok_or_else(|| format!("{}, /Envelope: the Body is missing", root.position()))
}

/// Document/literal: exactly one element in the Body.
fn only_child(body: Node<'_>) -> Result<Node<'_>, String> {
    let mut children = body.children();
    match (children.next(), children.next()) {
        (Some(_), None) if body.has_text() => Err(format!("{}, /Envelope/Body: text beside the request", body.position())),
        (Some(message), None) => Ok(message),
        (None, _) => Err(format!("{}, /Envelope/Body: the Body is empty; expected one OSEO request", body.position())),
        (Some(_), Some(second)) => {
            Err(format!("{}, /Envelope/Body: a second element in the Body; expected one OSEO request", second.position()))
        }
    }
}

fn read_header(header: Node<'_>, binding: Binding) -> Result<Header<'_>, Fault> {
    let mut read = Header::default();
    for block in header.children() {
        match (block.ns(), block.name()) {
            (wsse::WSSE, "Security") => wsse::read(block, &mut read.username_token).map_err(Fault::Ows)?,
            (WSA, "MessageID") => read.message_id = Some(block.text().trim().to_owned()).filter(|t| !t.is_empty()),
            (WSA, "ReplyTo") => read.reply_to = Some(address(block)),
            (WSA, "FaultTo") => read.fault_to = Some(address(block)),
            (WSA, _) => {}
            (_, name) if must_understand(block, binding) => return Err(Fault::MustUnderstand(name.chars().take(80).collect())),
            _ => {}
        }
    }
    Ok(read)
}

/// The address of an endpoint reference; empty if it has none.
fn address(endpoint: Node<'_>) -> String {
    endpoint.child(WSA, "Address").map(|address| address.text().trim().to_owned()).unwrap_or_default()
}

/// Whether a block is for us and must be understood.
fn must_understand(block: Node<'_>, binding: Binding) -> bool {
    let (ns, target) = match binding {
        Binding::Soap12 => (SOAP_12, block.attribute(SOAP_12, "role")),
        _ => (SOAP_11, block.attribute(SOAP_11, "actor")),
    };
    let for_us = target.is_none_or(|t| {
        t.is_empty() || t.ends_with("/soap/actor/next") || t.ends_with("/role/next") || t.ends_with("/role/ultimateReceiver")
    });
    for_us && block.attribute(ns, "mustUnderstand").is_some_and(|v| matches!(v.trim(), "1" | "true"))
}
