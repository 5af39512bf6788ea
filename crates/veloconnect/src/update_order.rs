//! UpdateOrder (7.7, D-UO): changes, adds or removes lines of an order that is being edited.

use ordergate_engine::transaction::{Operation, Outcome, StateCode, decide};
use ordergate_store::{Batch, TransactionUpdate, Write};

use crate::basket::{Basket, Rules};
use crate::call::{ATTEMPTS, Call, Failure, stored_basket};
use crate::item::request_lines;
use crate::order_response;

/// The request: the transaction and only the lines to change. The answer has all lines.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let options = &call.context.options;
    let lines = request_lines(call.incoming.document.root(), options.strict);
    for _ in 0..ATTEMPTS {
        // 1: unknown: 420.
        let transaction = call.transaction().await?;
        let refused = |refusal| Failure::refused(refusal, call.operation(), &transaction);
        // Not in state 2: 430; a test in an order, or the reverse: 435. Before the lines are looked at,
        // because what is refused has no basket that could be read.
        decide(&transaction, Operation::Update { lines: lines.len() }, Some(call.is_test())).map_err(refused)?;
        let mut basket = stored_basket(&transaction)?;
        // 2: each line creates, replaces or (with quantity 0) removes the one with its number.
        let articles = call.find(basket.numbers(&lines)).await?;
        let unmatched = basket
            .apply(&lines, &articles, Rules::from(options), call.today)
            .map_err(|problem| Failure { state: Some(transaction.state.number()), ..problem.into() })?;
        let operation = Operation::Update { lines: basket.lines.len() };
        let Outcome::State(state) = decide(&transaction, operation, Some(call.is_test())).map_err(refused)? else {
            return Err(call.gave_up());
        };
        // 3: 200, and the state of the table: 2.
        if call.commit(update(call, &transaction, state, &basket)).await? {
            return Ok(order_response::write(call, &transaction.key.id.0, state.number(), &basket, &unmatched));
        }
    }
    Err(call.gave_up())
}

fn update(call: &Call<'_>, transaction: &ordergate_engine::transaction::Transaction, state: StateCode, basket: &Basket) -> Batch {
    let mut batch = Batch::new();
    batch.push(Write::UpdateTransaction(Box::new(TransactionUpdate {
        key: transaction.key.clone(),
        expected_revision: transaction.revision,
        state,
        context: basket.to_document(),
        order: transaction.order,
        updated_at: call.now,
    })));
    batch
}
