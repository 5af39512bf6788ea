//! What an article must be like to be offered, wherever it comes from.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use super::{Article, BasePrice, ClassificationScheme, GroupMember, Information};
use crate::text::is_xml_char;

/// What is wrong with an article, and with which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Named like the fields of [`Article`].
    pub part: &'static str,
    pub problem: String,
}

impl From<Wrong> for String {
    fn from(wrong: Wrong) -> Self {
        wrong.problem
    }
}

fn wrong<T>(part: &'static str, problem: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { part, problem: problem.into() })
}

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
pub fn id(id: &str) -> Result<(), Wrong> {
    if id.is_empty() || id.trim() != id {
        return wrong("number", "an order number is not empty and has no space at its ends");
    }
    if id.chars().any(|c| c.is_control() || !is_xml_char(c)) {
        return wrong("number", "an order number holds a character that is not allowed");
    }
    Ok(())
}

/// Everything about an article but whether the groups it names exist.
pub fn article(article: &Article) -> Result<(), Wrong> {
    id(&article.id)?;
    texts(article)?;
    if article.description.trim().is_empty() {
        return wrong("description", "the description is missing");
    }
    let pack_unit = article.pack.as_ref().map(|p| ("pack_unit", &p.unit));
    let units = [Some(("unit", &article.unit)), pack_unit, article.retail_price.as_ref().map(|r| ("retail_unit", &r.unit))];
    if let Some((part, _)) = units.into_iter().flatten().find(|(_, u)| !unit(u)) {
        return wrong(part, "a unit is two or three capital letters");
    }
    if article.unit == "PK" && article.pack.is_none() {
        return wrong("pack", "what is sold in PK needs a pack");
    }
    if article.pack.as_ref().is_some_and(|p| p.unit == "PK" || !positive(p.quantity)) {
        return wrong("pack", "a pack holds a positive quantity of another unit");
    }
    if !positive(article.step) {
        return wrong("step", "step and per are positive, at most 1000000, with at most 4 decimals");
    }
    if article.retail_price.as_ref().is_some_and(|r| !amount(r.amount)) {
        return wrong("retail_price", "an amount is not negative, at most 1000000, with at most 4 decimals");
    }
    if article.supply.on_hand.is_some_and(|s| s.is_sign_negative() || s > Decimal::from(1_000_000_000)) {
        return wrong("stock", "stock is not negative");
    }
    if let Some(tax) = &article.tax
        && (tax.category.trim().is_empty() || tax.percent.is_some_and(|p| !amount(p) || p > Decimal::ONE_HUNDRED))
    {
        return wrong("tax", "tax: a category, and a percentage from 0 to 100");
    }
    prices(&article.prices)?;
    article.information.iter().try_for_each(information)
}

/// Prices cover all positive quantities, each from where the one before ends.
pub fn prices(prices: &[BasePrice]) -> Result<(), Wrong> {
    let ascending = prices.windows(2).all(|w| w[0].from.unwrap_or_default() < w[1].from.unwrap_or_default());
    let first_from_any = prices.first().is_some_and(|p| p.from.is_none());
    let others_from_some = prices.iter().skip(1).all(|p| p.from.is_some());
    match () {
        () if !prices.iter().all(|p| positive(p.per)) => {
            wrong("prices", "step and per are positive, at most 1000000, with at most 4 decimals")
        }
        () if !prices.iter().all(|p| amount(p.amount)) => {
            wrong("prices", "an amount is not negative, at most 1000000, with at most 4 decimals")
        }
        () if !first_from_any || !others_from_some || !ascending => {
            wrong("prices", "prices: the first has no from, the others have ascending ones")
        }
        () => Ok(()),
    }
}

fn texts(article: &Article) -> Result<(), Wrong> {
    let maker = article.manufacturer.iter().flat_map(|m| [("manufacturer", &m.name), ("manufacturer_number", &m.id)]);
    let members = article.groups.iter().flat_map(|m| [("groups", &m.scheme), ("groups", &m.group)]);
    let scale =
        article.scale_price_group.iter().flat_map(|m| [("scale_price_group", &m.scheme), ("scale_price_group", &m.group)]);
    let tax = article.tax.iter().map(|t| ("tax", &t.category));
    let links = article.information.iter().flat_map(texts_of_link).map(|text| ("information", text));
    let mut all =
        [("description", &article.description)].into_iter().chain(maker).chain(members).chain(scale).chain(tax).chain(links);
    match all.find(|(_, text)| !text.chars().all(is_xml_char)) {
        Some((part, _)) => wrong(part, "a text holds a character that XML does not allow"),
        None => Ok(()),
    }
}

fn texts_of_link(link: &Information) -> impl Iterator<Item = &String> {
    let shown = link.authorisation.iter().flat_map(|a| [&a.username, &a.password, &a.api_key, &a.api_secret]);
    let facts = [&link.standard, &link.format, &link.version, &link.description];
    [&link.uri].into_iter().chain(facts.into_iter().chain(shown).flatten())
}

fn information(link: &Information) -> Result<(), Wrong> {
    if link.dispositions.is_empty() {
        return wrong("information", "information has at least one disposition");
    }
    if link.uri.trim().is_empty() || ordergate_xml::schema::ANY_URI.check(&link.uri).is_err() {
        return wrong("information", "the uri of information is none");
    }
    Ok(())
}

/// What members of groups are held against.
#[derive(Debug, Clone, Default)]
pub struct Schemes(HashMap<String, Scheme>);

#[derive(Debug, Clone)]
struct Scheme {
    single_mapping: bool,
    /// `None`: somebody else's scheme, of which it is not known which groups it has.
    groups: Option<HashSet<String>>,
}

impl Schemes {
    pub fn new(schemes: &[ClassificationScheme]) -> Self {
        let known = |scheme: &ClassificationScheme| {
            let groups = scheme.uri.is_none().then(|| scheme.groups.iter().map(|group| group.id.clone()).collect());
            (scheme.id.clone(), Scheme { single_mapping: scheme.single_mapping, groups })
        };
        Self(schemes.iter().map(known).collect())
    }

    /// Groups are groups of schemes that there are, and no more of a scheme than it allows.
    pub fn check(&self, article: &Article) -> Result<(), Wrong> {
        let mut seen = HashMap::new();
        let scale = article.scale_price_group.iter().map(|member| ("scale_price_group", member));
        for (part, member) in article.groups.iter().map(|member| ("groups", member)).chain(scale) {
            let GroupMember { scheme: name, group, .. } = member;
            let Some(scheme) = self.0.get(name) else {
                return wrong(part, format!("there is no classification scheme {name}"));
            };
            if scheme.groups.as_ref().is_some_and(|groups| !groups.contains(group)) {
                return wrong(part, format!("classification scheme {name} has no group {group}"));
            }
            if seen.insert(name, group).is_some_and(|other| scheme.single_mapping && other != group) {
                return wrong(part, format!("only one group of classification scheme {name} is allowed"));
            }
        }
        Ok(())
    }
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
