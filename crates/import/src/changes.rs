//! Stock and prices of articles that are there, and buyers' numbers for them. All rows are checked before the first of them has
//! an effect; then they are stored in commits of some hundred. Of two rows about one article the later counts.

use std::collections::HashMap;

use ordergate_store::{ArticleChange, Batch, Catalogue, CatalogueWrite, CommitError, ConflictOn, TermScope, Write};
use ordergate_veloconnect::articles::{PriceScope, stored};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::article_row::{checked_number, number, supply};
use crate::problem::Problem;
use crate::pump::{self, CHUNK, Checked, Event, Source};
use crate::report::{Counting, Listener, Summary};
use crate::spool::Spool;
use crate::table::{Columns, Row};
use crate::terms::scope;
use crate::{Import, ImportError};

/// How often rows are stored anew, because another catalogue was offered meanwhile.
const ATTEMPTS: u32 = 20;

const STOCK: Columns = Columns { known: &["number", "stock", "expected"], required: &["number", "stock"], bracketed: &[] };
const PRICES: Columns =
    Columns { known: &["number", "group", "buyer", "prices", "price_per"], required: &["number", "prices"], bracketed: &[] };
const NUMBERS: Columns =
    Columns { known: &["number", "buyer", "buyers_number"], required: &["number", "buyer", "buyers_number"], bracketed: &[] };

/// What becomes of an article.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Change {
    Supply(Vec<u8>),
    Prices(Vec<u8>),
    Buyer(String, Option<Vec<u8>>),
    Group(String, Option<Vec<u8>>),
    BuyersNumber(String, Option<Vec<u8>>),
}

/// A row that was understood.
#[derive(Debug, Serialize, Deserialize)]
struct ChangeRow {
    line: u64,
    number: String,
    change: Change,
}

/// Sets what there is of articles.
pub async fn stock(import: &Import, sources: Vec<Source>, listener: &mut dyn Listener) -> Result<Summary, ImportError> {
    run(import, sources, listener, STOCK, stock_change).await
}

/// Sets the prices of articles, for all buyers or for some.
pub async fn prices(import: &Import, sources: Vec<Source>, listener: &mut dyn Listener) -> Result<Summary, ImportError> {
    run(import, sources, listener, PRICES, price_change).await
}

/// Sets the numbers by which buyers know articles.
pub async fn numbers(import: &Import, sources: Vec<Source>, listener: &mut dyn Listener) -> Result<Summary, ImportError> {
    run(import, sources, listener, NUMBERS, number_change).await
}

fn change_row(row: &Row, change: fn(&Row) -> Checked<Change>) -> Checked<ChangeRow> {
    let number = number(row)?;
    let change = change(row).map_err(|problem| problem.about(&number))?;
    Ok(ChangeRow { line: row.line(), number, change })
}

fn stock_change(row: &Row) -> Checked<Change> {
    if !row.has("stock") {
        return Err(row.wrong("stock", "expected a quantity, or unlimited"));
    }
    Ok(Change::Supply(stored::supply(&supply(row)?)))
}

fn number_change(row: &Row) -> Checked<Change> {
    const NAME: &str = "buyers_number";
    let own = row.text(NAME)?.map(|own| checked_number(row, NAME, own)).transpose()?;
    Ok(Change::BuyersNumber(row.required("buyer")?, own.map(|own| stored::buyers_number(&own))))
}

fn price_change(row: &Row) -> Checked<Change> {
    let per = row.decimal("price_per")?.unwrap_or(Decimal::ONE);
    let prices = row.prices("prices", per)?.map(|prices| stored::prices(&prices));
    Ok(match scope(row, "buyer", row.text("buyer")?, row.text("group")?)? {
        Some(PriceScope::Buyer(name)) => Change::Buyer(name, prices),
        Some(PriceScope::Group(name)) => Change::Group(name, prices),
        None => Change::Prices(prices.ok_or_else(|| row.wrong("prices", "expected at least one price"))?),
    })
}

