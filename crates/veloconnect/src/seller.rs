//! Several sellers on one server: each has its buyers, articles, transactions and orders for itself.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Deserialize;

use crate::CatalogueOptions;
use crate::modules::Modules;
use crate::options::{ErpOptions, Granularity, Language, LiveOptions, OptionsError, VeloconnectOptions};
use crate::shop::ShopOptions;

/// Who sells, and where that seller is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seller {
    /// The name in the configuration and in the address; `None` for the one that is always there.
    pub name: Option<String>,
    /// The seller's own address, as clients see it.
    pub url: String,
}

/// A section `[[veloconnect.seller]]`. What says who the seller is and what it sells is its own; other settings are those of
/// `[veloconnect]` where they are left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct SellerOptions {
    /// The end of the seller's address, `/veloconnect/{name}`, and what commands call it.
    pub name: String,
    /// By which requests of version 1.0 to 1.2 choose the seller at `/veloconnect`.
    pub sellers_id: Option<String>,
    pub seller_name: Option<String>,
    pub message: Option<String>,
    pub articles: Option<PathBuf>,
    pub shop: Option<ShopOptions>,
    /// Of prices that are imported.
    pub currency: Option<String>,
    /// Availability and prices of this moment, from this seller's own system.
    pub live: Option<LiveOptions>,
    /// The folder into which that system drops documents.
    pub inbox: Option<PathBuf>,
    pub language: Option<Language>,
    pub delivery_date: Option<Granularity>,
    pub backlog: Option<Granularity>,
    pub backlog_default: Option<bool>,
    pub expecting_delivery_days: Option<u16>,
    pub modules: Option<Modules>,
}

impl SellerOptions {
    /// The settings of this seller: its own ones over those of all.
    pub fn over(&self, all: &VeloconnectOptions) -> VeloconnectOptions {
        VeloconnectOptions {
            catalogue: CatalogueOptions { currency: self.currency(all).to_owned(), ..all.catalogue.clone() },
            live: self.live.clone().unwrap_or_default(),
            erp: ErpOptions { inbox: self.inbox.clone(), ..all.erp.clone() },
            sellers_id: self.sellers_id.clone(),
            seller_name: self.seller_name.clone(),
            message: self.message.clone(),
            articles: self.articles.clone(),
            shop: self.shop.clone().unwrap_or_default(),
            language: self.language.unwrap_or(all.language),
            delivery_date: self.delivery_date.unwrap_or(all.delivery_date),
            backlog: self.backlog.unwrap_or(all.backlog),
            backlog_default: self.backlog_default.unwrap_or(all.backlog_default),
            expecting_delivery_days: self.expecting_delivery_days.unwrap_or(all.expecting_delivery_days),
            modules: self.modules.unwrap_or(all.modules),
            seller: Vec::new(),
            ..all.clone()
        }
    }

    /// The currency of prices that are imported for this seller.
    pub fn currency<'o>(&'o self, all: &'o VeloconnectOptions) -> &'o str {
        self.currency.as_deref().unwrap_or(&all.catalogue.currency)
    }
}

/// Names and ids must tell the sellers apart.
pub(crate) fn validate(all: &VeloconnectOptions) -> Result<(), OptionsError> {
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    ids.extend(all.sellers_id.as_deref());
    for seller in &all.seller {
        if !is_name(&seller.name) {
            return Err(OptionsError::SellerName(seller.name.clone()));
        }
        let is_new = names.insert(seller.name.as_str()) && seller.sellers_id.as_deref().is_none_or(|id| ids.insert(id));
        if !is_new {
            return Err(OptionsError::SellerTwice(seller.name.clone()));
        }
        let own = seller.over(all);
        own.validate().map_err(|error| OptionsError::Seller(seller.name.clone(), Box::new(error)))?;
        // That of all is checked with the section it stands in.
        if seller.currency.is_some() && own.catalogue.validate(false).is_err() {
            return Err(OptionsError::SellerCurrency(seller.name.clone()));
        }
    }
    Ok(())
}

/// What can stand in an address as it is.
fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(text: &str) -> VeloconnectOptions {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_seller_has_its_own_settings_and_else_those_of_all() {
        let all = options(
            "seller_name = 'Alle'\nsellers_id = '1'\nlanguage = 'en'\nbacklog = 'none'\nopen_max = 5\n\
             [[seller]]\nname = 'nord'\nsellers_id = '2'\nbacklog = 'order'\ncurrency = 'CHF'\n[[seller]]\nname = 'sued-2'",
        );
        assert_eq!(all.validate(), Ok(()));
        let nord = all.seller[0].over(&all);
        assert_eq!((nord.seller_name.as_deref(), nord.sellers_id.as_deref()), (None, Some("2")));
        assert_eq!((nord.language, nord.backlog, nord.open_max), (Language::En, Granularity::Order, 5));
        assert_eq!(all.seller[1].over(&all).backlog, Granularity::None);
        assert_eq!((nord.catalogue.currency, all.seller[1].over(&all).catalogue.currency), ("CHF".to_owned(), "EUR".to_owned()));
    }

    #[test]
    fn sellers_that_cannot_be_told_apart_are_refused() {
        for (text, expected) in [
            ("[[seller]]\nname = 'A'", OptionsError::SellerName("A".into())),
            ("[[seller]]\nname = 'a/b'", OptionsError::SellerName("a/b".into())),
            ("[[seller]]\nname = ''", OptionsError::SellerName(String::new())),
            ("[[seller]]\nname = 'a'\n[[seller]]\nname = 'a'", OptionsError::SellerTwice("a".into())),
            ("sellers_id = '1'\n[[seller]]\nname = 'a'\nsellers_id = '1'", OptionsError::SellerTwice("a".into())),
            ("[[seller]]\nname = 'a'\ncurrency = 'Franken'", OptionsError::SellerCurrency("a".into())),
            ("[[seller]]\nname = 'a'\nmessage = ' '", OptionsError::Seller("a".into(), Box::new(OptionsError::Empty("message")))),
        ] {
            assert_eq!(options(text).validate(), Err(expected), "{text}");
        }
        assert!(toml::from_str::<VeloconnectOptions>("[[seller]]\nname = 'a'\nopen_max = 1").is_err());
        assert!(toml::from_str::<VeloconnectOptions>("[[seller]]\nmessage = 'a'").is_err());
    }
}
