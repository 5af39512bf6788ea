//! What a pricing program or service says of an order.

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_oseo::quotation::{Prices, Pricing, PricingRequest, Verdict, answer};
use ordergate_oseo::schema::OS;

use crate::oseo_request::{DEMO, OseoDoor, post};

/// An answer about an order with the items `a` and `b`. A price is one that can be told, to the last digit; whatever was said, the
/// customer is answered within the schema, and told the same again.
pub fn price_answers(data: &[u8]) {
    let door = OseoDoor::with_pricing(Some(Arc::new(Said(data.to_vec()))));
    let answer = door.ask(post(DEMO, &request()));
    if let Some(quotation) = door.newest_quotation() {
        let body = format!(
            "<os:GetQuotation xmlns:os=\"{OS}\" service=\"OS\" version=\"1.0.0\"><os:quotationId>{quotation}</os:quotationId></os:GetQuotation>"
        );
        let again = door.ask(post(DEMO, &body));
        assert_eq!(crate::shown(&again.body), crate::shown(&answer.body));
    }
}

#[derive(Debug)]
struct Said(Vec<u8>);

#[async_trait]
impl Pricing for Said {
    async fn price(&self, request: &PricingRequest<'_>) -> Verdict {
        let verdict = answer::said("the service", &self.0, request.order);
        if let Some(Verdict::Priced(prices)) = &verdict {
            check(prices, request.order.items.len());
        }
        verdict.unwrap_or_else(|| Verdict::Failed("nothing that can be understood".to_owned()))
    }
}

fn check(prices: &Prices, items: usize) {
    let mut positions: Vec<usize> = prices.groups.iter().flat_map(|group| &group.items).map(|item| item.position).collect();
    positions.sort_unstable();
    assert!(positions.into_iter().eq(0..items), "{prices:?}");
    for group in &prices.groups {
        let amounts = group.items.iter().filter_map(|item| item.price);
        for amount in amounts.chain([group.price]) {
            assert!(!amount.is_sign_negative(), "{amount}");
            let written = group.unit.write(amount);
            assert!(written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{written}");
            assert_eq!(written.parse(), Ok(amount), "{written}");
        }
        assert!(!group.free || group.items.iter().all(|item| item.price.is_none()), "{group:?}");
    }
}

fn request() -> String {
    let item = |id: &str| {
        format!(
            "<os:orderItem><os:itemId>{id}</os:itemId><os:productId><os:identifier>urn:p:{id}</os:identifier></os:productId></os:orderItem>"
        )
    };
    format!(
        "<os:GetQuotation xmlns:os=\"{OS}\" service=\"OS\" version=\"1.0.0\"><os:orderSpecification>\
         <os:orderType>PRODUCT_ORDER</os:orderType>{}{}</os:orderSpecification></os:GetQuotation>",
        item("a"),
        item("b")
    )
}
