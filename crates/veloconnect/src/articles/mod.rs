//! The articles of trade: what there is to ask about and to order.
//!
//! [`Articles`] is the one question the door asks; [`MemoryArticles`] answers it from a TOML file.

mod article;
mod ean;
mod memory;
mod price;
mod supply;
mod units;

use std::fmt;
use std::sync::Arc;

pub use article::{Article, Manufacturer, Pack, RetailPrice};
pub use ean::{EanError, normalize_ean};
pub use memory::{ArticlesError, MemoryArticles, demo_articles};
pub use price::{BasePrice, Price};
pub use supply::{Availability, AvailabilityCode, Expected, Supply};
pub use units::Quantity;

/// Where articles come from. Implementations answer from memory: a request asks once for each line.
pub trait Articles: Send + Sync + fmt::Debug {
    /// The article with this order number, exactly as the seller writes it.
    fn find(&self, id: &str) -> Lookup;

    /// Whether an article has this EAN, of thirteen digits; `None` if articles are not looked up by it.
    fn has_ean(&self, _ean: &str) -> Option<bool> {
        None
    }

    /// Whether an article has this number of its maker's, or of any maker's if none is named; `None` if articles are not looked
    /// up by it.
    fn has_part(&self, _manufacturer: Option<&str>, _id: &str) -> Option<bool> {
        None
    }
}

/// What there is under an order number (D-GID step 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Known(Arc<Article>),
    /// The number is obsolete; these replace it. Never empty.
    Replaced(Vec<String>),
    Unknown,
}
