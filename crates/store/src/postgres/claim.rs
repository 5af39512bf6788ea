//! Claiming jobs: FAST_TRACK first, then the oldest. Any number of workers on any number of nodes may look at the same
//! jobs; the number of attempts tells who was first.

use ordergate_engine::order::Priority;

use tokio_postgres::types::ToSql;

use super::pipeline::in_one_flight;
use super::place::Connected;
use crate::codes::{Code as _, from_count, least_part, queue_of_parts};
use crate::steps::{Expect, Step};
use crate::value::values;
use crate::{Claim, Job, StoreError, rows, sql};

/// Jobs to try for.
pub(super) async fn due(connected: &Connected, claim: &Claim) -> Result<Vec<Job>, StoreError> {
    let (queue, now, limit) = (queue_of_parts(claim.queue, claim.parts), claim.now.0, from_count(claim.limit));
    let asking = [Priority::FastTrack, Priority::Standard].map(|priority| async move {
        let found = if let Some(least) = least_part(claim.parts) {
            let values: [&(dyn ToSql + Sync); 5] = [&queue, &priority.code(), &now, &limit, &least];
            connected.client.query(connected.statement(sql::DUE_JOBS), &values).await?
        } else {
            let values: [&(dyn ToSql + Sync); 4] = [&queue, &priority.code(), &now, &limit];
            connected.client.query(connected.statement(sql::DUE_ORDER_JOBS), &values).await?
        };
        found.iter().map(|row| rows::due_job(row, claim, priority)).collect::<Result<Vec<Job>, StoreError>>()
    });
    let mut due = Vec::new();
    for found in in_one_flight(asking).await {
        due.extend(found?);
    }
    due.truncate(claim.limit);
    Ok(due)
}

/// Takes a job, unless someone was faster.
pub(super) fn lease<'c>(claim: &'c Claim, job: &Job) -> Step<'c> {
    let attempts = i64::from(job.attempts);
    let values = values![job.key.order.0, job.key.part.code(), attempts, claim.lease_until.0, &claim.lease];
    Step::Run { statement: sql::LEASE_JOB, values, expect: Expect::Any }
}

/// The jobs of which a row changed.
pub(super) fn claimed(claim: &Claim, due: Vec<Job>, changed: &[u64]) -> Vec<Job> {
    let ours = due.into_iter().zip(changed).filter(|(_, changed)| **changed == 1);
    ours.map(|(job, _)| Job { due_at: claim.lease_until, attempts: job.attempts.saturating_add(1), ..job }).collect()
}
