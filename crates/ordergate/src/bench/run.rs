//! The run: start everything, drive everything, print the table.

use std::path::Path;

use ordergate_bench::load::Report;
use ordergate_bench::machine;
use ordergate_bench::report::{Figures, Row, table};
use ordergate_fulfilment::SystemClock;

use super::articles::Offered;
use super::children::Server;
use super::memory;
use super::pgbench::Pgbench;
use super::scenario::{self, Scenario, Target};
use super::{Arguments, articles};
use crate::failure::Failure;
use crate::opening;

/// Orders to a commit of SQLite alone.
const RAW_GROUP: u32 = 64;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let temporary = tempfile::Builder::new().prefix("ordergate-bench-").tempdir()?;
    let folder = arguments.data.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder)?;
    say(&machine::describe(folder)?);
    opening::runtime()?.block_on(measure(arguments, folder))
}

async fn measure(arguments: &Arguments, folder: &Path) -> Result<(), Failure> {
    let articles = articles::write(folder, arguments.articles, arguments.imported)?;
    let mut servers = Vec::new();
    for &orders in &arguments.orders {
        servers.push(start(folder, orders, arguments, &articles).await?);
    }
    let mut rows = Vec::new();
    for scenario in Scenario::ALL.into_iter().filter(|scenario| arguments.wants(*scenario)) {
        let (compared, raw) = compare(scenario, &servers, folder, arguments).await?;
        if let Some(url) = &arguments.store {
            beside_pgbench(scenario, &compared, &Pgbench::of(arguments, url, folder), arguments)?;
        }
        per_item(scenario, &compared);
        beside_rusqlite(&compared, raw);
        rows.extend(compared);
    }
    say(&table(&rows));
    Ok(())
}

/// Loads a store if need be, then starts a fresh process on it: what loading took is not idle memory.
async fn start(folder: &Path, orders: u32, arguments: &Arguments, articles: &Offered) -> Result<(Server, Target), Failure> {
    let (data, store) = (folder.join(format!("orders-{orders}")), arguments.store.as_deref());
    let mut loading = Server::demo(&data, orders, store, articles)?;
    loading.ready().await?;
    drop(loading);
    if let Offered::Imported(path) = articles {
        Server::import(&data, store, path)?;
    }
    let mut server = Server::demo(&data, orders, store, articles)?;
    server.ready().await?;
    let memory = memory::measure(server.address, server.pid()).await?;
    say(&format!(
        "{orders} orders: {:.1} MiB resident when idle; {:.1} MiB more at the peak of searches that all of them match\n",
        memory.idle, memory.search_growth
    ));
    let target = scenario::prepare(server.address, server.pid(), orders, arguments.asked_for(orders)).await?;
    Ok((server, target))
}

/// One scenario on all servers and on the static server with answers of the same size, in turns: of the rounds of each
/// the best counts. What else goes on in a machine changes from second to second and only ever takes away.
/// Beside Submit, SQLite itself has its turn in each round, too: orders a second.
async fn compare(
    scenario: Scenario,
    servers: &[(Server, Target)],
    folder: &Path,
    arguments: &Arguments,
) -> Result<(Vec<Row>, Option<f64>), Failure> {
    let mut best: Vec<Option<Report>> = servers.iter().map(|_| None).collect();
    let (mut fixed, mut best_fixed) = (None, None);
    let mut best_raw: Option<f64> = None;
    for _ in 0..arguments.rounds {
        for ((_, target), best) in servers.iter().zip(&mut best) {
            keep_better(best, scenario.drive(target, arguments).await?);
        }
        let fixed = match &fixed {
            Some(running) => running,
            None => &*fixed.insert(start_fixed(best.iter().flatten()).await?),
        };
        keep_better(&mut best_fixed, scenario.drive_static(fixed.address, fixed.pid(), arguments).await?);
        if scenario == Scenario::Submit && arguments.store.is_none() {
            best_raw = Some(best_raw.unwrap_or_default().max(raw_rate(folder, arguments)?));
        }
    }
    let (Some(yardstick), bytes) = (best_fixed, body_bytes(best.iter().flatten())) else { return Ok((Vec::new(), None)) };
    let reports = servers.iter().zip(best.into_iter().flatten()).map(|((_, target), report)| (target.orders, report));
    let mut rows =
        vec![Row { name: format!("static server, {bytes} bytes"), figures: Figures::from(&yardstick), yardstick: None }];
    for (orders, report) in reports {
        let name = format!("{}, {orders} orders", scenario.name());
        rows.push(Row { name, figures: Figures::from(&report), yardstick: Some(Figures::from(&yardstick)) });
    }
    Ok((rows, best_raw))
}

