//! Reads of catalogues and their articles.

use std::collections::HashMap;

use ordergate_engine::ProviderId;
use tokio_postgres::Row;

use super::own_sql;
use super::read::is_storable;
use super::reader::Reader;
use crate::codes::from_count;
use crate::columns::Columns as _;
use crate::{Catalogue, CatalogueId, Edition, OfferedArticles, StoreError, StoredArticle, TermsFor, rows, sql};

pub(super) async fn catalogue(reader: &Reader, provider: ProviderId) -> Result<Option<Catalogue>, StoreError> {
    reader.first(sql::CATALOGUE, &[&provider.0]).await?.map(|row| rows::catalogue(&row)).transpose()
}

pub(super) async fn edition(reader: &Reader, provider: ProviderId) -> Result<Option<Edition>, StoreError> {
    reader.first(sql::EDITION, &[&provider.0]).await?.map(|row| rows::edition(&row)).transpose()
}

pub(super) async fn catalogues(reader: &Reader) -> Result<Vec<Catalogue>, StoreError> {
    reader.ask(sql::CATALOGUES, &[&i64::MIN]).await?.iter().map(rows::catalogue).collect()
}

/// All of one moment, in one round trip.
pub(super) async fn articles(
    reader: &Reader,
    provider: ProviderId,
    numbers: &[&str],
    terms: &TermsFor,
) -> Result<OfferedArticles, StoreError> {
    let [buyer, group, own] = storable(terms);
    let found = match numbers {
        [number] if is_storable(number) => reader.ask(sql::ARTICLE, &[&provider.0, number, &buyer, &group, &own]).await?,
        _ => {
            let wanted: Vec<&str> = numbers.iter().copied().filter(|number| is_storable(number)).collect();
            reader.ask(own_sql::ARTICLES, &[&provider.0, &wanted, &buyer, &group, &own]).await?
        }
    };
    let edition = found.first().map(rows::article_edition).transpose()?;
    let mut found = keyed(&found, |article| article.number.clone())?;
    Ok(OfferedArticles { edition, articles: each(numbers, &mut found, str::to_owned) })
}

pub(super) async fn articles_at(
    reader: &Reader,
    catalogue: CatalogueId,
    places: &[i64],
    terms: &TermsFor,
) -> Result<Vec<Option<StoredArticle>>, StoreError> {
    let [buyer, group, own] = storable(terms);
    let found = reader.ask(own_sql::ARTICLES_AT, &[&catalogue.0, &places, &buyer, &group, &own]).await?;
    let mut found = keyed(&found, |article| article.place)?;
    Ok(each(places, &mut found, |place| place))
}

pub(super) async fn articles_after(
    reader: &Reader,
    catalogue: CatalogueId,
    place: i64,
    limit: usize,
) -> Result<Vec<StoredArticle>, StoreError> {
    let found = reader.ask(sql::ARTICLES_AFTER, &[&catalogue.0, &place, &from_count(limit)]).await?;
    found.iter().map(rows::article_for_all).collect()
}

pub(super) async fn article_places(
    reader: &Reader,
    catalogue: CatalogueId,
    numbers: &[&str],
) -> Result<Vec<Option<i64>>, StoreError> {
    let wanted: Vec<&str> = numbers.iter().copied().filter(|number| is_storable(number)).collect();
    let found = reader.ask(own_sql::ARTICLE_PLACES, &[&catalogue.0, &wanted]).await?;
    let found = found.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect::<Result<HashMap<_, _>, StoreError>>()?;
    Ok(numbers.iter().map(|number| found.get(*number).copied()).collect())
}

pub(super) async fn classification(reader: &Reader, catalogue: CatalogueId) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader.first(sql::CLASSIFICATION, &[&catalogue.0]).await?;
    found.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// What cannot be stored is nobody's.
fn storable(terms: &TermsFor) -> [&str; 3] {
    terms.scopes().map(|scope| if is_storable(scope) { scope } else { "" })
}

fn keyed<K: std::hash::Hash + Eq>(
    found: &[Row],
    key: impl Fn(&StoredArticle) -> K,
) -> Result<HashMap<K, StoredArticle>, StoreError> {
    found.iter().map(|row| rows::article(row).map(|article| (key(&article), article))).collect()
}

/// In the order of the question, in which something may be asked for twice.
fn each<Q: Copy, K: std::hash::Hash + Eq>(
    asked: &[Q],
    found: &mut HashMap<K, StoredArticle>,
    key: impl Fn(Q) -> K,
) -> Vec<Option<StoredArticle>> {
    asked.iter().map(|asked| found.get(&key(*asked)).cloned()).collect()
}
