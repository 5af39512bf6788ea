//! What SQLite itself does with the rows of a submitted order: the yardstick of `ordergate bench`.

use std::path::Path;
use std::time::{Duration, Instant};

use ordergate_engine::order::{Order, State, submission_entry};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId};

use rusqlite::Connection;

use super::write::carry_out;
use super::{SqliteOptions, connection, migrate, place};
use crate::migrations::MIGRATIONS;
use crate::steps::Steps;
use crate::{CommitError, Job, JobKey, JobPart, StoreError};

/// Inserts the rows that a Submit of this order makes (order, items, history, job) on one connection
/// and one thread, `group` orders to a synced commit, for so long. Gives orders a second. The
/// file must not exist yet.
pub fn raw_insert_rate(path: &Path, order: &Order, group: u32, lasting: Duration, clock: &dyn Clock) -> Result<f64, CommitError> {
    let options = SqliteOptions::new(path);
    let path = &place::prepare(path)?;
    let mut writer = connection::writer(path, &options)?;
    migrate::migrate(path, &mut writer, MIGRATIONS, clock.now())?;
    let mut order = Order { id: OrderId(1), state: State::submitted(order.submitted_at), ..order.clone() };
    let unavailable = |error: rusqlite::Error| StoreError::Unavailable(error.to_string());
    let (began, mut commits) = (Instant::now(), 0);
    while began.elapsed() < lasting {
        let transaction = writer.transaction().map_err(unavailable)?;
        for _ in 0..group {
            order.id = OrderId(order.id.0 + 1);
            insert(&transaction, &order)?;
        }
        transaction.commit().map_err(unavailable)?;
        commits += 1;
    }
    Ok(f64::from(group) * f64::from(commits) / began.elapsed().as_secs_f64())
}

fn insert(connection: &Connection, order: &Order) -> Result<(), CommitError> {
    let key = JobKey { order: order.id, part: JobPart::Order };
    let job = Job { key, queue: order.protocol, priority: order.priority, due_at: order.submitted_at, attempts: 0 };
    let entry = submission_entry(order, Actor::account("demo"));
    let mut steps = Steps::default();
    steps.insert_order(order, &[&entry])?;
    steps.insert_job(&job);
    carry_out(connection, &steps)
}
