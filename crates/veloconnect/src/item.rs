//! Items, quantities and availability: how they are read from requests and written into answers (7.1, 7.2, 7.5).

use jiff::civil::Date;
use ordergate_xml::{Node, XmlWriter};
use rust_decimal::Decimal;

use crate::articles::{Article, Availability, Price, Quantity, TaxCategory};
use crate::basket::{Basket, LINE_BYTES, Line, RequestLine};
use crate::call::{Call, Failure};
use crate::codes::ResponseCode;
use crate::frame::read_boolean;
use crate::item_information::write_information;
use crate::message::Message;
use crate::number::{amount, number};
use crate::options::UnitPrice;
use crate::schema::ubl::{BUYERS_ITEM_IDENTIFICATION, CBC, ID, QUANTITY, SELLERS_ITEM_IDENTIFICATION};
use crate::text::one_line;

/// The number in the SellersItemIdentification of a request, an entry or a line; `""` if there is none.
pub(crate) fn sellers_id(node: Node<'_>) -> String {
    identification(node, SELLERS_ITEM_IDENTIFICATION.name)
}

fn identification(node: Node<'_>, name: &str) -> String {
    // By local names, because refusals echo the numbers of documents that were not checked.
    let id = node.children().find(|c| c.name() == name).and_then(|c| c.children().find(|i| i.name() == ID.name));
    id.map(|id| one_line(&id.text()).trim().to_owned()).unwrap_or_default()
}

/// A quantity as sent. The unit may be missing in lenient mode only.
pub(crate) struct SentQuantity {
    /// `None` for a number beyond what we can hold.
    pub value: Option<Decimal>,
    pub unit: Option<String>,
}

/// The `cbc:Quantity` of a checked request.
pub(crate) fn quantity(node: Node<'_>, strict: bool) -> Option<SentQuantity> {
    let quantity = node.child(CBC, QUANTITY.name)?;
    let unit = quantity.attribute("", "quantityUnitCode").map(str::trim).filter(|u| !u.is_empty());
    let unit = unit.map(|u| if strict { u.to_owned() } else { u.to_ascii_uppercase() });
    Some(SentQuantity { value: decimal(&quantity.text()), unit })
}

fn decimal(text: &str) -> Option<Decimal> {
    text.trim().trim_end_matches('.').parse().ok()
}

/// The OrderRequestLines of a checked request.
pub(crate) fn request_lines(call: &Call<'_>) -> Result<Vec<RequestLine>, Failure> {
    let (root, strict, max) = (call.incoming.document.root(), !call.lenient().unit_case, call.context.options.lines_max);
    let lines = || root.children().filter(|c| c.name() == "OrderRequestLine");
    if lines().nth(max).is_some() {
        return Err(Failure::new(ResponseCode::General, Message::TooManyLines(max)));
    }
    Ok(lines().map(|line| request_line(line, strict)).collect())
}

fn request_line(line: Node<'_>, strict: bool) -> RequestLine {
    let quantity = quantity(line, strict);
    let buyers_id = identification(line, BUYERS_ITEM_IDENTIFICATION.name);
    RequestLine {
        id: sellers_id(line),
        // A number too long to hold is no quantity either: -1 is refused as such.
        value: quantity.as_ref().and_then(|q| q.value).unwrap_or(Decimal::NEGATIVE_ONE),
        unit: quantity.and_then(|q| q.unit),
        buyers_id: Some(buyers_id).filter(|id| !id.is_empty()),
        delivery_date: line.child(CBC, "DeliveryDate").map(|d| date(&d.text())),
        backlog: line.child(CBC, "BacklogIndicator").and_then(|b| read_boolean(&b.text())),
    }
}

/// The day of an `xs:date`, whatever its time zone. Years beyond four digits are as far off as we can say.
pub(crate) fn date(text: &str) -> Date {
    let text = text.trim();
    let beyond = if text.starts_with('-') { Date::constant(1, 1, 1) } else { Date::MAX };
    text.get(..10).and_then(|day| day.parse().ok()).unwrap_or(beyond)
}

/// veloconnect 44: every quantity carries its unit.
pub(crate) fn write_quantity(w: &mut XmlWriter, name: &str, value: Decimal, unit: &str) {
    w.start(name).attr("quantityUnitCode", unit).text(&number(value)).end();
}

