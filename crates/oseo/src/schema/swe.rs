//! The components of SWE Common 2.0 (08-094r1) that options are described with: what this server writes.
//!
//! They stand in answers only. What a customer may put into `ParameterData` is not judged by them, so they are not
//! among the global declarations of [`SCHEMA`](super::SCHEMA).

use ordergate_xml::builtin::{ANY_URI, BOOLEAN, DOUBLE, INTEGER, NCNAME, parse_date, parse_date_time};
use ordergate_xml::schema::{
    AnyNamespace, Attribute, ComplexType, Element, STRING, Schema, SimpleType, Type, choice, element, many, one, optional, some,
};

use super::ows::XLINK;
use super::{complex, simple};

/// The namespace of SWE Common 2.0.
pub const SWE: &str = "http://www.opengis.net/swe/2.0";

const fn swe(name: &'static str, ty: Type) -> Element {
    element(SWE, name, ty)
}

const fn named(name: &'static str) -> ComplexType {
    ComplexType::named(SWE, name)
}

/// Everything declared globally.
pub static SCHEMA: Schema = Schema {
    elements: &[
        &BOOLEAN_COMPONENT,
        &TEXT,
        &CATEGORY,
        &COUNT,
        &COUNT_RANGE,
        &QUANTITY,
        &QUANTITY_RANGE,
        &TIME,
        &TIME_RANGE,
        &DATA_ARRAY,
        &DATA_RECORD,
        &DATA_CHOICE,
        &ALLOWED_TOKENS,
        &ALLOWED_VALUES,
        &ALLOWED_TIMES,
    ],
    types: &[&ABSTRACT_DATA_COMPONENT_PROPERTY_TYPE],
    simple_types: &[],
};

/// What holds a component. The official schema names the head of a substitution group, whose members these are.
pub static ABSTRACT_DATA_COMPONENT_PROPERTY_TYPE: ComplexType = named("AbstractDataComponentPropertyType").content(&[choice(&[
    one(&BOOLEAN_COMPONENT),
    one(&TEXT),
    one(&CATEGORY),
    one(&COUNT),
    one(&COUNT_RANGE),
    one(&QUANTITY),
    one(&QUANTITY_RANGE),
    one(&TIME),
    one(&TIME_RANGE),
    one(&DATA_ARRAY),
    one(&DATA_RECORD),
    one(&DATA_CHOICE),
])]);

static ABSTRACT_DATA_COMPONENT_TYPE: ComplexType = named("AbstractDataComponentType")
    .content(&[
        optional(&swe("identifier", simple(&ANY_URI))),
        optional(&swe("label", simple(&STRING))),
        optional(&swe("description", simple(&STRING))),
    ])
    .attributes(&[
        Attribute::optional("updatable", &BOOLEAN),
        Attribute::optional("optional", &BOOLEAN),
        Attribute::optional("definition", &ANY_URI),
    ]);

const fn component(name: &'static str) -> ComplexType {
    named(name).extends(&ABSTRACT_DATA_COMPONENT_TYPE)
}

pub static BOOLEAN_COMPONENT: Element = swe("Boolean", complex(&BOOLEAN_TYPE));
static BOOLEAN_TYPE: ComplexType = component("BooleanType").content(&[optional(&swe("value", simple(&BOOLEAN)))]);

pub static TEXT: Element = swe("Text", complex(&TEXT_TYPE));
static TEXT_TYPE: ComplexType = component("TextType")
    .content(&[optional(&swe("constraint", complex(&ALLOWED_TOKENS_PROPERTY_TYPE))), optional(&swe("value", simple(&STRING)))]);

pub static CATEGORY: Element = swe("Category", complex(&CATEGORY_TYPE));
static CATEGORY_TYPE: ComplexType = component("CategoryType").content(&[
    optional(&swe("codeSpace", complex(&REFERENCE))),
    optional(&swe("constraint", complex(&ALLOWED_TOKENS_PROPERTY_TYPE))),
    optional(&swe("value", simple(&STRING))),
]);

pub static COUNT: Element = swe("Count", complex(&COUNT_TYPE));
static COUNT_TYPE: ComplexType = component("CountType")
    .content(&[optional(&swe("constraint", complex(&ALLOWED_VALUES_PROPERTY_TYPE))), optional(&swe("value", simple(&INTEGER)))]);

pub static COUNT_RANGE: Element = swe("CountRange", complex(&COUNT_RANGE_TYPE));
static COUNT_RANGE_TYPE: ComplexType = component("CountRangeType").content(&[
    optional(&swe("constraint", complex(&ALLOWED_VALUES_PROPERTY_TYPE))),
    optional(&swe("value", simple(&INTEGER_PAIR))),
]);

pub static QUANTITY: Element = swe("Quantity", complex(&QUANTITY_TYPE));
static QUANTITY_TYPE: ComplexType = component("QuantityType").content(&[
    one(&UOM),
    optional(&swe("constraint", complex(&ALLOWED_VALUES_PROPERTY_TYPE))),
    optional(&swe("value", simple(&DOUBLE))),
]);

pub static QUANTITY_RANGE: Element = swe("QuantityRange", complex(&QUANTITY_RANGE_TYPE));
static QUANTITY_RANGE_TYPE: ComplexType = component("QuantityRangeType").content(&[
    one(&UOM),
    optional(&swe("constraint", complex(&ALLOWED_VALUES_PROPERTY_TYPE))),
    optional(&swe("value", simple(&REAL_PAIR))),
]);

