//! Reads of catalogues and their articles.

use ordergate_engine::ProviderId;
use rusqlite::{Connection, params};

use super::connection::snapshot;
use super::read::{all, first};
use crate::codes::from_count;
use crate::columns::Columns as _;
use crate::{Catalogue, CatalogueId, Edition, OfferedArticles, StoreError, StoredArticle, TermsFor, rows, sql};

pub(super) fn catalogue(connection: &Connection, provider: ProviderId) -> Result<Option<Catalogue>, StoreError> {
    first(connection, sql::CATALOGUE, params![provider.0], |row| rows::catalogue(row))
}

pub(super) fn edition(connection: &Connection, provider: ProviderId) -> Result<Option<Edition>, StoreError> {
    first(connection, sql::EDITION, params![provider.0], |row| rows::edition(row))
}

pub(super) fn catalogues(connection: &Connection) -> Result<Vec<Catalogue>, StoreError> {
    all(connection, sql::CATALOGUES, params![i64::MIN], |row| rows::catalogue(row))
}

/// One number is one statement; more of them are read on one snapshot.
pub(super) fn articles(
    connection: &Connection,
    provider: ProviderId,
    numbers: &[&str],
    terms: &TermsFor,
) -> Result<OfferedArticles, StoreError> {
    let [buyer, group, own] = terms.scopes();
    let mut edition = None;
    let mut article = |connection: &Connection, number: &str| {
        first(connection, sql::ARTICLE, params![provider.0, number, buyer, group, own], |row| {
            if edition.is_none() {
                edition = Some(rows::article_edition(row)?);
            }
            rows::article(row)
        })
    };
    let articles = match numbers {
        [number] => vec![article(connection, number)?],
        _ => {
            snapshot(connection, |connection| numbers.iter().map(|number| article(connection, number)).collect::<Result<_, _>>())?
        }
    };
    Ok(OfferedArticles { edition, articles })
}

pub(super) fn articles_at(
    connection: &Connection,
    catalogue: CatalogueId,
    places: &[i64],
    terms: &TermsFor,
) -> Result<Vec<Option<StoredArticle>>, StoreError> {
    let [buyer, group, own] = terms.scopes();
    let article = |connection: &Connection, place: i64| {
        first(connection, sql::ARTICLE_AT, params![catalogue.0, place, buyer, group, own], |row| rows::article(row))
    };
    snapshot(connection, |connection| places.iter().map(|place| article(connection, *place)).collect())
}

pub(super) fn articles_after(
    connection: &Connection,
    catalogue: CatalogueId,
    place: i64,
    limit: usize,
) -> Result<Vec<StoredArticle>, StoreError> {
    all(connection, sql::ARTICLES_AFTER, params![catalogue.0, place, from_count(limit)], |row| rows::article_for_all(row))
}

pub(super) fn article_places(
    connection: &Connection,
    catalogue: CatalogueId,
    numbers: &[&str],
) -> Result<Vec<Option<i64>>, StoreError> {
    let place = |number: &&str| first(connection, sql::ARTICLE_PLACE, params![catalogue.0, number], |row| row.int(1));
    numbers.iter().map(place).collect()
}

pub(super) fn classification(connection: &Connection, catalogue: CatalogueId) -> Result<Option<Vec<u8>>, StoreError> {
    first(connection, sql::CLASSIFICATION, params![catalogue.0], |row| Ok(row.bytes(0)?.to_vec()))
}
