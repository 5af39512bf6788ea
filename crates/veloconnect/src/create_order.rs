//! CreateOrder (7.6, D-CO): begins an order transaction with some lines.

use ordergate_engine::transaction::Kind;

use crate::basket::{Basket, Rules};
use crate::call::{Call, Failure};
use crate::item::request_lines;
use crate::{new_transaction, order_response};

/// The request: one or more OrderRequestLines. A TransactionID in it means nothing.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let options = &call.context.options;
    new_transaction::check_room(call).await?;
    let lines = request_lines(call.incoming.document.root(), options.strict);
    let mut basket = Basket::default();
    // Each line as D-CO 1 to 6 say. If none is valid, the instance begins without lines.
    let articles = call.find(basket.numbers(&lines)).await?;
    let unmatched = basket.apply(&lines, &articles, Rules::from(options), call.today)?;
    let (id, state) = new_transaction::begin(call, Kind::Order, !basket.lines.is_empty(), basket.to_document()).await?;
    Ok(order_response::write(call, &id.0, state.number(), &basket, &unmatched))
}
