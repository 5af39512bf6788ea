//! Availability and prices of this moment, asked from the seller's own system over what is known of the articles anyway.
//!
//! Buyers do not wait for that system longer than its time limit, and not at all while it is known to be down: then they are
//! told the last figures that it gave, if they are not too old, and those of the catalogue otherwise. `docs/erp.md` describes
//! question and answer.

mod breaker;
mod figures;
mod options;
mod remembered;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ordergate_engine::time::Clock;
use serde_json::json;

use self::breaker::Breaker;
use self::figures::Figures;
pub use self::options::LiveOptions;
use self::remembered::Remembered;
use super::{Articles, ArticlesError, Buyer, CatalogueTraits, ClassificationScheme, Hits, Listed, Lookup, Page, PartNumber};

/// Whoever knows the figures. The text is for the operator's log, and holds no secret.
#[async_trait]
pub trait LiveService: Send + Sync + fmt::Debug {
    /// One question, answered within the time limit or not at all.
    async fn ask(&self, question: Vec<u8>) -> Result<Vec<u8>, String>;
}

/// Articles with live figures.
#[derive(Debug)]
pub struct LiveArticles {
    inner: Arc<dyn Articles>,
    service: Arc<dyn LiveService>,
    options: LiveOptions,
    clock: Arc<dyn Clock>,
    under_way: AtomicUsize,
    breaker: Breaker,
    remembered: Remembered,
}

/// A place among the questions under way.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl LiveArticles {
    pub fn new(inner: Arc<dyn Articles>, service: Arc<dyn LiveService>, options: LiveOptions, clock: Arc<dyn Clock>) -> Self {
        let (breaker, remembered) = (Breaker::new(&options), Remembered::new(&options));
        Self { inner, service, options, clock, under_way: AtomicUsize::new(0), breaker, remembered }
    }

    /// The same articles, with the figures of this moment where they can be had.
    async fn enliven<'l>(&self, buyer: &Buyer, lookups: impl Iterator<Item = &'l mut Lookup>) {
        let mut known: Vec<&mut Lookup> = lookups.filter(|lookup| matches!(lookup, Lookup::Known(_))).collect();
        let ids: HashSet<String> = known.iter().filter_map(|lookup| id_of(lookup)).take(self.options.articles_max).collect();
        if ids.is_empty() {
            return;
        }
        let figures = self.figures(buyer, &ids).await;
        for lookup in &mut known {
            if let Lookup::Known(article) = &**lookup
                && let Some(figures) = figures.get(&article.id)
            {
                match figures.apply_to(article) {
                    Ok(live) => **lookup = Lookup::Known(Arc::new(live)),
                    Err(problem) => tracing::warn!(article = article.id, problem, "live figures cannot be used"),
                }
            }
        }
    }

    async fn figures(&self, buyer: &Buyer, ids: &HashSet<String>) -> HashMap<String, Figures> {
        match self.asked(buyer, ids).await {
            Some(figures) => {
                self.remembered.keep(&buyer.name, &figures, self.clock.now());
                figures
            }
            None => self.remembered.of(&buyer.name, ids, self.clock.now()),
        }
    }

    /// `None` if there is no answer, or nobody was asked.
    async fn asked(&self, buyer: &Buyer, ids: &HashSet<String>) -> Option<HashMap<String, Figures>> {
        let _place = self.place()?;
        if !self.breaker.lets_pass(self.clock.now()) {
            return None;
        }
        let mut articles: Vec<&String> = ids.iter().collect();
        articles.sort_unstable();
        let question = json!({ "buyer": buyer.name, "articles": articles }).to_string().into_bytes();
        let answer = self.service.ask(question).await.and_then(|answer| Figures::read(&answer));
        match answer {
            Ok(figures) => {
                self.breaker.succeeded();
                Some(figures)
            }
            Err(reason) => {
                self.breaker.failed(&reason, self.clock.now());
                None
            }
        }
    }

    /// `None`: as many are under way as may be. Nobody queues for a system that is slow.
    fn place(&self) -> Option<Place<'_>> {
        let place = Place(&self.under_way);
        // Dropped again if there is no room.
        (self.under_way.fetch_add(1, Ordering::AcqRel) < self.options.parallel).then_some(place)
    }
}

fn id_of(lookup: &Lookup) -> Option<String> {
    match lookup {
        Lookup::Known(article) => Some(article.id.clone()),
        _ => None,
    }
}

#[async_trait]
impl Articles for LiveArticles {
    async fn find(&self, buyer: &Buyer, ids: &[String]) -> Result<Vec<Lookup>, ArticlesError> {
        let mut found = self.inner.find(buyer, ids).await?;
        self.enliven(buyer, found.iter_mut()).await;
        Ok(found)
    }

    async fn search(&self, text: &str) -> Result<Hits, ArticlesError> {
        self.inner.search(text).await
    }

    async fn at(&self, buyer: &Buyer, page: &Page) -> Result<Vec<Listed>, ArticlesError> {
        let mut listed = self.inner.at(buyer, page).await?;
        self.enliven(buyer, listed.iter_mut().map(|listed| &mut listed.lookup)).await;
        Ok(listed)
    }

    async fn ids_at(&self, page: &Page) -> Result<Vec<String>, ArticlesError> {
        self.inner.ids_at(page).await
    }

    async fn schemes(&self) -> Result<Vec<ClassificationScheme>, ArticlesError> {
        self.inner.schemes().await
    }

    async fn have_eans(&self, eans: &[String]) -> Result<Vec<bool>, ArticlesError> {
        self.inner.have_eans(eans).await
    }

    async fn have_parts(&self, parts: &[PartNumber]) -> Result<Vec<bool>, ArticlesError> {
        self.inner.have_parts(parts).await
    }

    async fn traits(&self) -> Result<CatalogueTraits, ArticlesError> {
        self.inner.traits().await
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
