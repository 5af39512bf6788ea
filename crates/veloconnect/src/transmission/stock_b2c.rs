//! StockTransmitB2C and GetItemStatusStockTransmitB2C: what a retailer offers at market places and in web shops.

use ordergate_engine::transaction::Kind;
use ordergate_xml::XmlWriter;

use super::answer::{write_available, write_buyers, write_identification, write_manufacturers, write_standard};
use super::channel::{Channel, Line, Problem, text as of};
use super::field::{CURRENCY, Field, UNIT, What, attribute, flag, number, text};

pub(crate) static CHANNEL: Channel = Channel {
    kind: Kind::B2CStock,
    name: "StockTransmitB2C",
    line: "StockTransmitB2CLine",
    response: "StockTransmitB2CResponse",
    status_response: "GetItemStatusStockTransmitB2CResponse",
    fields: FIELDS,
    subject,
    problem,
    write,
};

const FIELDS: &[Field] = &[
    text("standardArticle", &["StandardItemIdentification", "ID"]),
    attribute("standardScheme", &["StandardItemIdentification", "ID"], "identificationSchemeID"),
    text("manufacturersArticle", &["ManufacturersItemIdentification", "ID"]),
    Field { key: "manufacturer", path: &["ManufacturersItemIdentification"], what: What::Brand },
    text("marketPlaceArticle", &["MarketPlaceItemIdentification", "ID"]),
    text("buyersArticle", &["BuyersItemIdentification", "ID"]),
    number("quantity", &["Quantity"]),
    attribute("unit", &["Quantity"], UNIT),
    text("availability", &["Availability"]),
    number("price", &["BasePrice", "PriceAmount"]),
    attribute("currency", &["BasePrice", "PriceAmount"], CURRENCY),
    number("priceQuantity", &["BasePrice", "BaseQuantity"]),
    attribute("priceUnit", &["BasePrice", "BaseQuantity"], UNIT),
    number("specialPrice", &["SpecialPrice", "PriceAmount"]),
    attribute("specialCurrency", &["SpecialPrice", "PriceAmount"], CURRENCY),
    text("specialPriceName", &["SpecialPriceName"]),
    text("specialPriceStart", &["SpecialPriceStart"]),
    text("specialPriceEnd", &["SpecialPriceEnd"]),
    number("shipping", &["Shipping", "PriceAmount"]),
    attribute("shippingCurrency", &["Shipping", "PriceAmount"], CURRENCY),
    Field { key: "taxCategory", path: &["TaxCategory"], what: What::FirstLeaf },
    number("taxPercent", &["TaxCategory", "Percent"]),
    flag("orderable", &["Orderable"]),
    text("url", &["Url"]),
    number("deliveryDaysMin", &["DeliveryMin"]),
    number("deliveryDaysMax", &["DeliveryMax"]),
    text("assembly", &["Assembly"]),
    text("condition", &["Condition"]),
    Field { key: "taxCategoryXml", path: &["TaxCategory"], what: What::Fragment },
];

/// The retailer's own number, if it is given, names what he offers; else the market place's does. An EAN or a maker's number
/// may name a new and a used one.
fn subject(line: &Line) -> Option<String> {
    let condition = of(line, "condition").map(|condition| format!(" {condition}")).unwrap_or_default();
    let own = of(line, "buyersArticle").map(|id| format!("buyer {id}"));
    let place = || of(line, "marketPlaceArticle").map(|id| format!("market place {id}"));
    let standard = || of(line, "standardArticle").map(|id| format!("standard {id}{condition}"));
    let maker = || {
        let maker = of(line, "manufacturer").unwrap_or("-");
        of(line, "manufacturersArticle").map(|id| format!("manufacturer {maker} {id}{condition}"))
    };
    own.or_else(place).or_else(standard).or_else(maker)
}

fn problem(line: &Line) -> Option<Problem> {
    subject(line).is_none().then_some(Problem::NoSubject)
}

fn write(w: &mut XmlWriter, line: &Line, is_known: Option<bool>) {
    w.start("StockTransmitB2CResponseLine");
    write_standard(w, line);
    write_manufacturers(w, line);
    if let Some(id) = of(line, "marketPlaceArticle") {
        write_identification(w, "MarketPlaceItemIdentification", id);
    }
    write_buyers(w, line);
    write_available(w, is_known);
    w.end();
}
