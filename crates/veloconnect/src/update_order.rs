//! UpdateOrder (7.7, D-UO): changes, adds or removes lines of an order that is being edited.

use ordergate_engine::transaction::{Operation, Outcome, decide};
use ordergate_store::Batch;

use crate::basket::Rules;
use crate::call::{ATTEMPTS, Call, Failure, take_basket};
use crate::codes::ResponseCode;
use crate::item::request_lines;
use crate::message::Message;
use crate::{order_response, shop};

/// The request: the transaction and only the lines to change. The answer has all lines.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    change_lines(call, |lines| Operation::Update { lines }).await
}

/// The same for CreateOrder, where there is an instance already. `operation` is told how many lines there are afterwards.
pub(crate) async fn change_lines(call: &Call<'_>, operation: fn(usize) -> Operation) -> Result<Vec<u8>, Failure> {
    let options = &call.context.options;
    let lines = request_lines(call)?;
    for _ in 0..ATTEMPTS {
        // 1: unknown: 420.
        let mut transaction = call.transaction().await?;
        let refused = |refusal, transaction: &_| Failure::refused(refusal, call.operation(), transaction);
        // Not in state 2: 430; a test in an order, or the reverse: 435. Before the lines are looked at,
        // because what is refused has no basket that could be read.
        decide(&transaction, operation(lines.len()), Some(call.is_test())).map_err(|refusal| refused(refusal, &transaction))?;
        let mut basket = take_basket(&mut transaction)?;
        // 2: each line creates, replaces or (with quantity 0) removes the one with its number.
        let articles = call.find(basket.numbers(&lines)).await?;
        let unmatched = basket
            .apply(&lines, &articles, Rules::from(options), call.today)
            .map_err(|problem| Failure { state: Some(transaction.state.number()), ..problem.into() })?;
        if basket.lines.len() > options.lines_max {
            let failure = Failure::new(ResponseCode::General, Message::TooManyLines(options.lines_max));
            return Err(Failure { state: Some(transaction.state.number()), ..failure });
        }
        let decided = decide(&transaction, operation(basket.lines.len()), Some(call.is_test()));
        let decided = decided.map_err(|refusal| refused(refusal, &transaction))?;
        let Outcome::State(state) = decided else { return Err(call.gave_up()) };
        drop(articles);
        // What the shop's basket became before is over once it is filled again.
        basket.issued = None;
        basket.pending |= call.has_shop(&transaction);
        // 3: 200, and the state of the table: 2.
        let mut batch = Batch::new();
        batch.push(call.change(&transaction, state, &basket, transaction.order));
        if call.commit(batch).await? {
            if basket.pending {
                shop::tell(call).await?;
            }
            return Ok(order_response::write(call, &transaction.key.id.0, state.number(), &basket, &unmatched));
        }
    }
    Err(call.gave_up())
}
