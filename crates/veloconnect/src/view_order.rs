//! ViewOrder (7.8, D-VO): all lines of an order, being edited or placed. Changes nothing.

use ordergate_engine::transaction::{Operation, Outcome, decide};

use crate::basket::Unmatched;
use crate::call::{Call, Failure, take_basket};
use crate::order_response;

/// The request names the transaction; unknown: 420.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let mut transaction = call.transaction().await?;
    let outcome = decide(&transaction, Operation::View, Some(call.is_test()))
        .map_err(|refusal| Failure::refused(refusal, call.operation(), &transaction))?;
    let state = match outcome {
        Outcome::State(state) => state,
        Outcome::Deleted => transaction.state,
    };
    let mut basket = take_basket(&mut transaction)?;
    // What is placed is shown as it was placed; before that, availability is today's.
    if basket.issued.is_none() {
        basket.refresh(&call.find(basket.numbers(&[])).await?, call.today);
    }
    Ok(order_response::write(call, &transaction.key.id.0, state.number(), &basket, &Unmatched::default()))
}
