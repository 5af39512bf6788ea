//! What orders cost: asking for prices, keeping them, and giving them to customers (06-141r6 §10).
//!
//! Where prices come from is a [`Pricing`]: the price lists of the collections ([`price_list`]), or the operator's program
//! ([`command`]). What it says is brought into one form ([`prices`]) and stored as the XML that customers get ([`write`]).
//! [`finish`] is the one place where a quotation gets its price. In mode `monitoring` a [`QuotationWorker`] asks for prices
//! behind the customer's back, and GetQuotation tells what has come of it.

pub mod answer;
mod command;
mod finish;
mod options;
mod price_list;
mod prices;
mod pricing;
mod unit;
mod worker;
pub(crate) mod write;

pub use command::document;
pub use options::{Mode, PricingKind, QuotationOptions};
pub use prices::{Group, ItemPrice, Prices};
pub use pricing::{Pricing, PricingRequest, Verdict, pricing_of};
pub use unit::Unit;
pub use worker::{QuotationWaker, QuotationWorker};

pub(crate) use finish::{REASON_MAX, Settled, inserted, quotation_of, settle};

use std::sync::Arc;

use tokio::sync::Semaphore;

/// What the door needs to give quotations.
#[derive(Debug, Clone)]
pub struct Quotations {
    pub(crate) pricing: Arc<dyn Pricing>,
    pub(crate) options: QuotationOptions,
    /// How many orders are priced at once while their customers wait.
    pub(crate) at_once: Arc<Semaphore>,
    waker: QuotationWaker,
}

impl Quotations {
    /// `waker` is that of the worker that prices what the door leaves to be priced.
    pub fn new(pricing: Arc<dyn Pricing>, options: QuotationOptions, waker: QuotationWaker) -> Self {
        let at_once = Arc::new(Semaphore::new(options.concurrency));
        Self { pricing, options, at_once, waker }
    }

    /// Tells the worker that there is something to price.
    pub(crate) fn wake(&self) {
        self.waker.wake();
    }
}
