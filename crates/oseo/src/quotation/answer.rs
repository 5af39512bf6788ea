//! What the pricing program says on its standard output, or what its silence means; a pricing service says the same.

use std::collections::HashMap;

use ordergate_door::json::AtMost;
use ordergate_program::text::{last_line, one_line_of};
use ordergate_program::{Ended, STDOUT_BYTES_MAX};
use ordergate_store::{ITEMS_PER_ORDER, QuotedOrder};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::prices::add;
use super::{Group, ItemPrice, Prices, Unit, Verdict};

/// What was expected instead of something else.
pub const EXPECTED: &str = r#"expected one JSON object, {"currency":"EUR","items":[{"item_id":"...","price":"12.50"}]} or {"error":"text","retry":true}"#;

/// The lengths that the schema has room for.
const INFORMATION_MAX: usize = 255;
const CONTRACT_MAX: usize = 1024;

/// The answer as it is written: an error, or prices, and never some of both. As one object of known members it is read
/// without being kept twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    error: Option<String>,
    retry: Option<bool>,
    currency: Option<String>,
    free: Option<bool>,
    price: Option<String>,
    items: Option<AtMost<ItemAnswer, ITEMS_PER_ORDER>>,
    contract: Option<String>,
}

/// Amounts are strings: a JSON number is a binary fraction to most programs.
struct PricesAnswer {
    currency: String,
    free: bool,
    /// Of the whole order; without it, the sum of its items.
    price: Option<String>,
    items: Vec<ItemAnswer>,
    contract: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemAnswer {
    item_id: String,
    price: Option<String>,
    information: Option<String>,
}

/// What the run came to.
pub(super) fn read(ended: &Ended, order: &QuotedOrder) -> Verdict {
    if ended.stdout_too_long {
        return Verdict::Failed(format!("the pricing program wrote more than {STDOUT_BYTES_MAX} bytes"));
    }
    match said("the pricing program", &ended.stdout, order) {
        Some(Verdict::Priced(_)) if !ended.success => {
            Verdict::Failed(format!("the pricing program gave a price but ended with {}", ended.how))
        }
        Some(verdict) => verdict,
        None => without_answer(ended),
    }
}

/// What is said of the price of an order, in JSON; none if it cannot be understood. `who` says so.
pub fn said(who: &str, answer: &[u8], order: &QuotedOrder) -> Option<Verdict> {
    let (error, retry, answer) = serde_json::from_slice::<Answer>(answer).ok()?.parts()?;
    Some(match (error, answer) {
        (Some(error), None) if retry == Some(false) => Verdict::Refused(error),
        (Some(error), None) => Verdict::Failed(error),
        (None, Some(answer)) => match prices(answer, order) {
            Ok(prices) => Verdict::Priced(prices),
            Err(problem) => Verdict::Failed(format!("{who} gave an unusable answer: {problem}")),
        },
        _ => return None,
    })
}

impl Answer {
    /// The error with whether to try again, and the prices; nothing if members stand together that must not.
    fn parts(self) -> Option<(Option<String>, Option<bool>, Option<PricesAnswer>)> {
        let Self { error, retry, currency, free, price, items, contract } = self;
        let Some(currency) = currency else {
            let is_error = free.is_none() && price.is_none() && items.is_none() && contract.is_none();
            return (is_error && error.is_some()).then_some((error, retry, None));
        };
        if error.is_some() || retry.is_some() {
            return None;
        }
        let (free, items) = (free.unwrap_or_default(), items.map(|items| items.0).unwrap_or_default());
        Some((None, None, Some(PricesAnswer { currency, free, price, items, contract })))
    }
}

fn without_answer(ended: &Ended) -> Verdict {
    if ended.success {
        let found = if ended.stdout.is_empty() { "nothing" } else { "something else" };
        return Verdict::Failed(format!("the pricing program wrote {found}; {EXPECTED}"));
    }
    let silent = || format!("the pricing program ended with {} and gave no reason", ended.how);
    Verdict::Failed(last_line(&ended.stderr).unwrap_or_else(silent))
}

fn prices(answer: PricesAnswer, order: &QuotedOrder) -> Result<Prices, String> {
    let unit = Unit::parse(&answer.currency).map_err(|problem| format!("currency {problem}"))?;
    let items = items(answer.items, &unit, order)?;
    let said = answer.price.map(|text| unit.amount(&text).map_err(|problem| format!("price {problem}"))).transpose()?;
    let price = if answer.free { check_free(said, &items)? } else { total(said, &items, order)? };
    let contract = answer.contract.map(|text| one_line_of(&text, CONTRACT_MAX - 1));
    Ok(Prices { groups: vec![Group { unit, price, free: answer.free, items, contract: None }], contract })
}

fn check_free(said: Option<Decimal>, items: &[ItemPrice]) -> Result<Decimal, String> {
    if said.is_some() || items.iter().any(|item| item.price.is_some()) {
        return Err("it says that all is free, and what it costs".to_owned());
    }
    Ok(Decimal::ZERO)
}

/// What is said of the whole goes before the sum of its parts: there may be discounts and fees.
fn total(said: Option<Decimal>, items: &[ItemPrice], order: &QuotedOrder) -> Result<Decimal, String> {
    if let Some(said) = said {
        return Ok(said);
    }
    let mut sum = Decimal::ZERO;
    for item in items {
        let id = || order.items.get(item.position).map(|item| one_line_of(&item.item_id, 80)).unwrap_or_default();
        let price = item.price.ok_or_else(|| format!("item \"{}\" has no price, and neither has the whole order", id()))?;
        sum = add(sum, price)?;
    }
    Ok(sum)
}

/// All items of the order, in its order.
fn items(answers: Vec<ItemAnswer>, unit: &Unit, order: &QuotedOrder) -> Result<Vec<ItemPrice>, String> {
    let nothing = |position| ItemPrice { position, price: None, information: None };
    let mut items: Vec<ItemPrice> = (0..order.items.len()).map(nothing).collect();
    let mut left: HashMap<&str, usize> = order.items.iter().enumerate().map(|(n, item)| (item.item_id.as_str(), n)).collect();
    for answer in answers {
        let shown = one_line_of(&answer.item_id, 80);
        let position =
            left.remove(answer.item_id.as_str()).ok_or_else(|| format!("\"{shown}\" is no item of the order, or given twice"))?;
        let price = |text: String| unit.amount(&text).map_err(|problem| format!("the price of item \"{shown}\" {problem}"));
        let price = answer.price.map(price).transpose()?;
        let information = answer.information.map(|text| one_line_of(&text, INFORMATION_MAX - 1));
        items[position] = ItemPrice { position, price, information };
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ordergate_engine::Document;
    use ordergate_engine::order::Priority;
    use ordergate_store::QuotedItem;

    use super::*;

    fn read_text(success: bool, stdout: &str, stderr: &str) -> Verdict {
        let item = |id: &str| QuotedItem { item_id: id.to_owned(), document: Document::default() };
        let order = QuotedOrder {
            reference: None,
            priority: Priority::Standard,
            document: Document::default(),
            items: vec![item("a"), item("b")],
        };
        let (stdout, stderr) = (stdout.as_bytes().to_vec(), stderr.as_bytes().to_vec());
        let ended = Ended { success, how: "exit status 3".into(), stdout, stdout_too_long: false, stderr };
        read(&ended, &order)
    }

    /// The price of the whole, and those of the items.
    fn priced(stdout: &str) -> (String, Vec<Option<String>>) {
        let Verdict::Priced(prices) = read_text(true, stdout, "") else { panic!("{stdout}") };
        let group = &prices.groups[0];
        (group.unit.write(group.price), group.items.iter().map(|item| item.price.map(|p| group.unit.write(p))).collect())
    }

    #[test]
    fn prices_are_taken_as_they_are_said() {
        let (ten, five) = (Some("10.00".to_owned()), Some("0.05".to_owned()));
        let both =
            r#"{"currency":"EUR","items":[{"item_id":"b","price":"0.05"},{"item_id":"a","price":"10","information":"x"}]}"#;
        assert_eq!(priced(both), ("10.05".to_owned(), vec![ten.clone(), five]));
        let some = r#"{"currency":"EUR","price":"9.00","items":[{"item_id":"a","price":"10"}],"contract":"c"}"#;
        assert_eq!(priced(some), ("9.00".to_owned(), vec![ten, None]));
        assert_eq!(priced(r#"{"currency":"QUOTA","price":"3"}"#).0, "3");
        assert_eq!(priced(r#"{"currency":"EUR","free":true}"#).0, "0.00");
    }

    #[test]
    fn whatever_cannot_be_used_is_a_failure_that_says_why() {
        let thirty = "1".repeat(30);
        for (stdout, expected) in [
            (r#"{"currency":"EURO","price":"1"}"#, "currency must be a currency code"),
            (r#"{"currency":"EUR","price":"-1"}"#, "price must be an amount of EUR"),
            (&format!(r#"{{"currency":"EUR","price":"{thirty}"}}"#), "price must be an amount of EUR"),
            (r#"{"currency":"EUR","items":[{"item_id":"a","price":"1.234"}]}"#, "the price of item \"a\" must be"),
            (r#"{"currency":"EUR","items":[{"item_id":"a","price":"1"}]}"#, "item \"b\" has no price"),
            (r#"{"currency":"EUR","price":"1","items":[{"item_id":"c"}]}"#, "\"c\" is no item"),
            (
                r#"{"currency":"EUR","price":"1","items":[{"item_id":"a"},{"item_id":"a"}]}"#,
                "\"a\" is no item of the order, or given twice",
            ),
            (r#"{"currency":"EUR","free":true,"price":"1"}"#, "it says that all is free"),
        ] {
            let expected = format!("the pricing program gave an unusable answer: {expected}");
            let Verdict::Failed(reason) = read_text(true, stdout, "") else { panic!("{stdout}") };
            assert!(reason.starts_with(&expected), "{stdout}: {reason}");
        }
        // A number is not a string of digits.
        for stdout in [
            r#"{"currency":"EUR","price":"1","error":"x"}"#,
            r#"{"error":"x","items":[]}"#,
            r#"{"retry":true}"#,
            "12.50",
            "{}",
            r#"{"currency":"EUR","price":12.5}"#,
            r#"{"currency":"EUR","cost":"1"}"#,
            "garbage",
        ] {
            let Verdict::Failed(reason) = read_text(true, stdout, "") else { panic!("{stdout}") };
            assert!(reason.contains("wrote something else; expected one JSON object"), "{reason}");
            assert_eq!(read_text(false, stdout, "a\nno tariff\n"), Verdict::Failed("no tariff".to_owned()));
        }
        let price = r#"{"currency":"EUR","price":"1"}"#;
        assert!(matches!(read_text(false, price, ""), Verdict::Failed(reason) if reason.ends_with("ended with exit status 3")));
    }

    #[test]
    fn a_program_may_say_that_there_is_no_price() {
        assert_eq!(read_text(true, r#"{"error":"sold out","retry":false}"#, ""), Verdict::Refused("sold out".to_owned()));
        assert_eq!(read_text(true, r#"{"error":"busy"}"#, ""), Verdict::Failed("busy".to_owned()));
    }
}
