//! Rollback (5.2, D-RB): the transaction is given up and forgotten.

use ordergate_engine::transaction::{Operation, Outcome, StateCode, decide};
use ordergate_store::{Batch, TransactionUpdate, Write};

use crate::Context;
use crate::basket::Basket;
use crate::binding::Incoming;
use crate::call::{ATTEMPTS, Call, Failure, transaction_refusal};
use crate::frame::{ResponseFrame, begin};

const RESPONSE: &str = "RollbackResponse";

/// The request is a TransactionRequestType: it names the transaction.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    for _ in 0..ATTEMPTS {
        // Rule 1: no such instance: 420.
        let transaction = call.transaction().await?;
        // There is a client that never says IsTest here, even within a test: lenient mode lets what is
        // not said follow the transaction.
        let is_test = if call.context.options.strict { Some(call.is_test()) } else { call.incoming.frame.is_test };
        // Rule 2: states 50 to 199: 430.
        let outcome = decide(&transaction, Operation::Rollback, is_test)
            .map_err(|refusal| Failure::refused(refusal, call.operation(), &transaction))?;
        // Rule 3: otherwise the instance is deleted; a permanent one is emptied instead.
        let (key, expected_revision) = (transaction.key, transaction.revision);
        let (write, state) = match outcome {
            Outcome::Deleted => (Write::DeleteTransaction { key: key.clone(), expected_revision }, StateCode::INITIAL),
            Outcome::State(state) => {
                let context = Basket::default().to_document();
                let order = transaction.order;
                let update =
                    TransactionUpdate { key: key.clone(), expected_revision, state, context, order, updated_at: call.now };
                (Write::UpdateTransaction(Box::new(update)), state)
            }
        };
        let mut batch = Batch::new();
        batch.push(write);
        if call.commit(batch).await? {
            // The state of what is no more is not defined, but must be given: 1, as before it began.
            let frame = ResponseFrame { transaction: Some(&key.id.0), state: Some(state.number()), ..call.success() };
            return Ok(begin(call.incoming.ns, RESPONSE, &frame).finish());
        }
    }
    Err(call.gave_up())
}

pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    begin(incoming.ns, RESPONSE, &transaction_refusal(context, incoming, failure)).finish()
}
