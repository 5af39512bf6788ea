//! What OSEO alone says about an order and its items, as it is stored: XML in schema order, with the
//! prefix `os` for OSEO's namespace, ready to stand in a GetStatusResponse.
//!
//! An order's document is the content of CommonOrderSpecification, an item's that of
//! CommonOrderItemType. Passwords and card data are left out when it is made, so that no answer and
//! no backup can show them.

use ordergate_engine::Document;
use ordergate_engine::order::Priority;
use ordergate_store::{QuotedItem, QuotedOrder};
use ordergate_xml::{Document as Xml, Limits, Node, XmlWriter, writer};

use crate::schema::OS;

/// OSEO's namespace in what is stored.
const PREFIX: &str = "os";

/// Elements whose content is never stored.
const SECRETS: [&str; 2] = ["userPassword", "creditCardInfo"];

/// All that is stored of a valid `orderSpecification`.
pub(crate) fn of_specification(specification: Node<'_>) -> QuotedOrder {
    let priority = match specification.child(OS, "priority").map(Node::text).as_deref() {
        Some("FAST_TRACK") => Priority::FastTrack,
        _ => Priority::Standard,
    };
    // One after the other in the same room: an order may have thousands of items, and is kept until it is stored.
    let mut w = XmlWriter::new();
    let document = of_children(specification.children().filter(|child| child.name() != "orderItem"), &mut w);
    let item = |item: Node<'_>| QuotedItem {
        item_id: item.child(OS, "itemId").map(|i| i.text().into_owned()).unwrap_or_default(),
        document: of_children(item.children(), &mut w),
    };
    QuotedOrder {
        reference: specification.child(OS, "orderReference").map(|r| r.text().into_owned()),
        priority,
        document,
        items: specification.children_named(OS, "orderItem").map(item).collect(),
    }
}

/// The stored text. What is stored was made here, so it is UTF-8; anything else shows as nothing.
pub fn text(document: &Document) -> &str {
    std::str::from_utf8(&document.0).unwrap_or_default()
}

/// What is stored, as a tree under a root of no meaning. Nothing if it cannot be read, which is a fault of the store.
pub(crate) fn tree(document: &Document) -> Option<Xml> {
    let text = format!("<os:x xmlns:os=\"{OS}\">{}</os:x>", text(document));
    Xml::parse_str(&text, &Limits::NONE)
        .inspect_err(|error| tracing::error!(%error, "a stored order document is not readable"))
        .ok()
}

/// Whether these can stand in an answer.
pub fn are_readable<'d>(documents: impl IntoIterator<Item = &'d Document>) -> bool {
    // Together, which takes a part of the time that it takes one by one.
    let mut all = format!("<os:x xmlns:os=\"{OS}\">");
    for document in documents {
        let Ok(text) = std::str::from_utf8(&document.0) else { return false };
        all.extend(["<os:x>", text, "</os:x>"]);
    }
    all.push_str("</os:x>");
    Xml::parse_str(&all, &Limits::NONE).is_ok()
}

/// Whether an order's or an item's own delivery options are `onlineDataAccess`: a URL that the server offers. Nothing if it has none.
pub(crate) fn says_online_access(document: &Document) -> Option<bool> {
    let tree = tree(document)?;
    let options = tree.root().child(OS, "deliveryOptions")?;
    Some(options.child(OS, "onlineDataAccess").is_some())
}

/// The item's `productId`, if it names a product.
pub(crate) fn copy_product_id(item: &Document, w: &mut XmlWriter) {
    if let Some(product) = tree(item).as_ref().and_then(|tree| tree.root().child(OS, "productId")) {
        write(product, w);
    }
}

/// The elements of an item that say what a product is about, or what its products will be about.
const SUBJECTS: [&str; 3] = ["productId", "subscriptionId", "taskingRequestId"];

/// What an item says beside its name and what it is about. Nothing if it cannot be read.
pub(crate) fn choices(item: &Document) -> Option<String> {
    let tree = tree(item)?;
    let said = tree.root().children().filter(|child| child.name() != "itemId" && !SUBJECTS.contains(&child.name()));
    String::from_utf8(of_children(said, &mut XmlWriter::new()).0).ok()
}

/// The collection of an item that subscribes to one.
pub(crate) fn subscribed_collection(item: &Document) -> Option<String> {
    let tree = tree(item)?;
    Some(tree.root().child(OS, "subscriptionId")?.child(OS, "collectionId")?.text().into_owned())
}

fn of_children<'d>(children: impl Iterator<Item = Node<'d>>, w: &mut XmlWriter) -> Document {
    for child in children {
        write(child, w);
    }
    Document(w.take())
}

/// Copies an element without the white space that only laid it out. Free content (`values`) and
/// elements with attributes (xsi:nil, xsi:type) are copied to the letter.
fn write(node: Node<'_>, w: &mut XmlWriter) {
    if is_secret(node) {
        return;
    }
    if node.name() == "values" {
        writer::copy(node, w, &prefix, &|_| false);
        return;
    }
    if node.attributes().next().is_some() {
        writer::copy(node, w, &prefix, &is_secret);
        return;
    }
    let mut children = node.children().peekable();
    w.start_prefixed(PREFIX, node.name());
    if children.peek().is_none() {
        w.text(&node.text());
    }
    for child in children {
        write(child, w);
    }
    w.end();
}

fn is_secret(node: Node<'_>) -> bool {
    SECRETS.contains(&node.name()) && node.ns() == OS
}

fn prefix(ns: &str) -> Option<&'static str> {
    (ns == OS).then_some(PREFIX)
}
