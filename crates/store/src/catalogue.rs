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
    /// Counts the updates of supply, prices and buyers' numbers.
    pub changes: i64,
    /// How many articles it has, without numbers that are only replaced by others. They have the places from 0 on.
    pub articles: i64,
    /// What [`CatalogueWrite::Offer`](crate::CatalogueWrite::Offer) said.
    pub traits: i64,
}

/// A catalogue that is offered, as it is between two changes of stock, prices or buyers' numbers. No two are ever the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edition {
    pub catalogue: CatalogueId,
    pub changes: i64,
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
    /// What holds for some buyers only.
    pub terms: Vec<(TermScope, Vec<u8>)>,
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
    /// The number by which the buyer knows it.
    pub buyers_number: Option<Vec<u8>>,
}

/// The articles that a question found, all of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfferedArticles {
    /// What they were found in, if any was.
    pub edition: Option<Edition>,
    /// In the order of the question.
    pub articles: Vec<Option<StoredArticle>>,
}

/// What a term of an article is, and for whom, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermScope(String);

impl TermScope {
    /// Prices for a buyer, by the name of his account.
    pub fn buyer(name: &str) -> Self {
        Self(format!("b:{name}"))
    }

    /// Prices for a price group.
    pub fn group(name: &str) -> Self {
        Self(format!("g:{name}"))
    }

    /// A buyer's own number for the article.
    pub fn number(buyer: &str) -> Self {
        Self(format!("n:{buyer}"))
    }

    pub fn as_text(&self) -> &str {
        &self.0
    }
}

/// Whose terms are wanted; nobody's in particular, by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct TermsFor {
    buyer: String,
    group: String,
    number: String,
}

impl TermsFor {
    /// The buyer with this account name, and the price group that he is in.
    pub fn buyer(name: &str, group: Option<&str>) -> Self {
        let group = group.map(|group| TermScope::group(group).0).unwrap_or_default();
        Self { buyer: TermScope::buyer(name).0, group, number: TermScope::number(name).0 }
    }

    /// Prices for the buyer, prices for his group, his numbers: the scopes as they are stored; empty ones are nobody's.
    pub(crate) fn scopes(&self) -> [&str; 3] {
        [&self.buyer, &self.group, &self.number]
    }
}

/// What becomes of an article in the catalogue that is offered. What is not given stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleChange {
    pub place: i64,
    pub supply: Option<Vec<u8>>,
    pub prices: Option<Vec<u8>>,
    /// What holds for some buyers only; `None` for what does not any more.
    pub terms: Vec<(TermScope, Option<Vec<u8>>)>,
}

/// What of the catalogue that is offered a new one takes over, for the articles that are in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakeOver {
    pub from: CatalogueId,
    pub supply: bool,
    /// The prices for some buyers.
    pub special_prices: bool,
    pub buyers_numbers: bool,
    /// The places in the new one, from this to this, both inclusive.
    pub first: i64,
    pub last: i64,
}
