//! GetProfile (section 6): what this server can do. Every server must answer it.

use ordergate_xml::XmlWriter;

use crate::Context;
use crate::articles::CatalogueTraits;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::frame::begin;
use crate::options::VeloconnectOptions;
use crate::receipts;
use crate::transmission::{SALE, STOCK};
use crate::version::Version;

const RESPONSE: &str = "GetProfileResponse";

/// What is offered, in each binding. An entry for a transaction speaks for all its operations, and
/// GetProfile itself is not listed.
fn offered(catalogue: CatalogueTraits) -> impl Iterator<Item = (&'static str, &'static str)> {
    let always = [
        ("Operation", "GetStatus"),
        ("Operation", "Rollback"),
        ("Operation", "GetItemDetails"),
        ("Operation", "GetItemDetailsList"),
    ];
    let schemes = catalogue.classified.then_some(("Operation", "GetClassificationScheme"));
    always.into_iter().chain(schemes).chain([("Transaction", "Order"), ("Transaction", "TextSearch")])
}

/// The request has nothing but its frame.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let options = &call.context.options;
    let catalogue = call.context.articles.traits().await?;
    let mut w = begin(call.incoming.ns, RESPONSE, &call.success());
    if let Some(name) = &options.seller_name {
        w.leaf("SellerName", name);
    }
    if let Some(message) = &options.message {
        w.leaf("Message", message);
    }
    w.start("VeloconnectProfile");
    let bindings = if call.context.secure { ["URL-S", "XML-POST-S"] } else { ["URL", "XML-POST"] };
    for (kind, name) in offered(catalogue) {
        for binding in bindings {
            // No URI: everything is at the default URL.
            w.start("Implements").leaf(kind, name).leaf("Binding", binding).end();
        }
    }
    // veloconnect 39: from the version on that has the words; by XML-POST only.
    let version = call.incoming.version;
    let stock = STOCK.iter().filter(|_| version >= Version::V1_4);
    for name in stock.chain(SALE.iter().filter(|_| version >= Version::V1_6)) {
        // The same words name the transaction and the operation that begins it; the profile has both.
        for kind in ["Transaction", "Operation"] {
            w.start("Implements").leaf(kind, name).leaf("Binding", bindings[1]).end();
        }
    }
    let speaks_receipts = options.receipts.enabled && version.lists_receipts();
    if speaks_receipts {
        receipts::write_operations(&mut w, bindings);
    }
    for (key, value) in properties(options, catalogue, version) {
        property(&mut w, key, &value);
    }
    if speaks_receipts {
        receipts::write_limits(&mut w, &options.receipts);
    }
    w.end();
    Ok(w.finish())
}

/// veloconnect 36 to 39: only keys and values that the profile of this version lists.
fn properties(options: &VeloconnectOptions, catalogue: CatalogueTraits, version: Version) -> Vec<(&'static str, String)> {
    let text = |value: bool| value.to_string();
    let mut all = vec![
        ("RecommendedRetailPrice.Netto", text(false)),
        ("quantityUnitCode.EA", text(false)),
        ("Order.DeliveryDate", options.delivery_date.property().to_owned()),
        ("Order.Availability", text(true)),
        ("Order.Backlog", options.backlog.property().to_owned()),
        ("Order.BacklogDefault", text(options.backlog_default)),
    ];
    if version >= Version::V1_5 {
        all.push(("Catalog.ItemInformation.ProductData", text(catalogue.product_data)));
    }
    // A must, because expecting_delivery may come without a date.
    all.push(("Order.ExpectingDelivery", options.expecting_delivery_days.to_string()));
    all
}

fn property(w: &mut XmlWriter, key: &str, value: &str) {
    w.start("Property").leaf("Key", key).leaf("Value", value).end();
}

/// 3.3: an empty profile keeps a refusal valid.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut w = begin(incoming.ns, RESPONSE, &refusal(context, incoming, failure));
    w.empty("VeloconnectProfile");
    w.finish()
}
