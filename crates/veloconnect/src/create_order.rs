//! CreateOrder (7.6, D-CO): begins an order transaction with some lines.

use ordergate_engine::transaction::{Kind, Operation};

use crate::basket::{Basket, Rules};
use crate::call::{Call, Failure};
use crate::codes::ResponseCode;
use crate::item::request_lines;
use crate::life::check_room;
use crate::message::Message;
use crate::{new_transaction, order_response, shop, update_order};

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
    let lines = request_lines(call)?;
    let mut basket = Basket::default();
    // Each line as D-CO 1 to 6 say. If none is valid, the instance begins without lines.
    let articles = call.find(basket.numbers(&lines)).await?;
    let unmatched = basket.apply(&lines, &articles, Rules::from(options), call.today)?;
    let what = if call.is_test() { "begun, as a test" } else { "begun" };
    // Long orders need the memory for their answer.
    drop((lines, articles));
    basket.note(call.now, format!("{what}, by {}", call.identity.name));
    let (id, state) = new_transaction::begin(call, Kind::Order, !basket.lines.is_empty(), basket.to_document()).await?;
    Ok(order_response::write(call, &id.0, state.number(), &basket, &unmatched))
}
