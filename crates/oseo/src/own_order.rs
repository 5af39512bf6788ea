//! An order of the caller's own, by the id that was sent.

use ordergate_door::Identity;
use ordergate_engine::OrderId;
use ordergate_engine::order::Order;
use ordergate_store::Items;

use crate::options::ForeignOrders;
use crate::{Context, Exception};

/// Checklist OSEO 39, 56, 57. An order of someone else looks like none, unless configured otherwise.
pub(crate) async fn retrieve(context: &Context, caller: &Identity, id: &str, items: Items) -> Result<Order, Exception> {
    let missing = || {
        let shown: String = id.chars().take(80).collect();
        Exception::no_such_order(format!("there is no order \"{shown}\" of this user"))
    };
    let parsed = OrderId::parse(id).ok_or_else(missing)?;
    let order = context.store.order(parsed, items).await?.filter(|o| o.provider == caller.provider).ok_or_else(missing)?;
    if order.owner == caller.account {
        return Ok(order);
    }
    match context.options.foreign_orders {
        ForeignOrders::NotFound => Err(missing()),
        ForeignOrders::Unauthorized => Err(Exception::not_authorized(format!("order {parsed} belongs to another user"))),
    }
}
