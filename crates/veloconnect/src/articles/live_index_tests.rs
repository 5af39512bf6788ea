#![allow(clippy::unwrap_used)]
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::*;

/// Catalogues of so many articles, whose texts come three at a time; and how often they were asked for.
#[derive(Debug)]
struct Source {
    catalogue: AtomicI64,
    articles: u32,
    asked: AtomicUsize,
    text: String,
}

impl Source {
    fn new(articles: u32, text: &str) -> Self {
        Self { catalogue: AtomicI64::new(1), articles, asked: AtomicUsize::new(0), text: text.into() }
    }
}

#[async_trait]
impl TextSource for Source {
    async fn catalogue(&self) -> Result<CatalogueNumber, ArticlesError> {
        Ok(self.catalogue.load(Ordering::SeqCst))
    }

    async fn texts(&self, catalogue: CatalogueNumber, from: u32) -> Result<Vec<ArticleText>, ArticlesError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let places = from..self.articles.min(from.saturating_add(3));
        let text = |place| ArticleText {
            place,
            id: format!("{catalogue}-{place}"),
            description: self.text.clone(),
            ean: (catalogue == 1).then(|| "4000000000006".to_owned()),
            manufacturer: Some(Manufacturer { name: "KMC".to_owned(), id: format!("X{catalogue}") }),
        };
        Ok(places.map(text).collect())
    }
}

#[tokio::test]
async fn an_index_is_built_once_for_each_catalogue() {
    let (live, source) = (LiveIndex::default(), Source::new(7, "Ding"));
    assert!(live.refresh(&source).await.unwrap());
    assert!(!live.refresh(&source).await.unwrap());
    assert_eq!(source.asked.load(Ordering::SeqCst), 4, "three, three, one and none");
    let hits = live.search("ding 1-").await.unwrap();
    assert_eq!((hits.catalogue(), hits.len()), (1, 7));
    source.catalogue.store(2, Ordering::SeqCst);
    assert_eq!(live.search("2-").await.unwrap().len(), 0, "the old one serves until the new one is there");
    assert!(live.refresh(&source).await.unwrap());
    let hits = live.search("2-").await.unwrap();
    assert_eq!((hits.catalogue(), hits.page(5, 9).places), (2, vec![5, 6]));
}

/// Which codes there are goes with the catalogue; without a question there is nothing to wait for.
#[tokio::test]
async fn codes_are_those_of_the_catalogue() {
    let (live, source) = (LiveIndex::default(), Source::new(7, "Ding"));
    assert_eq!((live.have_eans(&[]).await.unwrap(), live.have_parts(&[]).await.unwrap()), (vec![], vec![]));
    let eans = ["4000000000006", "4000000000013"].map(str::to_owned);
    let parts = ["X1", "X2"].map(|id| PartNumber { manufacturer: Some("kmc".to_owned()), id: id.to_owned() });
    for (catalogue, has_ean, has_parts) in [(1, true, [true, false]), (2, false, [false, true])] {
        source.catalogue.store(catalogue, Ordering::SeqCst);
        live.refresh(&source).await.unwrap();
        assert_eq!(live.have_eans(&eans).await.unwrap(), [has_ean, false], "catalogue {catalogue}");
        assert_eq!(live.have_parts(&parts).await.unwrap(), has_parts, "catalogue {catalogue}");
    }
}

#[tokio::test]
async fn a_search_waits_for_the_first_index() {
    let live = Arc::new(LiveIndex::default());
    let waiting = tokio::spawn({
        let live = Arc::clone(&live);
        async move { live.search("ding").await.unwrap().len() }
    });
    tokio::task::yield_now().await;
    live.refresh(&Source::new(2, "Ding")).await.unwrap();
    assert_eq!(waiting.await.unwrap(), 2);
}

/// What is too large to be looked through at once goes to another thread, and finds the same.
#[tokio::test]
async fn a_large_index() {
    let live = LiveIndex::default();
    live.refresh(&Source::new(300, &"Schlauch ".repeat(200))).await.unwrap();
    assert!(live.current().unwrap().bytes() > SMALL_BYTES);
    assert_eq!(live.search("schlauch 1-7").await.unwrap().len(), 11);
    assert_eq!(live.search("").await.unwrap().len(), 300);
}
