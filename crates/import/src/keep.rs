//! What becomes of catalogues that are not wanted any more.

use ordergate_engine::Timestamp;
use ordergate_store::{Batch, CatalogueId, CatalogueState, CatalogueWrite, CommitError, Store, Write};

/// Rows that one commit deletes: no other is held up by more.
const DELETED_AT_ONCE: usize = 1_000;
/// An import that stored nothing for so long has ended without saying so.
const IMPORT_SILENT_MICROS: i64 = 60 * 60 * 1_000_000;

/// Deletes catalogues that were replaced before this time, that were given up, and whose import has ended without a word.
pub async fn remove_unwanted(store: &dyn Store, now: Timestamp, replaced_before: Timestamp) -> Result<(), CommitError> {
    for catalogue in store.catalogues().await? {
        let unwanted = match catalogue.state {
            // Even if it is not: two may have been offered in the same moment. The next one puts that right.
            CatalogueState::Offered => false,
            CatalogueState::Importing => catalogue.changed_at < now.plus_micros(-IMPORT_SILENT_MICROS),
            CatalogueState::Replaced => catalogue.changed_at < replaced_before,
            CatalogueState::GivenUp => true,
        };
        if unwanted {
            remove(store, catalogue.id, now).await?;
        }
    }
    Ok(())
}

/// Gives a catalogue up, if it is still being imported, and deletes it piece by piece.
pub(crate) async fn remove(store: &dyn Store, id: CatalogueId, now: Timestamp) -> Result<(), CommitError> {
    let batch = |write| Batch { writes: vec![write] };
    store.commit(batch(Write::Catalogue(CatalogueWrite::GiveUp { id, at: now }))).await?;
    while store.catalogues().await?.iter().any(|catalogue| catalogue.id == id && is_over(catalogue.state)) {
        store.commit(batch(Write::Catalogue(CatalogueWrite::Delete { id, limit: DELETED_AT_ONCE }))).await?;
    }
    Ok(())
}

const fn is_over(state: CatalogueState) -> bool {
    matches!(state, CatalogueState::Replaced | CatalogueState::GivenUp)
}
