//! Any number of believable orders, for trying out and measuring a full store.

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{AccountId, OrderId, Timestamp};

use crate::demo_data::{new_item, new_order};

/// The id of the first synthetic order.
pub(crate) const FIRST_ID: i64 = 1001;

const ITEMS: usize = 5;
const SPREAD_SECONDS: i64 = 365 * 24 * 3600;
/// From submission to the present status, at most.
const AGE_SECONDS_MAX: i64 = 2 * 24 * 3600;

/// `count` orders of five items, spread over the nine statuses and over the last 365 days.
pub(crate) fn orders(owner: AccountId, count: u32, now: Timestamp) -> impl Iterator<Item = Order> + Send + 'static {
    (0..i64::from(count)).map(move |n| order(owner, n, i64::from(count), now))
}

/// One order as a Submit of five items makes it.
pub(crate) fn sample() -> Order {
    order(AccountId(1), 0, 1, Timestamp::from_seconds(1_800_000_000))
}

fn order(owner: AccountId, n: i64, count: i64, now: Timestamp) -> Order {
    let id = FIRST_ID + n;
    let status = Status::ALL[usize::try_from(n).unwrap_or_default() % Status::ALL.len()];
    let submitted = now.plus_seconds(-SPREAD_SECONDS).plus_micros(SPREAD_SECONDS * 1_000_000 / count * n);
    let since =
        if status == Status::Submitted { submitted } else { submitted.plus_seconds((n * 7919) % AGE_SECONDS_MAX + 1).min(now) };
    let reference = format!("bulk-{id}");
    let document = format!(
        "<os:orderReference>{reference}</os:orderReference><os:orderRemark>synthetic</os:orderRemark>\
         <os:deliveryOptions><os:onlineDataAccess><os:protocol>https</os:protocol></os:onlineDataAccess></os:deliveryOptions>\
         <os:priority>STANDARD</os:priority><os:orderType>PRODUCT_ORDER</os:orderType>"
    );
    let items = (0..ITEMS).map(|position| {
        let item_id = format!("item_{:02}", position + 1);
        let document = format!(
            "<os:itemId>{item_id}</os:itemId><os:productId><os:identifier>urn:ordergate:demo:scenes:{id}-{position}</os:identifier>\
             <os:collectionId>{}</os:collectionId></os:productId>",
            crate::demo::COLLECTION
        );
        new_item(item_id, item_status(status, position), since, document)
    });
    let mut order = new_order(OrderId(id), owner, submitted, status, Some(&reference), &document, items.collect());
    order.state.since = since;
    order
}

/// Item statuses that roll up to the order's.
fn item_status(order: Status, position: usize) -> Status {
    match (order, position) {
        (Status::InProduction, 0) | (Status::Failed, 1..) => Status::Completed,
        (Status::InProduction, 2..) => Status::Suspended,
        (Status::Completed, 0) => Status::Downloaded,
        (status, _) => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ordergate_engine::order::roll_up;

    #[test]
    fn synthetic_orders_agree_with_their_items_and_with_time() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let orders: Vec<Order> = orders(AccountId(1), 1000, now).collect();
        assert_eq!((orders.len(), orders[0].id, orders[999].id), (1000, OrderId(1001), OrderId(2000)));
        for order in &orders {
            let statuses = order.items.iter().map(|i| (i.standing, i.state.status));
            assert_eq!(roll_up(order.state.status, &statuses), order.state.status, "{order:?}");
            assert!(order.submitted_at <= order.state.since && order.state.since <= now);
            assert_eq!(order.reference.as_deref(), Some(format!("bulk-{}", order.id).as_str()));
        }
        assert!(Status::ALL.iter().all(|s| orders.iter().any(|o| o.state.status == *s)));
    }
}
