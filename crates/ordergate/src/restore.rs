//! `ordergate restore`: a backup takes the place of the store.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ordergate_engine::time::Clock as _;
use ordergate_fulfilment::SystemClock;
use ordergate_server::config::Config;
use ordergate_server::store_options::{StoreChoice, StoreOptions};
use ordergate_store::integrity::Summary;
use ordergate_store::postgres::PostgresOptions;
use ordergate_store::sqlite::{Restore, SqliteOptions};

use crate::backup::look_at;
use crate::failure::Failure;
use crate::opening;
use crate::store_progress::Pages;
use crate::verify::{self, Format};

/// So many ids may have been given out since a backup was made: those of a day, at a dozen orders a second.
const IDS_SINCE: u32 = 1_000_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG")]
    config: Option<PathBuf>,
    /// Put it in place of the store that is there, which is kept under another name.
    #[arg(long)]
    replace: bool,
    /// Do not look at the backup before.
    #[arg(long)]
    no_verify: bool,
    /// How many ids may have been given out since the backup was made. They are left out, so that no customer's id becomes
    /// that of another order.
    #[arg(long, value_name = "N", default_value_t = IDS_SINCE)]
    ids_since: u32,
    /// What `ordergate backup` has made.
    #[arg(value_name = "FILE")]
    from: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    match config.store.choice() {
        StoreChoice::Sqlite(options) => restore(&options, &config, arguments),
        StoreChoice::Postgres(options) => Err(say_how(&options, &config.store, arguments)?),
    }
}

fn restore(options: &SqliteOptions, config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let (place, now) = (options.path.clone(), SystemClock.now());
    if !arguments.replace && place.exists() {
        return Err(taken(&place));
    }
    let mut display = Pages::new("copying");
    let prepared = Restore::prepare(&arguments.from, options, arguments.ids_since, now, &mut |done, all| display.show(done, all));
    display.end();
    let prepared = prepared?;
    if !arguments.replace && prepared.is_taken() {
        return Err(taken(&place));
    }
    let summary = if arguments.no_verify { None } else { Some(look_at(prepared.path(), config)?) };
    if let Some(summary) = summary.as_ref().filter(|summary| summary.findings > 0) {
        verify::print_summary(summary, Format::Text);
        return Err(Failure::Failed(
            "nothing was restored: the backup is not sound (--no-verify restores it all the same)".to_owned(),
        ));
    }
    let (replaced, first_id) = (prepared.is_taken(), prepared.first_id());
    let aside = aside(&place);
    prepared.take_place(&aside)?;
    tell(&place, replaced.then_some(&aside), first_id, summary.as_ref(), config);
    Ok(())
}

fn taken(place: &Path) -> Failure {
    Failure::Failed(format!("{} is there already: with --replace it is kept under another name", place.display()))
}

/// The name says since when it is not the store any more.
fn aside(place: &Path) -> PathBuf {
    let mut name = OsString::from(place);
    name.push(jiff::Timestamp::now().strftime(".replaced-%Y%m%dT%H%M%S%.6fZ").to_string());
    name.into()
}

#[allow(clippy::print_stdout)]
fn tell(place: &Path, aside: Option<&PathBuf>, first_id: i64, summary: Option<&Summary>, config: &Config) {
    if let Some(summary) = summary {
        verify::print_summary(summary, Format::Text);
    }
    println!("{} is restored", place.display());
    if let Some(aside) = aside {
        println!("what was there is kept as {}", aside.display());
    }
    println!("ids go on from {first_id}");
    println!("orders since the backup are lost; what was told, delivered or begun since may be told, delivered or begun again");
    println!("the secret key must be that of the backup's time: {}", config.store.key_path().display());
}

#[allow(clippy::print_stdout)]
fn say_how(options: &PostgresOptions, store: &StoreOptions, arguments: &Arguments) -> Result<Failure, Failure> {
    let (client, since) = (options.client_arguments()?, arguments.ids_since);
    println!("# stop all servers. Into an empty database:");
    println!("pg_restore --exit-on-error {} --dbname={} '{}'", client.server, client.database, arguments.from.display());
    println!("# so that no id is given out twice that was given out since the backup was made:");
    let statement = format!("update counters set next = next + {since} where name = 'order'");
    println!("psql {} --dbname={} --command=\"{statement}\"", client.server, client.database);
    println!("# then, with the secret key of the backup's time as {}:", store.key_path().display());
    println!("ordergate verify");
    Ok(Failure::Failed("nothing was restored: this store is in PostgreSQL, whose own tools do it, as printed".to_owned()))
}
