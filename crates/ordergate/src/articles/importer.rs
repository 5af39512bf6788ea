//! `ordergate articles importer`: who may import over HTTP.

use ordergate_server::auth::WorkersFile;
use ordergate_server::config::Config;

use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add an importer, and print its token. It is shown this once: only its hash is kept.
    Add { name: String },
    /// List the names of all importers.
    List,
    /// Remove an importer: its token is refused from now on.
    Remove { name: String },
}

#[allow(clippy::print_stdout)]
pub(super) fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let unset = "the configuration names no file of importers: set veloconnect.catalogue.importers_file";
    let file = config.veloconnect.catalogue.importers_file.as_deref().ok_or_else(|| Failure::Failed(unset.to_owned()))?;
    let importers = WorkersFile::new(file);
    match &arguments.command {
        Command::Add { name } => println!("{}", importers.add(name)?),
        Command::List => importers.names()?.iter().for_each(|name| println!("{name}")),
        Command::Remove { name } => importers.remove(name)?,
    }
    Ok(())
}
