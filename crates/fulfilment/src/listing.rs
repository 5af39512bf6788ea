//! What operators look for among all orders: newest first.

use std::collections::BTreeSet;

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{AccountId, OrderId, Protocol, ProviderId};
use ordergate_store::{Items, Store, StoreError};

/// So many orders are read at once.
const PAGE: usize = 1_000;

/// Which orders.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Those of one seller.
    pub provider: ProviderId,
    /// Those of one protocol, or of all.
    pub protocol: Option<Protocol>,
    /// Any of these statuses; any at all, if there are none.
    pub statuses: Vec<Status>,
    /// Whose orders; everybody's, if there is none.
    pub owner: Option<AccountId>,
    /// Only those that wait for an operator: to be approved, or to be resumed.
    pub waiting: bool,
    /// Only those with a smaller id.
    pub before: OrderId,
    /// At most so many.
    pub limit: usize,
    /// So many orders are looked at, at most.
    pub looked_at_max: usize,
}

/// What was found, without items.
#[derive(Debug)]
pub struct Listed {
    pub orders: Vec<Order>,
    /// If not all orders were looked at: those with a smaller id than this are left.
    pub left_before: Option<OrderId>,
}

impl Listing {
    /// All orders, `limit` of them at most.
    pub fn all(limit: usize) -> Self {
        let before = OrderId(i64::MAX);
        let (protocol, statuses, owner) = (None, Vec::new(), None);
        Self {
            provider: ProviderId::DEFAULT,
            protocol,
            statuses,
            owner,
            waiting: false,
            before,
            limit,
            looked_at_max: usize::MAX,
        }
    }

    pub async fn find(&self, store: &dyn Store) -> Result<Listed, StoreError> {
        if self.waiting { self.find_waiting(store).await } else { self.find_any(store).await }
    }

    fn wants(&self, order: &Order) -> bool {
        order.provider == self.provider
            && self.protocol.is_none_or(|protocol| order.protocol == protocol)
            && (self.statuses.is_empty() || self.statuses.contains(&order.state.status))
            && self.owner.is_none_or(|owner| order.owner == owner)
    }

    async fn find_any(&self, store: &dyn Store) -> Result<Listed, StoreError> {
        let (mut orders, mut before, mut looked_at) = (Vec::new(), self.before, 0);
        loop {
            let page = store.orders_before(self.provider, before, PAGE).await?;
            let is_last = page.len() < PAGE;
            for order in page {
                if orders.len() >= self.limit || looked_at >= self.looked_at_max {
                    return Ok(Listed { orders, left_before: Some(before) });
                }
                (before, looked_at) = (order.id, looked_at + 1);
                if self.wants(&order) {
                    orders.push(order);
                }
            }
            if is_last {
                return Ok(Listed { orders, left_before: None });
            }
        }
    }

    async fn find_waiting(&self, store: &dyn Store) -> Result<Listed, StoreError> {
        let mut ids = BTreeSet::new();
        for queue in Protocol::ALL.into_iter().filter(|queue| self.protocol.is_none_or(|protocol| protocol == *queue)) {
            ids.extend(store.jobs_until_told(queue, i32::MAX as usize).await?.into_iter().map(|key| key.order));
        }
        let (mut orders, mut before) = (Vec::new(), self.before);
        for (looked_at, id) in ids.into_iter().rev().filter(|id| *id < self.before).enumerate() {
            if orders.len() >= self.limit || looked_at >= self.looked_at_max {
                return Ok(Listed { orders, left_before: Some(before) });
            }
            before = id;
            orders.extend(store.order(id, Items::Without).await?.filter(|order| self.wants(order)));
        }
        Ok(Listed { orders, left_before: None })
    }
}
