//! CreateOrder (7.6, D-CO): begins an order transaction with some lines.

use ordergate_engine::TransactionId;
use ordergate_engine::transaction::{Key, Kind, Operation, StateCode, Transaction, create};
use ordergate_store::{Batch, Write};
use uuid::Uuid;

use crate::basket::{Basket, Rules, Unmatched};
use crate::call::{ATTEMPTS, Call, Failure};
use crate::codes::ResponseCode;
use crate::item::request_lines;
use crate::life::check_room;
use crate::message::Message;
use crate::{order_response, shop, update_order};

/// The request: one or more OrderRequestLines. A TransactionID in it means nothing, unless it is that of the shop's basket.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    if shop::is_named(call) {
        return update_order::change_lines(call, |lines| Operation::Create { lines }).await;
    }
    let options = &call.context.options;
    if !options.modules.order {
        return Err(Failure::new(ResponseCode::NotSupported, Message::NotSupported(call.operation())));
    }
    check_room(call, Kind::Order).await?;
    let lines = request_lines(call.incoming.document.root(), !call.lenient().unit_case);
    let mut basket = Basket::default();
    // Each line as D-CO 1 to 6 say. If none is valid, the instance begins without lines.
    let unmatched = basket.apply(&lines, call.context.articles.as_ref(), Rules::from(options), call.today)?;
    let state = create(Kind::Order, !basket.lines.is_empty())
        .ok_or_else(|| Failure::new(ResponseCode::NoTransaction, Message::TooManyTransactions(options.open_max)))?;
    let what = if call.is_test() { "begun, as a test" } else { "begun" };
    basket.note(call.now, format!("{what}, by {}", call.identity.name));
    let id = insert(call, state, &basket).await?;
    Ok(answer(call, &id, state, &basket, &unmatched))
}

/// Stores the instance under an id that the server makes (veloconnect 21).
async fn insert(call: &Call<'_>, state: StateCode, basket: &Basket) -> Result<TransactionId, Failure> {
    for _ in 0..ATTEMPTS {
        let key: Key = call.key(&Uuid::now_v7().simple().to_string());
        let id = key.id.clone();
        let transaction = Transaction {
            key,
            kind: Kind::Order,
            state,
            is_test: call.is_test(),
            created_at: call.now,
            updated_at: call.now,
            revision: 0,
            order: None,
            context: basket.to_document(),
        };
        let mut batch = Batch::new();
        batch.push(Write::InsertTransaction(Box::new(transaction)));
        if call.commit(batch).await? {
            return Ok(id);
        }
    }
    Err(call.gave_up())
}

fn answer(call: &Call<'_>, id: &TransactionId, state: StateCode, basket: &Basket, unmatched: &Unmatched) -> Vec<u8> {
    order_response::write(call, &id.0, state.number(), basket, unmatched)
}
