//! OrderInOnlineShop: the web shop's basket as a transaction.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ordergate_engine::OrderId;
use ordergate_store::Items;
use ordergate_veloconnect::{ShopBasket, ShopContent, ShopError, ShopLine};

use crate::common::{CREDENTIALS, Door, OTHER, door, door_beside, door_with};

/// A shop with a basket for each buyer, which may be out of reach.
#[derive(Debug, Default)]
struct Shop {
    baskets: Mutex<HashMap<String, ShopContent>>,
    is_down: Mutex<bool>,
    /// It answers, but takes nothing.
    is_read_only: Mutex<bool>,
}

impl Shop {
    fn put(&self, buyer: &str, lines: &[(&str, i64)]) {
        let lines = lines.iter().map(|(article, quantity)| ShopLine {
            article: (*article).to_owned(),
            quantity: (*quantity).into(),
            unit: None,
            buyers_article: None,
        });
        let content = ShopContent { lines: lines.collect(), order: None };
        self.baskets.lock().unwrap().insert(buyer.to_owned(), content);
    }

    fn lines(&self, buyer: &str) -> Vec<(String, String)> {
        let baskets = self.baskets.lock().unwrap();
        let lines = baskets.get(buyer).map(|content| content.lines.clone()).unwrap_or_default();
        lines.into_iter().map(|line| (line.article, line.quantity.normalize().to_string())).collect()
    }

    fn order(&self, buyer: &str) -> Option<String> {
        self.baskets.lock().unwrap().get(buyer).and_then(|content| content.order.clone())
    }

    fn set_down(&self, is_down: bool) {
        *self.is_down.lock().unwrap() = is_down;
    }

    fn reach(&self) -> Result<(), ShopError> {
        if *self.is_down.lock().unwrap() { Err(ShopError("down".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl ShopBasket for Shop {
    async fn read(&self, buyer: &str) -> Result<ShopContent, ShopError> {
        self.reach()?;
        Ok(self.baskets.lock().unwrap().get(buyer).cloned().unwrap_or_default())
    }

    async fn write(&self, buyer: &str, content: &ShopContent) -> Result<(), ShopError> {
        self.reach()?;
        if *self.is_read_only.lock().unwrap() {
            return Err(ShopError("read only".to_owned()));
        }
        self.baskets.lock().unwrap().insert(buyer.to_owned(), content.clone());
        Ok(())
    }
}

async fn says(door: &Door, request: &str, rest: &str) -> (String, String, Vec<String>) {
    let reply = door.ask(request, &format!("&TransactionID=shop{rest}")).await;
    (reply.code(), reply.value("StatusCode"), reply.values("Quantity"))
}

fn said(code: &str, state: &str, quantities: &[&str]) -> (String, String, Vec<String>) {
    (code.to_owned(), state.to_owned(), quantities.iter().map(|q| (*q).to_owned()).collect())
}

const LINE: &str = "&Quantity.130-KE8=3&quantityUnitCode.130-KE8=EA";

/// Off, the fixed id is no id at all.
#[tokio::test]
async fn it_is_off_by_default() {
    let door = door().await;
    assert_eq!(says(&door, "ViewOrderRequest", "").await.0, "420");
    assert!(!door.ask("GetProfileRequest", "").await.text().contains("OrderInOnlineShop"));
}

/// One instance that always exists, in state 1 while it is empty: 4.1, 5.2. veloconnect 23, 35, 41.
#[tokio::test]
async fn the_instance_without_a_shop_behind_it() {
    let door = door_with(|o| o.shop.enabled = true).await;
    let profile = door.ask("GetProfileRequest", "").await;
    assert!(profile.text().contains("<Key>OrderInOnlineShop.TransactionID</Key><Value>shop</Value>"), "{profile}");
    assert!(profile.values("Transaction").contains(&"OrderInOnlineShop".to_owned()));
    let listed = async || {
        let reply = door.ask("GetStatusRequest", "").await;
        (reply.values("TransactionId"), reply.values("StatusCode"), reply.values("Transaction"))
    };
    let shop = |state: &str| (vec!["shop".to_owned()], vec![state.to_owned()], vec!["OrderInOnlineShop".to_owned()]);
    assert_eq!(listed().await, shop("1"));
    assert_eq!(says(&door, "GetStatusRequest", "").await.0, "200");
    assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "1", &[]));
    assert_eq!(says(&door, "FinishOrderRequest", "").await, said("430", "1", &[]));
    assert_eq!(says(&door, "RollbackRequest", "").await, said("200", "1", &[]));
    assert_eq!(says(&door, "CreateOrderRequest", LINE).await, said("200", "2", &["3"]));
    assert_eq!(says(&door, "CreateOrderRequest", LINE).await, said("430", "2", &[]));
    assert_eq!(listed().await, shop("2"));
    assert_eq!(says(&door, "UpdateOrderRequest", "&Quantity.130-KE8=0").await, said("200", "1", &[]));
    assert_eq!(says(&door, "UpdateOrderRequest", LINE).await, said("200", "2", &["3"]));
    assert_eq!(says(&door, "RollbackRequest", "").await, said("200", "1", &[]));
    assert_eq!(says(&door, "UpdateOrderRequest", LINE).await, said("200", "2", &["3"]));
    // The basket is real: a test there is a mixture.
    assert_eq!(says(&door, "FinishOrderRequest", "&IsTest=true").await, said("435", "2", &[]));
    // Each buyer has one.
    let other = door.get(&format!("RequestName=ViewOrderRequest&{OTHER}&TransactionID=shop")).await;
    assert_eq!((other.code(), other.value("StatusCode"), other.has("Quantity")), ("200".into(), "1".into(), false));
}

/// Finishing places the order, empties the basket, and leaves the instance. veloconnect 55, 59.
#[tokio::test]
async fn finishing() {
    let door = door_with(|o| o.shop.enabled = true).await;
    for expected in ["1", "2"] {
        says(&door, "CreateOrderRequest", LINE).await;
        let finished = door.ask("FinishOrderRequest", "&TransactionID=shop").await;
        assert_eq!(
            (finished.code(), finished.value("StatusCode"), finished.value("OrderID")),
            ("200".into(), "1".into(), expected.into())
        );
        assert_eq!(finished.values("Quantity"), ["3"]);
        // Twice is not twice ordered, and whoever lost the answer learns the number.
        let again = door.ask("FinishOrderRequest", "&TransactionID=shop").await;
        assert_eq!((again.code(), again.value("OrderID")), ("430".into(), expected.into()));
        assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "1", &[]));
    }
    let order = door.store.order(OrderId(2), Items::With).await.unwrap().unwrap();
    assert_eq!((order.items.len(), order.reference.as_deref()), (1, Some("shop")));
    // It never expires.
    door.pass_days(10_000);
    door.expire(&ordergate_veloconnect::VeloconnectOptions::default()).await;
    assert_eq!(door.ask("FinishOrderRequest", "&TransactionID=shop").await.value("OrderID"), "2");
}

/// Before each request the basket is the shop's; afterwards the shop's is what the request made of it.
#[tokio::test]
async fn in_step_with_the_shop() {
    let shop = Arc::new(Shop::default());
    let door = door_beside(Arc::clone(&shop) as _).await;
    assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "1", &[]));
    shop.put("K4711", &[("130-KE8", 2), ("NIX-9", 1), ("140-BB-V", -1), ("140-BB-V", 1), ("130-KE8", 7)]);
    let view = door.ask("ViewOrderRequest", "&TransactionID=shop").await;
    assert_eq!((view.value("StatusCode"), view.values("Quantity")), ("2".into(), vec!["2".into(), "1".into()]), "{view}");
    let status = door.ask("GetStatusRequest", "").await;
    assert_eq!(status.values("StatusCode"), ["2"]);
    says(&door, "UpdateOrderRequest", LINE).await;
    let line = |article: &str, quantity: &str| (article.to_owned(), quantity.to_owned());
    assert_eq!(shop.lines("K4711"), [line("130-KE8", "3"), line("140-BB-V", "1")]);
    shop.put("K4711", &[]);
    assert_eq!(says(&door, "FinishOrderRequest", "").await, said("430", "1", &[]));
    shop.put("K4711", &[("130-KE8", 4)]);
    let finished = door.ask("FinishOrderRequest", "&TransactionID=shop").await;
    assert_eq!((finished.code(), finished.values("Quantity")), ("200".into(), vec!["4".into()]));
    assert_eq!((shop.lines("K4711"), shop.order("K4711")), (Vec::new(), Some("1".to_owned())));
    shop.put("K4711", &[("130-KE8", 4)]);
    says(&door, "RollbackRequest", "").await;
    assert!(shop.lines("K4711").is_empty());
}

