//! What one request needs to know of articles, asked for at once.

use std::collections::HashMap;

use super::{Articles, ArticlesError, Buyer, Lookup};

/// The answers to one question about many order numbers.
#[derive(Debug, Clone, Default)]
pub struct Found(HashMap<String, Lookup>);

impl Found {
    /// Asks for all these numbers; each once.
    pub async fn of<'n>(
        articles: &dyn Articles,
        buyer: &Buyer,
        ids: impl IntoIterator<Item = &'n str> + Send,
    ) -> Result<Self, ArticlesError> {
        let mut ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = if ids.is_empty() { Vec::new() } else { articles.find(buyer, &ids).await? };
        Ok(Self(ids.into_iter().zip(found).collect()))
    }

    /// What there is under a number; one that was not asked for is unknown.
    pub fn get(&self, id: &str) -> &Lookup {
        self.0.get(id).unwrap_or(&Lookup::Unknown)
    }
}
