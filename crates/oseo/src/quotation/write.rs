//! Quotations as XML: what is stored of their prices, and what customers get (06-141r6 §10.4).

use ordergate_engine::{Document, QuotationId, Timestamp};
use ordergate_store::QuotedOrder;
use ordergate_xml::XmlWriter;
use ordergate_xml::builtin::format_date_time;
use rust_decimal::Decimal;

use super::{Group, Prices, Unit};
use crate::{OseoOptions, order_document};

/// The most characters of `serviceName` and `organization`.
const NAME_MAX: usize = 40;

/// The content of an OrderQuotation behind `validityTime`. Fails where an order must have a price and cannot.
pub(super) fn prices(options: &OseoOptions, order: &QuotedOrder, prices: &Prices) -> Result<Document, String> {
    let mut w = XmlWriter::new();
    if let Some((total, unit)) = prices.total()? {
        amount("os:price", total, unit, &mut w);
    }
    for of_group in &prices.groups {
        group(options, order, of_group, &mut w);
    }
    contract(prices.contract.as_deref(), &mut w);
    Ok(Document(w.finish()))
}

fn group(options: &OseoOptions, order: &QuotedOrder, group: &Group, w: &mut XmlWriter) {
    let cut = |name: &str| name.chars().take(NAME_MAX).collect::<String>();
    w.start("os:orderItemGroupPrice");
    w.start("os:provider").leaf("os:serviceName", &cut(&options.title));
    w.leaf("os:organization", &cut(&options.provider_name)).end();
    amount("os:price", group.price, &group.unit, w);
    for item in &group.items {
        let Some(ordered) = order.items.get(item.position) else { continue };
        w.start("os:orderItemPrice").leaf("os:itemId", &ordered.item_id);
        order_document::copy_product_id(&ordered.document, w);
        if let Some(price) = item.price {
            amount("os:price", price, &group.unit, w);
        }
        if let Some(information) = &item.information {
            w.leaf("os:priceInformation", information);
        }
        w.end();
    }
    contract(group.contract.as_deref(), w);
    w.end();
}

fn amount(element: &str, amount: Decimal, unit: &Unit, w: &mut XmlWriter) {
    w.start(element).leaf("os:value", &unit.write(amount)).leaf("os:currency", unit.code()).end();
}

fn contract(text: Option<&str>, w: &mut XmlWriter) {
    if let Some(text) = text {
        w.leaf("os:contractInformation", text);
    }
}

/// The element `quotation` with prices that were stored.
pub(crate) fn quotation(id: QuotationId, valid_until: Timestamp, prices: &Document, w: &mut XmlWriter) {
    w.start("os:quotation").leaf("os:quotationId", &id.to_string());
    w.leaf("os:validityTime", &format_date_time(valid_until.0));
    w.raw(order_document::text(prices));
    w.end();
}
