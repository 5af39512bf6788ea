//! The PostgreSQL store: the contract, and what is about servers.
#![allow(clippy::unwrap_used)]

mod contract;

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use ordergate_store::postgres::{PostgresOptions, PostgresStore};
use ordergate_testkit::postgres::{Database, cluster};
use proptest::prelude::*;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(43_200)
    }
}

/// An empty store; `None` where this machine has no PostgreSQL.
async fn empty() -> Option<(PostgresStore, Database)> {
    let database = cluster()?.fresh_database();
    let store = PostgresStore::open(PostgresOptions::new(&database.url), &Noon).await.unwrap();
    Some((store, database))
}

#[tokio::test]
async fn the_password_may_be_in_a_file() {
    let Some(database) = cluster().map(ordergate_testkit::postgres::Cluster::fresh_database) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let (bare, file) = (database.url.replace(":secret@", "@"), Some(file));
    let open = |url: &str| {
        let options = PostgresOptions { password_file: file.clone(), ..PostgresOptions::new(url) };
        async move { PostgresStore::open(options, &Noon).await.map(drop).map_err(|error| error.to_string()) }
    };
    for (content, said) in [
        (None, "cannot be read"),
        (Some(""), "must be one line"),
        (Some("secret\nsecret\n"), "must be one line"),
        (Some("geheim\n"), "password authentication failed"),
    ] {
        if let (Some(content), Some(file)) = (content, &file) {
            std::fs::write(file, content).unwrap();
        }
        let error = open(&bare).await.unwrap_err();
        assert!(error.contains(said) && !error.contains("geheim"), "{content:?}: {error}");
    }
    std::fs::write(file.as_ref().unwrap(), "secret\n").unwrap();
    open(&bare).await.unwrap();
    let error = open(&database.url).await.unwrap_err();
    assert!(error.contains("a password in the address"), "{error}");
}

all_contract_tests!(crate::empty);

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_batches_do_what_the_model_says(steps in contract::random::steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            if let Some((store, _database)) = empty().await {
                contract::random::store_and_model_agree(&store, steps).await;
            }
        });
    }
}