/// What an answer with many items comes to for each of them.
fn per_item(scenario: Scenario, rows: &[Row]) {
    let Some(items) = scenario.items() else { return };
    for row in rows.iter().filter(|row| row.yardstick.is_some()) {
        let cpu =
            row.figures.cpu_per_request.map(|cpu| format!(", {:.2} us of CPU each", cpu.as_secs_f64() * 1e6 / f64::from(items)));
        let rate = row.figures.requests_per_second * f64::from(items);
        say(&format!("{}: {rate:.0} items/s{}\n", row.name, cpu.unwrap_or_default()));
    }
}

/// What PostgreSQL itself does, right after the server was measured.
fn beside_pgbench(scenario: Scenario, rows: &[Row], pgbench: &Pgbench<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let Some(ours) = rows.last().map(|row| row.figures.requests_per_second) else { return Ok(()) };
    let reaches = |what: &str, rate: f64| {
        say(&format!(
            "{}: pgbench, {what}: {rate:.0}/s; this server reaches {:.0} % of it\n",
            scenario.name(),
            100.0 * ours / rate
        ));
    };
    match scenario {
        Scenario::RetrieveFull => {
            let orders = arguments.orders.first().copied().unwrap_or_default();
            reaches("the same select", pgbench.select_rate(&arguments.asked_for(orders), arguments.clients)?);
        }
        Scenario::Submit => {
            let sample = crate::synthetic::sample();
            reaches("the same inserts", pgbench.insert_rate(&sample, arguments.submitters, false)?);
            reaches("the same inserts, pipelined", pgbench.insert_rate(&sample, arguments.submitters, true)?);
        }
        _ => {}
    }
    Ok(())
}

fn keep_better(best: &mut Option<Report>, report: Report) {
    if best.as_ref().is_none_or(|best| best.requests_per_second < report.requests_per_second) {
        *best = Some(report);
    }
}

async fn start_fixed(reports: impl Iterator<Item = &Report>) -> Result<Server, Failure> {
    let mut fixed = Server::fixed(body_bytes(reports))?;
    fixed.ready().await?;
    Ok(fixed)
}

/// As many as the first server's answers have.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn body_bytes<'r>(mut reports: impl Iterator<Item = &'r Report>) -> usize {
    reports.next().map_or(0, |report| report.body_bytes_mean.round() as usize)
}

/// What SQLite itself does with the rows of one Submit, so many to a synced commit, for as long as a round takes.
fn raw_rate(folder: &Path, arguments: &Arguments) -> Result<f64, Failure> {
    let place = tempfile::tempdir_in(folder)?;
    let order = crate::synthetic::sample();
    let file = place.path().join("raw.sqlite");
    Ok(ordergate_store::sqlite::raw_insert_rate(&file, &order, RAW_GROUP, arguments.duration(), &SystemClock)?)
}

/// Which share of what SQLite itself does each server reaches.
fn beside_rusqlite(rows: &[Row], raw: Option<f64>) {
    let Some(raw) = raw else { return };
    say(&format!("rusqlite alone, the rows of one Submit, {RAW_GROUP} to a synced commit: {raw:.0} orders/s\n"));
    for row in rows.iter().filter(|row| row.yardstick.is_some()) {
        let share = 100.0 * row.figures.requests_per_second / raw;
        say(&format!("{}: {:.0}/s, {share:.0} % of it\n", row.name, row.figures.requests_per_second));
    }
}

#[allow(clippy::print_stdout)]
fn say(text: &str) {
    println!("{text}");
}
