//! Which orders an operator has to approve: section `[oseo.approval]` of the configuration.

use std::collections::BTreeMap;

use ordergate_engine::order::OrderKind;
use serde::Deserialize;

/// Section `[oseo.approval]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ApprovalOptions {
    /// Who approves product orders.
    pub product: Approval,
    /// Who approves subscriptions.
    pub subscription: Approval,
    /// Who approves tasking orders.
    pub tasking: Approval,
    /// Who approves orders of products of a collection, and subscriptions to it, where that differs.
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
        let automatic = Approval::Automatic;
        Self { product: automatic, subscription: automatic, tasking: automatic, collections: BTreeMap::new() }
    }
}

impl ApprovalOptions {
    /// Who approves an order whose items are of these collections: an operator, if one of them demands it.
    pub fn of<'c>(&self, kind: OrderKind, collections: impl Iterator<Item = Option<&'c str>>) -> Approval {
        let of_kind = match kind {
            OrderKind::Subscription => self.subscription,
            OrderKind::Tasking => self.tasking,
            OrderKind::Product | OrderKind::Articles => self.product,
        };
        let of_one =
            |collection: Option<&str>| collection.and_then(|name| self.collections.get(name)).copied().unwrap_or(of_kind);
        collections.map(of_one).max().unwrap_or(of_kind)
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
            subscription: Operator,
            tasking: Automatic,
            collections: [("free".to_owned(), Automatic), ("dear".to_owned(), Operator)].into(),
        };
        for (product, collections, expected) in [
            (Automatic, &[None][..], Automatic),
            (Automatic, &[Some("free"), Some("dear"), None], Operator),
            (Automatic, &[Some("other")], Automatic),
            (Operator, &[Some("free")], Automatic),
            (Operator, &[Some("free"), None], Operator),
        ] {
            assert_eq!(
                options(product).of(OrderKind::Product, collections.iter().copied()),
                expected,
                "{product:?} {collections:?}"
            );
        }
    }
}
