//! Prices by the operator's program, run once for each attempt at an order.
//!
//! It gets one JSON document on its standard input and answers with one JSON object on its standard output
//! ([`super::answer`]); docs/quotation.md describes both.

use std::time::Duration;

use async_trait::async_trait;
use ordergate_program::Program;
use ordergate_xml::builtin::format_date_time;
use serde_json::{Value, json};

use super::{Pricing, PricingRequest, Verdict, answer};
use crate::describe::to_json;
use crate::schema;

/// Runs a program for each order.
#[derive(Debug)]
pub(super) struct CommandPricing {
    program: Program,
}

impl CommandPricing {
    pub(super) fn new(command: Vec<String>, timeout: Duration) -> Self {
        Self { program: Program::new(command, timeout) }
    }
}

#[async_trait]
impl Pricing for CommandPricing {
    async fn price(&self, request: &PricingRequest<'_>) -> Verdict {
        let input = format!("{}\n", document(request));
        let variables = [("ORDERGATE_QUOTATION_ID", request.id.to_string()), ("ORDERGATE_ATTEMPT", request.attempt.to_string())];
        match self.program.run(&variables, input.as_bytes()).await {
            Ok(ended) => {
                let verdict = answer::read(&ended, request.order);
                if let Verdict::Failed(reason) = &verdict {
                    tracing::warn!(quotation = %request.id, attempt = request.attempt, reason, "the pricing program gave no price");
                }
                verdict
            }
            Err(error) => {
                // The customer may be shown the outcome: where the program lies is the operator's business.
                tracing::error!(program = self.program.name(), quotation = %request.id, %error, "the pricing program gave no price");
                Verdict::Failed("the price could not be worked out".to_owned())
            }
        }
    }
}

/// The order as a program or a service reads it.
pub fn document(request: &PricingRequest<'_>) -> Value {
    let order = request.order;
    let item = |(position, item): (usize, &ordergate_store::QuotedItem)| json!({ "item_id": item.item_id, "position": position, "orderItem": to_json(&item.document) });
    let items: Vec<Value> = order.items.iter().enumerate().map(item).collect();
    json!({
        "quotation_id": request.id.to_string(),
        "created_at": format_date_time(request.created_at.0),
        "order_reference": order.reference,
        "priority": schema::priority_word(order.priority),
        "attempt": request.attempt,
        "attempts_max": request.attempts_max,
        "order": to_json(&order.document),
        "items": items,
    })
}
