//! SaleTransmitB2B and GetStatusSaleTransmitB2B: what a retailer has sold of a supplier's articles.

use ordergate_engine::transaction::Kind;
use ordergate_xml::XmlWriter;

use super::answer::{write_buyers, write_sellers};
use super::channel::{Channel, Line, Problem, text as of};
use super::field::{CURRENCY, Field, What, attribute, number, text};

pub(crate) static CHANNEL: Channel = Channel {
    kind: Kind::B2BSale,
    name: "SaleTransmitB2B",
    line: "SaleTransmitB2BLine",
    response: "SaleTransmitB2BResponse",
    status_response: "GetStatusSaleTransmitB2BResponse",
    fields: FIELDS,
    subject,
    problem,
    write,
};

const FIELDS: &[Field] = &[
    text("id", &["ID"]),
    text("sellersArticle", &["SellersItemIdentification", "ID"]),
    text("buyersArticle", &["BuyersItemIdentification", "ID"]),
    number("quantity", &["QuantityFraction"]),
    text("soldAt", &["SaleDate"]),
    text("documentNumber", &["DocumentNumber"]),
    number("priceGross", &["SalesPriceGross"]),
    attribute("currencyGross", &["SalesPriceGross"], CURRENCY),
    number("priceNet", &["SalesPriceNet"]),
    attribute("currencyNet", &["SalesPriceNet"], CURRENCY),
    text("postalCode", &["PostalCode"]),
    Field { key: "serialNumbers", path: &["SerialNumbers"], what: What::Serials },
    text("salesChannel", &["SalesChannel"]),
];

/// The line's own ID, by which it is known when it is sent again.
fn subject(line: &Line) -> Option<String> {
    of(line, "id").map(str::to_owned)
}

const fn problem(_: &Line) -> Option<Problem> {
    None
}

fn write(w: &mut XmlWriter, line: &Line, _: Option<bool>) {
    w.start("SaleTransmitB2BResponseLine").leaf("ID", of(line, "id").unwrap_or_default());
    write_sellers(w, line);
    write_buyers(w, line);
    w.leaf("QuantityFraction", of(line, "quantity").unwrap_or("0"));
    w.leaf("SaleDate", of(line, "soldAt").unwrap_or_default());
    w.end();
}
