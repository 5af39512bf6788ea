//! Documents as XML, in the order of the schema.

use jiff::civil::Date;
use ordergate_xml::XmlWriter;
use rust_decimal::Decimal;

use super::document::{
    Address, DeliveryNote, Document, Instance, Invoice, Item, Line, LineReference, Offer, OrderConfirmation, Party, Vat,
};
use crate::articles::{Article, BasePrice, Manufacturer, Pack, RetailPrice, Supply, normalize_ean};
use crate::item::{write_amount, write_item, write_quantity};
use crate::number::number;
use crate::schema::ubl::CATALOG_1_5;

/// A document; nothing for what is no receipt.
pub(crate) fn write_document(w: &mut XmlWriter, document: &Document) {
    match document {
        Document::Offer(offer) => write_offer(w, offer),
        Document::OrderConfirmation(confirmation) => write_order_confirmation(w, confirmation),
        Document::DeliveryNote(note) => write_delivery_note(w, note),
        Document::Invoice(invoice) => write_invoice(w, invoice),
        Document::OrderRejection(_) => {}
    }
}

/// `DateRangeType`.
pub(super) fn write_range(w: &mut XmlWriter, name: &str, from: Option<Date>, thru: Option<Date>) {
    w.start(name);
    for (end, day) in [("FromDate", from), ("ThruDate", thru)] {
        if let Some(day) = day {
            w.leaf(end, &day.to_string());
        }
    }
    w.end();
}

/// Unlike its header it has the date of the request before its reference.
fn write_offer(w: &mut XmlWriter, offer: &Offer) {
    w.start("Offer").leaf("OfferID", &offer.id).leaf("cbc:IssueDate", &offer.issued.to_string());
    if let Some(date) = offer.request_date {
        w.leaf("RequestDate", &date.to_string());
    }
    optional(w, "RequestReference", offer.request_reference.as_ref());
    if let Some(range) = &offer.valid {
        write_range(w, "ValidRange", range.from, range.thru);
    }
    write_party(w, offer.party.as_ref());
    optional(w, "Description", offer.description.as_ref());
    optional(w, "OfferURL", offer.url.as_ref());
    for item in &offer.items {
        write_item(w, &article(item, &offer.currency, None), None, CATALOG_1_5);
    }
    w.end();
}

fn write_order_confirmation(w: &mut XmlWriter, confirmation: &OrderConfirmation) {
    let OrderConfirmation { id, issued, description, party, currency, lines, .. } = confirmation;
    w.start("OrderConfirmation").leaf("OrderConfirmationID", id).leaf("cbc:IssueDate", &issued.to_string());
    optional(w, "Description", description.as_ref());
    write_party(w, party.as_ref());
    for line in lines {
        write_line(w, line, currency);
    }
    w.end();
}

fn write_delivery_note(w: &mut XmlWriter, note: &DeliveryNote) {
    w.start("DeliveryNote").leaf("DeliveryNoteID", &note.id).leaf("cbc:IssueDate", &note.issued.to_string());
    optional(w, "Description", note.description.as_ref());
    for url in &note.tracking_urls {
        w.leaf("TrackingURL", url);
    }
    write_party(w, note.party.as_ref());
    if let Some(address) = &note.delivery_address {
        w.start("cac:DeliveryAddress");
        write_address(w, address);
        w.end();
    }
    for line in &note.lines {
        write_line(w, line, &note.currency);
    }
    w.end();
}

fn write_invoice(w: &mut XmlWriter, invoice: &Invoice) {
    w.start("Invoice").leaf("InvoiceID", &invoice.id).leaf("cbc:IssueDate", &invoice.issued.to_string());
    optional(w, "Description", invoice.description.as_ref());
    optional(w, "InvoiceURL", invoice.url.as_ref());
    write_party(w, invoice.party.as_ref());
    write_amount(w, "GrossSum", invoice.gross_sum, &invoice.currency);
    write_amount(w, "NetSum", invoice.net_sum, &invoice.currency);
    for vat in &invoice.vat {
        write_vat(w, vat, &invoice.currency);
    }
    for line in &invoice.lines {
        write_line(w, line, &invoice.currency);
    }
    w.end();
}

/// `cac:TaxSubTotalType` of UBL 1.0.
fn write_vat(w: &mut XmlWriter, vat: &Vat, currency: &str) {
    w.start("VAT");
    if let Some(taxable) = vat.taxable {
        write_amount(w, "cbc:TaxableAmount", taxable, currency);
    }
    write_amount(w, "cbc:TaxAmount", vat.amount, currency);
    w.start("cac:TaxCategory").leaf("cbc:Percent", &number(vat.percent)).end();
    w.end();
}

