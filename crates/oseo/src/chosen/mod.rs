//! What an order chooses, held against what GetOptions offers (06-141r6 §7.3.7; checklist OSEO 34, 35).
//!
//! An item's collection says which option sets there are; the item names one of them, or takes the first that
//! fits. What it says itself goes before what the order says. Nothing is checked in collections whose options are
//! not declared.

#[cfg(test)]
mod tests;
mod text;
mod values;
mod xml;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use ordergate_engine::order::OrderKind;
use ordergate_xml::Node;
use serde_json::{Map, Value};

use crate::collections::{Catalogue, Collection, Component, Kind, OptionSet};
use crate::schema::OS;
use crate::{Code, Exception, OseoOptions};
use values::{Chosen, Level, Place};

/// The choices of one order.
pub(crate) struct Choices<'a, 'd> {
    options: &'a OseoOptions,
    catalogue: &'a Arc<Catalogue>,
    order: Node<'d>,
    /// The path of the order specification in its message.
    path: &'a str,
    /// What the order says, as read with a set's options: once, and not again for each of its items.
    of_order: RefCell<HashMap<SetKey, OfOrder<'a, 'd>>>,
    /// The set that the last item fitted which chose nothing by itself: so do the others that choose nothing.
    fits_unchosen: Cell<Option<SetKey>>,
}

/// A set of the catalogue, by where it is: that is quicker told than its name, and its collection's, for each item.
type SetKey = *const OptionSet;
/// What of an item is held against a set.
const CHOICES: [&str; 4] = ["option", "sceneSelection", "deliveryOptions", "payment"];
type OfOrder<'a, 'd> = Rc<Result<Level<'a, 'd>, Exception>>;

/// What an item of a declared collection is ordered with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit<'a> {
    pub collection: &'a Collection,
    /// None where the collection's options are not declared.
    pub set: Option<&'a OptionSet>,
}

impl<'a, 'd> Choices<'a, 'd> {
    pub(crate) fn new(options: &'a OseoOptions, catalogue: &'a Arc<Catalogue>, order: Node<'d>, path: &'a str) -> Self {
        Self { options, catalogue, order, path, of_order: RefCell::default(), fits_unchosen: Cell::new(None) }
    }

    /// Checks an item that names a product, and says what it is ordered with; nothing if its collection is not declared.
    pub(crate) fn check(&self, item: Node<'d>, path: &str) -> Result<Option<Fit<'a>>, Exception> {
        let identifier = identifier(item);
        let Some(collection) = self.takes_product(item, &identifier)? else { return Ok(None) };
        let set = self.fitting(collection, OrderKind::Product, &identifier, item, path)?;
        Ok(Some(Fit { collection, set }))
    }

    /// The collection of an item that names a product, if it is declared; refused if it takes no orders.
    pub(crate) fn takes(&self, item: Node<'d>) -> Result<Option<&'a Collection>, Exception> {
        self.takes_product(item, &identifier(item))
    }

    fn takes_product(&self, item: Node<'d>, identifier: &str) -> Result<Option<&'a Collection>, Exception> {
        let Some(product) = item.child(OS, "productId") else { return Ok(None) };
        match self.collection(product, identifier)? {
            Some(collection) if !collection.product_orders => {
                let diagnosis = format!("collection \"{}\" takes no product orders", collection.id);
                Err(Exception::order_type_not_supported(Code::ProductOrderingNotSupported, diagnosis))
            }
            declared => Ok(declared),
        }
    }

    /// The single values that a checked item is ordered with, by option: chosen, or by default.
    pub(crate) fn single_values(&self, fit: &Fit<'a>, item: Node<'d>) -> Vec<(&'a Component, String)> {
        let Some(set) = fit.set else { return Vec::new() };
        let components = set.components();
        let of_order = self.of_order(set);
        let Ok(of_item) = Level::read(item, "option", "", &components) else { return Vec::new() };
        let value = |component: &'a Component| {
            let Kind::Scalar { default, .. } = &component.kind else { return None };
            let of_order = of_order.as_ref().as_ref().ok();
            let chosen = of_item.get(&component.name).or_else(|| of_order?.get(&component.name));
            let value = chosen.map_or_else(|| default.clone(), Chosen::single)?;
            Some((component, value))
        };
        components.iter().copied().filter_map(value).collect()
    }

    /// What an item that stands for products to come chooses, by the names of the options, after it was checked like one that
    /// names a product. `subject` is the collection, or the task.
    pub(crate) fn all_values(
        &self,
        collection: Option<&'a Collection>,
        kind: OrderKind,
        subject: &str,
        item: Node<'d>,
        path: &str,
    ) -> Result<Map<String, Value>, Exception> {
        let set = collection.map(|collection| self.fitting(collection, kind, subject, item, path)).transpose()?.flatten();
        let Some(set) = set else {
            let mut values = values::undeclared(self.order, self.path)?;
            values.extend(values::undeclared(item, path)?);
            return Ok(values);
        };
        let components = set.components();
        let of_order = self.of_order(set);
        let of_order = of_order.as_ref().as_ref().map_err(Clone::clone)?;
        let of_item = Level::read(item, "option", path, &components)?;
        let chosen = |c: &Component| Some((c.name.clone(), of_item.get(&c.name).or_else(|| of_order.get(&c.name))?.to_json(c)));
        Ok(components.into_iter().filter_map(chosen).collect())
    }

    /// The set that an item's choices fit; none where options are not declared.
    fn fitting(
        &self,
        collection: &'a Collection,
        kind: OrderKind,
        subject: &str,
        item: Node<'d>,
        path: &str,
    ) -> Result<Option<&'a OptionSet>, Exception> {
        if collection.sets(kind).next().is_none() {
            return Ok(None);
        }
        if let Some(named) = item.child(OS, "productOrderOptionsId") {
            let set = named_set(collection, kind, subject, named, path)?;
            return self.check_with(set, item, path).map(|()| Some(set));
        }
        self.first_that_fits(collection, kind, subject, item, path).map(Some)
    }

    /// Without an id, the first set that fits is meant.
    fn first_that_fits(
        &self,
        collection: &'a Collection,
        kind: OrderKind,
        subject: &str,
        item: Node<'d>,
        path: &str,
    ) -> Result<&'a OptionSet, Exception> {
        let (mut first, mut others) = (None, false);
        for set in collection.sets(kind).filter(|set| set.is_for(subject)) {
            let Err(refused) = self.check_with(set, item, path) else { return Ok(set) };
            others = first.is_some();
            first = first.or(Some((set, refused)));
        }
        Err(match first {
            Some((set, mut refused)) if others => {
                let _ = write!(refused.diagnosis, " (by order options \"{}\"; no others fit either)", set.id);
                refused
            }
            Some((_, refused)) => refused,
            None if kind == OrderKind::Tasking => {
                Place::of(item, path).refused("taskingRequestId", "no options are offered for this task")
            }
            None => Place::of(item, path).refused("identifier", "no options are offered for this product"),
        })
    }

