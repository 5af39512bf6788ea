//! The index that searches are answered from, while catalogues come and go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Mutex, Semaphore, watch};

use super::{ArticlesError, CatalogueNumber, Hits, IndexBuilder, Manufacturer, PartNumber, TextIndex, Words};

/// The texts and codes by which an article is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleText {
    pub place: u32,
    pub id: String,
    pub description: String,
    pub ean: Option<String>,
    pub manufacturer: Option<Manufacturer>,
}

/// Where the texts of a catalogue come from.
#[async_trait]
pub trait TextSource: Send + Sync {
    /// The catalogue that is offered.
    async fn catalogue(&self) -> Result<CatalogueNumber, ArticlesError>;

    /// Some of its texts, from this place on, in order of place; none if there are no more.
    async fn texts(&self, catalogue: CatalogueNumber, from: u32) -> Result<Vec<ArticleText>, ArticlesError>;
}

/// An index that is replaced as a whole. Searches go on with the old one while a new one is built.
pub struct LiveIndex {
    current: watch::Sender<Option<Arc<TextIndex>>>,
    /// Only one is built at a time: each takes as much memory as the one that is in use.
    building: Mutex<()>,
    /// Searches that keep a processor busy, no more than there are processors.
    running: Arc<Semaphore>,
}

impl fmt::Debug for LiveIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveIndex").field("current", &self.current()).finish_non_exhaustive()
    }
}

/// How long a question waits for the first index of all.
const PATIENCE: Duration = Duration::from_secs(10);
/// Looking through so little takes less time than handing it to another thread.
const SMALL_BYTES: usize = 256 * 1024;

impl Default for LiveIndex {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { current: watch::Sender::new(None), building: Mutex::new(()), running: Arc::new(Semaphore::new(processors)) }
    }
}

impl LiveIndex {
    /// One that is ready.
    pub fn new(index: TextIndex) -> Self {
        let live = Self::default();
        live.replace(index);
        live
    }

    /// Takes another index into use.
    pub fn replace(&self, index: TextIndex) {
        self.current.send_replace(Some(Arc::new(index)));
    }

    /// The index in use.
    pub fn current(&self) -> Option<Arc<TextIndex>> {
        self.current.borrow().clone()
    }

    /// The articles that match a search string.
    pub async fn search(&self, text: &str) -> Result<Hits, ArticlesError> {
        let index = self.ready().await?;
        let words = Words::new(text);
        if words.is_empty() || index.bytes() <= SMALL_BYTES {
            return Ok(index.search(&words));
        }
        let permit = Arc::clone(&self.running).acquire_owned().await.map_err(|_| ArticlesError::Stopped)?;
        let searching = tokio::task::spawn_blocking(move || {
            let hits = index.search(&words);
            drop(permit);
            hits
        });
        searching.await.map_err(|_| ArticlesError::Stopped)
    }

    /// Whether an article has each of these EANs.
    pub async fn have_eans(&self, eans: &[String]) -> Result<Vec<bool>, ArticlesError> {
        if eans.is_empty() {
            return Ok(Vec::new());
        }
        let index = self.ready().await?;
        Ok(eans.iter().map(|ean| index.codes().has_ean(ean)).collect())
    }

    /// Whether an article has each of these numbers of its maker's.
    pub async fn have_parts(&self, parts: &[PartNumber]) -> Result<Vec<bool>, ArticlesError> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let index = self.ready().await?;
        Ok(parts.iter().map(|part| index.codes().has_part(part)).collect())
    }

    async fn ready(&self) -> Result<Arc<TextIndex>, ArticlesError> {
        match self.current() {
            Some(index) => Ok(index),
            None => self.first().await,
        }
    }

    async fn first(&self) -> Result<Arc<TextIndex>, ArticlesError> {
        let mut current = self.current.subscribe();
        let ready = tokio::time::timeout(PATIENCE, current.wait_for(Option::is_some)).await;
        let ready = ready.map_err(|_| ArticlesError::NotReady)?.map_err(|_| ArticlesError::Stopped)?;
        ready.clone().ok_or(ArticlesError::NotReady)
    }

    /// Builds the index of the catalogue that is offered, unless it is in use already. Says whether it did. Whoever
    /// runs the program calls it when the catalogue was replaced, and from time to time.
    pub async fn refresh(&self, source: &dyn TextSource) -> Result<bool, ArticlesError> {
        let _building = self.building.lock().await;
        let catalogue = source.catalogue().await?;
        if self.current().is_some_and(|index| index.catalogue() == catalogue) {
            return Ok(false);
        }
        let mut builder = IndexBuilder::new(catalogue);
        let mut next = Some(0);
        while let Some(from) = next {
            let texts = source.texts(catalogue, from).await?;
            next = texts.last().and_then(|last| last.place.checked_add(1));
            builder = add(builder, texts).await?;
        }
        let index = tokio::task::spawn_blocking(move || builder.finish()).await.map_err(|_| ArticlesError::Stopped)??;
        tracing::info!(catalogue, articles = index.len(), bytes = index.bytes(), "veloconnect: the catalogue can be searched");
        self.replace(index);
        Ok(true)
    }
}

/// Folding many texts takes a while: not on a thread that others wait for.
async fn add(mut builder: IndexBuilder, texts: Vec<ArticleText>) -> Result<IndexBuilder, ArticlesError> {
    let adding = tokio::task::spawn_blocking(move || {
        for text in &texts {
            let ArticleText { place, id, description, ean, manufacturer } = text;
            builder.push(*place, id, description, ean.as_deref(), manufacturer.as_ref())?;
        }
        Ok(builder)
    });
    adding.await.map_err(|_| ArticlesError::Stopped)?
}

#[cfg(test)]
#[path = "live_index_tests.rs"]
mod tests;