async fn run(
    import: &Import,
    sources: Vec<Source>,
    listener: &mut dyn Listener,
    columns: Columns,
    change: fn(&Row) -> Checked<Change>,
) -> Result<Summary, ImportError> {
    let mut report = Counting::new(listener, import.max_errors);
    let offered = offered(import).await?;
    let mut spool = Spool::new();
    let mut events = pump::rows(sources, import.format, columns, import.read.clone(), move |row: &_| change_row(row, change));
    while !report.is_too_much() {
        match events.recv().await.ok_or(ImportError::Fault)? {
            Event::Rows(file, rows) => {
                report.file = file;
                let count = rows.len();
                look_up(import, &offered, rows, &mut spool, &mut report).await?;
                report.rows(count);
            }
            Event::Failed(failure) => return Err(failure.into()),
            Event::End => break,
        }
    }
    if let Some(why) = report.refusal(import.skip_bad) {
        return Ok(report.refused(why));
    }
    if import.dry_run {
        return Ok(report.refused("a dry run; nothing was changed".to_owned()));
    }
    let mut spooled = spool.read()?;
    let mut catalogue = offered.id.0;
    loop {
        let chunk = spooled.chunk(CHUNK)?;
        if chunk.is_empty() {
            return Ok(report.done(Some(catalogue)));
        }
        catalogue = store(import, &chunk).await?;
    }
}

async fn offered(import: &Import) -> Result<Catalogue, ImportError> {
    import.store.catalogue(import.provider).await?.ok_or(ImportError::NoCatalogue)
}

/// Keeps those rows whose articles are there.
async fn look_up(
    import: &Import,
    offered: &Catalogue,
    rows: Vec<Checked<ChangeRow>>,
    spool: &mut Spool<ChangeRow>,
    report: &mut Counting<'_>,
) -> Result<(), ImportError> {
    let mut good = Vec::with_capacity(rows.len());
    for row in rows {
        match row {
            Ok(row) => good.push(row),
            Err(problem) => report.problem(&problem),
        }
    }
    let numbers: Vec<&str> = good.iter().map(|row| row.number.as_str()).collect();
    let places = import.store.article_places(offered.id, &numbers).await?;
    for (row, place) in good.iter().zip(places) {
        if place.is_some_and(|place| place >= 0) {
            spool.push(row)?;
            report.summary.taken += 1;
        } else {
            let problem = "there is no article of this number";
            report.problem(&Problem::column(row.line, "number", problem).about(&row.number));
        }
    }
    Ok(())
}

/// Stores rows in the catalogue that is offered, whichever it is by now. Articles that it does not have any more are left out.
async fn store(import: &Import, rows: &[ChangeRow]) -> Result<i64, ImportError> {
    let numbers: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
    for _ in 0..ATTEMPTS {
        let catalogue = offered(import).await?.id;
        let places = import.store.article_places(catalogue, &numbers).await?;
        let write =
            Write::Catalogue(CatalogueWrite::Change { catalogue, changes: changes(rows, &places), at: import.clock.now() });
        match import.store.commit(Batch { writes: vec![write] }).await {
            Err(CommitError::Conflict(ConflictOn::Catalogue | ConflictOn::Article)) => {}
            stored => return Ok(stored.map(|()| catalogue.0)?),
        }
    }
    Err(ImportError::Contended)
}

/// One change for each article.
fn changes(rows: &[ChangeRow], places: &[Option<i64>]) -> Vec<ArticleChange> {
    let mut changes: Vec<ArticleChange> = Vec::with_capacity(rows.len());
    let mut of_place = HashMap::new();
    for (row, place) in rows.iter().zip(places) {
        let Some(place) = place.filter(|place| *place >= 0) else { continue };
        let at = *of_place.entry(place).or_insert_with(|| {
            changes.push(ArticleChange { place, supply: None, prices: None, terms: Vec::new() });
            changes.len() - 1
        });
        let Some(change) = changes.get_mut(at) else { continue };
        match row.change.clone() {
            Change::Supply(supply) => change.supply = Some(supply),
            Change::Prices(prices) => change.prices = Some(prices),
            Change::Buyer(name, prices) => change.terms.push((TermScope::buyer(&name), prices)),
            Change::Group(name, prices) => change.terms.push((TermScope::group(&name), prices)),
            Change::BuyersNumber(name, own) => change.terms.push((TermScope::number(&name), own)),
        }
    }
    changes
}
