//! `onlineDataDelivery` (06-141r6 §7.3.8, §7.3.9): what an order must say for results to be pushed to its customer, and where
//! the passwords go that are never part of its document.

use ordergate_engine::order::Order;
use ordergate_engine::{Document, OrderId};
use ordergate_store::Write;
use ordergate_xml::Node;

use crate::schema::OS;
use crate::{Context, Exception, order_document};

/// What this door needs of who delivers.
pub trait Deliveries: Send + Sync {
    /// Whether the server itself delivers by this protocol. By others, results are the business of the operator's processors.
    fn offers(&self, protocol: &str) -> bool;

    /// What is wrong with an address, in words for the customer.
    fn check(&self, protocol: &str, server_address: &str, path: &str) -> Result<(), String>;

    /// Encrypts what opens the addresses of an order: the password of each `onlineAddress`, empty where it has none.
    fn seal(&self, order: OrderId, passwords: &[String]) -> Result<Vec<u8>, String>;
}

/// The protocol by which an item is to be delivered, if it is by `onlineDataDelivery`. The order was read with its items.
pub fn delivered_by(order: &Order, position: usize) -> Option<String> {
    let by = |document: &Document| {
        let tree = order_document::tree(document)?;
        let options = tree.root().child(OS, "deliveryOptions")?;
        let protocol = options.child(OS, "onlineDataDelivery").and_then(|delivery| delivery.child(OS, "protocol"));
        Some(protocol.map(|protocol| protocol.text().trim().to_owned()))
    };
    // What the item says goes before what the order says, as a whole.
    by(&order.items.get(position)?.document).or_else(|| by(&order.document)).flatten()
}

/// Whether each item that the server is to deliver has an address for that. `path` is where the order stands.
pub(crate) fn check(context: &Context, specification: Node<'_>, path: &str) -> Result<(), Exception> {
    let Some(deliveries) = &context.deliveries else { return Ok(()) };
    for item in specification.children_named(OS, "orderItem") {
        let options = item.child(OS, "deliveryOptions").or_else(|| specification.child(OS, "deliveryOptions"));
        let Some(protocol) = options.and_then(|options| options.child(OS, "onlineDataDelivery")?.child(OS, "protocol")) else {
            continue;
        };
        let word = protocol.text();
        if !deliveries.offers(&word) {
            continue;
        }
        let Some(address) = addresses(specification).find(|address| text(*address, "protocol") == word) else {
            let position = protocol.position();
            let diagnosis = format!(
                "{position}, {path}: to deliver by {word}, deliveryInformation must have an onlineAddress with this protocol"
            );
            return Err(Exception::missing("onlineAddress", &diagnosis));
        };
        let checked = deliveries.check(&word, &text(address, "serverAddress"), &text(address, "path"));
        checked.map_err(|problem| {
            let position = address.position();
            Exception::invalid("onlineAddress", format!("{position}, {path}/deliveryInformation/onlineAddress: {problem}"))
        })?;
    }
    Ok(())
}

/// The passwords of the order's addresses, in their order; none where it has none, or nobody needs them.
pub(crate) fn passwords(context: &Context, specification: Node<'_>) -> Vec<String> {
    if context.deliveries.is_none() {
        return Vec::new();
    }
    addresses(specification).map(|address| text(address, "userPassword")).collect()
}

/// What keeps these [`passwords`] until the order is over.
pub(crate) fn keep(context: &Context, passwords: &[String], order: OrderId) -> Result<Option<Write>, Exception> {
    let Some(deliveries) = &context.deliveries else { return Ok(None) };
    if passwords.iter().all(String::is_empty) {
        return Ok(None);
    }
    let sealed = deliveries.seal(order, passwords).map_err(|error| {
        tracing::error!(error, "the passwords of an order cannot be kept");
        Exception::not_applicable("the server cannot keep the passwords of this order now")
    })?;
    Ok(Some(Write::KeepForDelivery { order, content: sealed }))
}

fn addresses(specification: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let information = specification.child(OS, "deliveryInformation");
    information.into_iter().flat_map(|information| information.children_named(OS, "onlineAddress"))
}

fn text(node: Node<'_>, name: &str) -> String {
    node.child(OS, name).map(|child| child.text().into_owned()).unwrap_or_default()
}