/// A shop that is down: the basket as it was last known; what was changed meanwhile is told before the shop is asked again.
#[tokio::test]
async fn a_shop_that_is_down() {
    let shop = Arc::new(Shop::default());
    let door = door_beside(Arc::clone(&shop) as _).await;
    shop.put("K4711", &[("130-KE8", 2)]);
    assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "2", &["2"]));
    shop.set_down(true);
    assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "2", &["2"]));
    assert_eq!(says(&door, "FinishOrderRequest", "").await.0, "200");
    assert_eq!(says(&door, "FinishOrderRequest", "").await, said("430", "1", &[]));
    shop.set_down(false);
    // The shop still has what was ordered: it must not be ordered once more.
    assert_eq!(says(&door, "FinishOrderRequest", "").await.0, "430");
    assert_eq!((shop.lines("K4711"), shop.order("K4711")), (Vec::new(), Some("1".to_owned())));
    assert!(door.store.order(OrderId(2), Items::Without).await.unwrap().is_none());
    assert_eq!(
        door.get(&format!("RequestName=GetStatusRequest&{CREDENTIALS}&TransactionID=shop")).await.value("StatusCode"),
        "1"
    );
}

/// A shop that takes nothing still has what was ordered; it is not believed before it knows.
#[tokio::test]
async fn a_shop_that_takes_nothing() {
    let shop = Arc::new(Shop::default());
    let door = door_beside(Arc::clone(&shop) as _).await;
    shop.put("K4711", &[("130-KE8", 2)]);
    *shop.is_read_only.lock().unwrap() = true;
    assert_eq!(says(&door, "FinishOrderRequest", "").await.0, "200");
    assert_eq!(shop.lines("K4711").len(), 1);
    assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "1", &[]));
    assert_eq!(says(&door, "FinishOrderRequest", "").await.0, "430");
    // What is ordered meanwhile goes on from there.
    assert_eq!(says(&door, "CreateOrderRequest", LINE).await, said("200", "2", &["3"]));
    *shop.is_read_only.lock().unwrap() = false;
    assert_eq!(says(&door, "ViewOrderRequest", "").await, said("200", "2", &["3"]));
    assert_eq!((shop.lines("K4711")[0].1.as_str(), shop.order("K4711")), ("3", Some("1".to_owned())));
}
