//! Which seller a command is about.

use ordergate_engine::{Protocol, ProviderId};
use ordergate_server::config::Config;
use ordergate_store::{Store, seller_of};
use ordergate_veloconnect::SellerOptions;

use crate::failure::Failure;

/// For commands about what belongs to one seller.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct OfSeller {
    /// The seller of veloconnect whose it is, as `[[veloconnect.seller]]` names it; without it, the seller at /veloconnect.
    #[arg(long, value_name = "NAME")]
    pub(crate) seller: Option<String>,
}

impl OfSeller {
    /// The seller's number. One that is configured has a number from the first command or server on that needs it; one that
    /// is configured no more keeps it.
    pub(crate) async fn provider(&self, store: &dyn Store, config: &Config) -> Result<ProviderId, Failure> {
        let Some(name) = &self.seller else { return Ok(ProviderId::DEFAULT) };
        if self.options(config).is_some() {
            return Ok(seller_of(store, name).await?);
        }
        if let Some(known) = store.seller(name).await? {
            return Ok(known);
        }
        let names: Vec<&str> = config.veloconnect.seller.iter().map(|seller| seller.name.as_str()).collect();
        let those = if names.is_empty() { "none is configured".to_owned() } else { format!("there are: {}", names.join(", ")) };
        Err(Failure::Failed(format!("there is no seller {name}; {those}")))
    }

    /// Its own section, if one is named that is configured.
    pub(crate) fn options<'c>(&self, config: &'c Config) -> Option<&'c SellerOptions> {
        config.veloconnect.seller.iter().find(|seller| self.seller.as_ref() == Some(&seller.name))
    }

    /// The currency of what is imported for it.
    pub(crate) fn currency(&self, config: &Config) -> String {
        let all = &config.veloconnect;
        self.options(config).map_or(all.catalogue.currency.as_str(), |seller| seller.currency(all)).to_owned()
    }

    /// The same where the protocol is said, too: only veloconnect has sellers.
    pub(crate) async fn provider_for(
        &self,
        protocol: Protocol,
        store: &dyn Store,
        config: &Config,
    ) -> Result<ProviderId, Failure> {
        if self.seller.is_some() && protocol != Protocol::Veloconnect {
            return Err(Failure::Usage(format!("{protocol} has no sellers")));
        }
        self.provider(store, config).await
    }
}