pub static TIME: Element = swe("Time", complex(&TIME_TYPE));
static TIME_TYPE: ComplexType = component("TimeType").content(&[
    one(&UOM),
    optional(&swe("constraint", complex(&ALLOWED_TIMES_PROPERTY_TYPE))),
    optional(&swe("value", simple(&TIME_POSITION))),
]);

pub static TIME_RANGE: Element = swe("TimeRange", complex(&TIME_RANGE_TYPE));
static TIME_RANGE_TYPE: ComplexType = component("TimeRangeType").content(&[
    one(&UOM),
    optional(&swe("constraint", complex(&ALLOWED_TIMES_PROPERTY_TYPE))),
    optional(&swe("value", simple(&TIME_PAIR))),
]);

pub static DATA_ARRAY: Element = swe("DataArray", complex(&DATA_ARRAY_TYPE));
static DATA_ARRAY_TYPE: ComplexType = component("DataArrayType")
    .content(&[one(&swe("elementCount", complex(&COUNT_PROPERTY_TYPE))), one(&swe("elementType", complex(&PART)))]);
static COUNT_PROPERTY_TYPE: ComplexType = named("CountPropertyType").content(&[one(&COUNT)]);

pub static DATA_RECORD: Element = swe("DataRecord", complex(&DATA_RECORD_TYPE));
static DATA_RECORD_TYPE: ComplexType = component("DataRecordType").content(&[some(&swe("field", complex(&PART)))]);

pub static DATA_CHOICE: Element = swe("DataChoice", complex(&DATA_CHOICE_TYPE));
static DATA_CHOICE_TYPE: ComplexType = component("DataChoiceType").content(&[some(&swe("item", complex(&PART)))]);

/// A component with a name: a field, an item, the element of an array.
static PART: ComplexType =
    ComplexType::anonymous().extends(&ABSTRACT_DATA_COMPONENT_PROPERTY_TYPE).attributes(&[Attribute::required("name", &NCNAME)]);

static UOM: Element = swe("uom", complex(&UNIT_REFERENCE));
static UNIT_REFERENCE: ComplexType =
    named("UnitReference").attributes(&[Attribute::optional("code", &UOM_SYMBOL)]).any_attribute(LINK);
static UOM_SYMBOL: SimpleType = SimpleType::named(SWE, "UomSymbol", &STRING).pattern(r"[^: \n\r\t]+", is_uom);
static REFERENCE: ComplexType = named("Reference").any_attribute(LINK);
const LINK: AnyNamespace = AnyNamespace::OneOf(&[XLINK]);

static ALLOWED_TOKENS_PROPERTY_TYPE: ComplexType = named("AllowedTokensPropertyType").content(&[one(&ALLOWED_TOKENS)]);
pub static ALLOWED_TOKENS: Element = swe("AllowedTokens", complex(&ALLOWED_TOKENS_TYPE));
static ALLOWED_TOKENS_TYPE: ComplexType =
    named("AllowedTokensType").content(&[many(&swe("value", simple(&STRING))), optional(&swe("pattern", simple(&STRING)))]);

static ALLOWED_VALUES_PROPERTY_TYPE: ComplexType = named("AllowedValuesPropertyType").content(&[one(&ALLOWED_VALUES)]);
pub static ALLOWED_VALUES: Element = swe("AllowedValues", complex(&ALLOWED_VALUES_TYPE));
static ALLOWED_VALUES_TYPE: ComplexType =
    named("AllowedValuesType").content(&[many(&swe("value", simple(&DOUBLE))), many(&swe("interval", simple(&REAL_PAIR)))]);

static ALLOWED_TIMES_PROPERTY_TYPE: ComplexType = named("AllowedTimesPropertyType").content(&[one(&ALLOWED_TIMES)]);
pub static ALLOWED_TIMES: Element = swe("AllowedTimes", complex(&ALLOWED_TIMES_TYPE));
static ALLOWED_TIMES_TYPE: ComplexType =
    named("AllowedTimesType").content(&[many(&swe("value", simple(&TIME_POSITION))), many(&swe("interval", simple(&TIME_PAIR)))]);

// Lists and unions of the official schema, as patterns that describe what this server writes.
static INTEGER_PAIR: SimpleType = SimpleType::named(SWE, "IntegerPair", &STRING).pattern(r"\S+ \S+", is_integer_pair);
static REAL_PAIR: SimpleType = SimpleType::named(SWE, "RealPair", &STRING).pattern(r"\S+ \S+", is_real_pair);
static TIME_POSITION: SimpleType = SimpleType::named(SWE, "TimePosition", &STRING).pattern(r"\S+", is_time);
static TIME_PAIR: SimpleType = SimpleType::named(SWE, "TimePair", &STRING).pattern(r"\S+ \S+", is_time_pair);

fn is_uom(text: &str) -> bool {
    !text.is_empty() && !text.contains([':', ' ', '\n', '\r', '\t'])
}

fn is_pair(text: &str, is_one: impl Fn(&str) -> bool) -> bool {
    text.split_once(' ').is_some_and(|(min, max)| is_one(min) && is_one(max))
}

fn is_integer_pair(text: &str) -> bool {
    is_pair(text, |one| INTEGER.check(one).is_ok())
}

fn is_real_pair(text: &str) -> bool {
    is_pair(text, |one| DOUBLE.check(one).is_ok())
}

fn is_time(text: &str) -> bool {
    parse_date_time(text).is_some() || parse_date(text).is_some()
}

fn is_time_pair(text: &str) -> bool {
    is_pair(text, is_time)
}
