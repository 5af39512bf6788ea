//! `ordergate articles import`.

use std::sync::Arc;

use ordergate_import::{Import, ImportError, Source, Summary, catalogue, changes, classification};
use ordergate_server::config::Config;

use crate::failure::Failure;
use crate::import_report::{Display, Reading};
use crate::opening::{self, AnyStore};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// articles: all there are, in place of those that are offered; stock or prices: of articles that are offered;
    /// numbers: by which buyers know them; classification: the groups that articles may be in.
    #[arg(long, value_enum, default_value_t = Kind::Articles)]
    kind: Kind,
    /// Of kind articles: take neither stock nor special prices nor buyers' numbers over from what is offered, where the files say
    /// nothing of them.
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    of: OfSeller,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Articles,
    Stock,
    Prices,
    Numbers,
    Classification,
}

pub(super) fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { kind, fresh, of, reading } = arguments;
    let (sources, bytes) = reading.sources()?;
    super::warn_of_file(config, &of);
    let (done, dry_run, display) = opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?.into_shared();
        let work = async {
            let import = reading.import(config, &of, Arc::clone(&store), fresh).await?;
            let mut display = reading.display(&import.read, bytes)?;
            let done = carry_out(kind, &import, sources, &mut display).await;
            Ok((done, import.dry_run, display))
        };
        opening::closing(store.as_ref(), work).await
    })?;
    display.end(done, dry_run)
}

async fn carry_out(kind: Kind, import: &Import, sources: Vec<Source>, display: &mut Display) -> Result<Summary, ImportError> {
    match kind {
        Kind::Articles => catalogue::import(import, sources, display).await,
        Kind::Stock => changes::stock(import, sources, display).await,
        Kind::Prices => changes::prices(import, sources, display).await,
        Kind::Numbers => changes::numbers(import, sources, display).await,
        Kind::Classification => classification::import(import, sources, display).await,
    }
}
