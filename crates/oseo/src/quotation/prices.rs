//! Prices of an order: its items in groups of one unit each, and what comes to what.

use rust_decimal::Decimal;

use super::Unit;

/// What an order costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prices {
    /// At least one; each item of the order is in one of them.
    pub groups: Vec<Group>,
    /// What there is to say of the contract, up to 1024 characters.
    pub contract: Option<String>,
}

/// Items that are priced together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub unit: Unit,
    /// Of all its items, with whatever is added to them.
    pub price: Decimal,
    /// Whether nothing costs anything: then there are no prices of items, and the group does not count for the total.
    pub free: bool,
    /// At least one.
    pub items: Vec<ItemPrice>,
    pub contract: Option<String>,
}

/// What an item costs, as far as that is told by item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPrice {
    /// Its position in the order, from 0.
    pub position: usize,
    pub price: Option<Decimal>,
    /// What there is to say of it, up to 255 characters.
    pub information: Option<String>,
}

impl Prices {
    /// Whether each of so many items is in one group, and no group is empty.
    pub(super) fn are_complete(&self, items: usize) -> bool {
        let mut positions: Vec<usize> = self.groups.iter().flat_map(|group| &group.items).map(|item| item.position).collect();
        positions.sort_unstable();
        positions.into_iter().eq(0..items) && self.groups.iter().all(|group| !group.items.is_empty())
    }

    /// The price of the whole order. None where there can be none, and need not be (06-141r6, annotation of
    /// `OrderQuotation`): all is free, or quotas are involved that cannot be added up. The error is what keeps an order
    /// that is to be paid from having a price.
    pub fn total(&self) -> Result<Option<(Decimal, &Unit)>, String> {
        let mut total: Option<(Decimal, &Unit)> = None;
        let priced = || self.groups.iter().filter(|group| !group.free);
        for group in priced() {
            total = match total {
                None => Some((group.price, &group.unit)),
                Some((sum, unit)) if *unit == group.unit => Some((add(sum, group.price)?, unit)),
                Some(_) if priced().any(|group| group.unit.is_quota()) => return Ok(None),
                Some((_, unit)) => {
                    return Err(format!("the order has prices in {unit} and in {}: order them apart", group.unit));
                }
            };
        }
        Ok(total)
    }
}

/// Exact, or an error.
pub(super) fn add(sum: Decimal, more: Decimal) -> Result<Decimal, String> {
    sum.checked_add(more).ok_or_else(|| "the price is too large".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn total(groups: &[(&str, &str, bool)]) -> Result<Option<String>, String> {
        let group = |&(code, price, free): &(&str, &str, bool)| {
            let unit = Unit::parse(code).unwrap();
            Group { price: unit.amount(price).unwrap(), unit, free, items: Vec::new(), contract: None }
        };
        let prices = Prices { groups: groups.iter().map(group).collect(), contract: None };
        Ok(prices.total()?.map(|(sum, unit)| format!("{} {unit}", unit.write(sum))))
    }

    #[test]
    fn the_total_is_the_sum_where_there_is_one() {
        let some = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(total(&[("EUR", "0.10", false), ("EUR", "0.20", false)]), some("0.30 EUR"));
        assert_eq!(total(&[("USD", "0", true), ("EUR", "3", false)]), some("3.00 EUR"));
        assert_eq!(total(&[("QUOTA", "3", false), ("QUOTA", "4.5", false)]), some("7.5 QUOTA"));
        assert_eq!(total(&[("EUR", "0", true)]), Ok(None));
        assert_eq!(total(&[("EUR", "3", false), ("QUOTA", "4", false)]), Ok(None));
        assert!(total(&[("EUR", "3", false), ("USD", "4", false)]).unwrap_err().contains("EUR and in USD"));
    }
}
