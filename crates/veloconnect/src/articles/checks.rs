//! What an article must be like to be offered, wherever it comes from.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use super::{Article, BasePrice, ClassificationScheme, GroupMember, Information};
use crate::text::is_xml_char;

/// A number, a price or a quantity that can be dealt with exactly.
fn positive(number: Decimal) -> bool {
    number > Decimal::ZERO && number <= Decimal::from(1_000_000) && number.scale() <= 4
}

fn amount(number: Decimal) -> bool {
    !number.is_sign_negative() && number <= Decimal::from(1_000_000) && number.scale() <= 4
}

fn unit(unit: &str) -> bool {
    (2..=3).contains(&unit.len()) && unit.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// An order number: what clients send is trimmed, and a number on two lines is none.
pub fn id(id: &str) -> Result<(), String> {
    if id.is_empty() || id.trim() != id {
        return Err("an order number is not empty and has no space at its ends".into());
    }
    if id.chars().any(|c| c.is_control() || !is_xml_char(c)) {
        return Err("an order number holds a character that is not allowed".into());
    }
    Ok(())
}

/// Everything about an article but whether the groups it names exist.
pub fn article(article: &Article) -> Result<(), String> {
    id(&article.id)?;
    texts(article)?;
    if article.description.trim().is_empty() {
        return Err("the description is missing".into());
    }
    let units = [Some(&article.unit), article.pack.as_ref().map(|p| &p.unit), article.retail_price.as_ref().map(|r| &r.unit)];
    if !units.into_iter().flatten().all(|u| unit(u)) {
        return Err("a unit is two or three capital letters".into());
    }
    if article.unit == "PK" && article.pack.is_none() {
        return Err("what is sold in PK needs a pack".into());
    }
    if article.pack.as_ref().is_some_and(|p| p.unit == "PK" || !positive(p.quantity)) {
        return Err("a pack holds a positive quantity of another unit".into());
    }
    if !positive(article.step) {
        return Err("step and per are positive, at most 1000000, with at most 4 decimals".into());
    }
    if article.retail_price.as_ref().is_some_and(|r| !amount(r.amount)) {
        return Err("an amount is not negative, at most 1000000, with at most 4 decimals".into());
    }
    if article.supply.on_hand.is_some_and(|s| s.is_sign_negative() || s > Decimal::from(1_000_000_000)) {
        return Err("stock is not negative".into());
    }
    if let Some(tax) = &article.tax
        && (tax.category.trim().is_empty() || tax.percent.is_some_and(|p| !amount(p) || p > Decimal::ONE_HUNDRED))
    {
        return Err("tax: a category, and a percentage from 0 to 100".into());
    }
    prices(&article.prices)?;
    article.information.iter().try_for_each(information)
}

/// Prices cover all positive quantities, each from where the one before ends.
pub fn prices(prices: &[BasePrice]) -> Result<(), String> {
    let ascending = prices.windows(2).all(|w| w[0].from.unwrap_or_default() < w[1].from.unwrap_or_default());
    let first_from_any = prices.first().is_some_and(|p| p.from.is_none());
    let others_from_some = prices.iter().skip(1).all(|p| p.from.is_some());
    match () {
        () if !prices.iter().all(|p| positive(p.per)) => {
            Err("step and per are positive, at most 1000000, with at most 4 decimals".into())
        }
        () if !prices.iter().all(|p| amount(p.amount)) => {
            Err("an amount is not negative, at most 1000000, with at most 4 decimals".into())
        }
        () if !first_from_any || !others_from_some || !ascending => {
            Err("prices: the first has no from, the others have ascending ones".into())
        }
        () => Ok(()),
    }
}

fn texts(article: &Article) -> Result<(), String> {
    let maker = article.manufacturer.iter().flat_map(|m| [&m.name, &m.id]);
    let members = article.groups.iter().chain(&article.scale_price_group).flat_map(|m| [&m.scheme, &m.group]);
    let tax = article.tax.iter().map(|t| &t.category);
    let links = article.information.iter().flat_map(texts_of_link);
    let mut all = [&article.description].into_iter().chain(maker).chain(members).chain(tax).chain(links);
    if all.any(|text| !text.chars().all(is_xml_char)) {
        return Err("a text holds a character that XML does not allow".into());
    }
    Ok(())
}

fn texts_of_link(link: &Information) -> impl Iterator<Item = &String> {
    let shown = link.authorisation.iter().flat_map(|a| [&a.username, &a.password, &a.api_key, &a.api_secret]);
    let facts = [&link.standard, &link.format, &link.version, &link.description];
    [&link.uri].into_iter().chain(facts.into_iter().chain(shown).flatten())
}

fn information(link: &Information) -> Result<(), String> {
    if link.dispositions.is_empty() {
        return Err("information has at least one disposition".into());
    }
    if link.uri.trim().is_empty() || ordergate_xml::schema::ANY_URI.check(&link.uri).is_err() {
        return Err("the uri of information is none".into());
    }
    Ok(())
}

/// Groups are groups of schemes that there are, and no more of a scheme than it allows.
pub fn members<'m>(members: impl Iterator<Item = &'m GroupMember>, schemes: &[ClassificationScheme]) -> Result<(), String> {
    let mut seen = HashMap::new();
    for member in members {
        let (name, group) = (&member.scheme, &member.group);
        let scheme = schemes.iter().find(|scheme| scheme.id == *name);
        let scheme = scheme.ok_or_else(|| format!("there is no classification scheme {name}"))?;
        if scheme.uri.is_none() && !scheme.groups.iter().any(|g| g.id == *group) {
            return Err(format!("classification scheme {name} has no group {group}"));
        }
        if seen.insert(name, group).is_some_and(|other| scheme.single_mapping && other != group) {
            return Err(format!("only one group of classification scheme {name} is allowed"));
        }
    }
    Ok(())
}

/// Schemes have a URI or groups, and groups lie within others that there are. If not: which scheme, and what.
pub fn schemes(schemes: &[ClassificationScheme]) -> Result<(), (String, String)> {
    let mut ids = HashSet::new();
    for scheme in schemes {
        let wrong = |problem: String| Err((scheme.id.clone(), problem));
        if scheme.id.trim().is_empty() || !ids.insert(&scheme.id) {
            return wrong("the id is empty, or given twice".into());
        }
        if scheme.uri.is_some() != scheme.groups.is_empty() {
            return wrong("it has either a uri or groups".into());
        }
        if scheme.uri.as_ref().is_some_and(|uri| ordergate_xml::schema::ANY_URI.check(uri).is_err()) {
            return wrong("the uri is none".into());
        }
        let mut groups = HashSet::new();
        for group in &scheme.groups {
            let texts = [Some(&group.id), Some(&group.description), group.parent.as_ref()];
            if texts.into_iter().flatten().any(|text| text.trim().is_empty() || !text.chars().all(is_xml_char)) {
                return wrong(format!("group {}: a text is empty, or holds a character that XML does not allow", group.id));
            }
            if !groups.insert(&group.id) {
                return wrong(format!("group {} is given twice", group.id));
            }
        }
        if let Some(group) = scheme.groups.iter().find(|g| g.parent.as_ref().is_some_and(|p| !groups.contains(p))) {
            return wrong(format!("group {} lies within one that there is not", group.id));
        }
    }
    Ok(())
}
