//! The sellers of veloconnect: one at `/veloconnect`, and those of the configuration at `/veloconnect/{name}`.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ordergate_engine::ProviderId;
use ordergate_store::{SharedStore, StoreError, seller_of};
use ordergate_veloconnect::{Articles, Context, Seller, SellerOptions, Veloconnect, VeloconnectOptions};

/// Where the seller is that there always is, and under which the others are.
pub(crate) const PATH: &str = "/veloconnect";

/// How soon a store that was away is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// A seller of the configuration and its number in the store.
pub(crate) type Numbered = (ProviderId, SellerOptions);

/// The doors of all sellers.
#[derive(Debug)]
pub(crate) struct Sellers<D> {
    /// At the common address.
    pub(crate) common: D,
    /// By the end of their address.
    pub(crate) by_name: HashMap<String, D>,
}

impl<D> Sellers<D> {
    pub(crate) fn map<M>(self, mut change: impl FnMut(D) -> M) -> Sellers<M> {
        let common = change(self.common);
        Sellers { common, by_name: self.by_name.into_iter().map(|(name, door)| (name, change(door))).collect() }
    }
}

/// The sellers of the configuration with their numbers, which the store gives those that are new; none while the store is away.
pub(crate) async fn numbered(store: &SharedStore, options: &VeloconnectOptions) -> Result<Option<Vec<Numbered>>, StoreError> {
    let mut numbered = Vec::with_capacity(options.seller.len());
    for seller in &options.seller {
        match seller_of(store.as_ref(), &seller.name).await {
            Ok(id) => numbered.push((id, seller.clone())),
            Err(error) if error.is_outage() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(numbered))
}

/// The same as soon as the store is there. What keeps it away the store has said.
pub(crate) async fn await_numbers(store: &SharedStore, options: &VeloconnectOptions) -> Result<Vec<Numbered>, StoreError> {
    loop {
        tokio::time::sleep(ASK_AGAIN).await;
        if let Some(sellers) = numbered(store, options).await? {
            return Ok(sellers);
        }
    }
}

/// Numbers and currencies of all sellers, by their names; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    common: String,
    /// Once they are known.
    others: Arc<OnceLock<HashMap<String, (ProviderId, String)>>>,
}

/// What is asked of a seller cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SellerError {
    #[error("seller: expected the name of a seller of this server, or to be left out")]
    NoSuchSeller,
    #[error("the store does not answer; try again later")]
    NotYet,
}

impl Numbers {
    pub(crate) fn new(options: &VeloconnectOptions) -> Self {
        Self { common: options.catalogue.currency.clone(), others: Arc::default() }
    }

    pub(crate) fn know(&self, options: &VeloconnectOptions, sellers: &[Numbered]) {
        let number = |(id, seller): &Numbered| (seller.name.clone(), (*id, seller.currency(options).to_owned()));
        self.others.get_or_init(|| sellers.iter().map(number).collect());
    }

    /// Number and currency of the seller of this name; without one, of the seller at the common address.
    pub(crate) fn of(&self, name: Option<&str>) -> Result<(ProviderId, &str), SellerError> {
        let Some(name) = name else { return Ok((ProviderId::DEFAULT, &self.common)) };
        let others = self.others.get().ok_or(SellerError::NotYet)?;
        others.get(name).map(|(id, currency)| (*id, currency.as_str())).ok_or(SellerError::NoSuchSeller)
    }
}

/// What all sellers share, and what is made for each.
pub(crate) struct Plan<'p, F> {
    pub(crate) options: &'p VeloconnectOptions,
    pub(crate) sellers: &'p [Numbered],
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
    /// `door` makes one of a seller's context, and of those whom it leads to.
    pub(crate) fn build(self, door: impl Fn(Arc<Context>, Vec<Arc<Context>>) -> Veloconnect) -> Result<Sellers<Veloconnect>, E> {
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
            (name, door(Arc::clone(context), Vec::new()))
        };
        Ok(Sellers { by_name: others.iter().map(own).collect(), common: door(common, others) })
    }
}
