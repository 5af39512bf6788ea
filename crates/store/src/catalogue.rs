//! Catalogues of articles.

use ordergate_engine::{ProviderId, Timestamp};

/// A catalogue, among all that there ever were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogueId(pub i64);

/// What a catalogue is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogueState {
    /// Articles are being added; nobody is shown them.
    Importing,
    /// The one that is offered.
    Offered,
    /// A newer one is offered; who looked through it may do so for a while.
    Replaced,
    /// It never was offered, and never will be.
    GivenUp,
}

/// One catalogue of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Catalogue {
    pub id: CatalogueId,
    pub provider: ProviderId,
    pub state: CatalogueState,
    pub began_at: Timestamp,
    /// When its state last changed, or its articles, their supply or their prices.
    pub changed_at: Timestamp,
    /// Counts the updates of supply and prices.
    pub changes: i64,
    /// How many articles it has, without numbers that are only replaced by others. They have the places from 0 on.
    pub articles: i64,
    /// What [`CatalogueWrite::Offer`](crate::CatalogueWrite::Offer) said.
    pub traits: i64,
}

/// An article as it is to be stored. The store knows nothing of what the documents say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArticle {
    /// From 0, or below 0 for a number that is only replaced by others.
    pub place: i64,
    pub number: String,
    pub document: Vec<u8>,
    /// The prices for all buyers.
    pub prices: Vec<u8>,
    pub supply: Vec<u8>,
    /// Prices for some buyers.
    pub scoped: Vec<(PriceScope, Vec<u8>)>,
}

/// An article as a buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArticle {
    pub place: i64,
    pub number: String,
    pub document: Vec<u8>,
    /// The buyer's own prices, else those of his price group, else those for all.
    pub prices: Vec<u8>,
    pub supply: Vec<u8>,
}

/// Whom prices are for, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceScope(String);

impl PriceScope {
    /// By the name of the buyer's account.
    pub fn buyer(name: &str) -> Self {
        Self(format!("b:{name}"))
    }

    pub fn group(name: &str) -> Self {
        Self(format!("g:{name}"))
    }

    pub fn as_text(&self) -> &str {
        &self.0
    }
}

/// Who asks for prices; nobody in particular, by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PricesFor {
    buyer: String,
    group: String,
}

impl PricesFor {
    /// The buyer with this account name, and the price group that he is in.
    pub fn buyer(name: &str, group: Option<&str>) -> Self {
        Self { buyer: PriceScope::buyer(name).0, group: group.map(|group| PriceScope::group(group).0).unwrap_or_default() }
    }

    /// The two scopes as they are stored; empty ones are nobody's.
    pub(crate) fn scopes(&self) -> [&str; 2] {
        [&self.buyer, &self.group]
    }
}

/// What becomes of an article in the catalogue that is offered. What is not given stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleChange {
    pub place: i64,
    pub supply: Option<Vec<u8>>,
    pub prices: Option<Vec<u8>>,
    /// Prices for some buyers; `None` for those who pay what all others pay from now on.
    pub scoped: Vec<(PriceScope, Option<Vec<u8>>)>,
}

/// What of the catalogue that is offered a new one takes over, for the articles that are in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakeOver {
    pub from: CatalogueId,
    pub supply: bool,
    /// The prices for some buyers.
    pub scoped_prices: bool,
    /// The places in the new one, from this to this, both inclusive.
    pub first: i64,
    pub last: i64,
}
