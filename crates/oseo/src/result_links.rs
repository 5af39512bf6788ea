//! Links to results that lie on the server's own disk: what DescribeResultAccess needs of who serves them.

use async_trait::async_trait;
use ordergate_engine::{OrderId, Timestamp};

use crate::Packaging;

/// A finished item whose result is a `file:` URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalResult {
    pub order: OrderId,
    /// The item's place in the order, from 0.
    pub position: usize,
    /// The customer's name for it.
    pub item_id: String,
    /// The `file:` URL.
    pub url: String,
    /// What the order says about it.
    pub packaging: Option<Packaging>,
    /// When the item was completed.
    pub completed_at: Timestamp,
}

/// Under which address a customer finds a result, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    pub expires_at: Timestamp,
}

/// Makes links.
#[async_trait]
pub trait ResultLinks: Send + Sync {
    /// A link for each of the results, in their order; none for one that is not offered, or not any more.
    async fn links(&self, results: Vec<LocalResult>) -> Vec<Option<Link>>;
}

/// Offers no files.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLinks;

#[async_trait]
impl ResultLinks for NoLinks {
    async fn links(&self, results: Vec<LocalResult>) -> Vec<Option<Link>> {
        vec![None; results.len()]
    }
}

/// Whether a result is not handed out as it is, but by a link.
pub(crate) fn is_local(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("file"))
}
