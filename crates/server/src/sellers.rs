//! The sellers of veloconnect: one at `/veloconnect`, and those of the configuration at `/veloconnect/{name}`.

use std::collections::HashMap;
use std::sync::Arc;

use ordergate_engine::ProviderId;
use ordergate_store::{SharedStore, StoreError, seller_of};
use ordergate_veloconnect::{Articles, Context, Seller, SellerOptions, Veloconnect, VeloconnectOptions};

use crate::auth::SellerNames;

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

/// The numbers and currencies of all sellers, by their names.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    common: String,
    others: HashMap<String, (ProviderId, String)>,
}

/// There is no seller of this name.
#[derive(Debug, thiserror::Error)]
#[error("seller: expected the name of a seller of this server, or to be left out")]
pub(crate) struct NoSuchSeller;

impl Numbers {
    pub(crate) fn new(options: &VeloconnectOptions, sellers: &[(ProviderId, SellerOptions)]) -> Self {
        let number = |(id, seller): &(_, SellerOptions)| (seller.name.clone(), (*id, seller.currency(options).to_owned()));
        let others = sellers.iter().map(number).collect();
        Self { common: options.catalogue.currency.clone(), others }
    }

    /// Number and currency of the seller of this name; without one, of the seller at the common address.
    pub(crate) fn of(&self, name: Option<&str>) -> Result<(ProviderId, &str), NoSuchSeller> {
        let Some(name) = name else { return Ok((ProviderId::DEFAULT, &self.common)) };
        self.others.get(name).map(|(id, currency)| (*id, currency.as_str())).ok_or(NoSuchSeller)
    }
}

/// What all sellers share, and what is made for each.
pub(crate) struct Plan<'p, F> {
    pub(crate) options: &'p VeloconnectOptions,
    pub(crate) sellers: Vec<(ProviderId, SellerOptions)>,
    /// Those of the seller at the common address, and of the others in their order.
    pub(crate) articles: (Arc<dyn Articles>, Vec<Arc<dyn Articles>>),
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
}

impl<E, F: Fn(Particular) -> Result<Context, E>> Plan<'_, F> {
    pub(crate) fn build(self) -> Result<Sellers, E> {
        let new = |provider, name: Option<String>, options: VeloconnectOptions, articles| {
            let path = name.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
            let seller = Seller { name, url: format!("{}{PATH}{path}", self.url) };
            (self.context)(Particular { provider, seller, options, articles }).map(Arc::new)
        };
        let (articles, of_others) = self.articles;
        let common = new(ProviderId::DEFAULT, None, self.options.clone(), articles)?;
        let others = self.sellers.iter().zip(of_others);
        let others = others.map(|((id, seller), own)| new(*id, Some(seller.name.clone()), seller.over(self.options), own));
        let others = others.collect::<Result<Vec<_>, _>>()?;
        let own = |context: &Arc<Context>| {
            let name = context.seller.name.clone().unwrap_or_default();
            (name, Veloconnect::with_others(Arc::clone(context), Vec::new()))
        };
        Ok(Sellers { by_name: others.iter().map(own).collect(), common: Veloconnect::with_others(common, others) })
    }
}
