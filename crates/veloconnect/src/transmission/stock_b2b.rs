//! StockTransmitB2B and GetItemStatusStockTransmitB2B: what a retailer has of a supplier's articles.

use ordergate_engine::transaction::Kind;
use ordergate_xml::XmlWriter;

use super::answer::{write_available, write_buyers, write_sellers};
use super::channel::{Channel, Line, Problem, text as of};
use super::field::{Field, UNIT, attribute, number, text};

pub(crate) static CHANNEL: Channel = Channel {
    kind: Kind::B2BStock,
    name: "StockTransmitB2B",
    line: "StockTransmitB2BLine",
    response: "StockTransmitB2BResponse",
    status_response: "GetItemStatusStockTransmitB2BResponse",
    fields: FIELDS,
    subject,
    problem,
    write,
};

const FIELDS: &[Field] = &[
    text("sellersArticle", &["SellersItemIdentification", "ID"]),
    text("buyersArticle", &["BuyersItemIdentification", "ID"]),
    number("quantity", &["Quantity"]),
    attribute("unit", &["Quantity"], UNIT),
    text("availability", &["Availability"]),
];

/// The supplier's number.
fn subject(line: &Line) -> Option<String> {
    of(line, "sellersArticle").map(str::to_owned)
}

const fn problem(_: &Line) -> Option<Problem> {
    None
}

fn write(w: &mut XmlWriter, line: &Line, is_known: Option<bool>) {
    w.start("StockTransmitB2BResponseLine");
    write_sellers(w, line);
    write_buyers(w, line);
    write_available(w, is_known);
    w.end();
}
