//! `ordergate buyers`: the accounts of veloconnect, all at once. Works beside a running server.

use std::path::PathBuf;
use std::sync::Arc;

use ordergate_engine::Protocol;
use ordergate_import::buyers::{self, Rules};
use ordergate_outbox::{Language, check_address};
use ordergate_server::auth::{hash_password, is_password_hash, password_fits};
use ordergate_server::config::Config;

use crate::account;
use crate::failure::Failure;
use crate::import_report::Reading;
use crate::opening::{self, AnyStore};
use crate::plain_text::plain;
use crate::seller::OfSeller;

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
    /// List all buyers: name, whether they are enabled, price group, language of mail, mail address.
    List(OfSeller),
    /// Import buyers from CSV or lines of JSON: new ones are added, those that are there are changed.
    Import {
        /// Let buyers in no longer who are in none of the files.
        #[arg(long)]
        disable_missing: bool,
        #[command(flatten)]
        of: OfSeller,
        #[command(flatten)]
        reading: Reading,
    },
}

const RULES: Rules = Rules {
    hash: hash_password,
    fits: password_fits,
    is_hash: is_password_hash,
    name: |name| account::name(name).map(drop),
    mail: |mail| check_address(mail).map_err(|error| error.to_string()),
    language: |code| Language::from_code(code).map(drop).ok_or_else(|| "expected en or de".to_owned()),
};

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    match arguments.command {
        Command::List(of) => list(&config, &of),
        Command::Import { disable_missing, of, reading } => import(&config, disable_missing, &of, &reading),
    }
}

#[allow(clippy::print_stdout)]
fn list(config: &Config, of: &OfSeller) -> Result<(), Failure> {
    opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?;
        let store = store.as_store();
        let read = async { Ok(store.accounts(of.provider(store, config).await?).await?) };
        let all = opening::closing(store, read).await?;
        for buyer in all.iter().filter(|account| account.protocol == Protocol::Veloconnect) {
            let standing = if buyer.disabled { "disabled" } else { "enabled" };
            let others = [&buyer.price_group, &buyer.language, &buyer.mail].map(|text| plain(text.as_deref().unwrap_or("-")));
            println!("{}\t{standing}\t{}", plain(&buyer.name), others.join("\t"));
        }
        Ok(())
    })
}

fn import(config: &Config, disable_missing: bool, of: &OfSeller, reading: &Reading) -> Result<(), Failure> {
    let (sources, bytes) = reading.sources()?;
    let (done, dry_run, display) = opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?.into_shared();
        let work = async {
            let import = reading.import(config, of, Arc::clone(&store), false).await?;
            let mut display = reading.display(&import.read, bytes)?;
            let done = buyers::import(&import, sources, RULES, disable_missing, &mut display).await;
            Ok((done, import.dry_run, display))
        };
        opening::closing(store.as_ref(), work).await
    })?;
    display.end(done, dry_run)
}
