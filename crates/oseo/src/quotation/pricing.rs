//! Where prices come from: one trait, and what it gets and gives.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::{QuotationId, Timestamp};
use ordergate_store::QuotedOrder;

use super::command::CommandPricing;
use super::price_list::PriceLists;
use super::{Prices, PricingKind};
use crate::{Collections, OseoOptions};

/// Tells what orders cost.
#[async_trait]
pub trait Pricing: Send + Sync + Debug + 'static {
    /// What this order costs. Must come to an end by itself; dropping the future must end the work at once, because
    /// another attempt may be made afterwards.
    async fn price(&self, request: &PricingRequest<'_>) -> Verdict;
}

/// One attempt at the price of one order.
#[derive(Debug, Clone, Copy)]
pub struct PricingRequest<'q> {
    pub id: QuotationId,
    pub created_at: Timestamp,
    /// What a Submit of it would store.
    pub order: &'q QuotedOrder,
    /// From 1.
    pub attempt: u32,
    pub attempts_max: u32,
}

/// How an attempt ended. Reasons are shown to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Priced(Prices),
    /// There is no price, and another attempt would not find one either.
    Refused(String),
    /// No price was found this time.
    Failed(String),
}

/// What the options ask for; nothing if orders have no prices, or if a service has to be called for them, which is the
/// server's to do.
pub fn pricing_of(options: &OseoOptions, collections: &Collections) -> Option<Arc<dyn Pricing>> {
    match options.quotation.pricing {
        PricingKind::None | PricingKind::Http => None,
        PricingKind::PriceList => Some(Arc::new(PriceLists::new(options.clone(), collections.clone()))),
        PricingKind::Command => {
            Some(Arc::new(CommandPricing::new(options.quotation.command.clone(), options.quotation.timeout())))
        }
    }
}
