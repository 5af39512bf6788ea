//! What a download changes: a Completed item becomes Downloaded.

use ordergate_engine::order::{Command, Order, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId};
use ordergate_store::Store;

use crate::moves::{ChangeError, Step, change};

/// Notes that the item at a position was fetched over a link. It may be fetched again; that changes nothing more.
/// Gives whether this was the first time.
pub async fn note_fetched(store: &dyn Store, clock: &dyn Clock, id: OrderId, position: usize) -> Result<bool, ChangeError> {
    let plan = |order: &Order| {
        let known = order.items.get(position).is_some_and(|item| item.state.status == Status::Downloaded);
        let download = Command::Download { item: position };
        Ok((!known).then(|| Step::one(download, "fetched by its link", Vec::new())))
    };
    change(store, clock, &Actor::download_link(), id, plan).await.map(|(_, is_first)| is_first)
}
