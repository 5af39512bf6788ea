//! `ordergate transmissions`: what veloconnect's buyers transmit of their stock and sales. Works beside running servers.

mod csv;
mod export;
mod time;

use std::path::PathBuf;

use ordergate_engine::{Protocol, Timestamp, TransmissionId};
use ordergate_server::config::Config;
use ordergate_store::{Account, Progress, Store, Transmission, TransmissionQuery};

use self::export::{Export, Format, What};
use self::time::Moment;
use crate::failure::Failure;
use crate::opening::{self, AnyStore};
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

/// So many rows are read together.
const PAGE: usize = 1000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML) of the server whose buyers these are.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List transmissions by buyer and time: id, buyer, kind, state, received, as of, complete or incremental, lines, lines left
    /// out.
    List {
        #[command(flatten)]
        whose: Whose,
    },
    /// Show the lines of a transmission as JSON, one to a line; those that were left out say why (problem).
    Show { transmission: Id },
    /// Write what buyers have, or have sold, by article and time of storing.
    Export {
        #[arg(value_enum)]
        what: What,
        #[command(flatten)]
        whose: Whose,
        #[arg(long, value_enum, default_value_t = Format::Json)]
        format: Format,
    },
}

#[derive(Debug, clap::Args)]
struct Whose {
    /// Only this buyer's.
    #[arg(long, value_name = "NAME")]
    buyer: Option<String>,
    /// Only what came (list) or was stored (export) at this time or later: 2027-02-11, or 2027-02-11T09:00:00Z.
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    #[command(flatten)]
    of: OfSeller,
}

/// A transmission's number.
#[derive(Debug, Clone, Copy)]
struct Id(TransmissionId);

impl std::str::FromStr for Id {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        TransmissionId::parse(text).map(Self).ok_or("expected the number of a transmission")
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?;
        opening::closing(store.as_store(), carry_out(arguments.command, store.as_store(), &config)).await
    })
}

async fn carry_out(command: Command, store: &dyn Store, config: &Config) -> Result<(), Failure> {
    match command {
        Command::List { whose } => {
            for buyer in whose.buyers(store, config).await? {
                list(store, &buyer, whose.since()).await?;
            }
            Ok(())
        }
        Command::Show { transmission } => show(store, transmission.0).await,
        Command::Export { what, whose, format } => {
            let mut export = Export::begin(what, format)?;
            for buyer in whose.buyers(store, config).await? {
                export.add(store, &buyer, whose.since()).await?;
            }
            export.end()
        }
    }
}

impl Whose {
    fn since(&self) -> Timestamp {
        self.since.map_or(Timestamp(0), |moment| moment.0)
    }

    async fn buyers(&self, store: &dyn Store, config: &Config) -> Result<Vec<Account>, Failure> {
        let mut accounts = store.accounts(self.of.provider(store, config).await?).await?;
        accounts.retain(|account| account.protocol == Protocol::Veloconnect);
        let Some(name) = &self.buyer else { return Ok(accounts) };
        accounts.retain(|account| account.name == *name);
        if accounts.is_empty() { Err(Failure::Failed(format!("there is no buyer {name}"))) } else { Ok(accounts) }
    }
}

#[allow(clippy::print_stdout)]
async fn list(store: &dyn Store, buyer: &Account, since: Timestamp) -> Result<(), Failure> {
    let mut after = (since, TransmissionId(0));
    loop {
        let query = TransmissionQuery { provider: buyer.provider, owner: buyer.id, after, limit: PAGE };
        let page = store.transmissions(&query).await?;
        for t in &page {
            println!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                t.id,
                plain(&buyer.name),
                t.kind,
                state(t),
                time(t.received_at),
                time(t.as_of),
                if t.is_complete { "complete" } else { "incremental" },
                t.lines,
                t.left_out,
            );
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = (last.received_at, last.id),
            _ => return Ok(()),
        }
    }
}

fn state(transmission: &Transmission) -> &'static str {
    match transmission.progress {
        _ if transmission.is_test => "test",
        Progress::Importing { .. } => "importing",
        Progress::Imported { .. } => "imported",
    }
}

async fn show(store: &dyn Store, id: TransmissionId) -> Result<(), Failure> {
    let found = store.transmission(id).await?;
    found.ok_or_else(|| Failure::Failed(format!("there is no transmission {id}")))?;
    let mut from = 0;
    loop {
        let page = store.transmitted_lines(id, from, PAGE).await?;
        for line in &page {
            export::print_line(line)?;
        }
        if page.len() < PAGE {
            return Ok(());
        }
        from += PAGE;
    }
}
