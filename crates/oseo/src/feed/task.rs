//! News of a task, beside its products.

use ordergate_engine::order::{Command, Item, apply, decide, entries_of};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, Standing, StoreError};

use super::line::News;
use super::{Feed, RACES_MAX};

/// Tells a standing item; gives whether that changed it.
pub(super) async fn tell(feed: &Feed, standing: &Standing, news: &News) -> Result<bool, StoreError> {
    let item = standing.position;
    for _ in 0..RACES_MAX {
        let Some(mut order) = feed.store.order(standing.order, Items::With).await? else { return Ok(false) };
        let Some(present) = order.items.get(item).filter(|item| Item::is_active(item)) else { return Ok(false) };
        let (command, why) = match news {
            News::Progress(text) if present.state.info.as_deref() == Some(text) => return Ok(false),
            News::Progress(text) => (Command::Note { item, text: Some(text.clone()) }, "news of the task"),
            News::Failed(reason) => (Command::Fail { item, reason: reason.clone() }, "the task failed"),
            News::Over => (Command::Terminate { item, reason: "the task is over".to_owned() }, "the task is over"),
            News::Product(_) => return Ok(false),
        };
        let at = feed.clock.now();
        let Ok(changes) = decide(&order, &command) else { return Ok(false) };
        let mut batch = Batch::new();
        batch.order_changes(&order, &changes, entries_of(order.id, &changes, at, &feed.who, why), at);
        apply(&mut order, &changes, at);
        match feed.store.commit(batch).await {
            Ok(()) => return Ok(true),
            Err(CommitError::Conflict(ConflictOn::Order)) => {}
            Err(CommitError::Conflict(other)) => return Err(StoreError::Failed(format!("order {}: {other}", order.id))),
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Err(StoreError::Failed(format!("order {} never stood still", standing.order)))
}
