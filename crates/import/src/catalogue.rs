//! All articles of a seller, as a new catalogue. It is filled in commits of some hundred rows, which nobody sees, and then
//! offered in place of the one before in a single commit. Whatever happens before leaves the old one as it is.

use std::collections::HashSet;

use ordergate_store::{
    Batch, Catalogue, CatalogueId, CatalogueWrite, CommitError, ConflictOn, NewArticle, StoreError, TakeOver, Write,
};
use ordergate_veloconnect::articles::checks::Schemes;
use ordergate_veloconnect::articles::{ClassificationScheme, stored};

use crate::article_row::{self, ArticleRow, COLUMNS, Content, Offered};
use crate::keep;
use crate::problem::Problem;
use crate::pump::{self, Event, Source};
use crate::references::{self, References};
use crate::report::{Counting, Listener, Summary};
use crate::spool::Spool;
use crate::{Import, ImportError};

/// Articles for which stock and prices are taken over in one commit: each may have prices for many buyers.
const TAKEN_OVER_AT_ONCE: i64 = 200;
/// How often what is taken over is taken over anew, because stock moved meanwhile.
const ATTEMPTS: u32 = 20;

/// Imports all articles. Reports each problem when it is found.
pub async fn import(import: &Import, sources: Vec<Source>, listener: &mut dyn Listener) -> Result<Summary, ImportError> {
    let mut report = Counting::new(listener, import.max_errors);
    let before = import.store.catalogue(import.provider).await?;
    let classification = classification_of(import, before.as_ref()).await?;
    let schemes = Schemes::new(&schemes_of(classification.as_deref())?);
    let mut filling = Filling::begin(import, classification).await?;
    let filled = filling.fill(sources, schemes, &mut report).await;
    let (id, offered) = (filling.id, if filled.is_ok() { filling.offer(report).await } else { Err(failed(filled)) });
    if !matches!(&offered, Ok(summary) if summary.done && !import.dry_run) {
        // What is left is removed by housekeeping, too, if this fails.
        if let Err(error) = keep::remove(import.store.as_ref(), id, import.clock.now()).await {
            tracing::warn!(%error, "what was imported in vain could not be deleted; it will be later");
        }
    }
    offered
}

fn failed(filled: Result<(), ImportError>) -> ImportError {
    filled.err().unwrap_or(ImportError::Fault)
}

/// How the articles that are offered are grouped, as it is stored.
async fn classification_of(import: &Import, offered: Option<&Catalogue>) -> Result<Option<Vec<u8>>, ImportError> {
    let Some(offered) = offered else { return Ok(None) };
    Ok(import.store.classification(offered.id).await?)
}

/// The classification schemes that articles may name groups of.
fn schemes_of(classification: Option<&[u8]>) -> Result<Vec<ClassificationScheme>, ImportError> {
    let schemes = classification.map(stored::schemes).transpose();
    schemes.map(Option::unwrap_or_default).map_err(|error| ImportError::Stored(error.to_string()))
}

/// A new catalogue of no articles yet. Ids are times, so that none is ever used again.
pub(crate) async fn begin(import: &Import) -> Result<CatalogueId, ImportError> {
    let at = import.clock.now();
    for id in (at.0..at.0 + 1_000).map(CatalogueId) {
        let begin = Write::Catalogue(CatalogueWrite::Begin { id, provider: import.provider, at });
        match import.store.commit(Batch { writes: vec![begin] }).await {
            Err(CommitError::Conflict(ConflictOn::Catalogue)) => {}
            begun => return Ok(begun.map(|()| id)?),
        }
    }
    Err(ImportError::Contended)
}

/// What the files say something of; the rest is taken over.
#[derive(Debug, Default)]
struct Said {
    supply: bool,
    special_prices: bool,
    buyers_numbers: bool,
}

/// A catalogue that is being filled.
struct Filling<'i> {
    import: &'i Import,
    id: CatalogueId,
    /// What the groups of its articles were held against.
    classification: Option<Vec<u8>>,
    articles: i64,
    replaced: i64,
    references: Spool<References>,
    said: Said,
    product_data: bool,
}

