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

/// What is offered, unless it is switched off, in each binding. An entry for a transaction speaks for all its operations, and
/// GetProfile itself is not listed.
const OFFERED: &[(&str, &str)] = &[
    ("Operation", "GetStatus"),
    ("Operation", "Rollback"),
    ("Operation", "GetItemDetails"),
    ("Operation", "GetItemDetailsList"),
    ("Operation", CLASSIFICATION),
    ("Transaction", "Order"),
    ("Transaction", "OrderInOnlineShop"),
    ("Transaction", "TextSearch"),
];

/// Only offered where the articles have a scheme.
const CLASSIFICATION: &str = "GetClassificationScheme";

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
    let uri = uri(call);
    let has = |name: &str| options.offers(name) && (name != CLASSIFICATION || catalogue.classified);
    for (kind, name) in OFFERED.iter().filter(|(_, name)| has(name)) {
        for binding in bindings {
            implements(&mut w, (kind, name), binding, uri);
        }
    }
    // veloconnect 39: from the version on that has the words; by XML-POST only.
    let version = call.incoming.version;
    let stock = STOCK.iter().filter(|_| version >= Version::V1_4);
    let transmissions = stock.chain(SALE.iter().filter(|_| version >= Version::V1_6));
    for name in transmissions.filter(|name| options.offers(name)) {
        // The same words name the transaction and the operation that begins it; the profile has both.
        for kind in ["Transaction", "Operation"] {
            implements(&mut w, (kind, name), bindings[1], uri);
        }
    }
    let receipts: Vec<&str> = receipts::operations().filter(|name| version.lists_receipts() && options.offers(name)).collect();
    for name in &receipts {
        for binding in bindings {
            implements(&mut w, ("Operation", name), binding, uri);
        }
    }
    for (key, value) in properties(options, catalogue, version) {
        property(&mut w, key, &value);
    }
    if !receipts.is_empty() {
        receipts::write_limits(&mut w, &options.receipts);
    }
    w.end();
    Ok(w.finish())
}

/// veloconnect 33: none where everything is at the URL that was asked; the seller's own where a SellersID has chosen the seller.
fn uri<'c>(call: &Call<'c>) -> Option<&'c str> {
    let named = call.incoming.frame.seller.is_some() && call.incoming.version.knows_sellers_id();
    let seller = &call.context.seller;
    (named && seller.name.is_some()).then_some(seller.url.as_str())
}

/// veloconnect 35 to 39: only keys and values that the profile of this version lists.
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
    // A must where that transaction is offered.
    if options.shop.enabled {
        all.push(("OrderInOnlineShop.TransactionID", options.shop.transaction_id.clone()));
    }
    // A must, because expecting_delivery may come without a date.
    all.push(("Order.ExpectingDelivery", options.expecting_delivery_days.to_string()));
    all
}

fn implements(w: &mut XmlWriter, (kind, name): (&'static str, &str), binding: &str, uri: Option<&str>) {
    w.start("Implements").leaf(kind, name).leaf("Binding", binding);
    if let Some(uri) = uri {
        w.leaf("URI", uri);
    }
    w.end();
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
