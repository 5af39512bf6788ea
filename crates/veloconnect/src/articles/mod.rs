//! The articles of trade: what there is to ask about, to search and to order.
//!
//! [`Articles`] is what the door asks; [`MemoryArticles`] answers it from a TOML file,
//! [`StoredArticles`] from the store.

mod article;
mod catalogue;
pub mod checks;
mod classification;
mod codes;
mod ean;
mod error;
mod file;
mod file_pieces;
mod fold;
mod found;
mod hits;
mod information;
mod live;
mod live_index;
mod memory;
mod price;
mod recent;
pub mod stored;
mod supply;
mod text_index;
mod units;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::AccountId;

pub use article::{Article, Manufacturer, Pack, RetailPrice, TaxCategory};
pub use catalogue::StoredArticles;
pub use classification::{ClassificationGroup, ClassificationScheme, GroupMember};
pub use codes::Codes;
pub use ean::{EanError, normalize_ean};
pub use error::{ArticlesError, FileError};
pub use fold::Words;
pub use found::Found;
pub use hits::{CatalogueNumber, Hits, Page};
pub use information::{Authorisation, Disposition, Information};
pub use live::{LiveArticles, LiveOptions, LiveService};
pub use live_index::{ArticleText, LiveIndex, TextSource};
pub use memory::{MemoryArticles, demo_articles};
pub use price::{BasePrice, Price, PriceScope, ScopedPrices};
pub use supply::{Availability, AvailabilityCode, Expected, Supply};
pub use text_index::{IndexBuilder, IndexError, TextIndex};
pub use units::Quantity;

/// Who asks: prices may be a buyer's own, or those of a group of buyers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    pub account: AccountId,
    pub name: String,
}

/// Where articles come from. A request asks once for all its lines.
#[async_trait]
pub trait Articles: Send + Sync + fmt::Debug {
    /// What there is under each of these order numbers, exactly as the seller writes them, in the order asked.
    async fn find(&self, buyer: &Buyer, ids: &[String]) -> Result<Vec<Lookup>, ArticlesError>;

    /// The articles of the present catalogue that match a search string, as [`Words`] reads it.
    async fn search(&self, text: &str) -> Result<Hits, ArticlesError>;

    /// The articles at some of the hits' places, in order of place: one for each, even if one has left the range since.
    async fn at(&self, buyer: &Buyer, page: &Page) -> Result<Vec<Listed>, ArticlesError>;

    /// The order numbers at these places.
    async fn ids_at(&self, page: &Page) -> Result<Vec<String>, ArticlesError>;

    /// All classification schemes that articles are grouped by (veloconnect 66).
    async fn schemes(&self) -> Result<Vec<ClassificationScheme>, ArticlesError>;

    /// Whether an article has each of these EANs, of thirteen digits.
    async fn have_eans(&self, eans: &[String]) -> Result<Vec<bool>, ArticlesError>;

    /// Whether an article has each of these numbers of its maker's, or of any maker's if none is named.
    async fn have_parts(&self, parts: &[PartNumber]) -> Result<Vec<bool>, ArticlesError>;

    /// What the profile says of the catalogue.
    async fn traits(&self) -> Result<CatalogueTraits, ArticlesError>;
}

/// A maker's number for an article, and the maker if he is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartNumber {
    pub manufacturer: Option<String>,
    pub id: String,
}

/// What there is under an order number (D-GID step 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Known(Arc<Article>),
    /// The number is obsolete; these replace it. Never empty.
    Replaced(Vec<String>),
    Unknown,
}

/// What there is at a place of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub lookup: Lookup,
}

/// What a catalogue has at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CatalogueTraits {
    /// There is a classification scheme to be asked for.
    pub classified: bool,
    /// Some article has information of disposition `product_data`.
    pub product_data: bool,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    pub(super) fn buyer(name: &str) -> Buyer {
        Buyer { account: AccountId(1), name: name.to_owned() }
    }

    /// What a source that never has to wait finds under one number.
    pub(super) fn look_up(articles: &dyn Articles, buyer: &Buyer, id: &str) -> Lookup {
        let mut found = futures_util::FutureExt::now_or_never(articles.find(buyer, &[id.to_owned()])).unwrap().unwrap();
        found.remove(0)
    }

    pub(super) fn spokes() -> Arc<Article> {
        match look_up(&demo_articles(), &buyer("K4711"), "100-SP263") {
            Lookup::Known(article) => article,
            other => unreachable!("{other:?}"),
        }
    }
}
