//! GetProfile (section 6): what this server can do. Every server must answer it.

use ordergate_xml::XmlWriter;

use crate::Context;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::frame::begin;
use crate::options::VeloconnectOptions;
use crate::version::Version;

const RESPONSE: &str = "GetProfileResponse";

/// What is offered, unless it is switched off, in each binding. An entry for a transaction speaks for all its operations, and
/// GetProfile itself is not listed.
const OFFERED: &[(&str, &str)] = &[
    ("Operation", "GetStatus"),
    ("Operation", "Rollback"),
    ("Operation", "GetItemDetails"),
    ("Operation", "GetItemDetailsList"),
    ("Transaction", "Order"),
    ("Transaction", "OrderInOnlineShop"),
];

/// The request has nothing but its frame.
pub(crate) fn run(call: &Call<'_>) -> Vec<u8> {
    let options = &call.context.options;
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
    for (kind, name) in OFFERED.iter().filter(|(_, name)| options.offers(name)) {
        for binding in bindings {
            w.start("Implements").leaf(kind, name).leaf("Binding", binding);
            if let Some(uri) = uri {
                w.leaf("URI", uri);
            }
            w.end();
        }
    }
    for (key, value) in properties(options, call.incoming.version) {
        property(&mut w, key, &value);
    }
    w.end();
    w.finish()
}

/// veloconnect 33: none where everything is at the URL that was asked; the seller's own where a SellersID has chosen the seller.
fn uri<'c>(call: &Call<'c>) -> Option<&'c str> {
    let named = call.incoming.frame.seller.is_some() && call.incoming.version.knows_sellers_id();
    let seller = &call.context.seller;
    (named && seller.name.is_some()).then_some(seller.url.as_str())
}

/// veloconnect 35 to 39: only keys and values that the profile of this version lists.
fn properties(options: &VeloconnectOptions, version: Version) -> Vec<(&'static str, String)> {
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
        all.push(("Catalog.ItemInformation.ProductData", text(false)));
    }
    // A must where that transaction is offered.
    if options.shop.enabled {
        all.push(("OrderInOnlineShop.TransactionID", options.shop.transaction_id.clone()));
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
