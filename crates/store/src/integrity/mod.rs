//! Whether a store is what it should be: its schema, the histories and the statuses of all orders, and that nothing refers to
//! what is not there. Reads only, all of one moment, page by page.

mod counters;
mod examined;
mod finding;
mod history;
mod order;
mod orders;
mod rules;
mod schema;

pub use examined::Examination;
pub(crate) use examined::{Examined, Structure};
pub use finding::{Finding, Summary, WorkedOff};

use ordergate_engine::order::Item;
use ordergate_engine::{Document, Protocol};

use crate::StoreError;

/// Where findings go as they are made.
pub type Report<'r> = &'r mut (dyn FnMut(Finding) + Send);

/// Whether a protocol can read what it stored: the document of an order, if it is given, and those of its items. The store does not
/// know what is in them.
pub type AreReadable = fn(Protocol, Option<&Document>, &[Item]) -> bool;

impl Examination {
    /// Looks at everything. An error says that the store could not be looked at; what was found until then was reported.
    pub async fn check(
        &mut self,
        worked_off: WorkedOff,
        are_readable: AreReadable,
        report: Report<'_>,
    ) -> Result<Summary, StoreError> {
        let mut summary = Summary::default();
        let mut counted = |finding: Finding| {
            summary.findings += 1;
            report(finding);
        };
        let store = &mut *self.0;
        schema::check(store, &mut counted).await?;
        store.snapshot().await?;
        for problem in store.own_check().await? {
            counted(Finding::of_database(problem));
        }
        let counts = orders::check(store, worked_off, are_readable, &mut counted).await?;
        rules::check(store, &mut counted).await?;
        counters::check(store, &mut counted).await?;
        Ok(Summary { findings: summary.findings, ..counts })
    }
}
