//! Quantities and their units: converting, and moving up to what can be ordered.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::Article;

/// The greatest quantity and the finest fraction that can be ordered. The bounds keep every product of
/// a quantity with a pack and a price within what a decimal number can hold.
const QUANTITY_MAX: i64 = 1_000_000_000;
const SCALE_MAX: u32 = 6;

/// A number of units (`cbc:QuantityType`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    #[serde(with = "rust_decimal::serde::str")]
    pub value: Decimal,
    /// UN/CEFACT Rec. 20.
    pub unit: String,
}

impl Quantity {
    /// Whether the number is one that can be dealt with at all.
    pub fn is_sane(&self) -> bool {
        self.value >= Decimal::ZERO && self.value <= Decimal::from(QUANTITY_MAX) && self.value.normalize().scale() <= SCALE_MAX
    }
}

impl Article {
    /// How many of the article's own unit one `unit` is, as a fraction; `None` if they have nothing
    /// to do with each other. EA, PR, PK and SET are understood (D-BT).
    pub fn ratio(&self, unit: &str) -> Option<(Decimal, Decimal)> {
        let (wanted, of) = self.size(unit)?;
        let (own, own_of) = self.size(&self.unit)?;
        (of == own_of).then_some((wanted, own))
    }

    /// A unit in terms of what it is made of: a pair of pieces, a pack of its content.
    fn size<'u>(&'u self, unit: &'u str) -> Option<(Decimal, &'u str)> {
        match unit {
            "PR" => Some((Decimal::TWO, "EA")),
            "PK" => {
                let pack = self.pack.as_ref()?;
                let (inner, of) = if pack.unit == "PK" { return None } else { self.size(&pack.unit)? };
                Some((pack.quantity * inner, of))
            }
            other => Some((Decimal::ONE, other)),
        }
    }

    /// The quantity in the article's own unit.
    pub fn in_own_unit(&self, quantity: &Quantity) -> Option<Decimal> {
        let (of, per) = self.ratio(&quantity.unit)?;
        Some(quantity.value * of / per)
    }

    /// The least quantity that can be ordered and is not below the given one (D-CO 2a): the next
    /// multiple of `step`. It keeps the unit, unless it would be no round number there.
    pub fn orderable(&self, quantity: &Quantity) -> Option<Quantity> {
        let (of, per) = self.ratio(&quantity.unit)?;
        let own = quantity.value * of / per;
        let moved = (own / self.step).ceil() * self.step;
        if moved == own {
            return Some(quantity.clone());
        }
        let back = moved * per / of;
        let exact = back * of / per == moved && back.normalize().scale() <= SCALE_MAX;
        Some(if exact {
            Quantity { value: back, unit: quantity.unit.clone() }
        } else {
            Quantity { value: moved, unit: self.unit.clone() }
        })
    }

    /// So many of the article's own unit, in `unit`, rounded down to whole ones.
    pub(super) fn whole_in(&self, own: Decimal, unit: &str) -> Option<Decimal> {
        let (of, per) = self.ratio(unit)?;
        Some((own * per / of).round_dp_with_strategy(0, RoundingStrategy::ToZero))
    }
}
