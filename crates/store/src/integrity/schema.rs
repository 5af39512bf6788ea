//! The schema: the steps that made it, and what they must have made.

use std::collections::BTreeSet;

use super::{Examined, Finding, Report};
use crate::StoreError;
use crate::migrations::{Applied, MIGRATIONS};
use crate::sqlite;

/// An older or newer schema is an error: this program does not know what such a store should be.
pub(super) async fn check(store: &mut dyn Examined, report: Report<'_>) -> Result<(), StoreError> {
    let applied = store.applied().await?;
    check_version(&applied)?;
    for (step, applied) in MIGRATIONS.iter().zip(&applied) {
        if step.checksum() != applied.checksum {
            let problem = format!("another step was carried out (checksum {})", applied.checksum);
            report(Finding::new("schema_migrations", &applied.version, problem, format!("{} ({})", step.name, step.checksum())));
        }
    }
    let (wanted, found) = (sqlite::expected_structure()?, store.structure().await?);
    let found_columns: BTreeSet<&(String, String)> = found.columns.iter().collect();
    for column in wanted.columns.iter().filter(|column| !found_columns.contains(column)) {
        report(Finding::new(&column.0, &"", format!("there is no column {}", column.1), "the columns that the migrations made"));
    }
    for index in wanted.indexes.iter().filter(|index| !found.indexes.contains(index)) {
        report(Finding::new("schema", &"", format!("there is no index {index}"), "the indexes that the migrations made"));
    }
    Ok(())
}

fn check_version(applied: &[Applied]) -> Result<(), StoreError> {
    let known = MIGRATIONS.last().map_or(0, |step| step.version);
    match applied.iter().map(|step| step.version).max() {
        Some(found) if found > known => Err(StoreError::SchemaTooNew { found, known }),
        Some(found) if applied.len() == MIGRATIONS.len() && found == known => Ok(()),
        _ => Err(StoreError::Open("it is the store of an older program, which this one must serve once before".to_owned())),
    }
}