fn write_line(w: &mut XmlWriter, line: &Line, currency: &str) {
    w.start("LineItem").leaf("LineID", &line.id);
    write_reference(w, "OrderID", line.order.as_ref());
    write_reference(w, "OrderConfirmationID", line.order_confirmation.as_ref());
    write_reference(w, "DeliveryNoteID", line.delivery_note.as_ref());
    if let Some(date) = line.delivery_date {
        w.leaf("cbc:DeliveryDate", &date.to_string());
    }
    write_quantity(w, "cbc:Quantity", line.quantity, &line.unit);
    write_item(w, &article(&line.item, currency, Some(line)), None, CATALOG_1_5);
    for instance in &line.instances {
        write_instance(w, instance);
    }
    write_amount(w, "UnitPrice", line.unit_price, currency);
    write_amount(w, "LinePrice", line.line_price, currency);
    w.end();
}

fn write_reference(w: &mut XmlWriter, name: &str, reference: Option<&LineReference>) {
    let Some(LineReference { id, line }) = reference else { return };
    w.start(name).leaf("ID", id);
    optional(w, "LineID", line.as_ref());
    w.end();
}

fn write_instance(w: &mut XmlWriter, instance: &Instance) {
    w.start("ItemInstance");
    for serial in &instance.serials {
        w.start("SerialID").attr("kind", &serial.kind);
        if let Some(description) = &serial.description {
            w.attr("description", description);
        }
        w.text(&serial.value).end();
    }
    w.end();
}

/// The item as the module order has it. An item has a price (veloconnect 47): the line's, where it has none of its own.
fn article(item: &Item, currency: &str, line: Option<&Line>) -> Article {
    let own = line.map(|line| BasePrice { amount: line.unit_price, per: Decimal::ONE, from: None, to: None });
    let prices =
        item.prices.iter().map(|price| BasePrice { amount: price.amount, per: price.per, from: price.from, to: price.to });
    let has_unit = item.unit.clone().filter(|_| !item.prices.is_empty());
    let unit = has_unit.or_else(|| line.map(|line| line.unit.clone())).unwrap_or_default();
    Article {
        id: item.article.clone(),
        buyers_number: item.buyers_article.clone(),
        description: item.description.clone(),
        pack: item.pack.as_ref().map(|pack| Pack { quantity: pack.quantity, unit: pack.unit.clone() }),
        ean: item.ean.as_ref().and_then(|ean| normalize_ean(ean).ok()),
        manufacturer: item.manufacturer.as_ref().map(|m| Manufacturer { name: m.name.clone(), id: m.id.clone() }),
        currency: currency.to_owned(),
        prices: if item.prices.is_empty() { own.into_iter().collect() } else { prices.collect() },
        retail_price: item.retail_price.map(|amount| RetailPrice { amount, unit: unit.clone() }),
        tax: None,
        groups: Vec::new(),
        scale_price_group: None,
        information: Vec::new(),
        unit,
        step: Decimal::ONE,
        supply: Supply::default(),
    }
}

fn write_party(w: &mut XmlWriter, party: Option<&Party>) {
    let Some(Party { id, name, address }) = party else { return };
    w.start("cac:Party");
    if let Some(id) = id {
        w.start("cac:PartyIdentification").leaf("cac:ID", id).end();
    }
    w.start("cac:PartyName").leaf("cbc:Name", name).end();
    if let Some(address) = address {
        w.start("cac:Address");
        write_address(w, address);
        w.end();
    }
    w.end();
}

/// The content of `cac:AddressType` of UBL 1.0.
fn write_address(w: &mut XmlWriter, address: &Address) {
    optional(w, "cbc:StreetName", address.street.as_ref());
    optional(w, "cbc:BuildingNumber", address.number.as_ref());
    optional(w, "cbc:CityName", address.city.as_ref());
    optional(w, "cbc:PostalZone", address.postal_code.as_ref());
    for line in &address.lines {
        w.start("cac:AddressLine").leaf("cbc:Line", line).end();
    }
    if let Some(country) = &address.country {
        w.start("cac:Country").leaf("cac:IdentificationCode", country).end();
    }
}

fn optional(w: &mut XmlWriter, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        w.leaf(name, value);
    }
}
