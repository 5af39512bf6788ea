//! An article as a row has it.

use jiff::civil::Date;
use ordergate_veloconnect::articles::checks::Schemes;
use ordergate_veloconnect::articles::{
    Article, Disposition, Expected, GroupMember, Information, Manufacturer, Pack, RetailPrice, Supply, TaxCategory, checks,
    normalize_ean,
};
use rust_decimal::Decimal;
use serde::Deserialize as _;
use serde_json::Value;

use crate::problem::{Problem, shortened};
use crate::table::{Columns, Row};
use crate::terms::Terms;
use crate::value::parts;

pub(crate) const COLUMNS: Columns = Columns {
    known: &[
        "number",
        "description",
        "unit",
        "pack_quantity",
        "pack_unit",
        "ean",
        "manufacturer",
        "manufacturer_number",
        "prices",
        "price_per",
        "special_prices",
        "buyers_numbers",
        "retail_price",
        "retail_unit",
        "tax_category",
        "tax_percent",
        "step",
        "stock",
        "expected",
        "alternatives",
        "replaced_by",
        "groups",
        "scale_price_group",
        "information",
    ],
    required: &["number", "description", "prices"],
    bracketed: &["prices", "buyers_number"],
};

/// The longest number of an article.
const NUMBER_CHARACTERS_MAX: usize = 128;

/// What a row says.
#[derive(Debug)]
pub(crate) struct ArticleRow {
    pub(crate) line: u64,
    pub(crate) number: String,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Offered(Box<Offered>),
    /// The number is obsolete; these replace it.
    Replaced(Vec<String>),
}

#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) article: Article,
    pub(crate) terms: Terms,
    /// Whether anything is said about stock.
    pub(crate) has_supply: bool,
}

/// Reads and checks a row. Groups must be of these schemes.
pub(crate) fn read(row: &Row, currency: &str, schemes: &Schemes) -> Result<ArticleRow, Problem> {
    let number = number(row)?;
    let content = content(row, &number, currency, schemes).map_err(|problem| problem.about(&number))?;
    Ok(ArticleRow { line: row.line(), number, content })
}

/// The order number of a row.
pub(crate) fn number(row: &Row) -> Result<String, Problem> {
    checked_number(row, "number", row.required("number")?)
}

/// An article's number in this column, whoever gave it.
pub(crate) fn checked_number(row: &Row, name: &str, number: String) -> Result<String, Problem> {
    checks::id(&number).map_err(|wrong| row.wrong(name, &wrong.problem))?;
    if number.chars().count() > NUMBER_CHARACTERS_MAX {
        return Err(row.wrong(name, &format!("expected at most {NUMBER_CHARACTERS_MAX} characters")));
    }
    Ok(number)
}

fn content(row: &Row, number: &str, currency: &str, schemes: &Schemes) -> Result<Content, Problem> {
    let replaced_by = row.list("replaced_by")?;
    if !replaced_by.is_empty() {
        return Ok(Content::Replaced(replaced_by));
    }
    let per = row.decimal("price_per")?.unwrap_or(Decimal::ONE);
    let article = Article {
        id: number.to_owned(),
        buyers_number: None,
        description: row.required("description")?,
        unit: row.text("unit")?.unwrap_or_else(|| "EA".to_owned()),
        pack: pack(row)?,
        ean: ean(row)?,
        manufacturer: manufacturer(row)?,
        currency: currency.to_owned(),
        prices: row.prices("prices", per)?.ok_or_else(|| row.wrong("prices", "expected at least one price"))?,
        retail_price: retail_price(row)?,
        tax: tax(row)?,
        groups: members(row, "groups")?,
        scale_price_group: members(row, "scale_price_group")?.into_iter().next(),
        information: information(row)?,
        step: row.decimal("step")?.unwrap_or(Decimal::ONE),
        supply: Supply { alternatives: row.list("alternatives")?, ..supply(row)? },
    };
    checks::article(&article).map_err(|wrong| row.wrong(column_of(wrong.part), &wrong.problem))?;
    schemes.check(&article).map_err(|wrong| row.wrong(wrong.part, &wrong.problem))?;
    let (terms, has_supply) = (Terms::read(row, per)?, row.has("stock") || row.has("expected"));
    Ok(Content::Offered(Box::new(Offered { article, terms, has_supply })))
}

