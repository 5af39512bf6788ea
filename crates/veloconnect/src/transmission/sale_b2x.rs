//! SaleTransmitB2X and GetStatusSaleTransmitB2X: what a retailer tells a third party of his sales, goods and services.

use ordergate_engine::transaction::Kind;
use ordergate_xml::XmlWriter;

use super::answer::{write_buyers, write_manufacturers, write_standard};
use super::channel::{Channel, Line, Problem, text as of};
use super::field::{CURRENCY, Field, UNIT, What, attribute, number, text};

pub(crate) static CHANNEL: Channel = Channel {
    kind: Kind::B2XSale,
    name: "SaleTransmitB2X",
    line: "SaleTransmitB2XLine",
    response: "SaleTransmitB2XResponse",
    status_response: "GetStatusSaleTransmitB2XResponse",
    fields: FIELDS,
    subject,
    problem,
    write,
};

const FIELDS: &[Field] = &[
    text("id", &["ID"]),
    text("standardArticle", &["StandardItemIdentification", "ID"]),
    attribute("standardScheme", &["StandardItemIdentification", "ID"], "identificationSchemeID"),
    Field { key: "classification", path: &["CommodityClassification"], what: What::FirstLeaf },
    text("manufacturersArticle", &["ManufacturersItemIdentification", "ID"]),
    Field { key: "manufacturer", path: &["ManufacturersItemIdentification"], what: What::Brand },
    text("buyersArticle", &["BuyersItemIdentification", "ID"]),
    text("description", &["Description"]),
    attribute("language", &["Description"], "languageID"),
    text("productGroup", &["BidexProductGroupKey"]),
    text("soldAt", &["SaleDate"]),
    number("quantity", &["Quantity"]),
    attribute("unit", &["Quantity"], UNIT),
    Field { key: "quantity2", path: &["Quantity"], what: What::SecondNumber },
    Field { key: "unit2", path: &["Quantity"], what: What::SecondAttribute(UNIT) },
    text("documentNumber", &["DocumentNumber"]),
    number("priceGross", &["SalesPriceGross"]),
    attribute("currencyGross", &["SalesPriceGross"], CURRENCY),
    number("priceNet", &["SalesPriceNet"]),
    attribute("currencyNet", &["SalesPriceNet"], CURRENCY),
    number("recommendedPrice", &["RecommendedRetailPrice"]),
    attribute("recommendedCurrency", &["RecommendedRetailPrice"], CURRENCY),
    text("postalCode", &["PostalCode"]),
    text("salesChannel", &["SalesChannel"]),
    Field { key: "classificationXml", path: &["CommodityClassification"], what: What::Fragment },
];

/// The line's own ID, by which it is known when it is sent again.
fn subject(line: &Line) -> Option<String> {
    of(line, "id").map(str::to_owned)
}

/// What the schema's comment asks of goods and of services, and its tables do not.
fn problem(line: &Line) -> Option<Problem> {
    let has = |key| of(line, key).is_some();
    let numbered = has("standardArticle") || (has("manufacturersArticle") && has("manufacturer"));
    let goods = numbered && has("quantity");
    let service = has("classificationXml") && has("description") && (has("priceNet") || has("priceGross"));
    (!goods && !service).then_some(Problem::NeitherGoodsNorService)
}

fn write(w: &mut XmlWriter, line: &Line, _: Option<bool>) {
    w.start("SaleTransmitB2XResponseLine").leaf("ID", of(line, "id").unwrap_or_default());
    write_standard(w, line);
    if let Some(fragment) = of(line, "classificationXml") {
        w.raw(fragment);
    }
    write_manufacturers(w, line);
    write_buyers(w, line);
    if let Some(description) = of(line, "description") {
        w.start("Description");
        if let Some(language) = of(line, "language") {
            w.attr("languageID", language);
        }
        w.text(description).end();
    }
    w.leaf("SaleDate", of(line, "soldAt").unwrap_or_default());
    for (quantity, unit) in [("quantity", "unit"), ("quantity2", "unit2")] {
        if let Some(quantity) = of(line, quantity) {
            // What came without a unit, in lenient mode, counts pieces.
            w.start("Quantity").attr(UNIT, of(line, unit).unwrap_or("EA")).text(quantity).end();
        }
    }
    for (name, amount, currency) in
        [("SalesPriceGross", "priceGross", "currencyGross"), ("SalesPriceNet", "priceNet", "currencyNet")]
    {
        if let Some(amount) = of(line, amount) {
            w.start(name).attr(CURRENCY, of(line, currency).unwrap_or_default()).text(amount).end();
        }
    }
    w.end();
}
