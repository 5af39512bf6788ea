//! Prices by the price lists of the collections.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::order::Priority;
use ordergate_store::QuotedOrder;
use ordergate_xml::{Document, Node};
use rust_decimal::Decimal;

use super::prices::add;
use super::{Group, ItemPrice, Prices, Pricing, PricingRequest, Verdict};
use crate::chosen::{Choices, Fit};
use crate::collections::price::PriceList;
use crate::collections::{Catalogue, Collection};
use crate::schema::OS;
use crate::{Collections, OseoOptions, order_document};

/// The price lists that are in force when an order is priced.
#[derive(Clone)]
pub(super) struct PriceLists {
    options: OseoOptions,
    collections: Collections,
}

impl PriceLists {
    pub(super) fn new(options: OseoOptions, collections: Collections) -> Self {
        Self { options, collections }
    }
}

impl fmt::Debug for PriceLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PriceLists")
    }
}

#[async_trait]
impl Pricing for PriceLists {
    async fn price(&self, request: &PricingRequest<'_>) -> Verdict {
        price(&self.options, &self.collections.current(), request.order)
    }
}

/// A pure function of its arguments.
pub(super) fn price(options: &OseoOptions, catalogue: &Arc<Catalogue>, order: &QuotedOrder) -> Verdict {
    let of_order = order_document::tree(&order.document);
    let of_items: Option<Vec<Document>> = order.items.iter().map(|item| order_document::tree(&item.document)).collect();
    let (Some(of_order), Some(of_items)) = (of_order, of_items) else {
        return Verdict::Failed("the order cannot be read".to_owned());
    };
    let items: Vec<Node<'_>> = of_items.iter().map(Document::root).collect();
    let priced = price_items(&Lists { options, catalogue, order, of_order: of_order.root() }, &items);
    priced.map_or_else(Verdict::Refused, |groups| Verdict::Priced(Prices { groups, contract: None }))
}

/// What the prices of all items depend on.
struct Lists<'a, 'd> {
    options: &'a OseoOptions,
    catalogue: &'a Arc<Catalogue>,
    order: &'a QuotedOrder,
    of_order: Node<'d>,
}

/// A group for each collection, in the order in which they occur.
fn price_items(lists: &Lists<'_, '_>, items: &[Node<'_>]) -> Result<Vec<Group>, String> {
    let choices = Choices::new(lists.options, lists.catalogue, lists.of_order, "");
    let mut groups: Vec<(&Collection, Group)> = Vec::new();
    for (position, &item) in items.iter().enumerate() {
        let id = lists.order.items.get(position).map(|item| item.item_id.as_str()).unwrap_or_default();
        // Since the order was checked its collection may have changed.
        let fit = choices.check(item, "").map_err(|refused| refused.diagnosis)?;
        let list = fit.as_ref().and_then(|fit| fit.collection.price.as_ref());
        let (Some(fit), Some(list)) = (fit, list) else {
            return Err(format!("the product of item \"{id}\" has no price"));
        };
        let at = groups.iter().position(|(collection, _)| collection.id == fit.collection.id).unwrap_or_else(|| {
            groups.push((fit.collection, empty_group(list)));
            groups.len() - 1
        });
        let Some((_, group)) = groups.get_mut(at) else { continue };
        let price = if list.free { None } else { Some(item_price(lists, list, &choices, &fit, item)?) };
        group.price = add(group.price, price.unwrap_or_default())?;
        group.items.push(ItemPrice { position, price, information: None });
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

fn empty_group(list: &PriceList) -> Group {
    Group { unit: list.unit.clone(), price: list.base_fee, free: list.free, items: Vec::new(), contract: list.contract.clone() }
}

fn item_price<'a, 'd>(
    lists: &Lists<'_, 'd>,
    list: &PriceList,
    choices: &Choices<'a, 'd>,
    fit: &Fit<'a>,
    item: Node<'d>,
) -> Result<Decimal, String> {
    let mut price = list.per_item;
    if lists.order.priority == Priority::FastTrack {
        price = add(price, list.fast_track)?;
    }
    if !list.options.is_empty() {
        for (component, value) in choices.single_values(fit, item) {
            for surcharge in list.options.iter().filter(|surcharge| surcharge.is_for(component, &value)) {
                price = add(price, surcharge.surcharge)?;
            }
        }
    }
    let (way, word) = delivery(item, lists.of_order);
    for surcharge in list.delivery.iter().filter(|surcharge| surcharge.is_for(&way, word.as_deref())) {
        price = add(price, surcharge.surcharge)?;
    }
    Ok(price)
}

/// How an item is delivered: as it says, else as the order says, else by access online, over no particular protocol.
fn delivery(item: Node<'_>, order: Node<'_>) -> (String, Option<String>) {
    const WAYS: [&str; 3] = ["onlineDataAccess", "onlineDataDelivery", "mediaDelivery"];
    let options = [item, order].into_iter().find_map(|node| node.child(OS, "deliveryOptions"));
    let way = options.and_then(|options| options.children().find(|c| WAYS.contains(&c.name())));
    let Some(way) = way else { return (WAYS[0].to_owned(), None) };
    let word = way.children().find(|c| ["protocol", "packageMedium"].contains(&c.name()));
    (way.name().to_owned(), word.map(|word| word.text().into_owned()))
}
