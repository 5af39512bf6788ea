//! Which products a subscription wants: what its options say, in a form of its own that does not change with the catalogue.

use std::collections::BTreeMap;

use ordergate_engine::Document;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::period::Period;
use super::region::Region;

/// The names of the options that are held against a product's time and place; case does not matter, because clients differ.
const DATE_RANGE: &str = "dateRange";
const REGION: &str = "regionOfInterest";

/// As they are stored with the order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Criteria {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub period: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    region: Option<Region>,
    /// The values of all other options, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    options: BTreeMap<String, Value>,
}

/// An option whose value cannot be used to match products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub option: String,
    pub problem: String,
}

/// What of a product is held against the criteria.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Traits {
    pub period: Option<Period>,
    pub region: Option<Region>,
    pub properties: Map<String, Value>,
}

impl Criteria {
    /// From the options' values, by their names.
    pub fn read(values: Map<String, Value>) -> Result<Self, Unreadable> {
        let mut criteria = Self::default();
        for (option, value) in values {
            let unreadable = |problem: String| Unreadable { option: option.clone(), problem };
            if option.eq_ignore_ascii_case(DATE_RANGE) {
                criteria.period = Some(Period::read(&value).map_err(unreadable)?);
            } else if option.eq_ignore_ascii_case(REGION) {
                criteria.region = Some(Region::read(&value).map_err(unreadable)?);
            } else {
                criteria.options.insert(option, value);
            }
        }
        Ok(criteria)
    }

    pub fn to_document(&self) -> Document {
        // Text, numbers and maps with text for keys: nothing that JSON cannot hold.
        Document(serde_json::to_vec(self).unwrap_or_default())
    }

    pub fn from_document(document: &Document) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(&document.0)
    }

    /// Whether a product is wanted. Who limits time or place does not want what has none; of other options only those matter
    /// that the product has a property for.
    pub fn want(&self, product: &Traits) -> bool {
        let in_time = self.period.is_none_or(|wanted| product.period.is_some_and(|period| wanted.meets(period)));
        let in_place = self.region.is_none_or(|wanted| product.region.is_some_and(|region| wanted.meets(region)));
        let fits = |(name, wanted): (&String, &Value)| product.properties.get(name).is_none_or(|found| agrees(wanted, found));
        in_time && in_place && self.options.iter().all(fits)
    }
}

/// Whether a property is what was chosen: the same word or number, one of several, or between two.
fn agrees(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (wanted, Value::Array(several)) => several.iter().any(|found| agrees(wanted, found)),
        (Value::Array(several), found) => several.iter().any(|wanted| agrees(wanted, found)),
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().all(|(name, wanted)| found.get(name).is_none_or(|found| agrees(wanted, found)))
        }
        (Value::Object(parts), found) => match (parts.get("min"), parts.get("max"), parts.len()) {
            (Some(min), Some(max), 2) => is_between(&word(min), &word(found), &word(max)),
            // A list, or the chosen one of several alternatives.
            (_, _, 1) => parts.values().all(|wanted| agrees(wanted, found)),
            _ => false,
        },
        (wanted, found) => is_same(&word(wanted), &word(found)),
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

fn is_same(a: &str, b: &str) -> bool {
    a == b || a.parse::<f64>().ok().zip(b.parse::<f64>().ok()).is_some_and(|(a, b)| (a - b).abs() <= f64::EPSILON * a.abs())
}

fn is_between(min: &str, found: &str, max: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    match (number(min), number(found), number(max)) {
        (Some(min), Some(found), Some(max)) => (min..=max).contains(&found),
        // Times in one notation are ordered like texts.
        _ => (min..=max).contains(&found),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn criteria(values: &Value) -> Criteria {
        Criteria::read(values.as_object().unwrap().clone()).unwrap()
    }

    fn product(period: &str, region: Option<[f64; 4]>, properties: &Value) -> Traits {
        Traits {
            period: (!period.is_empty()).then(|| Period::read(&json!(period)).unwrap()),
            region: region.map(|edges| Region::try_from(edges).unwrap()),
            properties: properties.as_object().unwrap().clone(),
        }
    }

    #[test]
    fn time_and_place_must_meet_and_what_has_none_is_not_wanted() {
        let wanted = criteria(&json!({ "DateRange": "2026-01-01/2026-06-30", "regionOfInterest": "40 10 50 20" }));
        let (here, there) = (Some([12.0, 42.0, 13.0, 43.0]), Some([30.0, 42.0, 31.0, 43.0]));
        for (period, region, expected) in [
            ("2026-06-30T23:00:00Z", here, true),
            ("2025-12-31T23:00:00Z/2026-01-01T01:00:00Z", here, true),
            ("2026-07-01T00:00:00Z", here, false),
            ("2026-03-01T00:00:00Z", there, false),
            ("2026-03-01T00:00:00Z", None, false),
            ("", here, false),
        ] {
            assert_eq!(wanted.want(&product(period, region, &json!({}))), expected, "{period} {region:?}");
        }
        assert!(Criteria::default().want(&product("", None, &json!({}))));
    }

    #[test]
    fn other_options_matter_where_the_product_says_something() {
        let wanted = criteria(&json!({
            "productType": "L2A", "resolution": "10", "band": { "item": ["B02", "B03"] },
            "incidenceAngle": { "min": "20", "max": "46" }, "frequencyObservation": { "numberOfObservations": "3" },
        }));
        for (properties, expected) in [
            (json!({}), true),
            (json!({ "productType": "L2A", "resolution": 10.0, "cloudCover": 80 }), true),
            (json!({ "productType": "L1C" }), false),
            (json!({ "productType": ["L1C", "L2A"] }), true),
            (json!({ "resolution": 20 }), false),
            (json!({ "band": "B03" }), true),
            (json!({ "band": "B08" }), false),
            (json!({ "incidenceAngle": 46 }), true),
            (json!({ "incidenceAngle": "47.5" }), false),
        ] {
            assert_eq!(wanted.want(&product("", None, &properties)), expected, "{properties}");
        }
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let wanted = criteria(&json!({ "dateRange": { "start": "2026-01-01" }, "regionOfInterest": "40 10 50 20", "a": "b" }));
        assert_eq!(Criteria::from_document(&wanted.to_document()).unwrap(), wanted);
        assert_eq!(Criteria::default().to_document(), Document(b"{}".to_vec()));
        let wrong = Criteria::read(json!({ "dateRange": "soon" }).as_object().unwrap().clone()).unwrap_err();
        assert_eq!(wrong.option, "dateRange");
    }
}
