//! An order of the caller's own, or one that it may see, by the id that was sent.

use ordergate_door::Identity;
use ordergate_engine::order::Order;
use ordergate_engine::{AccountId, OrderId};
use ordergate_store::Items;

use crate::options::ForeignOrders;
use crate::{Context, Exception};

/// An order that the caller may see: its own, or one of an account that shares a group with it, where that is configured.
pub(crate) async fn see(context: &Context, caller: &Identity, id: &str, items: Items) -> Result<Order, Exception> {
    find(context, caller, id, items, true).await
}

/// Those whose orders the caller may see beside its own.
pub(crate) async fn shared_with(context: &Context, caller: &Identity) -> Result<Vec<AccountId>, Exception> {
    if !shares(context, caller) {
        return Ok(Vec::new());
    }
    Ok(context.store.peers(caller.account).await?)
}

const fn shares(context: &Context, caller: &Identity) -> bool {
    context.options.share_by_group && caller.in_groups
}

/// Checklist OSEO 39, 56, 57. An order of someone else looks like none, unless configured otherwise.
pub(crate) async fn retrieve(context: &Context, caller: &Identity, id: &str, items: Items) -> Result<Order, Exception> {
    find(context, caller, id, items, false).await
}

async fn find(context: &Context, caller: &Identity, id: &str, items: Items, shared: bool) -> Result<Order, Exception> {
    let missing = || {
        let shown: String = id.chars().take(80).collect();
        Exception::no_such_order(format!("there is no order \"{shown}\" of this user"))
    };
    let parsed = OrderId::parse(id).ok_or_else(missing)?;
    let order = context.store.order(parsed, items).await?.filter(|o| o.provider == caller.provider).ok_or_else(missing)?;
    if order.owner == caller.account {
        return Ok(order);
    }
    if shared && shares(context, caller) && context.store.are_peers(caller.account, order.owner).await? {
        return Ok(order);
    }
    match context.options.foreign_orders {
        ForeignOrders::NotFound => Err(missing()),
        ForeignOrders::Unauthorized => Err(Exception::not_authorized(format!("order {parsed} belongs to another user"))),
    }
}
