//! What is written of catalogues and their articles.

use super::Steps;
use crate::codes::from_count;
use crate::value::values;
use crate::{ArticleChange, CatalogueId, CatalogueWrite, ConflictOn, NewArticle, TakeOver, sql};

impl<'w> Steps<'w> {
    pub(super) fn write_catalogue(&mut self, write: &'w CatalogueWrite) {
        match write {
            CatalogueWrite::Begin { id, provider, at } => {
                self.one(sql::BEGIN_CATALOGUE, values![id.0, provider.0, at.0], ConflictOn::Catalogue);
            }
            CatalogueWrite::Add { catalogue, articles, at } => {
                let count = articles.iter().filter(|article| article.place >= 0).count();
                self.one(sql::COUNT_ARTICLES, values![catalogue.0, from_count(count), at.0], ConflictOn::Catalogue);
                for article in articles {
                    self.add_article(*catalogue, article);
                }
            }
            CatalogueWrite::Rewrite { catalogue, place, document } => match document {
                Some((document, supply)) => {
                    self.one(sql::REWRITE_ARTICLE, values![catalogue.0, *place, document, supply], ConflictOn::Article);
                }
                None => self.one(sql::DELETE_ARTICLE, values![catalogue.0, *place], ConflictOn::Article),
            },
            CatalogueWrite::SetClassification { catalogue, document } => {
                self.any(sql::SET_CLASSIFICATION, values![catalogue.0, document]);
            }
            CatalogueWrite::TakeOverClassification { catalogue, from } => {
                self.any(sql::TAKE_OVER_CLASSIFICATION, values![catalogue.0, from.0]);
            }
            CatalogueWrite::TakeOver { catalogue, of } => self.take_over(*catalogue, of),
            CatalogueWrite::Offer { id, over, traits, at } => {
                if let Some((over, changes)) = over {
                    self.one(sql::REQUIRE_CATALOGUE, values![over.0, *changes], ConflictOn::Catalogue);
                }
                self.one(sql::OFFER_CATALOGUE, values![id.0, at.0, *traits], ConflictOn::Catalogue);
                self.one(sql::SET_CATALOGUE_HEAD, values![id.0], ConflictOn::Catalogue);
                self.any(sql::REPLACE_CATALOGUES, values![id.0, at.0]);
            }
            CatalogueWrite::Change { catalogue, changes, at } => {
                self.one(sql::COUNT_CATALOGUE_CHANGE, values![catalogue.0, at.0], ConflictOn::Catalogue);
                for change in changes {
                    self.change_article(*catalogue, change);
                }
            }
            CatalogueWrite::GiveUp { id, at } => self.any(sql::GIVE_UP_CATALOGUE, values![id.0, at.0]),
            CatalogueWrite::Delete { id, limit } => {
                self.any(sql::DELETE_SOME_TERMS, values![id.0, from_count(*limit)]);
                self.any(sql::DELETE_SOME_ARTICLES, values![id.0, from_count(*limit)]);
                self.any(sql::DELETE_CLASSIFICATION, values![id.0]);
                self.any(sql::DELETE_CATALOGUE, values![id.0]);
            }
        }
    }

    fn add_article(&mut self, catalogue: CatalogueId, article: &'w NewArticle) {
        let NewArticle { place, number, document, prices, supply, terms } = article;
        let values = values![catalogue.0, *place, number, document, prices, supply];
        self.one(sql::INSERT_ARTICLE, values, ConflictOn::Article);
        for (scope, term) in terms {
            self.any(sql::SET_TERM, values![catalogue.0, *place, scope.as_text(), term]);
        }
    }

    fn take_over(&mut self, catalogue: CatalogueId, of: &TakeOver) {
        let values = || values![catalogue.0, of.from.0, of.first, of.last];
        if of.supply {
            self.any(sql::TAKE_OVER_SUPPLY, values());
        }
        for (wanted, scopes) in [(of.special_prices, ["b", "g"]), (of.buyers_numbers, ["n", "n"])] {
            if wanted {
                let values = values![catalogue.0, of.from.0, of.first, of.last, scopes[0], scopes[1]];
                self.any(sql::TAKE_OVER_TERMS, values);
            }
        }
    }

    fn change_article(&mut self, catalogue: CatalogueId, change: &'w ArticleChange) {
        let ArticleChange { place, supply, prices, terms } = change;
        if let Some(supply) = supply {
            self.one(sql::SET_SUPPLY, values![catalogue.0, *place, supply], ConflictOn::Article);
        }
        if let Some(prices) = prices {
            self.one(sql::SET_PRICES, values![catalogue.0, *place, prices], ConflictOn::Article);
        }
        for (scope, term) in terms {
            match term {
                Some(term) => self.any(sql::SET_TERM, values![catalogue.0, *place, scope.as_text(), term]),
                None => self.any(sql::DELETE_TERM, values![catalogue.0, *place, scope.as_text()]),
            }
        }
    }
}
