//! What a web shop says of a buyer's basket.

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_veloconnect::{ShopBasket, ShopContent, ShopError, ShopOptions, VeloconnectOptions};
use parking_lot::Mutex;

use crate::authenticate::FewAccounts;
use crate::store::MemoryStore;
use crate::veloconnect_request::{ask, demo, door_with};

/// A basket as the shop answers it. Its buyer is answered within the schema, can order what is in it, and the shop is told a basket
/// that it would be asked for the same way.
pub fn shop_answers(data: &[u8]) {
    let shop = Arc::new(Shop { said: Mutex::new(data.to_vec()) });
    let (store, authenticate) = (Arc::new(MemoryStore::new()), Arc::new(FewAccounts::default()));
    let shop_options = ShopOptions { enabled: true, ..ShopOptions::default() };
    let options = VeloconnectOptions { shop: shop_options, ..VeloconnectOptions::default() };
    let door = door_with(&store, &authenticate, options, demo(), Some(Arc::clone(&shop) as _));
    let ask = |request: &str, rest: &str| ask(&door, &format!("RequestName={request}Request&TransactionID=shop{rest}"));
    assert_eq!(ask("ViewOrder", "").result, "200");
    assert_eq!(ask("GetStatus", "").result, "200");
    let update = ask("UpdateOrder", "&Quantity.100-SP263=3");
    assert!(matches!(update.result, "200" | "430"), "{}", crate::shown(&update.body));
    let finished = ask("FinishOrder", "");
    if update.result == "200" {
        assert_eq!(finished.result, "200", "{}", crate::shown(&finished.body));
        let emptied = shop.content().unwrap_or_else(|error| panic!("{error}"));
        assert!(emptied.lines.is_empty() && emptied.order.is_some(), "{emptied:?}");
    }
}

#[derive(Debug)]
struct Shop {
    said: Mutex<Vec<u8>>,
}

impl Shop {
    fn content(&self) -> Result<ShopContent, ShopError> {
        serde_json::from_slice(&self.said.lock()).map_err(|error| ShopError(error.to_string()))
    }
}

#[async_trait]
impl ShopBasket for Shop {
    async fn read(&self, _buyer: &str) -> Result<ShopContent, ShopError> {
        self.content()
    }

    async fn write(&self, _buyer: &str, content: &ShopContent) -> Result<(), ShopError> {
        let written = serde_json::to_vec(content).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(serde_json::from_slice::<ShopContent>(&written).ok().as_ref(), Some(content));
        *self.said.lock() = written;
        Ok(())
    }
}
