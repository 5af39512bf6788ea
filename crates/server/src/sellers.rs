//! The sellers of veloconnect: one at `/veloconnect`, and those of the configuration at `/veloconnect/{name}`.

use std::collections::HashMap;
use std::sync::Arc;

use ordergate_engine::ProviderId;
use ordergate_store::{SharedStore, StoreError, seller_of};
use ordergate_veloconnect::{Articles, Context, Seller, SellerOptions, ShopBasket, Veloconnect, VeloconnectOptions};

use crate::auth::SellerNames;
use crate::shop_service::{ShopService, ShopServiceError};

/// Where the seller is that there always is, and under which the others are.
pub(crate) const PATH: &str = "/veloconnect";

/// The doors of all sellers.
#[derive(Debug)]
pub(crate) struct Sellers {
    /// At the common address.
    pub(crate) common: Veloconnect,
    /// By the end of their address.
    pub(crate) by_name: HashMap<String, Veloconnect>,
}

/// The sellers of the configuration with their numbers, which the store gives those that are new.
pub(crate) async fn numbered(
    store: &SharedStore,
    options: &VeloconnectOptions,
) -> Result<Vec<(ProviderId, SellerOptions)>, StoreError> {
    let mut numbered = Vec::with_capacity(options.seller.len());
    for seller in &options.seller {
        numbered.push((seller_of(store.as_ref(), &seller.name).await?, seller.clone()));
    }
    Ok(numbered)
}

pub(crate) fn names(sellers: &[(ProviderId, SellerOptions)]) -> SellerNames {
    sellers.iter().map(|(id, seller)| (*id, seller.name.clone())).collect()
}

/// What all sellers share, and what is made for each.
pub(crate) struct Plan<'p, F> {
    pub(crate) options: &'p VeloconnectOptions,
    pub(crate) sellers: Vec<(ProviderId, SellerOptions)>,
    /// Those of the first seller, and of the others in their order.
    pub(crate) articles: Arc<dyn Articles>,
    pub(crate) seller_articles: Vec<Arc<dyn Articles>>,
    /// The server's address, without a slash at the end.
    pub(crate) url: &'p str,
    pub(crate) context: F,
}

/// What is different for each seller.
pub(crate) struct Particular {
    pub(crate) provider: ProviderId,
    pub(crate) seller: Seller,
    pub(crate) options: VeloconnectOptions,
    pub(crate) articles: Arc<dyn Articles>,
    pub(crate) shop: Option<Arc<dyn ShopBasket>>,
}

impl<F: Fn(Particular) -> Context> Plan<'_, F> {
    pub(crate) fn build(self) -> Result<Sellers, ShopServiceError> {
        let new = |provider, name: Option<String>, options: VeloconnectOptions, articles| {
            let path = name.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
            let seller = Seller { name, url: format!("{}{PATH}{path}", self.url) };
            let shop = ShopService::of(&options.shop, seller.name.as_deref())?;
            let shop = shop.map(|shop| Arc::new(shop) as Arc<dyn ShopBasket>);
            Ok::<_, ShopServiceError>(Arc::new((self.context)(Particular { provider, seller, options, articles, shop })))
        };
        let mut others = Vec::new();
        for ((provider, seller), articles) in self.sellers.iter().zip(self.seller_articles) {
            others.push(new(*provider, Some(seller.name.clone()), seller.over(self.options), articles)?);
        }
        let common = new(ProviderId::DEFAULT, None, self.options.clone(), self.articles)?;
        let own = |context: &Arc<Context>| {
            let name = context.seller.name.clone().unwrap_or_default();
            (name, Veloconnect::with_others(Arc::clone(context), Vec::new()))
        };
        Ok(Sellers { by_name: others.iter().map(own).collect(), common: Veloconnect::with_others(common, others) })
    }
}
