//! Graduated prices in a field: `34.90 10=32.50 50=29.90`, the first from any quantity, the others from the quantity before
//! the equals sign. In JSON also `[{"amount": "34.90"}, {"amount": "32.50", "from": "10"}]`.

use ordergate_veloconnect::articles::{BasePrice, checks};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use crate::problem::{Problem, shortened};
use crate::table::Row;
use crate::value::json_number;

/// A price as JSON has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    amount: Value,
    per: Option<Value>,
    from: Option<Value>,
}

impl Row {
    /// The prices in this column, if any; `per` is the quantity that costs them, unless they say so themselves.
    pub(crate) fn prices(&self, name: &str, per: Decimal) -> Result<Option<Vec<BasePrice>>, Problem> {
        let prices = match self {
            Self::Object { object, .. } => match object.get(name) {
                Some(value @ Value::Array(_)) => Some(self.price_array(name, value, per)?),
                _ => self.price_text(name, per)?,
            },
            Self::Cells { .. } => self.price_text(name, per)?,
        };
        if let Some(prices) = &prices {
            checks::prices(prices).map_err(|wrong| self.wrong(name, &wrong.problem))?;
        }
        Ok(prices)
    }

    fn price_text(&self, name: &str, per: Decimal) -> Result<Option<Vec<BasePrice>>, Problem> {
        let Self::Object { object, .. } = self else {
            return self.text(name)?.map(|text| self.price_list(name, &text, per)).transpose();
        };
        match object.get(name) {
            Some(Value::Number(_)) => {
                let amount = self.decimal(name)?.unwrap_or_default();
                Ok(Some(vec![BasePrice { amount, per, from: None, to: None }]))
            }
            _ => self.text(name)?.map(|text| self.price_list(name, &text, per)).transpose(),
        }
    }

    fn price_list(&self, name: &str, text: &str, per: Decimal) -> Result<Vec<BasePrice>, Problem> {
        let price = |part: &str| {
            let (from, amount) = match part.split_once('=') {
                Some((from, amount)) => (Some(self.number(name, from)?), amount),
                None => (None, part),
            };
            Ok(BasePrice { amount: self.number(name, amount)?, per, from, to: None })
        };
        text.split_whitespace().map(price).collect()
    }

    pub(crate) fn price_array(&self, name: &str, value: &Value, per: Decimal) -> Result<Vec<BasePrice>, Problem> {
        let entries = Vec::<Entry>::deserialize(value).map_err(|error| self.wrong(name, &error.to_string()))?;
        let number = |value: &Value| {
            let number = match value {
                Value::Number(number) => json_number(number),
                Value::String(text) => crate::value::decimal(text.trim(), false),
                _ => None,
            };
            number.ok_or_else(|| self.wrong(name, &format!("expected a number, found {}", shortened(&value.to_string()))))
        };
        let price = |entry: &Entry| {
            let per = entry.per.as_ref().map(number).transpose()?.unwrap_or(per);
            Ok(BasePrice { amount: number(&entry.amount)?, per, from: entry.from.as_ref().map(number).transpose()?, to: None })
        };
        entries.iter().map(price).collect()
    }
}
