//! Articles in memory, as a TOML file gives them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use super::file;
use super::{
    Article, Articles, ArticlesError, BasePrice, Buyer, CatalogueNumber, CatalogueTraits, ClassificationScheme, FileError, Hits,
    IndexBuilder, Listed, LiveIndex, Lookup, Page, PartNumber, PriceScope, ScopedPrices,
};

/// All articles, by order number and by their place in the file.
#[derive(Debug)]
pub struct MemoryArticles {
    numbers: HashMap<String, Number>,
    articles: Vec<Offered>,
    schemes: Vec<ClassificationScheme>,
    /// The price group of each buyer who is in one.
    price_groups: HashMap<String, String>,
    traits: CatalogueTraits,
    catalogue: CatalogueNumber,
    index: LiveIndex,
}

/// What is under an order number.
#[derive(Debug)]
enum Number {
    At(usize),
    Replaced(Vec<String>),
}

/// An article, with the prices that some buyers pay, and the numbers by which some know it.
#[derive(Debug)]
pub(super) struct Offered {
    pub article: Arc<Article>,
    pub scoped: Vec<ScopedPrices>,
    /// By the name of the buyer.
    pub numbers: HashMap<String, String>,
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub articles: Vec<Offered>,
    pub replaced: Vec<(String, Vec<String>)>,
    pub schemes: Vec<ClassificationScheme>,
    pub price_groups: HashMap<String, String>,
}

#[async_trait]
impl Articles for MemoryArticles {
    async fn find(&self, buyer: &Buyer, ids: &[String]) -> Result<Vec<Lookup>, ArticlesError> {
        Ok(ids.iter().map(|id| self.look_up(buyer, id)).collect())
    }

    async fn search(&self, text: &str) -> Result<Hits, ArticlesError> {
        self.index.search(text).await
    }

    async fn at(&self, buyer: &Buyer, page: &Page) -> Result<Vec<Listed>, ArticlesError> {
        let listed =
            |offered: &Offered| Listed { id: offered.article.id.clone(), lookup: Lookup::Known(self.seen_by(buyer, offered)) };
        Ok(self.offered(page)?.map(listed).collect())
    }

    async fn ids_at(&self, page: &Page) -> Result<Vec<String>, ArticlesError> {
        Ok(self.offered(page)?.map(|offered| offered.article.id.clone()).collect())
    }

    async fn schemes(&self) -> Result<Vec<ClassificationScheme>, ArticlesError> {
        Ok(self.schemes.clone())
    }

    async fn have_eans(&self, eans: &[String]) -> Result<Vec<bool>, ArticlesError> {
        self.index.have_eans(eans).await
    }

    async fn have_parts(&self, parts: &[PartNumber]) -> Result<Vec<bool>, ArticlesError> {
        self.index.have_parts(parts).await
    }

    async fn traits(&self) -> Result<CatalogueTraits, ArticlesError> {
        Ok(self.traits)
    }
}

impl MemoryArticles {
    pub fn from_file(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path).map_err(|e| FileError::Read(path.display().to_string(), e))?;
        Self::from_toml(&text)
    }

    pub fn from_toml(text: &str) -> Result<Self, FileError> {
        Self::new(file::read(text)?)
    }

    fn new(contents: Contents) -> Result<Self, FileError> {
        let catalogue = number_of(contents.articles.iter().map(|offered| offered.article.id.as_str()));
        let mut index = IndexBuilder::new(catalogue);
        let mut numbers = HashMap::with_capacity(contents.articles.len() + contents.replaced.len());
        for (place, (at, offered)) in (0..).zip(contents.articles.iter().enumerate()) {
            let article = &offered.article;
            let Article { id, description, ean, manufacturer, .. } = article.as_ref();
            index.push(place, id, description, ean.as_deref(), manufacturer.as_ref())?;
            numbers.insert(article.id.clone(), Number::At(at));
        }
        numbers.extend(contents.replaced.into_iter().map(|(id, by)| (id, Number::Replaced(by))));
        let traits = CatalogueTraits {
            classified: !contents.schemes.is_empty(),
            product_data: contents.articles.iter().any(|offered| offered.article.has_product_data()),
        };
        Ok(Self {
            numbers,
            traits,
            articles: contents.articles,
            schemes: contents.schemes,
            price_groups: contents.price_groups,
            catalogue,
            index: LiveIndex::new(index.finish()?),
        })
    }

    /// How many order numbers there are, obsolete ones included.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The order numbers, sorted.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<_> = self.numbers.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }

    fn look_up(&self, buyer: &Buyer, id: &str) -> Lookup {
        match self.numbers.get(id) {
            Some(Number::At(at)) => {
                self.articles.get(*at).map_or(Lookup::Unknown, |offered| Lookup::Known(self.seen_by(buyer, offered)))
            }
            Some(Number::Replaced(by)) => Lookup::Replaced(by.clone()),
            None => Lookup::Unknown,
        }
    }

    /// The article at the buyer's own prices, else at those of his price group, else at those for all; with his number.
    fn seen_by(&self, buyer: &Buyer, offered: &Offered) -> Arc<Article> {
        let prices = self.scoped_prices(buyer, &offered.scoped);
        let number = offered.numbers.get(&buyer.name).cloned();
        if prices.is_none() && number.is_none() {
            return Arc::clone(&offered.article);
        }
        let mut article = (*offered.article).clone();
        if let Some(prices) = prices {
            article.prices = prices.to_vec();
        }
        article.buyers_number = number;
        Arc::new(article)
    }

    fn scoped_prices<'p>(&self, buyer: &Buyer, scoped: &'p [ScopedPrices]) -> Option<&'p [BasePrice]> {
        let of = |is: &dyn Fn(&PriceScope) -> bool| scoped.iter().find(|s| is(&s.scope)).map(|s| s.prices.as_slice());
        let own = of(&|scope| matches!(scope, PriceScope::Buyer(name) if *name == buyer.name));
        let group = self.price_groups.get(&buyer.name);
        own.or_else(|| of(&|scope| matches!((scope, group), (PriceScope::Group(name), Some(group)) if name == group)))
    }

    fn offered<'s>(&'s self, page: &'s Page) -> Result<impl Iterator<Item = &'s Offered>, ArticlesError> {
        if page.catalogue != self.catalogue {
            return Err(ArticlesError::Gone(page.catalogue));
        }
        Ok(page.places.iter().filter_map(|place| self.articles.get(usize::try_from(*place).ok()?)))
    }
}

impl Default for MemoryArticles {
    /// None at all.
    fn default() -> Self {
        let index = IndexBuilder::new(number_of([].into_iter())).finish().map(LiveIndex::new).unwrap_or_default();
        Self {
            numbers: HashMap::new(),
            articles: Vec::new(),
            schemes: Vec::new(),
            price_groups: HashMap::new(),
            traits: CatalogueTraits::default(),
            catalogue: number_of([].into_iter()),
            index,
        }
    }
}

/// The number of a catalogue that has these order numbers in this order: a file that is read again is the same
/// catalogue, unless its articles have other places (FNV-1a).
fn number_of<'i>(ids: impl Iterator<Item = &'i str>) -> CatalogueNumber {
    let bytes = ids.flat_map(|id| id.bytes().chain([b'\n']));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash.cast_signed()
}

/// A small bicycle wholesaler's range, for demonstrations and tests.
pub fn demo_articles() -> MemoryArticles {
    MemoryArticles::from_toml(include_str!("demo.toml")).unwrap_or_default()
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
