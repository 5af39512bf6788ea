//! Which seller a command is about.

use ordergate_engine::{Protocol, ProviderId};
use ordergate_server::config::Config;
use ordergate_store::{Store, seller_of};

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
        let configured = &config.veloconnect.seller;
        if configured.iter().any(|seller| seller.name == *name) {
            return Ok(seller_of(store, name).await?);
        }
        if let Some(known) = store.seller(name).await? {
            return Ok(known);
        }
        let names: Vec<&str> = configured.iter().map(|seller| seller.name.as_str()).collect();
        let those = if names.is_empty() { "none is configured".to_owned() } else { format!("there are: {}", names.join(", ")) };
        Err(Failure::Failed(format!("there is no seller {name}; {those}")))
    }

    /// The currency of what is imported for it.
    pub(crate) fn currency(&self, config: &Config) -> String {
        let all = &config.veloconnect;
        let own = all.seller.iter().find(|seller| self.seller.as_ref() == Some(&seller.name));
        own.map_or_else(|| all.catalogue.currency.clone(), |seller| seller.over(all).catalogue.currency)
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
