//! `ordergate bench`: how fast this machine answers, beside a static server in the same run.
//!
//! Each store size gets a server of its own, a child process with the demo's data and that many
//! synthetic orders. Each scenario is driven against all of them and against a static server that
//! returns bytes of the same size, in turns and several times, so that ratios hold on a noisy machine.

mod articles;
mod children;
mod memory;
mod pgbench;
mod requests;
mod run;
mod scenario;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use crate::failure::Failure;
use crate::opening;
use crate::synthetic::FIRST_ID;
use scenario::Scenario;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many synthetic orders the servers hold; one server for each number.
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [1_000, 1_000_000])]
    orders: Vec<u32>,
    /// Only so many are asked for, the newest: customers ask for what they ordered lately, and a store that does not fit into memory
    /// is as fast as its disk where all of it is asked for.
    #[arg(long, value_name = "N", default_value_t = u32::MAX, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..))]
    recent: u32,
    /// How long each scenario is driven in a round.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How many times each is driven, in turns; the best of them counts.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    rounds: u64,
    /// Keep-alive connections of the reading scenarios.
    #[arg(long, value_name = "N", default_value_t = 32)]
    clients: usize,
    /// Keep-alive connections of the submitting scenario.
    #[arg(long, value_name = "N", default_value_t = 64)]
    submitters: usize,
    /// How many synthetic articles the servers offer by veloconnect.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(i64::from(articles::LIST)..=1_000_000))]
    articles: u32,
    /// The articles are imported into the stores, instead of read from a file at the start.
    #[arg(long)]
    imported: bool,
    /// Only the scenarios whose names have one of these words in them, such as `submit` or `veloconnect`.
    #[arg(long, value_name = "WORD", value_delimiter = ',')]
    only: Vec<String>,
    /// Keep the data in this folder, and use what is there: loading a million orders takes a while.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Measure on this PostgreSQL database, beside pgbench, with one number of orders. An empty database is filled.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// PostgreSQL's own benchmark program.
    #[arg(long, value_name = "PROGRAM", default_value = "pgbench")]
    pgbench: PathBuf,
}

impl Arguments {
    /// The synthetic orders that are asked for, of so many.
    fn asked_for(&self, orders: u32) -> RangeInclusive<i64> {
        let end = FIRST_ID + i64::from(orders);
        end - i64::from(self.recent.min(orders))..=end - 1
    }

    fn wants(&self, scenario: Scenario) -> bool {
        let name = scenario.name().to_lowercase();
        self.only.is_empty() || self.only.iter().any(|word| name.contains(&word.to_lowercase()))
    }

    const fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct StaticArguments {
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long)]
    bytes: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.orders.is_empty() || arguments.orders.iter().any(|n| *n < 100) {
        return Err(Failure::Usage("--orders: each number must be at least 100".to_owned()));
    }
    if arguments.store.is_some() && arguments.orders.len() != 1 {
        return Err(Failure::Usage("--store: one database holds one number of --orders".to_owned()));
    }
    run::run(arguments)
}

pub(crate) fn run_static(arguments: &StaticArguments) -> Result<(), Failure> {
    let body = vec![b'x'; arguments.bytes].into();
    opening::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen).await?;
        Ok(ordergate_bench::static_server::serve(listener, body, std::future::pending()).await?)
    })
}
