//! What all commands take that act on orders beside running servers.

use std::path::PathBuf;

use ordergate_server::config::Config;

use crate::failure::Failure;
use crate::opening;

#[derive(Debug, clap::Args)]
pub(crate) struct Acting {
    /// The configuration file (TOML) of the server whose orders these are.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Who acts: the name that is kept with what is done.
    #[arg(long = "as", value_name = "NAME", env = "USER", default_value = "operator", global = true)]
    pub(crate) operator: String,
}

impl Acting {
    pub(crate) fn configuration(&self) -> Result<Config, Failure> {
        opening::configuration(self.config.as_deref())
    }
}
