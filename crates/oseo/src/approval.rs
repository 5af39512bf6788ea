//! Which orders an operator has to approve: section `[oseo.approval]` of the configuration.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Section `[oseo.approval]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ApprovalOptions {
    /// Who approves product orders.
    pub product: Approval,
    /// Who approves orders of products of a collection, where that differs.
    pub collections: BTreeMap<String, Approval>,
}

/// Who approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Nobody needs to.
    Automatic,
    /// An operator, with `ordergate order approve` or `reject`.
    Operator,
}

impl Default for ApprovalOptions {
    fn default() -> Self {
        Self { product: Approval::Automatic, collections: BTreeMap::new() }
    }
}

impl ApprovalOptions {
    /// Who approves an order of products of these collections: an operator, if one of them demands it.
    pub fn of<'c>(&self, collections: impl Iterator<Item = Option<&'c str>>) -> Approval {
        let of_one =
            |collection: Option<&str>| collection.and_then(|name| self.collections.get(name)).copied().unwrap_or(self.product);
        collections.map(of_one).max().unwrap_or(self.product)
    }
}

#[cfg(test)]
mod tests {
    use super::Approval::{Automatic, Operator};
    use super::*;

    #[test]
    fn one_item_that_needs_an_operator_is_enough() {
        let options = |product| ApprovalOptions {
            product,
            collections: [("free".to_owned(), Automatic), ("dear".to_owned(), Operator)].into(),
        };
        for (product, collections, expected) in [
            (Automatic, &[None][..], Automatic),
            (Automatic, &[Some("free"), Some("dear"), None], Operator),
            (Automatic, &[Some("other")], Automatic),
            (Operator, &[Some("free")], Automatic),
            (Operator, &[Some("free"), None], Operator),
        ] {
            assert_eq!(options(product).of(collections.iter().copied()), expected, "{product:?} {collections:?}");
        }
    }
}
