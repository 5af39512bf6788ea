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
