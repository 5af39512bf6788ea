//! What of an article holds for some buyers only: special prices, and the number by which a buyer knows it.

use ordergate_store::TermScope;
use ordergate_veloconnect::articles::{BasePrice, PriceScope, checks, stored};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use crate::article_row::checked_number;
use crate::problem::Problem;
use crate::table::{Row, bracket};

/// Columns `prices[GROUP]` and `prices[buyer:NAME]`; in JSON `special_prices`.
const SPECIAL_PRICES: &str = "special_prices";
/// Columns `buyers_number[NAME]`; in JSON `buyers_numbers`.
const BUYERS_NUMBERS: &str = "buyers_numbers";

#[derive(Debug, Default)]
pub(crate) struct Terms {
    pub(crate) prices: Vec<(PriceScope, Vec<BasePrice>)>,
    /// By the name of the buyer.
    pub(crate) numbers: Vec<(String, String)>,
}

impl Terms {
    pub(crate) fn read(row: &Row, per: Decimal) -> Result<Self, Problem> {
        let mut terms = match row {
            Row::Cells { .. } => Self::of_cells(row, per)?,
            Row::Object { .. } => Self { prices: special_prices(row, per)?, numbers: buyers_numbers(row)? },
        };
        terms.prices.sort_by(|(one, _), (other, _)| one.cmp(other));
        terms.numbers.sort();
        if let Some(twice) = terms.prices.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(row.wrong("prices", &format!("prices are given twice for {:?}", twice[0].0)));
        }
        if let Some(twice) = terms.numbers.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(row.wrong(BUYERS_NUMBERS, &format!("the buyer {} has two numbers for it", twice[0].0)));
        }
        Ok(terms)
    }

    fn of_cells(row: &Row, per: Decimal) -> Result<Self, Problem> {
        let Row::Cells { cells, .. } = row else { return Ok(Self::default()) };
        for (name, column) in [(SPECIAL_PRICES, "prices[GROUP]"), (BUYERS_NUMBERS, "buyers_number[NAME]")] {
            if cells.contains_key(name) {
                return Err(row.wrong(name, &format!("is for JSON; in CSV they stand in columns like {column}")));
            }
        }
        let mut terms = Self::default();
        for name in cells.keys() {
            match bracket(name) {
                Some(("prices", within)) => {
                    terms.prices.extend(row.prices(name, per)?.map(|prices| (scope_of(within), prices)));
                }
                Some(("buyers_number", buyer)) => {
                    let number = row.text(name)?.map(|number| checked_number(row, name, number)).transpose()?;
                    terms.numbers.extend(number.map(|number| (buyer.trim().to_owned(), number)));
                }
                _ => {}
            }
        }
        Ok(terms)
    }

    /// As the store has them.
    pub(crate) fn stored(&self) -> Vec<(TermScope, Vec<u8>)> {
        let prices = self.prices.iter().map(|(scope, prices)| (stored_scope(scope), stored::prices(prices)));
        let numbers = self.numbers.iter().map(|(buyer, number)| (TermScope::number(buyer), stored::buyers_number(number)));
        prices.chain(numbers).collect()
    }
}

fn stored_scope(scope: &PriceScope) -> TermScope {
    match scope {
        PriceScope::Buyer(name) => TermScope::buyer(name),
        PriceScope::Group(name) => TermScope::group(name),
    }
}

/// Prices for some buyers, as JSON has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Special {
    buyer: Option<String>,
    group: Option<String>,
    prices: Value,
}

fn special_prices(row: &Row, per: Decimal) -> Result<Vec<(PriceScope, Vec<BasePrice>)>, Problem> {
    const NAME: &str = SPECIAL_PRICES;
    let read = |Special { buyer, group, prices }| {
        let scope = scope(row, NAME, buyer, group)?.ok_or_else(|| row.wrong(NAME, "expected a buyer or a group"))?;
        let prices = row.price_array(NAME, &prices, per)?;
        checks::prices(&prices).map_err(|wrong| row.wrong(NAME, &wrong.problem))?;
        Ok((scope, prices))
    };
    row.object::<Vec<Special>>(NAME)?.unwrap_or_default().into_iter().map(read).collect()
}

/// A buyer's number, as JSON has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    buyer: String,
    number: String,
}

fn buyers_numbers(row: &Row) -> Result<Vec<(String, String)>, Problem> {
    const NAME: &str = BUYERS_NUMBERS;
    let read = |Own { buyer, number }| Ok((buyer.trim().to_owned(), checked_number(row, NAME, number.trim().to_owned())?));
    row.object::<Vec<Own>>(NAME)?.unwrap_or_default().into_iter().map(read).collect()
}

fn scope_of(text: &str) -> PriceScope {
    match text.trim().strip_prefix("buyer:") {
        Some(buyer) => PriceScope::Buyer(buyer.trim().to_owned()),
        None => PriceScope::Group(text.trim().to_owned()),
    }
}

/// Whom prices are for; none in particular, or one of the two.
pub(crate) fn scope(row: &Row, name: &str, buyer: Option<String>, group: Option<String>) -> Result<Option<PriceScope>, Problem> {
    match (buyer, group) {
        (Some(buyer), None) => Ok(Some(PriceScope::Buyer(buyer))),
        (None, Some(group)) => Ok(Some(PriceScope::Group(group))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(row.wrong(name, "expected either a buyer or a group")),
    }
}
