//! An order of the caller's own, or one that it may see or cancel, by the id that was sent.

use ordergate_door::Identity;
use ordergate_engine::order::Order;
use ordergate_engine::{AccountId, OrderId, Protocol};
use ordergate_store::Items;

use crate::options::ForeignOrders;
use crate::{Context, Exception};

/// An order that the caller may see: its own, or one of an account that shares a group with it, where that is configured. An
/// operator sees all.
pub(crate) async fn see(context: &Context, caller: &Identity, id: &str, items: Items) -> Result<Order, Exception> {
    find(context, caller, id, items, true).await
}

/// Those whose orders the caller may see beside its own: to an operator, all.
pub(crate) async fn shared_with(context: &Context, caller: &Identity) -> Result<Vec<AccountId>, Exception> {
    if caller.is_operator() {
        let accounts = context.store.accounts(caller.provider).await?.into_iter();
        return Ok(accounts.filter(|a| a.protocol == Protocol::Oseo && a.id != caller.account).map(|a| a.id).collect());
    }
    if !shares(context, caller) {
        return Ok(Vec::new());
    }
    Ok(context.store.peers(caller.account).await?)
}

const fn shares(context: &Context, caller: &Identity) -> bool {
    context.options.share_by_group && caller.in_groups
}

/// An order that the caller may cancel: its own; an operator may cancel any. Checklist OSEO 39, 56, 57. An order of someone else looks like none, unless configured otherwise.
pub(crate) async fn retrieve(context: &Context, caller: &Identity, id: &str, items: Items) -> Result<Order, Exception> {
    find(context, caller, id, items, false).await
}

async fn find(context: &Context, caller: &Identity, id: &str, items: Items, shared: bool) -> Result<Order, Exception> {
    let missing = || {
        let shown: String = id.chars().take(80).collect();
        Exception::no_such_order(format!("there is no order \"{shown}\" of this user"))
    };
    let parsed = OrderId::parse(id).ok_or_else(missing)?;
    let is_here = |order: &Order| order.provider == caller.provider && order.protocol == Protocol::Oseo;
    let order = context.store.order(parsed, items).await?.filter(is_here).ok_or_else(missing)?;
    if order.owner == caller.account || caller.is_operator() {
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
