//! Every statement finds its rows through an index, whatever PostgreSQL thinks of the size of a table.
#![allow(clippy::unwrap_used)]

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use ordergate_testkit::postgres::cluster;

use super::own_sql::OWN;
use super::{PostgresOptions, PostgresStore};
use crate::sql;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(43_200)
    }
}

/// What a plan does that takes longer the more there is: it reads a table, or an index from end to end.
fn slow_steps(plan: &[String]) -> Vec<&String> {
    let is_step = |line: &str| line.trim_start().starts_with("->");
    let mut slow = Vec::new();
    for (at, line) in plan.iter().enumerate() {
        let details = plan[at + 1..].iter().take_while(|line| !is_step(line));
        let by_index = ["Index Scan", "Index Only Scan"].iter().any(|scan| line.contains(scan));
        let whole_index = by_index && !details.into_iter().any(|line| line.contains("Index Cond"));
        let others = ["Seq Scan", "Hash Join", "Merge Join"];
        if whole_index || others.iter().any(|step| line.contains(step)) {
            slow.push(line);
        }
    }
    slow
}

#[tokio::test]
async fn no_statement_reads_a_whole_table() {
    let Some(database) = cluster().map(ordergate_testkit::postgres::Cluster::fresh_database) else { return };
    let store = PostgresStore::open(PostgresOptions::new(&database.url), &Noon).await.unwrap();
    let connected = store.database.connect().await.map_err(|failure| failure.error).unwrap();
    let mut found = Vec::new();
    for statement in sql::ALL.iter().chain(OWN) {
        let nulls = vec!["null"; connected.statement(*statement).params().len()].join(", ");
        let values = if nulls.is_empty() { nulls } else { format!("({nulls})") };
        connected.client.batch_execute(&format!("prepare probe as {}", statement.dollar)).await.unwrap();
        let rows = connected.client.query(&format!("explain (costs off) execute probe{values}"), &[]).await.unwrap();
        connected.client.batch_execute("deallocate probe").await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let slow = slow_steps(&plan);
        if !slow.is_empty() {
            found.push(format!("{statement:?}: {slow:?}"));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