impl<'i> Filling<'i> {
    async fn begin(import: &'i Import, classification: Option<Vec<u8>>) -> Result<Self, ImportError> {
        Ok(Self {
            import,
            id: begin(import).await?,
            classification,
            articles: 0,
            replaced: 0,
            references: Spool::new(),
            said: Said::default(),
            product_data: false,
        })
    }

    async fn fill(&mut self, sources: Vec<Source>, schemes: Schemes, report: &mut Counting<'_>) -> Result<(), ImportError> {
        let Import { format, currency, read, .. } = self.import.clone();
        let check = move |row: &_| article_row::read(row, &currency, &schemes);
        let mut events = pump::rows(sources, format, COLUMNS, read, check);
        while !report.is_too_much() {
            match events.recv().await.ok_or(ImportError::Fault)? {
                Event::Rows(file, rows) => {
                    report.file = file;
                    let count = rows.len();
                    self.add(rows, report).await?;
                    report.rows(count);
                }
                Event::Failed(failure) => return Err(failure.into()),
                Event::End => return Ok(()),
            }
        }
        Ok(())
    }

    /// Adds those rows that are right, and that have a number not seen before.
    async fn add(&mut self, rows: Vec<Result<ArticleRow, Problem>>, report: &mut Counting<'_>) -> Result<(), ImportError> {
        let mut good = Vec::with_capacity(rows.len());
        let mut numbers = HashSet::with_capacity(rows.len());
        for row in rows {
            match row {
                Ok(row) if numbers.insert(row.number.clone()) => good.push(row),
                Ok(row) => report.problem(&given_twice(&row)),
                Err(problem) => report.problem(&problem),
            }
        }
        match self.store(&good).await {
            Err(CommitError::Conflict(ConflictOn::Article)) => {
                let numbers: Vec<&str> = good.iter().map(|row| row.number.as_str()).collect();
                let places = self.import.store.article_places(self.id, &numbers).await?;
                let mut there = places.iter().map(Option::is_some);
                let is_new = |row: &ArticleRow| {
                    let is_new = !there.next().unwrap_or(false);
                    if !is_new {
                        report.problem(&given_twice(row));
                    }
                    is_new
                };
                good.retain(is_new);
                self.store(&good).await.map_err(given_up)?;
            }
            stored => stored.map_err(given_up)?,
        }
        report.summary.taken += good.len() as u64;
        self.note(good, report.file.as_ref())
    }

    async fn store(&self, rows: &[ArticleRow]) -> Result<(), CommitError> {
        let (mut article, mut replaced) = (self.articles, self.replaced);
        let mut articles = Vec::with_capacity(rows.len());
        for row in rows {
            articles.push(match &row.content {
                Content::Offered(offered) => {
                    article += 1;
                    new_article(article - 1, offered)
                }
                Content::Replaced(by) => {
                    replaced += 1;
                    let (prices, supply, terms) = (Vec::new(), Vec::new(), Vec::new());
                    NewArticle {
                        place: -replaced,
                        number: row.number.clone(),
                        document: stored::replaced(by),
                        prices,
                        supply,
                        terms,
                    }
                }
            });
        }
        let at = self.import.clock.now();
        self.import
            .store
            .commit(Batch { writes: vec![Write::Catalogue(CatalogueWrite::Add { catalogue: self.id, articles, at })] })
            .await
    }

    /// Remembers what is needed of rows that were stored.
    fn note(&mut self, rows: Vec<ArticleRow>, file: Option<&String>) -> Result<(), ImportError> {
        for ArticleRow { line, number, content } in rows {
            let (place, names) = match content {
                Content::Offered(offered) => {
                    self.articles += 1;
                    self.said.supply |= offered.has_supply;
                    self.said.special_prices |= !offered.terms.prices.is_empty();
                    self.said.buyers_numbers |= !offered.terms.numbers.is_empty();
                    self.product_data |= offered.article.has_product_data();
                    (self.articles - 1, offered.article.supply.alternatives)
                }
                Content::Replaced(by) => {
                    self.replaced += 1;
                    (-self.replaced, by)
                }
            };
            if !names.is_empty() {
                self.references.push(&References { file: file.cloned(), line, number, place, names })?;
            }
        }
        Ok(())
    }

