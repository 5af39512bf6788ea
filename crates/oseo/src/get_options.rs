//! GetOptions (06-141r6 §9): what a collection's products, or certain products, can be ordered with.

use ordergate_engine::order::OrderKind;
use ordergate_xml::{Node, XmlWriter, validate};

use crate::collections::{Catalogue, Collection, OptionSet, write};
use crate::schema::{self, OS, ows, swe};
use crate::version::check_version;
use crate::{Context, Exception, Reply};

pub(crate) fn handle(context: &Context, message: Node<'_>) -> Result<Reply, Exception> {
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    let catalogue = context.collections.current();
    if let Some(task) = message.child(OS, "taskingRequestId") {
        return Ok(answer(&of_task(&catalogue, task)?, None));
    }
    if let Some(id) = message.child(OS, "collectionId") {
        return Ok(answer(&of_collection(context, &catalogue, &id.text())?, None));
    }
    let products: Vec<String> = message.children_named(OS, "identifier").map(|p| p.text().trim().to_owned()).collect();
    let sets = of_products(message, &catalogue, &products)?;
    Ok(answer(&sets, if let [product] = &products[..] { Some(product) } else { None }))
}

/// Checklist OSEO 22, 24. Of a collection that is declared by its name alone there is nothing to tell.
fn of_collection<'c>(context: &Context, catalogue: &'c Catalogue, id: &str) -> Result<Vec<&'c OptionSet>, Exception> {
    let Some(collection) = catalogue.get(id) else {
        let by_name = context.options.collections.iter().any(|name| name == id);
        return if by_name { Ok(Vec::new()) } else { Err(Exception::unsupported_collection(id)) };
    };
    let products = || collection.sets(OrderKind::Product);
    let subscriptions = collection.sets(OrderKind::Subscription);
    if products().any(|set| set.identifier.is_some()) {
        if collection.subscriptions {
            // Who subscribes names no product, and could ask in no other way.
            return Ok(subscriptions.collect());
        }
        // §9.3.1: the options of a collection's products must be the same, or the products must be named.
        let diagnosis = format!("the options of collection \"{id}\" depend on the product: ask by identifier");
        return Err(Exception::missing("identifier", diagnosis));
    }
    Ok(products().chain(subscriptions).collect())
}

/// Checklist OSEO 23. A task is known to the planning service alone, so it may be of any collection that takes tasks.
fn of_task<'c>(catalogue: &'c Catalogue, task: Node<'_>) -> Result<Vec<&'c OptionSet>, Exception> {
    let refuse = |problem: &str| {
        let diagnosis = format!("{}, /GetOptions/taskingRequestId: {problem}", task.position());
        Exception::task_not_supported(diagnosis)
    };
    if !catalogue.takes(OrderKind::Tasking) {
        return Err(refuse("tasking orders are not offered by this server"));
    }
    let id = task.child(OS, "ID").map(|id| id.text().trim().to_owned()).unwrap_or_default();
    Ok(catalogue.iter().flat_map(|collection| collection.sets(OrderKind::Tasking)).filter(|set| set.is_for(&id)).collect())
}

/// Checklist OSEO 21: what is offered for every one of the products, so they must be of one collection.
fn of_products<'c>(message: Node<'_>, catalogue: &'c Catalogue, products: &[String]) -> Result<Vec<&'c OptionSet>, Exception> {
    let refuse = |n: usize, problem: &str| {
        let place = message.children_named(OS, "identifier").nth(n).unwrap_or(message).position();
        Exception::invalid("identifier", format!("{place}, /GetOptions/identifier[{}]: {problem}", n + 1))
    };
    let mut common: Option<&Collection> = None;
    for (n, product) in products.iter().enumerate() {
        let collection = catalogue.of_product(product).ok_or_else(|| refuse(n, "no collection is declared for this product"))?;
        if common.is_some_and(|common| common.id != collection.id) {
            return Err(refuse(n, "the product is of another collection than those before it, so they have no common options"));
        }
        common = Some(collection);
    }
    let sets = common.into_iter().flat_map(|collection| collection.sets(OrderKind::Product));
    Ok(sets.filter(|set| products.iter().all(|product| set.is_for(product))).collect())
}

fn answer(sets: &[&OptionSet], product: Option<&String>) -> Reply {
    let mut w = XmlWriter::new();
    w.start("os:GetOptionsResponse").attr("xmlns:os", OS).attr("xmlns:swe", swe::SWE).attr("xmlns:xlink", ows::XLINK);
    w.leaf("os:status", "success");
    for set in sets {
        write::option_set(set, product.map(String::as_str), &mut w);
    }
    w.end();
    Reply { xml: w.finish(), result: "success" }
}