/// The column in which a part of an article stands.
fn column_of(part: &'static str) -> &'static str {
    match part {
        "pack" => "pack_quantity",
        "tax" => "tax_category",
        other => other,
    }
}

fn pack(row: &Row) -> Result<Option<Pack>, Problem> {
    match (row.decimal("pack_quantity")?, row.text("pack_unit")?) {
        (Some(quantity), unit) => Ok(Some(Pack { quantity, unit: unit.unwrap_or_else(|| "EA".to_owned()) })),
        (None, Some(_)) => Err(row.wrong("pack_quantity", "expected a quantity, because there is a pack_unit")),
        (None, None) => Ok(None),
    }
}

fn ean(row: &Row) -> Result<Option<String>, Problem> {
    let ean = row.text("ean")?;
    ean.map(|ean| normalize_ean(&ean).map_err(|error| row.wrong("ean", &error.to_string()))).transpose()
}

fn manufacturer(row: &Row) -> Result<Option<Manufacturer>, Problem> {
    match (row.text("manufacturer")?, row.text("manufacturer_number")?) {
        (Some(name), Some(id)) => Ok(Some(Manufacturer { name, id })),
        (None, Some(_)) => Err(row.wrong("manufacturer", "expected a name, because there is a manufacturer_number")),
        // A maker without a number identifies nothing.
        (_, None) => Ok(None),
    }
}

fn retail_price(row: &Row) -> Result<Option<RetailPrice>, Problem> {
    let Some(amount) = row.decimal("retail_price")? else { return Ok(None) };
    let unit = match row.text("retail_unit")? {
        Some(unit) => unit,
        None => row.text("unit")?.unwrap_or_else(|| "EA".to_owned()),
    };
    Ok(Some(RetailPrice { amount, unit }))
}

fn tax(row: &Row) -> Result<Option<TaxCategory>, Problem> {
    match (row.text("tax_category")?, row.decimal("tax_percent")?) {
        (Some(category), percent) => Ok(Some(TaxCategory { category, percent })),
        (None, Some(_)) => Err(row.wrong("tax_category", "expected a category, because there is a tax_percent")),
        (None, None) => Ok(None),
    }
}

/// What there is of it, and what is expected.
pub(crate) fn supply(row: &Row) -> Result<Supply, Problem> {
    let unlimited = row.text("stock").is_ok_and(|text| text.as_deref() == Some("unlimited"));
    let on_hand = if unlimited { None } else { row.decimal("stock")? };
    if on_hand.is_some_and(|stock| stock.is_sign_negative() && !stock.is_zero() || stock > Decimal::from(1_000_000_000)) {
        return Err(row.wrong("stock", "expected a quantity from 0 to 1000000000, or unlimited"));
    }
    let expected = row.text("expected")?;
    let wrong = || row.wrong("expected", "expected a date like 2027-03-01, a number of days like 14 days, yes or no");
    let expected = expected.map(|text| expectation(&text).ok_or_else(wrong)).transpose()?.flatten();
    Ok(Supply { on_hand, expected, alternatives: Vec::new() })
}

/// A date, so many days, or at some time.
#[expect(clippy::option_option, reason = "no expectation is one, too")]
fn expectation(text: &str) -> Option<Option<Expected>> {
    match text.to_ascii_lowercase().as_str() {
        "yes" => return Some(Some(Expected::Sometime)),
        "no" => return Some(None),
        _ => {}
    }
    if let Some(days) = text.strip_suffix("days").or_else(|| text.strip_suffix("day")) {
        return days.trim().parse().ok().map(|days| Some(Expected::InDays(days)));
    }
    text.parse::<Date>().ok().filter(|date| date.year() > 0).map(|date| Some(Expected::On(date)))
}

/// CSV: `scheme:group`, several with bars between them, a `~` before those that are not the primary one.
fn members(row: &Row, name: &str) -> Result<Vec<GroupMember>, Problem> {
    if let Row::Object { object, .. } = row
        && let Some(value) = object.get(name).filter(|value| value.is_array() || value.is_object())
    {
        let value = if value.is_object() { Value::Array(vec![value.clone()]) } else { value.clone() };
        return Vec::deserialize(&value).map_err(|error| row.wrong(name, &error.to_string()));
    }
    let member = |text: &str| {
        let (primary, text) = text.strip_prefix('~').map_or((true, text), |text| (false, text));
        let (scheme, group) = text.split_once(':')?;
        Some(GroupMember { scheme: scheme.trim().to_owned(), group: group.trim().to_owned(), primary })
    };
    let read =
        |text: &str| member(text).ok_or_else(|| row.wrong(name, &format!("expected scheme:group, found {}", shortened(text))));
    parts(&row.text(name)?.unwrap_or_default()).iter().map(|text| read(text)).collect()
}

/// CSV: `picture=https://...`, several with bars between them; a `+` between several dispositions.
fn information(row: &Row) -> Result<Vec<Information>, Problem> {
    let name = "information";
    if let Some(links) = row.object_array(name)? {
        return Ok(links);
    }
    let link = |text: &str| {
        let (dispositions, uri) = text.split_once('=')?;
        let dispositions = dispositions.split('+').map(|word| Disposition::from_text(word.trim())).collect::<Option<_>>()?;
        let uri = uri.trim().to_owned();
        let (standard, format, version, description, authorisation) = (None, None, None, None, None);
        Some(Information { uri, dispositions, standard, format, version, description, authorisation })
    };
    let words = || Disposition::ALL.map(Disposition::text).join(", ");
    let read = |text: &str| {
        let wrong = || format!("expected disposition=address with some of {}, found {}", words(), shortened(text));
        link(text).ok_or_else(|| row.wrong(name, &wrong()))
    };
    parts(&row.text(name)?.unwrap_or_default()).iter().map(|text| read(text)).collect()
}

impl Row {
    /// A member that is an array; none if it is something else.
    fn object_array<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<Vec<T>>, Problem> {
        match self {
            Self::Object { object, .. } if object.get(name).is_some_and(Value::is_array) => self.object(name),
            _ => Ok(None),
        }
    }
}
