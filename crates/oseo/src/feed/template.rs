//! The item that a product becomes: like the standing item it comes for, but for its name and what it is about.

use ordergate_engine::Document;
use ordergate_engine::order::{Item, Order};
use ordergate_xml::XmlWriter;

use crate::{delivered_by, order_document};

/// The schema's limit.
const ITEM_ID_CHARACTERS_MAX: usize = 80;
/// What a number after the name may take: a stop, and the greatest position of an item.
const NUMBER_CHARACTERS: usize = 6;

/// What all products of a standing item have in common.
pub(super) struct Template {
    /// What their names begin with.
    stem: String,
    /// Chosen options, delivery and payment, as XML.
    choices: String,
    collection: Option<String>,
    /// The protocol of `onlineDataDelivery`.
    pub delivered_by: Option<String>,
}

impl Template {
    /// None if the stored item cannot be read.
    pub fn of(order: &Order, position: usize) -> Option<Self> {
        let item = order.items.get(position)?;
        let choices = order_document::choices(&item.document)?;
        let collection = order_document::subscribed_collection(&item.document);
        Some(Self { stem: stem(order, item), choices, collection, delivered_by: delivered_by(order, position) })
    }

    /// The name of the product at this position. No two are alike, for the position is its last part.
    pub fn item_id(&self, position: usize) -> String {
        format!("{}.{position}", self.stem)
    }

    /// `collection` is where the product is from, if it was announced for a task.
    pub fn document(&self, item_id: &str, identifier: &str, collection: Option<&str>) -> Document {
        let mut w = XmlWriter::new();
        w.leaf("os:itemId", item_id).raw(&self.choices).start("os:productId").leaf("os:identifier", identifier);
        if let Some(collection) = collection.or(self.collection.as_deref()) {
            w.leaf("os:collectionId", collection);
        }
        w.end();
        Document(w.finish())
    }
}

/// The standing item's own name, cut so that a number fits; marked where a name that the customer gave would look like one of
/// its products.
fn stem(order: &Order, item: &Item) -> String {
    let given = || order.items.iter().filter(|other| other.standing);
    let room = ITEM_ID_CHARACTERS_MAX - NUMBER_CHARACTERS;
    let mut stem: String = item.item_id.chars().take(room - given().count().min(room / 2)).collect();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let looks_alike = |stem: &str| given().filter_map(|other| other.item_id.strip_prefix(stem)?.strip_prefix('.')).any(is_number);
    while looks_alike(&stem) && stem.chars().count() < room {
        stem.push('.');
    }
    stem
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use ordergate_engine::order::{OrderKind, Priority, State, Status};
    use ordergate_engine::{AccountId, OrderId, Protocol, ProviderId, Timestamp};

    use super::*;

    fn order(names: &[&str]) -> Order {
        let state = State { status: Status::Suspended, since: Timestamp(1), info: None };
        let item = |name: &&str| Item {
            item_id: (*name).to_owned(),
            state: state.clone(),
            result: None,
            listed: false,
            standing: true,
            document: Document(
                format!(
                    "<os:itemId>{name}</os:itemId><os:orderItemRemark>a &amp; b</os:orderItemRemark>\
                     <os:subscriptionId><os:collectionId>c</os:collectionId></os:subscriptionId>"
                )
                .into_bytes(),
            ),
        };
        Order {
            id: OrderId(1),
            provider: ProviderId::DEFAULT,
            owner: AccountId(1),
            protocol: Protocol::Oseo,
            kind: OrderKind::Subscription,
            reference: None,
            priority: Priority::Standard,
            submitted_at: Timestamp(1),
            state: state.clone(),
            revision: 1,
            document: Document::default(),
            items: names.iter().map(item).collect(),
        }
    }

    #[test]
    fn no_product_has_the_name_of_another_item() {
        let long = "\u{e4}".repeat(80);
        let names = ["a", "a.7", "a..7", "a.1", &long];
        let order = order(&names);
        let mut seen: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
        let templates: Vec<Template> = (0..names.len()).map(|position| Template::of(&order, position).unwrap()).collect();
        for position in [5, 6, 7, 8, 17, 71, 65_535] {
            // Whichever of them it comes for.
            let ids: BTreeSet<String> = templates.iter().map(|template| template.item_id(position)).collect();
            for id in ids {
                assert!(id.chars().count() <= ITEM_ID_CHARACTERS_MAX, "{id}");
                assert!(seen.insert(id.clone()), "{id}");
            }
        }
    }

    #[test]
    fn a_product_is_like_the_item_it_comes_for() {
        let template = Template::of(&order(&["a"]), 0).unwrap();
        let document = |collection| String::from_utf8(template.document("a.1", "p<", collection).0).unwrap();
        let product = |collection| {
            format!(
                "<os:itemId>a.1</os:itemId><os:orderItemRemark>a &amp; b</os:orderItemRemark><os:productId>\
                 <os:identifier>p&lt;</os:identifier><os:collectionId>{collection}</os:collectionId></os:productId>"
            )
        };
        assert_eq!((document(None), document(Some("d"))), (product("c"), product("d")));
    }
}
