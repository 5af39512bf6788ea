//! What an operator may say about the OSEO door: section `[oseo]` of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

use crate::approval::ApprovalOptions;
use crate::collections::Catalogue;
use crate::notification::NotificationOptions;
use crate::quotation::QuotationOptions;

/// Section `[oseo]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct OseoOptions {
    /// Whether `/oseo` is served at all.
    pub enabled: bool,
    /// `ows:Title` and `ows:Abstract` of the capabilities.
    pub title: String,
    pub summary: String,
    pub keywords: Vec<String>,
    pub fees: String,
    pub access_constraints: String,
    /// `ows:ServiceProvider`.
    pub provider_name: String,
    pub provider_site: Option<String>,
    pub provider_email: Option<String>,
    /// What GetStatus says about another customer's order.
    pub foreign_orders: ForeignOrders,
    /// The most orders that one GetStatus search returns; more make the answer `partial`.
    pub search_limit: usize,
    /// The most items in one order.
    pub items_max: usize,
    /// The most items that the orders of one user that are not final may have together; 0 means any number.
    pub open_items_max: usize,
    /// The collections that can be ordered from, announced in the capabilities; their options are not declared.
    pub collections: Vec<String>,
    /// The folder with a file for each collection that is declared with its options.
    pub collections_dir: Option<PathBuf>,
    /// What Submit does with a collection that is declared neither by name nor by file.
    pub other_collections: OtherCollections,
    /// Which orders an operator has to approve.
    pub approval: ApprovalOptions,
    /// Callbacks to customers.
    pub notification: NotificationOptions,
    /// What orders are priced with.
    pub quotation: QuotationOptions,
}

/// See [`OseoOptions::foreign_orders`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignOrders {
    /// As if it did not exist (`InvalidOrderIdentifier`), so that ids cannot be probed.
    NotFound,
    /// `AuthorizationFailed`, as pyoseo answers.
    Unauthorized,
}

/// See [`OseoOptions::other_collections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtherCollections {
    /// `UnsupportedCollection`, once any collection is declared.
    Refuse,
    /// Orders of any collection are taken.
    Accept,
}

impl Default for OseoOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            title: "Ordering service".to_owned(),
            summary: "Ordering of Earth-observation products by OSEO 1.0 (OGC 06-141r6)".to_owned(),
            keywords: Vec::new(),
            fees: "NONE".to_owned(),
            access_constraints: "NONE".to_owned(),
            provider_name: "Ordergate".to_owned(),
            provider_site: None,
            provider_email: None,
            foreign_orders: ForeignOrders::NotFound,
            search_limit: 1000,
            items_max: 1000,
            open_items_max: 0,
            collections: Vec::new(),
            collections_dir: None,
            other_collections: OtherCollections::Refuse,
            approval: ApprovalOptions::default(),
            notification: NotificationOptions::default(),
            quotation: QuotationOptions::default(),
        }
    }
}

impl OseoOptions {
    /// Whether products of this collection may be ordered, with options that are not declared.
    pub(crate) fn takes_undeclared(&self, catalogue: &Catalogue, collection: &str) -> bool {
        let declared = &self.collections;
        (declared.is_empty() && catalogue.is_empty())
            || self.other_collections == OtherCollections::Accept
            || declared.iter().any(|c| c == collection)
    }

    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), (&'static str, String)> {
        let within = |key, value: usize, most: usize| {
            if (1..=most).contains(&value) { Ok(()) } else { Err((key, format!("must be between 1 and {most}"))) }
        };
        within("search_limit", self.search_limit, 100_000)?;
        within("items_max", self.items_max, 65_536)?;
        self.quotation.validate()?;
        match self.collections.iter().find(|c| c.is_empty() || c.chars().count() > 255) {
            Some(bad) => Err(("collections", format!("has {bad:?}, but a collection has 1 to 255 characters"))),
            None => Ok(()),
        }
    }
}
