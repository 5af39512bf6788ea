//! The sellers of veloconnect, by the names that the configuration gives them.

use ordergate_engine::ProviderId;

use crate::{Batch, Store, StoreError, Write};

/// Names that others take at the same moment take numbers, too.
const ATTEMPTS: usize = 16;

/// A seller with a name of its own; [`ProviderId::DEFAULT`] has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    pub id: ProviderId,
    pub name: String,
}

/// The number of the seller of this name; one that nobody ever had, if the name is new.
pub async fn seller_of(store: &dyn Store, name: &str) -> Result<ProviderId, StoreError> {
    for _ in 0..ATTEMPTS {
        if let Some(id) = store.seller(name).await? {
            return Ok(id);
        }
        let mut batch = Batch::new();
        batch.push(Write::InsertSeller { name: name.to_owned() });
        store.commit(batch).await?;
    }
    Err(StoreError::Failed(format!("the seller {name} could not be given a number")))
}
