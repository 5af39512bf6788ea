//! Who is to be told about which order: asked of the store at every move, and never changed, so it is remembered.

use std::collections::HashMap;
use std::sync::Arc;

use ordergate_engine::{Document, OrderId};
use ordergate_store::{Store, StoreError};
use parking_lot::Mutex;

/// When so many are remembered, they are forgotten.
const REMEMBERED_MAX: usize = 16 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Wishes {
    remembered: Mutex<HashMap<OrderId, Option<Arc<Document>>>>,
}

impl Wishes {
    /// The wish about an order that is stored already.
    pub(crate) async fn about(&self, store: &dyn Store, order: OrderId) -> Result<Option<Arc<Document>>, StoreError> {
        if let Some(known) = self.remembered.lock().get(&order) {
            return Ok(known.clone());
        }
        let wish = store.notification_wish(order).await?.map(Arc::new);
        let mut remembered = self.remembered.lock();
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(order, wish.clone());
        Ok(wish)
    }
}