pub(crate) fn write_amount(w: &mut XmlWriter, name: &str, value: Decimal, currency: &str) {
    w.start(name).attr("amountCurrencyID", currency).text(&amount(value)).end();
}

/// An item identification; implementations use nothing but `cac:ID` (D-CT).
pub(crate) fn write_identification(w: &mut XmlWriter, name: &str, id: &str) {
    w.start(name).leaf("cac:ID", id).end();
}

/// `cac:Item`: master data from the seller's system, and the buyer's own number: `buyers_id` if he has sent one, else the one
/// that is known. `catalog` is the namespace in which further information is given.
pub(crate) fn write_item(w: &mut XmlWriter, article: &Article, buyers_id: Option<&str>, catalog: &str) {
    w.start("cac:Item");
    // Rule 1: a knowledgeable reader recognises the article.
    w.leaf("cbc:Description", &article.description);
    // Rule 6: of PackQuantity and PackSizeNumeric exactly one, where PK is used.
    if let Some(pack) = &article.pack {
        write_quantity(w, "cbc:PackQuantity", pack.quantity, &pack.unit);
    }
    // Rule 3.
    if let Some(id) = article.buyers_number_or(buyers_id) {
        write_identification(w, "cac:BuyersItemIdentification", id);
    }
    // Rule 2.
    write_identification(w, "cac:SellersItemIdentification", &article.id);
    match (&article.ean, &article.manufacturer) {
        // Rule 4: a known EAN must be sent, and be marked as one. Only one of the two identifications is
        // ever sent, because sources disagree about their order.
        (Some(ean), _) => {
            w.start("cac:StandardItemIdentification").start("cac:ID").attr("identificationSchemeID", "EAN/UCC-13");
            w.text(ean).end().end();
        }
        // Rule 5.
        (None, Some(maker)) => {
            w.start("cac:ManufacturersItemIdentification").leaf("cac:ID", &maker.id);
            w.start("cac:IssuerParty").start("cac:PartyName").leaf("cbc:Name", &maker.name).end().end().end();
        }
        (None, None) => {}
    }
    if let Some(tax) = &article.tax {
        write_tax(w, tax);
    }
    write_prices(w, article);
    write_information(w, article, catalog);
    w.end();
}

/// `cac:Item` of a number of which nothing more is known.
pub(crate) fn write_bare_item(w: &mut XmlWriter, id: &str) {
    w.start("cac:Item");
    write_identification(w, "cac:SellersItemIdentification", id);
    w.end();
}

/// `cac:TaxCategory`, as UBL 1.0 has it: category, percentage, and which tax it is.
fn write_tax(w: &mut XmlWriter, tax: &TaxCategory) {
    w.start("cac:TaxCategory").leaf("cac:ID", &tax.category);
    if let Some(percent) = tax.percent {
        w.leaf("cbc:PercentNumeric", &number(percent));
    }
    w.start("cac:TaxScheme").leaf("cac:ID", "VAT").end().end();
}

fn write_prices(w: &mut XmlWriter, article: &Article) {
    // Rules 7 to 10: at least one, net, all in one unit, graduated by quantity. BaseQuantity is a must (D-CT).
    for price in &article.prices {
        w.start("cac:BasePrice");
        write_amount(w, "cbc:PriceAmount", price.amount, &article.currency);
        write_quantity(w, "cbc:BaseQuantity", price.per, &article.unit);
        if let Some(to) = price.to {
            write_quantity(w, "cbc:MaximumQuantity", to, &article.unit);
        }
        if let Some(from) = price.from {
            write_quantity(w, "cbc:MinimumQuantity", from, &article.unit);
        }
        w.end();
    }
    if let Some(retail) = &article.retail_price {
        w.start("cac:RecommendedRetailPrice");
        write_amount(w, "cbc:PriceAmount", retail.amount, &article.currency);
        write_quantity(w, "cbc:BaseQuantity", Decimal::ONE, &retail.unit);
        w.end();
    }
}

