//! `ordergate verify`: whether the store is what it should be.

use std::path::PathBuf;

use ordergate_fulfilment::ProcessorKind;
use ordergate_server::config::Config;
use ordergate_server::store_options::{StoreChoice, StoreOptions};
use ordergate_server::stored_documents::are_readable;
use ordergate_store::integrity::{Examination, Finding, Summary, WorkedOff};
use ordergate_store::transfer::Endpoint;
use serde_json::json;

use crate::failure::Failure;
use crate::opening;
use crate::plain_text::plain;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG")]
    config: Option<PathBuf>,
    /// A line of JSON for each finding, and one for the summary.
    #[arg(long)]
    json: bool,
    /// An SQLite file to look at, such as a backup, instead of the configured store.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut config = opening::configuration(arguments.config.as_deref()).map_err(unchecked)?;
    if let Some(file) = &arguments.file {
        config.store.set_path(file);
    }
    let format = if arguments.json { Format::Json } else { Format::Text };
    let store = endpoint(&config.store);
    let summary = opening::runtime()?.block_on(check(&store, worked_off(&config), format)).map_err(unchecked)?;
    print_summary(&summary, format);
    sound(&summary)
}

/// Prints each finding.
pub(crate) async fn check(endpoint: &Endpoint, worked_off: WorkedOff, format: Format) -> Result<Summary, Failure> {
    let mut examination = Examination::open(endpoint).await?;
    Ok(examination.check(worked_off, are_readable, &mut |finding| print(&finding, format)).await?)
}

/// A summary without findings.
pub(crate) fn sound(summary: &Summary) -> Result<(), Failure> {
    match summary.findings {
        0 => Ok(()),
        1 => Err(Failure::Failed("there is 1 finding".to_owned())),
        findings => Err(Failure::Failed(format!("there are {findings} findings"))),
    }
}

/// In whose orders accepted items do not wait for people.
pub(crate) fn worked_off(config: &Config) -> WorkedOff {
    let fulfilment = &config.fulfilment;
    let works = |processor: ProcessorKind| processor != ProcessorKind::None;
    WorkedOff { oseo: works(fulfilment.oseo.processor), veloconnect: works(fulfilment.veloconnect.processor) }
}

pub(crate) fn endpoint(options: &StoreOptions) -> Endpoint {
    match options.choice() {
        StoreChoice::Sqlite(options) => Endpoint::Sqlite(options),
        StoreChoice::Postgres(options) => Endpoint::Postgres(options),
    }
}

fn unchecked(failure: impl Into<Failure>) -> Failure {
    Failure::Unchecked(failure.into().to_string())
}

#[allow(clippy::print_stdout)]
fn print(finding: &Finding, format: Format) {
    let Finding { table, key, problem, expected } = finding;
    match format {
        Format::Text => println!("{table}\t{}\t{}\t{}", plain(key), plain(problem), plain(expected)),
        Format::Json => println!("{}", json!({ "table": table, "key": key, "problem": problem, "expected": expected })),
    }
}

#[allow(clippy::print_stdout)]
pub(crate) fn print_summary(summary: &Summary, format: Format) {
    let Summary { findings, orders, open_orders, items, entries, unchained, jobs } = summary;
    match format {
        Format::Text => {
            println!(
                "checked {orders} orders ({open_orders} not over), {items} items, {entries} entries of history, {jobs} jobs: \
                 {findings} findings"
            );
            if *unchained > 0 {
                println!(
                    "{unchained} entries of history are from before schema version 16 and have no hash: nothing proves them"
                );
            }
        }
        Format::Json => println!(
            "{}",
            json!({ "findings": findings, "orders": orders, "open_orders": open_orders, "items": items, "entries": entries,
                "unchained": unchained, "jobs": jobs })
        ),
    }
}
