//! Claiming jobs.

use ordergate_engine::order::Priority;
use rusqlite::{Connection, params};

use super::connection::execute;
use super::read::all;
use crate::codes::{Code as _, from_count, least_part, queue_of_parts};
use crate::{Claim, Job, StoreError, rows, sql};

/// Leases due jobs to one worker: FAST_TRACK first, then the oldest.
pub(super) fn claim(connection: &Connection, claim: &Claim) -> Result<Vec<Job>, StoreError> {
    let mut claimed = Vec::new();
    for priority in [Priority::FastTrack, Priority::Standard] {
        for job in due(connection, claim, priority, claim.limit - claimed.len())? {
            if lease(connection, claim, &job)? {
                claimed.push(Job { due_at: claim.lease_until, attempts: job.attempts.saturating_add(1), ..job });
            }
        }
    }
    Ok(claimed)
}

fn due(connection: &Connection, claim: &Claim, priority: Priority, limit: usize) -> Result<Vec<Job>, StoreError> {
    let (queue, priority_code, now, limit) =
        (queue_of_parts(claim.queue, claim.parts), priority.code(), claim.now.0, from_count(limit));
    let job = |row: &rusqlite::Row<'_>| rows::due_job(row, claim, priority);
    match least_part(claim.parts) {
        Some(least) => all(connection, sql::DUE_JOBS, params![queue, priority_code, now, limit, least], job),
        None => all(connection, sql::DUE_ORDER_JOBS, params![queue, priority_code, now, limit], job),
    }
}

/// Whether the job is ours now; it is not if another worker was faster.
fn lease(connection: &Connection, claim: &Claim, job: &Job) -> Result<bool, StoreError> {
    let values = params![job.key.order.0, job.key.part.code(), job.attempts, claim.lease_until.0, claim.lease];
    Ok(execute(connection, sql::LEASE_JOB.question, values)? == 1)
}
