//! What an operator may say about the OSEO door: section `[oseo]` of the configuration.

use std::path::PathBuf;

use ordergate_engine::order::OrderKind;
use ordergate_store::ITEMS_PER_ORDER;
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
    /// Whether accounts of one group see each other's orders and their results.
    pub share_by_group: bool,
    /// The most orders that one GetStatus search returns; more make the answer `partial`.
    pub search_limit: usize,
    /// So many days a message that was answered is remembered by its `wsa:MessageID`; 0 means for ever.
    pub remember_messages_days: u32,
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
    /// How long subscriptions and tasks last.
    pub subscription: SubscriptionOptions,
    /// How large orders are worked off.
    pub massive: MassiveOptions,
}

/// Section `[oseo.subscription]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct SubscriptionOptions {
    /// A subscription, or a task, ends so many days after its submission at the latest; 0: only when it says so itself.
    pub days_max: u32,
    /// Products are still taken for so many hours after the end that a subscription names: what was acquired last is
    /// announced a while later.
    pub grace_hours: u32,
}

/// Section `[oseo.massive]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct MassiveOptions {
    /// Product orders with more items are worked off in batches of so many, one after another; 0: there are no batches.
    pub batch_items: usize,
    /// The `orderReference` with which a product order may have up to `items_max` items, where there are batches.
    pub reference: String,
    pub items_max: usize,
}

impl Default for MassiveOptions {
    fn default() -> Self {
        Self { batch_items: 0, reference: "Massive order".to_owned(), items_max: ITEMS_PER_ORDER }
    }
}

impl MassiveOptions {
    /// The size of a batch, if there are any.
    pub const fn batch(&self) -> Option<usize> {
        if self.batch_items == 0 { None } else { Some(self.batch_items) }
    }
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
            share_by_group: false,
            search_limit: 1000,
            remember_messages_days: 90,
            items_max: 1000,
            open_items_max: 0,
            collections: Vec::new(),
            collections_dir: None,
            other_collections: OtherCollections::Refuse,
            approval: ApprovalOptions::default(),
            notification: NotificationOptions::default(),
            quotation: QuotationOptions::default(),
            subscription: SubscriptionOptions::default(),
            massive: MassiveOptions::default(),
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

    /// The most items that an order with this reference may have.
    pub(crate) fn items_max_of(&self, kind: OrderKind, reference: Option<&str>) -> usize {
        let is_massive =
            kind == OrderKind::Product && self.massive.batch().is_some() && reference == Some(&*self.massive.reference);
        if is_massive { self.massive.items_max } else { self.items_max }
    }

    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), (&'static str, String)> {
        let within = |key, value: usize, most: usize| {
            if (1..=most).contains(&value) { Ok(()) } else { Err((key, format!("must be between 1 and {most}"))) }
        };
        within("search_limit", self.search_limit, 100_000)?;
        self.quotation.validate()?;
        within("items_max", self.items_max, ITEMS_PER_ORDER)?;
        within("massive.items_max", self.massive.items_max, ITEMS_PER_ORDER)?;
        if self.massive.batch_items > ITEMS_PER_ORDER {
            return Err(("massive.batch_items", format!("must be between 0 and {ITEMS_PER_ORDER}")));
        }
        if !(1..=30).contains(&self.massive.reference.chars().count()) {
            return Err(("massive.reference", "must have 1 to 30 characters, as every orderReference".to_owned()));
        }
        match self.collections.iter().find(|c| c.is_empty() || c.chars().count() > 255) {
            Some(bad) => Err(("collections", format!("has {bad:?}, but a collection has 1 to 255 characters"))),
            None => Ok(()),
        }
    }
}
