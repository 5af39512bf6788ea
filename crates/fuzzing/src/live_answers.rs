//! What the seller's system answers about availability and prices of the moment.

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::AccountId;
use ordergate_veloconnect::articles::{Article, Articles, Buyer, Expected, LiveArticles, LiveService, Lookup};
use ordergate_veloconnect::{LiveOptions, VeloconnectOptions};
use rust_decimal::Decimal;
use serde::de::IgnoredAny;

use crate::authenticate::FewAccounts;
use crate::store::MemoryStore;
use crate::veloconnect_request::{ask, demo, door_with};
use crate::{Noon, finish};

/// Articles of the demonstration, in packs and in pieces, with one that waits for a delivery.
const IDS: [&str; 3] = ["100-SP263", "110-FB622", "110-LR28HR"];

/// Beyond this nothing is bought.
const NUMBER_MAX: i64 = 1_000_000_000;

/// An answer about the articles of [`IDS`]: their figures stay such as articles may have, nothing else of them changes, and buyers
/// are answered within the schema.
pub fn live_answers(data: &[u8]) {
    let articles = Arc::new(LiveArticles::new(demo(), Arc::new(Said(data.to_vec())), LiveOptions::default(), Arc::new(Noon)));
    let believed = serde_json::from_slice::<IgnoredAny>(data).is_ok();
    let (before, after) = (find(&*demo()), find(&*articles));
    for (before, after) in before.iter().zip(&after) {
        assert!(believed || before == after, "{after:?}");
        check(before, after);
    }
    let (store, authenticate) = (Arc::new(MemoryStore::new()), Arc::new(FewAccounts::default()));
    let door = door_with(&store, &authenticate, VeloconnectOptions::default(), articles, None);
    let lines = IDS.map(|id| format!("&Quantity.{id}=20")).concat();
    for request in ["GetItemDetailsList", "CreateOrder"] {
        assert_eq!(ask(&door, &format!("RequestName={request}Request{lines}")).result, "200");
    }
    let order = store.newest_transaction().unwrap_or_else(|| panic!("no transaction"));
    for request in ["ViewOrder", "FinishOrder"] {
        assert_eq!(ask(&door, &format!("RequestName={request}Request&TransactionID={}", order.key.id)).result, "200");
    }
}

#[derive(Debug)]
struct Said(Vec<u8>);

#[async_trait]
impl LiveService for Said {
    async fn ask(&self, _question: Vec<u8>) -> Result<Vec<u8>, String> {
        Ok(self.0.clone())
    }
}

fn find(articles: &dyn Articles) -> Vec<Arc<Article>> {
    let buyer = Buyer { account: AccountId(1), name: "K4711".to_owned() };
    let found = finish(articles.find(&buyer, &IDS.map(str::to_owned))).unwrap_or_else(|error| panic!("{error}"));
    let known = |lookup| match lookup {
        Lookup::Known(article) => article,
        other => panic!("{other:?}"),
    };
    found.into_iter().map(known).collect()
}

fn check(before: &Article, after: &Article) {
    let is_sane = |number: &Decimal| (Decimal::ZERO..=Decimal::from(NUMBER_MAX)).contains(number);
    assert!(after.supply.on_hand.iter().all(is_sane), "{after:?}");
    let Article { prices, supply, .. } = after;
    assert!(!prices.is_empty() && prices.iter().all(|price| is_sane(&price.amount) && price.per > Decimal::ZERO), "{after:?}");
    assert!(prices.windows(2).all(|pair| pair[0].from.unwrap_or_default() <= pair[1].from.unwrap_or_default()), "{after:?}");
    if let Some(Expected::On(day)) = supply.expected {
        assert!(day.year() > 0, "{day} cannot be told");
    }
    let mut rest = after.clone();
    rest.prices.clone_from(&before.prices);
    (rest.supply.on_hand, rest.supply.expected) = (before.supply.on_hand, before.supply.expected);
    assert_eq!(&rest, before);
}