    /// The collection of a product, if its options are declared.
    fn collection(&self, product: Node<'d>, identifier: &str) -> Result<Option<&'a Collection>, Exception> {
        let Some(named) = product.child(OS, "collectionId") else { return Ok(self.catalogue.of_product(identifier)) };
        let named = named.text();
        match self.catalogue.get(&named) {
            None if !self.options.takes_undeclared(self.catalogue, &named) => Err(Exception::unsupported_collection(&named)),
            declared => Ok(declared),
        }
    }

    fn check_with(&self, set: &'a OptionSet, item: Node<'d>, path: &str) -> Result<(), Exception> {
        if item.children().any(|child| CHOICES.contains(&child.name())) {
            return self.check_chosen(set, item, path);
        }
        let set_key = Some(std::ptr::from_ref(set));
        if self.fits_unchosen.get() != set_key {
            self.check_chosen(set, item, path)?;
            self.fits_unchosen.set(set_key);
        }
        Ok(())
    }

    fn check_chosen(&self, set: &'a OptionSet, item: Node<'d>, path: &str) -> Result<(), Exception> {
        let of_order = self.of_order(set);
        let of_order = of_order.as_ref().as_ref().map_err(Clone::clone)?;
        let components = set.components();
        let of_item = Level::read(item, "option", path, &components)?;
        for component in components {
            // Checklist OSEO 34: the item's value goes before the order's, which then does not matter.
            match of_item.get(&component.name).or_else(|| of_order.get(&component.name)) {
                Some(chosen) => chosen.verdict(component)?,
                None if component.required => {
                    let diagnosis =
                        format!("{}, {path}: option {} of \"{}\" has no value", item.position(), component.name, set.id);
                    return Err(Exception::missing(&component.name, diagnosis));
                }
                None => {}
            }
        }
        check_scene_selection(set, item, path)?;
        check_delivery(set, [(item, path), (self.order, self.path)])?;
        check_payment(set, item, path)
    }

    fn of_order(&self, set: &'a OptionSet) -> OfOrder<'a, 'd> {
        let mut known = self.of_order.borrow_mut();
        let read = || {
            let components = set.components();
            Rc::new(Level::read(self.order, "option", self.path, &components))
        };
        Rc::clone(known.entry(std::ptr::from_ref(set)).or_insert_with(read))
    }
}

/// The product that an item names.
fn identifier(item: Node<'_>) -> Cow<'_, str> {
    let identifier = item.child(OS, "productId").and_then(|product| product.child(OS, "identifier"));
    match identifier.map(Node::text).unwrap_or_default() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// The set that an item names; it must be offered for what the item is about.
fn named_set<'c>(
    collection: &'c Collection,
    kind: OrderKind,
    subject: &str,
    named: Node<'_>,
    path: &str,
) -> Result<&'c OptionSet, Exception> {
    let offered = || collection.sets(kind).filter(|set| set.is_for(subject));
    let id = named.text();
    offered().find(|set| set.id == *id).ok_or_else(|| {
        let ids: Vec<&str> = offered().map(|set| set.id.as_str()).collect();
        Place::of(named, format!("{path}/productOrderOptionsId")).refused("productOrderOptionsId", &not_among(&id, &ids))
    })
}

fn not_among(found: &str, offered: &[&str]) -> String {
    let found: String = found.chars().take(80).collect();
    if offered.is_empty() {
        format!("\"{found}\" is not offered")
    } else {
        format!("\"{found}\" is not offered; expected one of {}", offered.join(", "))
    }
}

/// Several sceneSelection elements choose the parameters of one way of selecting.
fn check_scene_selection(set: &OptionSet, item: Node<'_>, path: &str) -> Result<(), Exception> {
    let Some(first) = item.child(OS, "sceneSelection") else { return Ok(()) };
    let place = Place::of(first, format!("{path}/sceneSelection"));
    let mut refused = None;
    for selection in &set.scene_selection {
        let parameters: Vec<&Component> = selection.parameters.iter().collect();
        let checked = Level::read(item, "sceneSelection", path, &parameters).and_then(|level| {
            parameters.iter().try_for_each(|parameter| match level.get(&parameter.name) {
                Some(chosen) => chosen.verdict(parameter),
                None if parameter.required => Err(place.missing(&parameter.name, "the scene selection parameter has no value")),
                None => Ok(()),
            })
        });
        match checked {
            Ok(()) => return Ok(()),
            Err(first) => refused = refused.or(Some(first)),
        }
    }
    Err(refused.unwrap_or_else(|| place.refused("sceneSelection", "no scene selection is offered")))
}

/// The item's delivery options, which come first, go before the order's as a whole.
fn check_delivery(set: &OptionSet, levels: [(Node<'_>, &str); 2]) -> Result<(), Exception> {
    let given = levels.into_iter().find_map(|(node, path)| Some((node.child(OS, "deliveryOptions")?, path)));
    let Some((delivery, path)) = given else { return Ok(()) };
    let offered = [
        ("onlineDataAccess", &set.delivery.online_data_access),
        ("onlineDataDelivery", &set.delivery.online_data_delivery),
        ("mediaDelivery", &set.delivery.media_delivery),
    ];
    let Some((way, words)) = delivery.children().find_map(|c| Some((c, offered.iter().find(|(name, _)| *name == c.name())?.1)))
    else {
        return Ok(());
    };
    let place = |below: &str| format!("{path}/deliveryOptions/{}{below}", way.name());
    if words.is_empty() {
        let ways: Vec<&str> = offered.iter().filter(|(_, words)| !words.is_empty()).map(|(name, _)| *name).collect();
        return Err(Place::of(way, place("")).refused(way.name(), &not_among(way.name(), &ways)));
    }
    let Some(word) = way.children().find(|c| ["protocol", "packageMedium"].contains(&c.name())) else { return Ok(()) };
    listed(word, || place(&format!("/{}", word.name())), words.iter().map(String::as_str))
}

/// Where no methods are declared, how to pay is agreed elsewhere.
fn check_payment(set: &OptionSet, item: Node<'_>, path: &str) -> Result<(), Exception> {
    let method = item.child(OS, "payment").and_then(|p| p.child(OS, "paymentMethod"));
    match method {
        Some(method) if !set.payment.is_empty() => {
            let path = || format!("{path}/payment/paymentMethod");
            listed(method, path, set.payment.iter().map(|p| p.method.as_str()))
        }
        _ => Ok(()),
    }
}

/// Whether the element's text is one of the words. `path` says where it stands.
fn listed<'w>(node: Node<'_>, path: impl Fn() -> String, words: impl Iterator<Item = &'w str> + Clone) -> Result<(), Exception> {
    let found = node.text();
    if words.clone().any(|word| word == found) {
        return Ok(());
    }
    Err(Place::of(node, path()).refused(node.name(), &not_among(&found, &words.collect::<Vec<_>>())))
}
