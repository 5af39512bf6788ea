//! The schema's history: numbered files that are applied once each, in order, and never changed.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::StoreError;

/// One numbered step of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// All steps, by version from 1 without gaps.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "initial", text: include_str!("../migrations/0001_initial.sql") },
    Migration { version: 2, name: "order_jobs_due", text: include_str!("../migrations/0002_order_jobs_due.sql") },
    Migration { version: 3, name: "notifications", text: include_str!("../migrations/0003_notifications.sql") },
    Migration { version: 4, name: "quotations", text: include_str!("../migrations/0004_quotations.sql") },
    Migration { version: 5, name: "standing_items", text: include_str!("../migrations/0005_standing_items.sql") },
    Migration { version: 6, name: "account_mail", text: include_str!("../migrations/0006_account_mail.sql") },
    Migration { version: 7, name: "local_results", text: include_str!("../migrations/0007_local_results.sql") },
    Migration { version: 8, name: "deliveries", text: include_str!("../migrations/0008_deliveries.sql") },
    Migration { version: 9, name: "pauses", text: include_str!("../migrations/0009_pauses.sql") },
    Migration { version: 10, name: "account_groups", text: include_str!("../migrations/0010_account_groups.sql") },
    Migration { version: 11, name: "roles_and_slots", text: include_str!("../migrations/0011_roles_and_slots.sql") },
    Migration { version: 12, name: "catalogue", text: include_str!("../migrations/0012_catalogue.sql") },
    Migration { version: 13, name: "transmissions", text: include_str!("../migrations/0013_transmissions.sql") },
    Migration { version: 14, name: "receipts", text: include_str!("../migrations/0014_receipts.sql") },
    Migration { version: 15, name: "sellers", text: include_str!("../migrations/0015_sellers.sql") },
    Migration { version: 16, name: "history_chains", text: include_str!("../migrations/0016_history_chains.sql") },
    Migration { version: 17, name: "article_terms", text: include_str!("../migrations/0017_article_terms.sql") },
];

/// What the capital words of the files become in one database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    /// A signed 64-bit integer.
    pub(crate) bigint: &'static str,
    /// A string of bytes.
    pub(crate) bytes: &'static str,
    /// What stands after a table that is found by a single number.
    pub(crate) plain: &'static str,
    /// What stands after a table whose rows lie in the order of a composite primary key.
    pub(crate) clustered: &'static str,
}

impl Dialect {
    pub(crate) const SQLITE: Self =
        Self { bigint: "integer", bytes: "blob", plain: "strict", clustered: "strict, without rowid" };

    pub(crate) const POSTGRES: Self = Self { bigint: "bigint", bytes: "bytea", plain: "", clustered: "" };
}

impl Migration {
    pub(crate) fn sql(&self, dialect: Dialect) -> String {
        self.text
            .replace("BIGINT", dialect.bigint)
            .replace("BYTES", dialect.bytes)
            .replace("PLAIN", dialect.plain)
            .replace("CLUSTERED", dialect.clustered)
    }

    /// SHA-256 of the file, in hexadecimal.
    pub(crate) fn checksum(&self) -> String {
        hexadecimal(&Sha256::digest(self.text.as_bytes()))
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A step that the store says was carried out.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) checksum: String,
}

/// The steps still to be carried out, given those that were (by version). Refuses a store that is
/// newer than this program, or whose steps are not the ones this program has.
pub(crate) fn pending<'m>(known: &'m [Migration], applied: &[Applied]) -> Result<&'m [Migration], StoreError> {
    let newest = known.last().map_or(0, |m| m.version);
    if let Some(found) = applied.iter().map(|a| a.version).max().filter(|&found| found > newest) {
        return Err(StoreError::SchemaTooNew { found, known: newest });
    }
    for (migration, applied) in known.iter().zip(applied) {
        if migration.version != applied.version {
            return Err(StoreError::Open(format!("migration {} is missing between applied ones", migration.version)));
        }
        if migration.checksum() != applied.checksum {
            return Err(StoreError::Open(format!(
                "migration {} ({}) is not the one that was applied to this store (its checksum differs)",
                migration.version, migration.name
            )));
        }
    }
    Ok(known.get(applied.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn versions_count_from_one() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, i64::try_from(index).unwrap() + 1, "{}", migration.name);
        }
    }

    #[test]
    fn only_what_was_not_applied_is_pending_and_gaps_are_refused() {
        let step = |version| Migration { version, name: "step", text: "select 1" };
        let known = [step(1), step(2), step(3)];
        let applied = |versions: &[i64]| -> Vec<Applied> {
            versions.iter().map(|&version| Applied { version, checksum: step(version).checksum() }).collect()
        };
        let left =
            |versions: &[i64]| pending(&known, &applied(versions)).map(|p| p.iter().map(|m| m.version).collect::<Vec<_>>());
        assert_eq!(left(&[]).unwrap(), [1, 2, 3]);
        assert_eq!(left(&[1, 2]).unwrap(), [3]);
        assert_eq!(left(&[1, 2, 3]).unwrap(), [0; 0]);
        assert!(matches!(left(&[2]), Err(StoreError::Open(_))));
        assert!(matches!(left(&[1, 2, 3, 4]), Err(StoreError::SchemaTooNew { found: 4, known: 3 })));
    }
}
