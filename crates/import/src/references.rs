//! Articles name others: what replaces them, what may be taken instead. Those must be there, which is known when all is read.

use ordergate_store::{Batch, CatalogueId, CatalogueWrite, Store, TermsFor, Write};
use ordergate_veloconnect::articles::stored;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, shortened};
use crate::report::Counting;
use crate::spool::Spool;
use crate::{Import, ImportError};

/// Articles whose references are looked up at once.
const AT_ONCE: usize = 250;

/// The articles that one article names.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct References {
    pub(crate) file: Option<String>,
    pub(crate) line: u64,
    pub(crate) number: String,
    pub(crate) place: i64,
    pub(crate) names: Vec<String>,
}

impl References {
    /// The column they stand in: a number that is only replaced has a place below 0.
    const fn column(&self) -> &'static str {
        if self.place < 0 { "replaced_by" } else { "alternatives" }
    }
}

/// Reports each reference to what is not there. With `drop_missing` the articles lose it; a number that only missing ones
/// replace is left out.
pub(crate) async fn check(
    import: &Import,
    catalogue: CatalogueId,
    spool: Spool<References>,
    report: &mut Counting<'_>,
    drop_missing: bool,
) -> Result<(), ImportError> {
    let mut spooled = spool.read()?;
    loop {
        let chunk = spooled.chunk(AT_ONCE)?;
        if chunk.is_empty() || report.is_too_much() {
            return Ok(());
        }
        let names: Vec<&str> = chunk.iter().flat_map(|references| references.names.iter().map(String::as_str)).collect();
        let places = import.store.article_places(catalogue, &names).await?;
        let mut there = places.into_iter().map(|place| place.is_some_and(|place| place >= 0));
        for references in &chunk {
            let mut present = Vec::new();
            for name in &references.names {
                if there.next().unwrap_or(false) {
                    present.push(name.clone());
                } else {
                    let problem = format!("there is no article {} to take instead", shortened(name));
                    let problem = Problem::column(references.line, references.column(), problem).about(&references.number);
                    report.file.clone_from(&references.file);
                    report.problem(&problem);
                }
            }
            if drop_missing && present.len() < references.names.len() {
                rewrite(import.store.as_ref(), catalogue, references, present).await?;
            }
        }
    }
}

async fn rewrite(
    store: &dyn Store,
    catalogue: CatalogueId,
    references: &References,
    present: Vec<String>,
) -> Result<(), ImportError> {
    let place = references.place;
    let found = store.articles_at(catalogue, &[place], &TermsFor::default()).await?.pop().flatten();
    let Some(found) = found else { return Ok(()) };
    let document = if place < 0 {
        (!present.is_empty()).then(|| stored::replaced(&present))
    } else {
        Some(stored::with_alternatives(&found.document, present).map_err(|error| ImportError::Stored(error.to_string()))?)
    };
    let document = document.map(|document| (document, found.supply));
    Ok(store.commit(Batch { writes: vec![Write::Catalogue(CatalogueWrite::Rewrite { catalogue, place, document })] }).await?)
}
