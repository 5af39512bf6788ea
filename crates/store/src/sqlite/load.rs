//! Loading many orders at once, as for a demonstration.

use ordergate_engine::order::Order;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::group::Work;
use super::write::carry_out;
use super::writer::{Answered, Request, stopped};
use crate::steps::Steps;
use crate::{CommitError, StoreError, loaded};

/// Orders for each commit. Other batches get their turn in between.
const CHUNK: usize = 5_000;

/// Hands the orders to the writer in chunks and makes the next chunk while one is being written.
/// Blocks. Gives the number of orders stored; `progress` hears it after each chunk.
pub(super) fn load(
    requests: &mpsc::WeakSender<Request>,
    mut orders: impl Iterator<Item = Order>,
    before_each: impl Fn(&[Order]) -> Result<(), StoreError>,
    progress: impl Fn(u64),
) -> Result<u64, CommitError> {
    let mut stored = 0;
    let mut under_way: Option<(u64, oneshot::Receiver<Answered>)> = None;
    loop {
        let chunk: Vec<Order> = orders.by_ref().take(CHUNK).collect();
        if let Some((count, answer)) = under_way.take() {
            answer.blocking_recv().map_err(|_| stopped())?.0?;
            stored += count;
            progress(stored);
        }
        if chunk.is_empty() {
            return Ok(stored);
        }
        before_each(&chunk)?;
        let count = chunk.len() as u64;
        let (request, answer) = Request::new(Work::Load(chunk));
        requests.upgrade().ok_or(StoreError::Closed)?.blocking_send(request).map_err(|_| stopped())?;
        under_way = Some((count, answer));
    }
}

/// An order with the history of having been submitted and having come to where it stands.
pub(super) fn insert(connection: &Connection, order: &Order) -> Result<(), CommitError> {
    let history = loaded::history_of(order);
    let mut steps = Steps::default();
    loaded::add_steps(order, &history, &mut steps)?;
    carry_out(connection, &steps)
}
