//! What stands between production and delivery: where the result of an item lies, so that it is not produced again.

use ordergate_engine::order::{Command, Order, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId};
use ordergate_store::{Store, Write};

use crate::moves::{ChangeError, Step, change};

/// What the customer reads meanwhile.
const BEING_DELIVERED: &str = "being delivered";

/// Notes that an item in production is produced, and is being delivered. Gives false if it is not in production any more.
pub async fn note_produced(
    store: &dyn Store,
    clock: &dyn Clock,
    id: OrderId,
    position: usize,
    result: &str,
) -> Result<bool, ChangeError> {
    let plan = |order: &Order| {
        let in_production = order.items.get(position).is_some_and(|item| item.state.status == Status::InProduction);
        let note = Command::Note { item: position, text: Some(BEING_DELIVERED.to_owned()) };
        let kept = Write::KeepForDelivery { order: id, item: Some(position), content: result.as_bytes().to_vec() };
        Ok(in_production.then(|| Step::one(note, "", vec![kept])))
    };
    change(store, clock, &Actor::worker(), id, plan).await.map(|(_, was_in_production)| was_in_production)
}
