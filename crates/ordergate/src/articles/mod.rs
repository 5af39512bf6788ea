//! `ordergate articles`: what is offered over veloconnect. Works beside a running server, which takes notice at once.

mod import;
mod importer;
mod look;

use std::path::PathBuf;

use ordergate_server::config::Config;
use ordergate_veloconnect::CatalogueSource;

use crate::failure::Failure;
use crate::opening;
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML) of the server whose articles these are.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Import articles, their stock, their prices or their groups from CSV or lines of JSON.
    Import(import::Arguments),
    /// List order numbers and descriptions of what is offered, in the order in which it was imported.
    List(look::List),
    /// Show an article as a buyer sees it.
    Show(look::Show),
    /// What is offered, since when, and what is being imported.
    Status(OfSeller),
    /// Who may import over HTTP, and their tokens.
    Importer(importer::Arguments),
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    match arguments.command {
        Command::Import(wish) => import::run(&config, wish),
        Command::List(wish) => look::list(&config, &wish),
        Command::Show(wish) => look::show(&config, &wish),
        Command::Status(of) => look::status(&config, &of),
        Command::Importer(wish) => importer::run(&config, &wish),
    }
}

/// Imports are of no use to a seller whose articles are read from a file.
fn warn_of_file(config: &Config, of: &OfSeller) {
    if of.options(config).is_some_and(|seller| seller.articles.is_some()) {
        eprintln!("note: this seller offers the articles of a file; leave its articles out of the configuration to offer these");
    } else if config.veloconnect.catalogue.source == CatalogueSource::File {
        eprintln!("note: this server offers the articles of a file; set veloconnect.catalogue.source = \"store\" to offer these");
    }
}
