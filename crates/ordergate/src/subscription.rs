//! `ordergate subscription`: what comes for those who wait for a collection's products, and who they are. Works beside running
//! servers, which take notice within their polling time.

use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordergate_engine::order::OrderKind;
use ordergate_engine::{Actor, OrderId, ProviderId};
use ordergate_fulfilment::{ProcessorKind, SystemClock};
use ordergate_oseo::feed::{Announced, FeedReport};
use ordergate_server::config::Config;
use ordergate_server::server::feed_of;
use ordergate_store::{SharedStore, Standing, StandingQuery, Store};

use crate::acting::Acting;
use crate::failure::Failure;
use crate::opening;

/// So many lines are fed together.
const BLOCK: usize = 1000;
/// So many standing items are read together.
const PAGE: usize = 1000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Announce products, one JSON object to a line: each becomes an item of every order that waits for it, once. Prints for
    /// each line how many wait for it, and for how many it is new.
    Feed {
        /// The file to read; - for standard input.
        file: PathBuf,
    },
    /// List active subscriptions to a collection: order, position of the item, end, criteria.
    List { collection: String },
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = arguments.acting.configuration()?;
    opening::runtime()?.block_on(async {
        let store = opening::announcing(&config).await?;
        let work = async {
            match &arguments.command {
                Command::Feed { file } => feed(&config, Arc::clone(&store), file, &arguments.acting.operator).await,
                Command::List { collection } => list(store.as_ref(), collection).await,
            }
        };
        opening::closing(store.as_ref(), work).await
    })
}

async fn feed(config: &Config, store: SharedStore, file: &Path, operator: &str) -> Result<(), Failure> {
    let queues = config.fulfilment.oseo.processor != ProcessorKind::None;
    let feed = feed_of(store, Arc::new(SystemClock), queues, &config.delivery, Actor::operator(operator));
    let mut lines = BufReader::new(open(file)?).lines();
    let (mut first, mut bad) = (1, 0);
    loop {
        let block: Vec<String> = lines.by_ref().take(BLOCK).collect::<Result<_, _>>()?;
        if block.is_empty() {
            break;
        }
        let report = feed.announce(block.iter().map(String::as_str), first).await?;
        bad += report.wrong();
        print(&report)?;
        first += block.len();
    }
    match bad {
        0 => Ok(()),
        1 => Err(Failure::Failed("a line could not be used".to_owned())),
        _ => Err(Failure::Failed(format!("{bad} lines could not be used"))),
    }
}

fn open(file: &Path) -> Result<Box<dyn Read>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let opened = std::fs::File::open(file);
    Ok(Box::new(opened.map_err(|error| Failure::Failed(format!("cannot read {}: {error}", file.display())))?))
}

pub(crate) fn print(report: &FeedReport) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for Announced { line, collection, task, identifier, matched, new, full, unreadable } in &report.announced {
        let topic = task.as_ref().or(collection.as_ref()).map_or("", String::as_str);
        let identifier = identifier.as_deref().unwrap_or("-");
        write!(out, "{line}\t{topic}\t{identifier}\tmatched {matched}\tnew {new}")?;
        if *full > 0 {
            write!(out, "\tfull {full}")?;
        }
        if *unreadable > 0 {
            write!(out, "\tunreadable {unreadable}")?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    for error in &report.errors {
        eprintln!("line {}: {}", error.line, error.error);
    }
    if report.further_errors > 0 {
        eprintln!("and {} more lines", report.further_errors);
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
async fn list(store: &dyn Store, collection: &str) -> Result<(), Failure> {
    let mut after: Option<(OrderId, usize)> = None;
    loop {
        let query = StandingQuery {
            provider: ProviderId::DEFAULT,
            kind: OrderKind::Subscription,
            topic: collection.to_owned(),
            after,
            limit: PAGE,
        };
        let page = store.standing(&query).await?;
        for Standing { order, position, expires_at, criteria, .. } in &page {
            let end = if *expires_at == Standing::NEVER { "-".to_owned() } else { crate::plain_text::time(*expires_at) };
            println!("{order}\t{position}\t{end}\t{}", String::from_utf8_lossy(&criteria.0));
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some((last.order, last.position)),
            _ => return Ok(()),
        }
    }
}
