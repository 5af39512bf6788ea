//! What becomes of a quotation once somebody has said what the order costs, or that nobody can say.

use ordergate_engine::{AccountId, OrderId, ProviderId, QuotationId, Timestamp};
use ordergate_program::text::one_line_of;
use ordergate_store::{Batch, Quotation, QuotationState, QuotedOrder, Write};

use super::{Verdict, write};
use crate::OseoOptions;

/// The longest `errorMessage`.
pub(crate) const REASON_MAX: usize = 255;

/// What an attempt comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Priced or refused: nothing is left to be done.
    Finished(QuotationState),
    /// Another attempt may help.
    Failed(String),
}

/// A new quotation of an order, in this state.
pub(crate) fn quotation_of(
    id: OrderId,
    (provider, owner): (ProviderId, AccountId),
    order: QuotedOrder,
    now: Timestamp,
) -> Quotation {
    let state = QuotationState::BeingPriced { due_at: now, attempts: 0 };
    Quotation { id: QuotationId::from(id), provider, owner, created_at: now, revision: 1, state, order }
}

/// Judges an attempt. The one place where a price comes into a quotation.
pub(crate) fn settle(options: &OseoOptions, order: &QuotedOrder, verdict: Verdict, now: Timestamp) -> Settled {
    match verdict {
        Verdict::Priced(prices) if !prices.are_complete(order.items.len()) => {
            Settled::Failed("the prices do not fit the items of the order".to_owned())
        }
        Verdict::Priced(prices) => Settled::Finished(match write::prices(options, order, &prices) {
            Ok(prices) => {
                let valid_until = now.plus_seconds(i64::from(options.quotation.validity_hours) * 3600);
                QuotationState::Priced { prices, valid_until }
            }
            Err(reason) => refused(&reason, now),
        }),
        Verdict::Refused(reason) => Settled::Finished(refused(&reason, now)),
        Verdict::Failed(reason) => Settled::Failed(reason),
    }
}

/// What stores a new quotation as it stands.
pub(crate) fn inserted(quotation: &Quotation) -> Batch {
    batch(Write::InsertQuotation(Box::new(quotation.clone())))
}

/// What stores the state that a quotation has come to while it was being priced.
pub(super) fn changed(quotation: &Quotation) -> Batch {
    batch(Write::PriceQuotation(Box::new(quotation.clone())))
}

/// The commit that a quotation comes to its state in. Whatever has to happen when one is finished belongs in this batch:
/// then it happens if and only if that is stored.
fn batch(write: Write) -> Batch {
    Batch { writes: vec![write] }
}

/// There is no price.
pub(super) fn refused(reason: &str, at: Timestamp) -> QuotationState {
    let line = one_line_of(reason, REASON_MAX - 1);
    let reason = if line.is_empty() { "no reason was given".to_owned() } else { line };
    QuotationState::Refused { reason, at }
}
