//! An item as JSON, for the operator's processing program.

use ordergate_engine::Document;
use ordergate_engine::order::Order;
use ordergate_xml::Node;
use serde_json::{Map, Value, json};

use crate::collections::Catalogue;
use crate::order_document;
use crate::schema::OS;

/// Elements that may occur several times: always arrays, so that a program need not ask.
const REPEATABLE: [&str; 4] = ["option", "sceneSelection", "extension", "onlineAddress"];

/// What the customer said about an item, and about the order it is in. Element names are those of
/// the standard; repeatable elements are arrays.
pub fn describe(order: &Order, position: usize) -> Value {
    let item = order.items.get(position).map_or(Value::Null, |item| to_json(&item.document));
    json!({ "orderItem": item, "order": to_json(&order.document) })
}

/// The collection of an item: the one that it names, or the one that the catalogue finds for its product. The products of a
/// task may have none.
pub fn collection(order: &Order, position: usize, catalogue: &Catalogue) -> Option<String> {
    let tree = order_document::tree(&order.items.get(position)?.document)?;
    if let Some(subscription) = tree.root().child(OS, "subscriptionId") {
        return subscription.child(OS, "collectionId").map(|c| c.text().trim().to_owned());
    }
    let product = tree.root().child(OS, "productId")?;
    let by_identifier = || Some(catalogue.of_product(product.child(OS, "identifier")?.text().trim())?.id.clone());
    product.child(OS, "collectionId").map(|c| c.text().trim().to_owned()).or_else(by_identifier)
}

pub(crate) fn to_json(document: &Document) -> Value {
    order_document::tree(document).map_or(Value::Null, |tree| object(tree.root()))
}

/// An element as JSON: its text, or an object of its elements.
pub(crate) fn value(node: Node<'_>) -> Value {
    if node.children().next().is_some() { object(node) } else { Value::String(node.text().into_owned()) }
}

fn object(node: Node<'_>) -> Value {
    let mut map = Map::new();
    for child in node.children() {
        let value = value(child);
        match map.get_mut(child.name()) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None if REPEATABLE.contains(&child.name()) && child.ns() == OS => {
                map.insert(child.name().to_owned(), Value::Array(vec![value]));
            }
            None => {
                map.insert(child.name().to_owned(), value);
            }
        }
    }
    Value::Object(map)
}
