//! A finished order as XML after the manner of UBL 1.0: the names that wholesalers' systems know, the parts that we have.

use ordergate_engine::order::Order;
use ordergate_xml::XmlWriter;

use crate::basket::Line;
use crate::describe::{OrderDocument, lines_of};
use crate::item::{write_amount, write_item, write_quantity};
use crate::schema::ubl::CATALOG_1_5;
use crate::schema::ubl::{CAC, CBC};

const ORDER: &str = "urn:oasis:names:specification:ubl:schema:xsd:Order-1.0";

/// `None` for what did not come by veloconnect.
pub fn order_xml(order: &Order) -> Option<Vec<u8>> {
    let whole = OrderDocument::of(order)?;
    let lines = lines_of(order)?;
    let mut w = XmlWriter::new();
    w.declaration().start("Order").attr("xmlns", ORDER).attr("xmlns:cac", CAC).attr("xmlns:cbc", CBC);
    // The order of this server, and the transaction by which the buyer knows it.
    w.leaf("cac:BuyersID", &whole.transaction).leaf("cac:SellersID", &order.id.to_string());
    w.leaf("cbc:IssueDate", &whole.issued.to_string());
    w.leaf("cbc:LineItemCountNumeric", &lines.len().to_string());
    w.start("cac:BuyerParty").leaf("cac:SellerAssignedAccountID", &whole.buyer).end();
    if let Some(seller) = &whole.seller {
        w.start("cac:SellerParty").start("cac:Party").start("cac:PartyName").leaf("cbc:Name", seller).end().end().end();
    }
    for (number, line) in (1..).zip(&lines) {
        write_line(&mut w, number, line);
    }
    w.end();
    Some(w.finish())
}

fn write_line(w: &mut XmlWriter, number: usize, line: &Line) {
    w.start("cac:OrderLine").start("cac:LineItem");
    w.leaf("cac:BuyersID", &number.to_string());
    write_quantity(w, "cbc:Quantity", line.quantity.value, &line.quantity.unit);
    write_amount(w, "cbc:LineExtensionAmount", line.total(), &line.unit_price.currency);
    write_item(w, &line.article, line.buyers_id.as_deref(), CATALOG_1_5);
    w.start("cac:BasePrice");
    write_amount(w, "cbc:PriceAmount", line.unit_price.amount, &line.unit_price.currency);
    w.end();
    if line.wished_date.is_some() || line.delivery_date.is_some() {
        w.start("cac:DeliveryRequirement");
        for (name, date) in [("cbc:RequestedDeliveryDate", line.wished_date), ("cbc:PromisedDeliveryDate", line.delivery_date)] {
            if let Some(date) = date {
                w.leaf(name, &date.to_string());
            }
        }
        w.end();
    }
    if let Some(backlog) = line.backlog {
        w.leaf("cbc:BackorderAllowedIndicator", if backlog { "true" } else { "false" });
    }
    w.end().end();
}
