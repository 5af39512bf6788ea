//! That no id is given out twice.

use super::{Examined, Finding, Report};
use crate::StoreError;
use crate::transfer::tables::COUNTERS;
use crate::transfer::{first_free, next};

pub(super) async fn check(store: &mut dyn Examined, report: Report<'_>) -> Result<(), StoreError> {
    if !store.counts_ids() {
        return Ok(());
    }
    let (next, least) = (next(store).await?.unwrap_or(0), first_free(store).await?);
    if next < least {
        let problem = format!("the next id, {next}, is taken");
        report(Finding::new(COUNTERS.name, &"order", problem, format!("at least {least}")));
    }
    Ok(())
}
