//! Loading many orders at once, as for a demonstration.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::order::{HistoryEntry, Order};
use tokio::time::Instant;

use super::PostgresStore;
use super::ids;
use super::link::Link;
use super::transaction::{Failure, run};
use crate::steps::{Step, Steps};
use crate::{CommitError, loaded};

/// Orders for each transaction.
const CHUNK: usize = 1_000;
/// For each of these transactions.
const PATIENCE: Duration = Duration::from_mins(10);

impl PostgresStore {
    /// Stores many orders as they stand, in large transactions, each with a history of its submission and of how it
    /// came to its present status. `progress` hears how many are stored after each. Gives their number.
    /// When it fails, what `progress` heard of stays stored.
    ///
    /// The ids are the caller's. Later ids are greater than all loaded ones.
    pub async fn load_orders(
        &self,
        mut orders: impl Iterator<Item = Order> + Send,
        progress: impl Fn(u64) + Send,
    ) -> Result<u64, CommitError> {
        let link = Link::new(Arc::clone(&self.database));
        let mut stored = 0;
        loop {
            let chunk: Vec<(Order, Vec<HistoryEntry>)> = orders.by_ref().take(CHUNK).map(with_history).collect();
            let Some(last) = chunk.iter().map(|(order, _)| order.id).max() else { return Ok(stored) };
            ids::pass(&self.reader, last).await?;
            store(&link, &chunk).await?;
            stored += chunk.len() as u64;
            progress(stored);
        }
    }
}

fn with_history(order: Order) -> (Order, Vec<HistoryEntry>) {
    let history = loaded::history_of(&order);
    (order, history)
}

async fn store(link: &Link, chunk: &[(Order, Vec<HistoryEntry>)]) -> Result<(), CommitError> {
    let mut steps = Steps::default();
    chunk.iter().try_for_each(|(order, history)| loaded::add_steps(order, history, &mut steps))?;
    let steps: Vec<&Step<'_>> = steps.0.iter().collect();
    // Nobody waits for a demonstration's orders.
    match run(&*link.get().await?, &steps, Instant::now() + PATIENCE).await {
        Ok(_) => Ok(()),
        Err(Failure::Refused(error)) => Err(error),
        Err(
            Failure::Again(error)
            | Failure::NotNow(error)
            | Failure::Lost(error)
            | Failure::Late(error)
            | Failure::Unknown(error),
        ) => Err(error.into()),
    }
}