    /// Checks what can only be checked now, and offers the catalogue, unless something is against it.
    async fn offer(mut self, mut report: Counting<'_>) -> Result<Summary, ImportError> {
        let references = std::mem::replace(&mut self.references, Spool::new());
        references::check(self.import, self.id, references, &mut report, self.import.skip_bad).await?;
        if let Some(why) = report.refusal(self.import.skip_bad) {
            return Ok(report.refused(why));
        }
        if self.articles == 0 {
            return Ok(report.refused("there is no article in it; nothing was changed".to_owned()));
        }
        if self.import.dry_run {
            return Ok(report.refused("a dry run; nothing was changed".to_owned()));
        }
        for _ in 0..ATTEMPTS {
            let over = self.take_over().await?;
            let traits = i64::from(self.product_data) * stored::PRODUCT_DATA;
            let offer = Write::Catalogue(CatalogueWrite::Offer { id: self.id, over, traits, at: self.import.clock.now() });
            match self.import.store.commit(Batch { writes: vec![offer] }).await {
                Err(CommitError::Conflict(_)) if self.is_importing().await? => {}
                Err(CommitError::Conflict(_)) => return Err(ImportError::GivenUp),
                offered => return Ok(offered.map(|()| report.done(Some(self.id.0)))?),
            }
        }
        Err(ImportError::Contended)
    }

    async fn is_importing(&self) -> Result<bool, StoreError> {
        let all = self.import.store.catalogues().await?;
        Ok(all.iter().any(|c| c.id == self.id && c.state == ordergate_store::CatalogueState::Importing))
    }

    /// What the files say nothing of stays as it is. Gives of which catalogue, and at which of its changes.
    async fn take_over(&self) -> Result<Option<(CatalogueId, i64)>, ImportError> {
        let Some(offered) = self.import.store.catalogue(self.import.provider).await? else { return Ok(None) };
        let (store, catalogue) = (&self.import.store, self.id);
        if classification_of(self.import, Some(&offered)).await? != self.classification {
            return Err(ImportError::Regrouped);
        }
        let groups = Write::Catalogue(CatalogueWrite::TakeOverClassification { catalogue, from: offered.id });
        store.commit(Batch { writes: vec![groups] }).await?;
        let [supply, special_prices, buyers_numbers] =
            [self.said.supply, self.said.special_prices, self.said.buyers_numbers].map(|said| !said);
        if self.import.fresh || !(supply || special_prices || buyers_numbers) {
            return Ok(None);
        }
        let mut first = 0;
        while first < self.articles {
            let last = first + TAKEN_OVER_AT_ONCE - 1;
            let of = TakeOver { from: offered.id, supply, special_prices, buyers_numbers, first, last };
            store.commit(Batch { writes: vec![Write::Catalogue(CatalogueWrite::TakeOver { catalogue, of })] }).await?;
            first = last + 1;
        }
        Ok(Some((offered.id, offered.changes)))
    }
}

/// Whoever adds to a catalogue that is not being imported any more comes too late.
fn given_up(error: CommitError) -> ImportError {
    match error {
        CommitError::Conflict(ConflictOn::Catalogue) => ImportError::GivenUp,
        other => other.into(),
    }
}

fn given_twice(row: &ArticleRow) -> Problem {
    Problem::column(row.line, "number", "the number was given before").about(&row.number)
}

fn new_article(place: i64, offered: &Offered) -> NewArticle {
    let Offered { article, terms, .. } = offered;
    NewArticle {
        place,
        number: article.id.clone(),
        document: stored::document(article),
        prices: stored::prices(&article.prices),
        supply: stored::supply(&article.supply),
        terms: terms.stored(),
    }
}
