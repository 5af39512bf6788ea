//! `ordergate worker`: who may fetch items (`processor = "pull"`). Works beside a running server, which takes notice at once.

use std::path::PathBuf;

use ordergate_server::auth::WorkersFile;

use crate::failure::Failure;
use crate::opening;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML) of the server; it names the file of the workers (fulfilment.workers_file).
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add a worker, and print its token. It is shown this once: only its hash is kept.
    Add { name: String },
    /// List the names of all workers.
    List,
    /// Remove a worker: its token is refused from now on.
    Remove { name: String },
}

#[allow(clippy::print_stdout)]
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    let unset = || Failure::Failed("the configuration names no file of workers: set fulfilment.workers_file".to_owned());
    let workers = WorkersFile::new(config.fulfilment.workers_file.as_deref().ok_or_else(unset)?);
    match &arguments.command {
        Command::Add { name } => println!("{}", workers.add(name)?),
        Command::List => workers.names()?.iter().for_each(|name| println!("{name}")),
        Command::Remove { name } => workers.remove(name)?,
    }
    Ok(())
}
