//! Options as GetOptions tells them: `orderOptions` (06-141r6 §9.4), with components in SWE Common 2.0.

use ordergate_xml::XmlWriter;

use crate::order_type::order_type_name;

use super::scalar::{Bounds, Scalar, Tokens};
use super::{Component, Kind, OptionSet, Ways};

/// The unit of ISO 8601 times, as SWE Common names it.
const ISO_8601: &str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";

/// Writes `os:orderOptions`. The prefixes `os`, `swe` and `xlink` must be declared. `product` is the one product
/// that was asked about.
pub(crate) fn option_set(set: &OptionSet, product: Option<&str>, w: &mut XmlWriter) {
    w.start("os:orderOptions").leaf("os:productOrderOptionsId", &set.id);
    leaf(w, "os:identifier", product);
    leaf(w, "os:description", set.description.as_deref());
    w.leaf("os:orderType", order_type_name(set.kind));
    for option in &set.options {
        w.start("os:option");
        named_component(&option.component, w);
        leaf(w, "os:grouping", option.grouping.as_deref());
        w.end();
    }
    delivery(&set.delivery, w);
    leaf(w, "os:orderOptionInfoURL", set.info_url.as_deref());
    for payment in &set.payment {
        w.start("os:paymentOptions").leaf("os:paymentMethod", &payment.method);
        leaf(w, "os:paymentOptionInfoURL", payment.info_url.as_deref());
        w.end();
    }
    for scene in &set.scene_selection {
        w.start("os:sceneSelectionOption");
        leaf(w, "os:name", scene.name.as_deref());
        leaf(w, "os:description", scene.description.as_deref());
        for parameter in &scene.parameters {
            w.start("os:sceneSelectionParameter");
            named_component(parameter, w);
            w.end();
        }
        w.end();
    }
    w.end();
}

fn leaf(w: &mut XmlWriter, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        w.leaf(name, text);
    }
}

/// Checklist OSEO 25: at least one of them, which the files make sure of.
fn delivery(delivery: &Ways, w: &mut XmlWriter) {
    let ways = [
        ("os:onlineDataAccess", "os:protocol", &delivery.online_data_access),
        ("os:onlineDataDelivery", "os:protocol", &delivery.online_data_delivery),
        ("os:mediaDelivery", "os:packageMedium", &delivery.media_delivery),
    ];
    for (way, name, words) in ways.into_iter().filter(|(_, _, words)| !words.is_empty()) {
        w.start("os:productDeliveryOptions").start(way);
        for word in words {
            w.leaf(name, word);
        }
        w.end().end();
    }
}

/// A component has no name of its own in SWE Common: the field of a record around it has.
fn named_component(component: &Component, w: &mut XmlWriter) {
    w.start("swe:DataRecord");
    part("swe:field", component, w);
    w.end();
}

fn part(element: &str, component: &Component, w: &mut XmlWriter) {
    w.start(element).attr("name", &component.name);
    self::component(component, w);
    w.end();
}

fn component(component: &Component, w: &mut XmlWriter) {
    w.start(element_name(&component.kind));
    if !component.required {
        w.attr("optional", "true");
    }
    if let Some(definition) = &component.definition {
        w.attr("definition", definition);
    }
    leaf(w, "swe:label", component.label.as_deref());
    leaf(w, "swe:description", component.description.as_deref());
    match &component.kind {
        Kind::Scalar { scalar, default } => self::scalar(scalar, default.as_deref(), w),
        Kind::Range { scalar, default } => {
            let default = default.as_ref().map(|[min, max]| format!("{min} {max}"));
            self::scalar(scalar, default.as_deref(), w);
        }
        Kind::List { of, min, max } => list(of, *min, *max, w),
        Kind::Record(fields) => fields.iter().for_each(|field| part("swe:field", field, w)),
        Kind::Choice(items) => items.iter().for_each(|item| part("swe:item", item, w)),
    }
    w.end();
}

const fn element_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Scalar { scalar, .. } => match scalar {
            Scalar::Boolean => "swe:Boolean",
            Scalar::Text(_) => "swe:Text",
            Scalar::Category { .. } => "swe:Category",
            Scalar::Count(_) => "swe:Count",
            Scalar::Quantity { .. } => "swe:Quantity",
            Scalar::Time(_) => "swe:Time",
        },
        Kind::Range { scalar, .. } => match scalar {
            Scalar::Quantity { .. } => "swe:QuantityRange",
            Scalar::Time(_) => "swe:TimeRange",
            _ => "swe:CountRange",
        },
        Kind::List { .. } => "swe:DataArray",
        Kind::Record(_) => "swe:DataRecord",
        Kind::Choice(_) => "swe:DataChoice",
    }
}

/// Unit or code space, constraint, and the default as the value, in the order of the schema.
fn scalar(scalar: &Scalar, default: Option<&str>, w: &mut XmlWriter) {
    match scalar {
        Scalar::Boolean => {}
        Scalar::Text(allowed) => tokens(allowed, w),
        Scalar::Category { tokens: allowed, code_space } => {
            if let Some(code_space) = code_space {
                w.start("swe:codeSpace").attr("xlink:href", code_space).end();
            }
            tokens(allowed, w);
        }
        Scalar::Count(allowed) => bounds(allowed, "swe:AllowedValues", w),
        Scalar::Quantity { uom, bounds: allowed } => {
            w.start("swe:uom").attr("code", uom).end();
            bounds(allowed, "swe:AllowedValues", w);
        }
        Scalar::Time(allowed) => {
            w.start("swe:uom").attr("xlink:href", ISO_8601).end();
            bounds(allowed, "swe:AllowedTimes", w);
        }
    }
    leaf(w, "swe:value", default);
}

fn tokens(tokens: &Tokens, w: &mut XmlWriter) {
    if tokens.values.is_empty() && tokens.pattern.is_none() {
        return;
    }
    w.start("swe:constraint").start("swe:AllowedTokens");
    for value in &tokens.values {
        w.leaf("swe:value", value);
    }
    leaf(w, "swe:pattern", tokens.pattern.as_ref().map(|p| p.text.as_str()));
    w.end().end();
}

fn bounds(bounds: &Bounds, element: &str, w: &mut XmlWriter) {
    if bounds.values.is_empty() && bounds.intervals.is_empty() {
        return;
    }
    w.start("swe:constraint").start(element);
    for value in &bounds.values {
        w.leaf("swe:value", &value.text);
    }
    for [min, max] in &bounds.intervals {
        w.leaf("swe:interval", &format!("{} {}", min.text, max.text));
    }
    w.end().end();
}

/// The number of values is part of what is sent, so it is a component that has bounds and no value.
fn list(of: &Component, min: usize, max: usize, w: &mut XmlWriter) {
    w.start("swe:elementCount").start("swe:Count").start("swe:constraint").start("swe:AllowedValues");
    w.leaf("swe:interval", &format!("{min} {max}"));
    w.end().end().end().end();
    part("swe:elementType", of, w);
}