/// `Availability`; which code carries which facts is settled where it is computed.
pub(crate) fn write_availability(w: &mut XmlWriter, availability: &Availability) {
    w.start("Availability").leaf("Code", availability.code.text());
    if let Some(Quantity { value, unit }) = &availability.quantity {
        write_quantity(w, "AvailableQuantity", *value, unit);
    }
    if let Some(date) = availability.date {
        w.leaf("ExpectedDeliveryDate", &date.to_string());
    }
    for id in &availability.alternatives {
        write_identification(w, "cac:ItemReplacement", id);
    }
    w.end();
}

/// `RequestReplacement`: the number is obsolete, these replace it.
pub(crate) fn write_replacement(w: &mut XmlWriter, id: &str, by: &[String]) {
    w.start("RequestReplacement");
    write_identification(w, "cac:SellersItemIdentification", id);
    for other in by {
        write_identification(w, "cac:ItemReplacement", other);
    }
    w.end();
}

/// `ItemUnknown`.
pub(crate) fn write_unknown(w: &mut XmlWriter, id: &str) {
    w.start("ItemUnknown");
    write_identification(w, "cac:SellersItemIdentification", id);
    w.end();
}

/// `OrderResponseLine`.
fn write_line(w: &mut XmlWriter, line: &Line, unit_price: UnitPrice, catalog: &str) {
    w.start("OrderResponseLine");
    write_quantity(w, "cbc:Quantity", line.quantity.value, &line.quantity.unit);
    write_item(w, &line.article, line.buyers_id.as_deref(), catalog);
    write_unit_price(w, &line.unit_price, unit_price);
    write_availability(w, &line.availability);
    if let Some(date) = line.delivery_date {
        w.leaf("cbc:DeliveryDate", &date.to_string());
    }
    if let Some(backlog) = line.backlog {
        w.leaf("cbc:BacklogIndicator", if backlog { "true" } else { "false" });
    }
    w.end();
}

/// The lines of an order, in room that is made by what the first one takes.
pub(crate) fn write_lines(w: &mut XmlWriter, call: &Call<'_>, basket: &Basket) {
    let before = w.len();
    for (number, line) in basket.lines.iter().enumerate() {
        write_line(w, line, call.context.options.unit_price, call.catalog_ns());
        if number == 0 {
            w.reserve((w.len() - before + 16).min(LINE_BYTES) * (basket.lines.len() - 1));
        }
    }
}

/// Whether it is a plain amount or an aggregate is an open point of the standard.
fn write_unit_price(w: &mut XmlWriter, price: &Price, form: UnitPrice) {
    match form {
        UnitPrice::Plain => write_amount(w, "cac:UnitPrice", price.amount, &price.currency),
        UnitPrice::Aggregate => {
            w.start("cac:UnitPrice");
            write_amount(w, "cbc:PriceAmount", price.amount, &price.currency);
            w.end();
        }
    }
}

/// `OrderHeader` (D-FO 2).
pub(crate) fn write_header(w: &mut XmlWriter, order_id: &str, issued: Date) {
    w.start("OrderHeader").leaf("OrderID", order_id).leaf("cbc:IssueDate", &issued.to_string()).end();
}

/// The order numbers that a list request asks for, as far as they can be made out.
pub(crate) fn requested_ids(root: Node<'_>) -> Vec<String> {
    root.children().filter(|c| c.name() == "RequestEntry").map(sellers_id).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_as_they_are_read_and_written() {
        for (text, value) in [("10", "10"), (" +10.50 ", "10.5"), (".5", "0.5"), ("1.", "1"), ("1000", "1000")] {
            assert_eq!(number(decimal(text).unwrap()), value, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(40)), None);
        for (value, written) in [("34.9", "34.90"), ("34.900", "34.90"), ("0.349", "0.349"), ("7", "7.00"), ("1200", "1200.00")] {
            assert_eq!(amount(value.parse().unwrap()), written);
        }
    }

    #[test]
    fn dates_with_and_without_zone() {
        for (text, day) in [
            ("2027-03-01", "2027-03-01"),
            (" 2027-03-01Z ", "2027-03-01"),
            ("2027-03-01+14:00", "2027-03-01"),
            ("12027-03-01", "9999-12-31"),
            ("-0044-03-15", "0001-01-01"),
        ] {
            assert_eq!(date(text).to_string(), day);
        }
    }
}
