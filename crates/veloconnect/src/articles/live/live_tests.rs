#![allow(clippy::unwrap_used)]
use std::sync::atomic::AtomicI64;

use futures_util::FutureExt as _;
use ordergate_engine::{AccountId, Timestamp};
use parking_lot::Mutex;

use super::super::demo_articles;
use super::*;

#[derive(Debug, Default)]
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// Gives the answers that it was told, the first first; then the last again and again.
#[derive(Debug, Default)]
struct Told {
    answers: Mutex<Vec<Result<String, String>>>,
    questions: Mutex<Vec<String>>,
}

#[async_trait]
impl LiveService for Told {
    async fn ask(&self, question: Vec<u8>) -> Result<Vec<u8>, String> {
        self.questions.lock().push(String::from_utf8(question).unwrap());
        let mut answers = self.answers.lock();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        answer.map(String::into_bytes)
    }
}

struct Shop {
    articles: LiveArticles,
    told: Arc<Told>,
    hands: Arc<Hands>,
}

fn shop(options: LiveOptions, answers: &[Result<&str, &str>]) -> Shop {
    let told = Arc::new(Told::default());
    *told.answers.lock() = answers.iter().map(|answer| answer.map(str::to_owned).map_err(str::to_owned)).collect();
    let hands = Arc::new(Hands::default());
    let articles = LiveArticles::new(Arc::new(demo_articles()), Arc::clone(&told) as _, options, Arc::clone(&hands) as _);
    Shop { articles, told, hands }
}

impl Shop {
    /// What is in stock of chains, and what they cost.
    async fn chains(&self, buyer: &str) -> String {
        let buyer = Buyer { account: AccountId(1), name: buyer.to_owned() };
        let ids = ["NIX", "130-KE8"].map(str::to_owned);
        let found = self.articles.find(&buyer, &ids).await.unwrap();
        let [Lookup::Unknown, Lookup::Known(article)] = &found[..] else { panic!("{found:?}") };
        let on_hand = article.supply.on_hand.map_or_else(|| "any".to_owned(), |n| n.to_string());
        format!("{on_hand} at {}", article.prices[0].amount.normalize())
    }
}

const SOME: &str = r#"{"articles": [{"article": "130-KE8", "onHand": "3", "prices": [{"amount": 8.5}]}]}"#;

#[tokio::test]
async fn live_figures_stand_over_those_of_the_catalogue() {
    let shop = shop(LiveOptions::default(), &[Ok(SOME), Ok(r#"{"articles": [{"article": "130-KE8", "onHand": null}]}"#)]);
    assert_eq!(shop.chains("K1").await, "3 at 8.5");
    assert!(shop.chains("K1").await.starts_with("any at "));
    // Only what is known is asked about.
    assert_eq!(shop.told.questions.lock()[0], r#"{"articles":["130-KE8"],"buyer":"K1"}"#);
}

#[tokio::test]
async fn without_an_answer_the_last_known_figures_hold_for_a_while() {
    let options = LiveOptions { keep_seconds: 100, failures_max: 1000, ..LiveOptions::default() };
    let shop = shop(options, &[Ok(SOME), Err("down")]);
    assert_eq!(shop.chains("K1").await, "3 at 8.5");
    let catalogue = shop.chains("K2").await;
    assert_ne!(catalogue, "3 at 8.5", "another buyer's prices are not this one's");
    shop.hands.0.store(100, Ordering::SeqCst);
    assert_eq!(shop.chains("K1").await, "3 at 8.5");
    shop.hands.0.store(101, Ordering::SeqCst);
    assert_eq!(shop.chains("K1").await, catalogue);
}

#[tokio::test]
async fn a_system_that_fails_is_left_alone_for_a_while() {
    let options = LiveOptions { failures_max: 3, pause_seconds: 10, ..LiveOptions::default() };
    let shop = shop(options, &[Err("down"), Err("down"), Err("down"), Err("down"), Ok(SOME)]);
    let asked = async |times: usize| {
        for _ in 0..times {
            shop.chains("K1").await;
        }
        shop.told.questions.lock().len()
    };
    assert_eq!(asked(10).await, 3);
    shop.hands.0.store(10, Ordering::SeqCst);
    assert_eq!(asked(10).await, 4, "one question tries again");
    shop.hands.0.store(20, Ordering::SeqCst);
    assert_eq!(asked(10).await, 14, "and then all go");
}

#[tokio::test]
async fn rubbish_is_believed_nowhere() {
    let catalogue = shop(LiveOptions::default(), &[Err("down")]).chains("K1").await;
    for rubbish in [
        "",
        "<html>",
        "[]",
        "{}",
        r#"{"articles": [{}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "viele"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "-1"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "99999999999999999999"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "1", "prices": []}]}"#,
        r#"{"articles": [{"article": "130-KE8", "prices": [{"amount": "1", "per": "0"}]}]}"#,
        r#"{"articles": [{"article": "130-KE8", "prices": [{"amount": "2"}, {"amount": "1"}]}]}"#,
        r#"{"articles": [{"article": "130-KE8", "prices": [{"amount": "2", "from": "5"}, {"amount": "1", "from": "5"}]}]}"#,
        r#"{"articles": [{"article": "130-KE8", "expected": "morgen"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "expected": "0000-12-31"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "expected": "-000001-12-31"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "1", "unit": "MTR"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "prices": [{"amount": "1"}], "currency": "USD"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "1"}, {"article": "X", "onHand": "x"}]}"#,
        r#"{"articles": [{"article": "NIX", "onHand": "1"}]}"#,
        r#"{"articles": [{"article": "130-KE8", "onHand": "1"}]} and more"#,
    ] {
        assert_eq!(shop(LiveOptions::default(), &[Ok(rubbish)]).chains("K1").await, catalogue, "{rubbish}");
    }
}

/// Never answers.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl LiveService for Silent {
    async fn ask(&self, _: Vec<u8>) -> Result<Vec<u8>, String> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn nobody_queues_for_a_slow_system() {
    let options = LiveOptions { parallel: 2, ..LiveOptions::default() };
    let articles = LiveArticles::new(Arc::new(demo_articles()), Arc::new(Silent), options, Arc::new(Hands::default()));
    let buyer = Buyer { account: AccountId(1), name: "K1".to_owned() };
    let ids = ["130-KE8".to_owned()];
    let ask = || Box::pin(articles.find(&buyer, &ids));
    let (mut first, mut second) = (ask(), ask());
    assert!((&mut first).now_or_never().is_none() && (&mut second).now_or_never().is_none());
    assert_eq!(ask().await.unwrap().len(), 1);
    // Who loses interest makes room.
    drop(first);
    assert!(ask().now_or_never().is_none());
    drop(second);
}
