//! `ordergate config`: check a configuration, or show all settings.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::opening;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Read file and environment as `serve` would, and say what is wrong.
    Check {
        /// The configuration file (TOML).
        #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Print every setting with its default, as a configuration file to begin with.
    Reference,
}

#[allow(clippy::print_stdout)]
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Check { config } => {
            let config = opening::configuration(config.as_deref())?;
            opening::collections(&config)?;
            config.server.tls()?;
            config.download.check_root().map_err(|error| Failure::Failed(error.to_string()))?;
            println!("the configuration is in order");
        }
        Command::Reference => print!("{}", ordergate_server::config::reference()),
    }
    Ok(())
}
