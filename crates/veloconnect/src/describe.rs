//! What an order keeps of veloconnect, and how it is told to the operator's fulfilment command.

use jiff::civil::Date;
use ordergate_engine::Document;
use ordergate_engine::order::{Item, Order};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::basket::Line;
use crate::call::Call;
use crate::number::number;

/// What only veloconnect says about an order as a whole.
#[derive(Serialize, Deserialize)]
pub(crate) struct OrderDocument {
    pub buyer: String,
    pub transaction: String,
    pub issued: Date,
    /// The name of the seller, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
}

pub(crate) fn order_document(call: &Call<'_>, transaction: &str) -> Document {
    let document = OrderDocument {
        buyer: call.identity.name.clone(),
        transaction: transaction.to_owned(),
        issued: call.today,
        seller: call.context.seller.name.clone(),
    };
    // Serialising plain data with string keys into memory cannot fail.
    Document(serde_json::to_vec(&document).unwrap_or_default())
}

pub(crate) fn item_document(line: &Line) -> Document {
    let mut text = serde_json::to_vec(line).unwrap_or_default();
    // There may be many of them.
    text.shrink_to_fit();
    Document(text)
}

impl OrderDocument {
    /// `None` for an order that did not come by veloconnect.
    pub(crate) fn of(order: &Order) -> Option<Self> {
        serde_json::from_slice(&order.document.0).ok()
    }
}

/// Whether what is stored of an order, if it is given, and of its lines can be read.
pub fn are_readable(order: Option<&Document>, lines: &[Item]) -> bool {
    order.is_none_or(|order| serde_json::from_slice::<OrderDocument>(&order.0).is_ok())
        && lines.iter().all(|line| serde_json::from_slice::<Line>(&line.document.0).is_ok())
}

/// All lines of an order; `None` if one cannot be read.
pub(crate) fn lines_of(order: &Order) -> Option<Vec<Line>> {
    order.items.iter().map(|item| serde_json::from_slice(&item.document.0).ok()).collect()
}

/// What is said of a line by itself.
pub(crate) fn describe_line(line: &Line) -> Value {
    json!({
        "article": line.article.id,
        "description": line.article.description,
        "ean": line.article.ean,
        "quantity": number(line.quantity.value),
        "unit": line.quantity.unit,
        "unitPrice": number(line.unit_price.amount),
        "currency": line.unit_price.currency,
        "total": number(line.total()),
        "buyersArticle": line.buyers_number(),
        "wishedDate": line.wished_date,
        "deliveryDate": line.delivery_date,
        "backlog": line.backlog,
        "availability": line.availability.code.text(),
    })
}

/// One line of an order (position from 0), as plain JSON: numbers as strings, dates as `YYYY-MM-DD`,
/// `null` for what was not said. `null` as a whole for a line that the order does not have, or
/// that did not come by veloconnect.
pub fn describe(order: &Order, position: usize) -> Value {
    let line: Option<Line> = order.items.get(position).and_then(|item| serde_json::from_slice(&item.document.0).ok());
    let Some(line) = line else { return Value::Null };
    let whole = OrderDocument::of(order);
    let mut said = describe_line(&line);
    if let Some(fields) = said.as_object_mut() {
        fields.insert("buyer".to_owned(), json!(whole.as_ref().map(|w| w.buyer.as_str())));
        fields.insert("transaction".to_owned(), json!(whole.as_ref().map(|w| w.transaction.as_str())));
        fields.insert("seller".to_owned(), json!(whole.as_ref().and_then(|w| w.seller.as_deref())));
        fields.insert("issued".to_owned(), json!(whole.as_ref().map(|w| w.issued)));
    }
    said
}
