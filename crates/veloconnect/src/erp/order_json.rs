//! A finished order as JSON, whole: what the seller's own system needs to know of it.

use ordergate_engine::order::Order;
use serde_json::{Value, json};

use crate::describe::{OrderDocument, describe_line, lines_of};

/// `None` for what did not come by veloconnect.
pub fn order_json(order: &Order) -> Option<Value> {
    let whole = OrderDocument::of(order)?;
    let lines = lines_of(order)?;
    let line = |(position, line)| {
        let mut said = describe_line(line);
        if let Some(fields) = said.as_object_mut() {
            fields.insert("line".to_owned(), json!(position));
        }
        said
    };
    Some(json!({
        "order": order.id.to_string(),
        "seller": whole.seller,
        "buyer": whole.buyer,
        "transaction": whole.transaction,
        "issued": whole.issued,
        "submittedAt": jiff::Timestamp::from_microsecond(order.submitted_at.0).ok(),
        "lines": (1..).zip(&lines).map(line).collect::<Vec<Value>>(),
    }))
}
