//! Articles from the store: those of the catalogue that a provider offers.

use std::fmt;

use async_trait::async_trait;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::{CatalogueId, OfferedArticles, SharedStore, StoredArticle, TermsFor};

use super::{
    ArticleText, Articles, ArticlesError, Buyer, CatalogueNumber, CatalogueTraits, ClassificationScheme, Hits, Listed, LiveIndex,
    Lookup, Page, PartNumber, TextSource, recent::Recent, stored,
};

/// The articles of a provider, as they were imported. Whoever runs the program calls [`Self::refresh`] from time to time.
pub struct StoredArticles {
    store: SharedStore,
    provider: ProviderId,
    index: LiveIndex,
    recent: Recent,
}

/// The number of a catalogue that is not there: without one, nothing is offered.
const NONE: CatalogueNumber = 0;
/// Texts that are read at once while an index is built.
const TEXTS_AT_ONCE: usize = 2_000;

impl StoredArticles {
    /// `recent_max`: how many articles that were asked for are remembered.
    pub fn new(store: SharedStore, provider: ProviderId, recent_max: usize) -> Self {
        Self { store, provider, index: LiveIndex::default(), recent: Recent::new(recent_max) }
    }

    /// Makes the catalogue that is offered ready to be searched, unless it is. Says whether it was not.
    pub async fn refresh(&self) -> Result<bool, ArticlesError> {
        self.index.refresh(self).await
    }

    /// The buyer's own prices, else those of his group, else those for all; and his numbers. The account was read a moment
    /// ago, when the buyer was let in, and is remembered.
    async fn terms_for(&self, buyer: &Buyer) -> Result<TermsFor, ArticlesError> {
        let account = self.store.account(self.provider, Protocol::Veloconnect, &buyer.name).await?;
        Ok(TermsFor::buyer(&buyer.name, account.as_ref().and_then(|account| account.price_group.as_deref())))
    }

    async fn rows(&self, page: &Page, terms: &TermsFor) -> Result<Vec<StoredArticle>, ArticlesError> {
        let places: Vec<i64> = page.places.iter().map(|place| i64::from(*place)).collect();
        let rows = self.store.articles_at(CatalogueId(page.catalogue), &places, terms).await?;
        // A catalogue keeps its articles as long as it is there.
        rows.into_iter().collect::<Option<_>>().ok_or(ArticlesError::Gone(page.catalogue))
    }
}

impl fmt::Debug for StoredArticles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredArticles").field("provider", &self.provider).field("index", &self.index).finish_non_exhaustive()
    }
}

fn read(row: &StoredArticle) -> Result<Lookup, ArticlesError> {
    stored::lookup(row).map_err(|cause| ArticlesError::Unreadable { id: row.number.clone(), cause })
}

#[async_trait]
impl Articles for StoredArticles {
    async fn find(&self, buyer: &Buyer, ids: &[String]) -> Result<Vec<Lookup>, ArticlesError> {
        let terms = self.terms_for(buyer).await?;
        if let Some((edition, found)) = self.recent.find(&terms, ids)
            && self.store.edition(self.provider).await? == Some(edition)
        {
            return Ok(found);
        }
        let numbers: Vec<&str> = ids.iter().map(String::as_str).collect();
        let OfferedArticles { edition, articles } = self.store.articles(self.provider, &numbers, &terms).await?;
        let found = articles.iter().map(|row| row.as_ref().map_or(Ok(Lookup::Unknown), read)).collect::<Result<Vec<_>, _>>()?;
        if let Some(edition) = edition {
            self.recent.remember(edition, &terms, ids, &found);
        }
        Ok(found)
    }

    async fn search(&self, text: &str) -> Result<Hits, ArticlesError> {
        self.index.search(text).await
    }

    async fn at(&self, buyer: &Buyer, page: &Page) -> Result<Vec<Listed>, ArticlesError> {
        let rows = self.rows(page, &self.terms_for(buyer).await?).await?;
        rows.iter().map(|row| Ok(Listed { id: row.number.clone(), lookup: read(row)? })).collect()
    }

    async fn ids_at(&self, page: &Page) -> Result<Vec<String>, ArticlesError> {
        Ok(self.rows(page, &TermsFor::default()).await?.into_iter().map(|row| row.number).collect())
    }

    async fn schemes(&self) -> Result<Vec<ClassificationScheme>, ArticlesError> {
        let Some(catalogue) = self.store.catalogue(self.provider).await? else { return Ok(Vec::new()) };
        let document = self.store.classification(catalogue.id).await?;
        let schemes = document.map(|document| stored::schemes(&document)).transpose();
        schemes
            .map(Option::unwrap_or_default)
            .map_err(|cause| ArticlesError::Unreadable { id: "classification".to_owned(), cause })
    }

    async fn have_eans(&self, eans: &[String]) -> Result<Vec<bool>, ArticlesError> {
        self.index.have_eans(eans).await
    }

    async fn have_parts(&self, parts: &[PartNumber]) -> Result<Vec<bool>, ArticlesError> {
        self.index.have_parts(parts).await
    }

    async fn traits(&self) -> Result<CatalogueTraits, ArticlesError> {
        let Some(catalogue) = self.store.catalogue(self.provider).await? else { return Ok(CatalogueTraits::default()) };
        let product_data = catalogue.traits & stored::PRODUCT_DATA != 0;
        Ok(CatalogueTraits { classified: !self.schemes().await?.is_empty(), product_data })
    }
}

#[async_trait]
impl TextSource for StoredArticles {
    async fn catalogue(&self) -> Result<CatalogueNumber, ArticlesError> {
        Ok(self.store.catalogue(self.provider).await?.map_or(NONE, |catalogue| catalogue.id.0))
    }

    async fn texts(&self, catalogue: CatalogueNumber, from: u32) -> Result<Vec<ArticleText>, ArticlesError> {
        let rows = self.store.articles_after(CatalogueId(catalogue), i64::from(from) - 1, TEXTS_AT_ONCE).await?;
        let text = |row: StoredArticle| {
            let unreadable = |cause| ArticlesError::Unreadable { id: row.number.clone(), cause };
            let stored::Texts { description, ean, manufacturer } = stored::texts(&row).map_err(unreadable)?;
            // There is room for no more places than this.
            let place = u32::try_from(row.place).unwrap_or(u32::MAX);
            Ok(ArticleText { place, id: row.number, description, ean, manufacturer })
        };
        rows.into_iter().map(text).collect()
    }
}
