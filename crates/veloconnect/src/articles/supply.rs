//! What there is of an article, and what comes when (7.5).

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Article, Quantity};

/// What there is of an article. A catalogue stores it beside the article, because it changes more often.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Supply {
    /// In stock, in the article's unit; `None`: any quantity.
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub on_hand: Option<Decimal>,
    /// More is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// Articles that may be taken instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
}

/// When more will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    On(Date),
    /// So many days from whenever one asks.
    InDays(u16),
    /// Within what the profile says in `Order.ExpectingDelivery`.
    Sometime,
}

/// The answer to "can it be delivered?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    pub code: AvailabilityCode,
    /// Always with `PartiallyAvailable`, never with `Available` and `NotAvailable`.
    pub quantity: Option<Quantity>,
    /// Only with `ExpectingDelivery`.
    pub date: Option<Date>,
    pub alternatives: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityCode {
    Available,
    PartiallyAvailable,
    ExpectingDelivery,
    NotAvailable,
}

impl AvailabilityCode {
    pub const fn text(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::PartiallyAvailable => "partially_available",
            Self::ExpectingDelivery => "expecting_delivery",
            Self::NotAvailable => "not_available",
        }
    }
}

impl Expected {
    /// The day, never one that is over; `None` if nobody knows.
    fn day(self, today: Date) -> Option<Date> {
        match self {
            Self::On(date) => Some(date.max(today)),
            Self::InDays(days) => Some(today.saturating_add(i64::from(days).days())),
            Self::Sometime => None,
        }
    }
}

impl Article {
    /// Whether this quantity can be delivered: today, or on the day wished for.
    pub fn availability(&self, quantity: &Quantity, wished: Option<Date>, today: Date) -> Availability {
        let plain = |code| Availability { code, quantity: None, date: None, alternatives: Vec::new() };
        let (Some(on_hand), Some(wanted)) = (self.supply.on_hand, self.in_own_unit(quantity)) else {
            return plain(AvailabilityCode::Available);
        };
        let expected = self.supply.expected.map(|e| e.day(today));
        let there_by_then = wished.is_some_and(|wished| matches!(expected, Some(Some(day)) if day <= wished));
        if wanted <= on_hand || there_by_then {
            return plain(AvailabilityCode::Available);
        }
        let part = self.whole_in(on_hand, &quantity.unit).filter(|part| *part > Decimal::ZERO);
        let part = part.map(|value| Quantity { value, unit: quantity.unit.clone() });
        let alternatives = self.supply.alternatives.clone();
        match expected {
            Some(date) => Availability { code: AvailabilityCode::ExpectingDelivery, quantity: part, date, alternatives },
            None if part.is_some() => {
                Availability { code: AvailabilityCode::PartiallyAvailable, quantity: part, date: None, alternatives }
            }
            None => Availability { alternatives, ..plain(AvailabilityCode::NotAvailable) },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::spokes;
    use super::*;

    /// veloconnect 49, 50: which code carries which facts.
    #[test]
    fn each_kind_of_supply() {
        let today: Date = "2027-02-11".parse().unwrap();
        let article = spokes();
        let answer = |on_hand: Option<&str>, expected, wanted: &str, unit: &str, wished: Option<&str>| {
            let mut article = (*article).clone();
            article.supply = Supply { on_hand: on_hand.map(|d| d.parse().unwrap()), expected, alternatives: vec![] };
            let quantity = Quantity { value: wanted.parse().unwrap(), unit: unit.into() };
            let found = article.availability(&quantity, wished.map(|d| d.parse().unwrap()), today);
            let part = found.quantity.map(|q| format!(" {} {}", q.value, q.unit)).unwrap_or_default();
            let date = found.date.map(|d| format!(" on {d}")).unwrap_or_default();
            format!("{}{part}{date}", found.code.text())
        };
        let days = Some(Expected::InDays(14));
        assert_eq!(answer(None, None, "1000000", "PK", None), "available");
        assert_eq!(answer(Some("6"), None, "6", "PK", None), "available");
        assert_eq!(answer(Some("6"), None, "7", "PK", None), "partially_available 6 PK");
        assert_eq!(answer(Some("6"), None, "601", "EA", None), "partially_available 600 EA");
        assert_eq!(answer(Some("6"), days, "7", "PK", None), "expecting_delivery 6 PK on 2027-02-25");
        assert_eq!(answer(Some("0"), days, "7", "PK", None), "expecting_delivery on 2027-02-25");
        assert_eq!(answer(Some("0"), days, "7", "PK", Some("2027-02-25")), "available");
        assert_eq!(answer(Some("0"), days, "7", "PK", Some("2027-02-24")), "expecting_delivery on 2027-02-25");
        assert_eq!(answer(Some("0"), Some(Expected::Sometime), "7", "PK", Some("2099-01-01")), "expecting_delivery");
        assert_eq!(answer(Some("0"), None, "1", "PK", None), "not_available");
        let overdue = Some(Expected::On("2026-01-01".parse().unwrap()));
        assert_eq!(answer(Some("0"), overdue, "1", "PK", None), "expecting_delivery on 2027-02-11");
    }
}
