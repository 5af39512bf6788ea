//! Rollback (5.2, D-RB): the transaction is given up and forgotten.

use ordergate_engine::transaction::{Operation, Outcome, StateCode, Transaction, decide};
use ordergate_store::{Batch, Write};

use crate::basket::Basket;
use crate::binding::Incoming;
use crate::call::{ATTEMPTS, Call, Failure, stored_basket, transaction_refusal};
use crate::frame::{ResponseFrame, begin};
use crate::{Context, shop};

const RESPONSE: &str = "RollbackResponse";

/// The request is a TransactionRequestType: it names the transaction.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    for _ in 0..ATTEMPTS {
        // Rule 1: no such instance: 420.
        let transaction = call.transaction().await?;
        let is_test = call.is_test_unless_silent();
        // Rule 2: states 50 to 199: 430.
        let outcome = decide(&transaction, Operation::Rollback, is_test)
            .map_err(|refusal| Failure::refused(refusal, call.operation(), &transaction))?;
        // Rule 3: otherwise the instance is deleted; a permanent one is emptied instead.
        let (key, expected_revision) = (transaction.key.clone(), transaction.revision);
        let pending = call.has_shop(&transaction);
        let (write, state) = match outcome {
            Outcome::Deleted => (Write::DeleteTransaction { key: key.clone(), expected_revision }, StateCode::INITIAL),
            Outcome::State(state) => (call.change(&transaction, state, &emptied(&transaction, pending)?, None), state),
        };
        let mut batch = Batch::new();
        batch.push(write);
        if call.commit(batch).await? {
            if pending {
                shop::tell(call).await?;
            }
            // The state of what is no more is not defined, but must be given: 1, as before it began.
            let frame = ResponseFrame { transaction: Some(&key.id.0), state: Some(state.number()), ..call.success() };
            return Ok(begin(call.incoming.ns, RESPONSE, &frame).finish());
        }
    }
    Err(call.gave_up())
}

/// The basket without its lines.
fn emptied(transaction: &Transaction, pending: bool) -> Result<Basket, Failure> {
    let basket = stored_basket(transaction)?;
    Ok(Basket { lines: Vec::new(), issued: None, pending: basket.pending || pending, ..basket })
}

pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    begin(incoming.ns, RESPONSE, &transaction_refusal(context, incoming, failure)).finish()
}
