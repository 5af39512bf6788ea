//! What buyers send, in the URL binding, and what they read from the answers.

use std::fmt;

use roxmltree::{Document, Node};

use super::Basket;

/// The lines of a request, as parameters.
pub(super) fn lines(lines: &[(&str, u64)]) -> String {
    lines.iter().fold(String::new(), |text, (id, quantity)| format!("{text}&Quantity.{id}={quantity}&quantityUnitCode.{id}=EA"))
}

/// The request as a query.
pub(super) fn query(request: &str, buyer: u64, transaction: Option<&str>, is_test: bool, rest: &str) -> String {
    let transaction = transaction.map_or(String::new(), |id| format!("&TransactionID={id}"));
    let is_test = if is_test { "&IsTest=true" } else { "" };
    format!("RequestName={request}Request&BuyersID={buyer}&Password=secret{transaction}{is_test}{rest}")
}

/// An answer, as a buyer reads it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) transaction: String,
    pub(crate) state: Option<u8>,
    /// The seller's number, if it has one.
    pub(crate) order: Option<String>,
    pub(crate) lines: Basket,
    /// The transactions that GetStatus tells, with their states.
    pub(crate) told: Vec<(String, u8)>,
}

impl fmt::Debug for Reply {
    /// Without the ids that differ from run to run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {:?}", self.code, self.state)?;
        if let Some(order) = self.order.as_deref() {
            write!(f, ", order {}", if order.starts_with("TEST-") { "TEST" } else { order })?;
        }
        let states: Vec<u8> = self.told.iter().map(|(_, state)| *state).collect();
        write!(f, ", {:?}, {states:?}", self.lines)
    }
}

impl Reply {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let document = Document::parse(std::str::from_utf8(body).ok()?).ok()?;
        let root = document.root_element();
        let told = root.children().filter(|node| node.tag_name().name() == "TransactionStatus");
        let told = told.map(|node| Some((child(node, "TransactionId")?.to_owned(), child(node, "StatusCode")?.parse().ok()?)));
        let header = root.children().find(|node| node.tag_name().name() == "OrderHeader");
        let lines = root.children().filter(|node| node.tag_name().name() == "OrderResponseLine");
        Some(Self {
            code: child(root, "ResponseCode")?.parse().ok()?,
            transaction: child(root, "TransactionID").unwrap_or_default().to_owned(),
            state: child(root, "StatusCode").and_then(|state| state.parse().ok()),
            order: header.and_then(|header| child(header, "OrderID")).map(str::to_owned),
            lines: lines.map(line).collect::<Option<_>>()?,
            told: told.collect::<Option<_>>()?,
        })
    }
}

fn child<'d>(node: Node<'d, '_>, name: &str) -> Option<&'d str> {
    node.children().find(|child| child.tag_name().name() == name)?.text()
}

fn line(node: Node<'_, '_>) -> Option<(String, u64)> {
    let id = node.descendants().find(|inner| inner.tag_name().name() == "SellersItemIdentification")?;
    Some((child(id, "ID")?.to_owned(), child(node, "Quantity")?.parse().ok()?))
}
