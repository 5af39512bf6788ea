//! `ordergate backup`: a copy of the store, made while servers run.

use std::path::{Path, PathBuf};

use ordergate_server::config::Config;
use ordergate_server::store_options::{StoreChoice, StoreOptions};
use ordergate_store::postgres::PostgresOptions;
use ordergate_store::sqlite::{Backup, SqliteOptions};
use ordergate_store::transfer::Endpoint;

use crate::failure::Failure;
use crate::opening;
use crate::store_progress::Pages;
use crate::verify::{self, Format};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG")]
    config: Option<PathBuf>,
    /// Do not look at the copy.
    #[arg(long)]
    no_verify: bool,
    /// The file to be made. It must not be there yet.
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    match config.store.choice() {
        StoreChoice::Sqlite(options) => back_up(&options, &config, arguments),
        StoreChoice::Postgres(options) => Err(say_how(&options, &config.store, &arguments.to)?),
    }
}

/// The copy is kept, whatever is found in it: it may be the last there is.
#[allow(clippy::print_stdout)]
fn back_up(options: &SqliteOptions, config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let mut display = Pages::new("copying");
    let made = Backup::make(options, &arguments.to, &mut |done, all| display.show(done, all));
    display.end();
    let made = made?;
    let summary = if arguments.no_verify { None } else { Some(look_at(made.path(), config)?) };
    made.finish(&arguments.to)?;
    if let Some(summary) = &summary {
        verify::print_summary(summary, Format::Text);
    }
    println!("{} is complete", arguments.to.display());
    println!("the secret key is not in it: keep a copy of {}, too", config.store.key_path().display());
    summary.map_or(Ok(()), |summary| verify::sound(&summary))
}

pub(crate) fn look_at(file: &Path, config: &Config) -> Result<ordergate_store::integrity::Summary, Failure> {
    let endpoint = Endpoint::Sqlite(SqliteOptions::new(file));
    opening::runtime()?.block_on(verify::check(&endpoint, verify::worked_off(config), Format::Text))
}

/// PostgreSQL has tools of its own, and they know more than we do.
#[allow(clippy::print_stdout)]
fn say_how(options: &PostgresOptions, store: &StoreOptions, to: &Path) -> Result<Failure, Failure> {
    let client = options.client_arguments()?;
    let (to, key) = (to.display(), store.key_path());
    println!("# one consistent copy of the database, while servers run:");
    println!("pg_dump --format=custom --file='{to}' {} --dbname={}", client.server, client.database);
    println!("# or all databases of the PostgreSQL server, as the start of point-in-time recovery with its archived log:");
    println!("pg_basebackup --pgdata='{to}' --checkpoint=fast {}", client.server);
    println!("# the password comes from ~/.pgpass or PGPASSWORD. The secret key is not in the database:");
    println!("cp '{}' ...", key.display());
    Ok(Failure::Failed("nothing was backed up: this store is in PostgreSQL, whose own tools do it, as printed".to_owned()))
}
