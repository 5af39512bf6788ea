//! The catalogue module: text search, classification schemes, and the information that may end an Item.
//!
//! catalog-1.1 has no published schema. What clients send in it has the words of 1.5, so its requests are
//! described as those of 1.5 are; nothing else of it is declared.

use ordergate_xml::schema::{
    ANY_URI, Attribute, BOOLEAN, ComplexType, Element, INTEGER, NORMALIZED_STRING, Particle, STRING, SimpleType, Type, choice,
    element, many, one, optional, sequence, some,
};

use super::order::ITEM_DETAIL;
use super::transaction::{REQUEST_TYPE, RESPONSE_TYPE, TRANSACTION_REQUEST_TYPE, TRANSACTION_RESPONSE_TYPE};
use super::ubl::{CATALOG_1_1, CATALOG_1_5, CCT_TEXT_TYPE, IDENTIFIER_TYPE, ITEM, SELLERS_ITEM_IDENTIFICATION, TEXT_TYPE};

const NS: &str = CATALOG_1_5;

/// The requests of one version of the module.
macro_rules! requests {
    ($module:ident, $ns:expr) => {
        #[doc = concat!("The requests of ", stringify!($module), ".")]
        pub mod $module {
            use super::{
                BOOLEAN, ComplexType, Element, INTEGER, NORMALIZED_STRING, REQUEST_TYPE, RESULT_FORMATS, SimpleType, TEXT_TYPE,
                TRANSACTION_REQUEST_TYPE, Type, element, one, optional,
            };

            const NS: &str = $ns;

            pub static RESULT_FORMAT_TYPE: SimpleType =
                SimpleType::named(NS, "ResultFormatType", &NORMALIZED_STRING).one_of(RESULT_FORMATS);

            static SEARCH_STRING: Element = element(NS, "SearchString", Type::Complex(&TEXT_TYPE));
            static CREATE: ComplexType = ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[optional(&SEARCH_STRING)]);
            pub static CREATE_TEXT_SEARCH_REQUEST: Element = element(NS, "CreateTextSearchRequest", Type::Complex(&CREATE));

            pub static START_INDEX: Element = element(NS, "StartIndex", Type::Simple(&INTEGER));
            pub static COUNT: Element = element(NS, "Count", Type::Simple(&INTEGER));
            pub static RESULT_FORMAT: Element = element(NS, "ResultFormat", Type::Simple(&RESULT_FORMAT_TYPE));
            static DO_NOT_CLOSE: Element = element(NS, "DoNotClose", Type::Simple(&BOOLEAN));
            static RESULT: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_REQUEST_TYPE).content(&[
                one(&START_INDEX),
                one(&COUNT),
                one(&RESULT_FORMAT),
                optional(&DO_NOT_CLOSE),
            ]);
            pub static SEARCH_RESULT_REQUEST: Element = element(NS, "SearchResultRequest", Type::Complex(&RESULT));
            static RESULT_TOLERANT: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_REQUEST_TYPE).content(&[
                optional(&START_INDEX),
                optional(&COUNT),
                optional(&RESULT_FORMAT),
                optional(&DO_NOT_CLOSE),
            ]);
            /// As lenient mode takes it: real clients leave out where to begin, and how much they want.
            pub static SEARCH_RESULT_REQUEST_TOLERANT: Element =
                element(NS, "SearchResultRequest", Type::Complex(&RESULT_TOLERANT));

            pub static GET_CLASSIFICATION_SCHEME_REQUEST: Element =
                element(NS, "GetClassificationSchemeRequest", Type::Complex(&REQUEST_TYPE));
        }
    };
}

const RESULT_FORMATS: &[&str] = &["COUNT", "ITEM_DETAIL", "ITEM_TYPE", "ID_ONLY"];

requests!(v1_1, super::CATALOG_1_1);
requests!(v1_5, super::CATALOG_1_5);

static TOTAL_COUNT: Element = element(NS, "TotalCount", Type::Simple(&INTEGER));
static CREATED: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_RESPONSE_TYPE).content(&[one(&TOTAL_COUNT)]);
pub static CREATE_TEXT_SEARCH_RESPONSE: Element = element(NS, "CreateTextSearchResponse", Type::Complex(&CREATED));

static RESULT: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_RESPONSE_TYPE).content(&[
    one(&v1_5::START_INDEX),
    one(&v1_5::COUNT),
    one(&TOTAL_COUNT),
    one(&v1_5::RESULT_FORMAT),
    choice(&[sequence(&[some(&ITEM)]), sequence(&[some(&ITEM_DETAIL)]), sequence(&[some(&SELLERS_ITEM_IDENTIFICATION)])])
        .occurs(0, 1),
]);
pub static SEARCH_RESULT_RESPONSE: Element = element(NS, "SearchResultResponse", Type::Complex(&RESULT));

pub static CLASSIFICATION_SCHEME_ID: Element = element(NS, "ClassificationSchemeID", Type::Complex(&IDENTIFIER_TYPE));
static SCHEME_URI: Element = element(NS, "ClassificationSchemeURI", Type::Simple(&ANY_URI));
static ID: Element = element(NS, "ID", Type::Complex(&IDENTIFIER_TYPE));
static PARENT_ID: Element = element(NS, "ParentID", Type::Complex(&IDENTIFIER_TYPE));
static DESCRIPTION: Element = element(NS, "Description", Type::Complex(&CCT_TEXT_TYPE));
static GROUP: ComplexType = ComplexType::anonymous().content(&[one(&ID), optional(&PARENT_ID), one(&DESCRIPTION)]);
pub static CLASSIFICATION_SCHEME_GROUP: Element = element(NS, "ClassificationSchemeGroup", Type::Complex(&GROUP));
static SCHEME: ComplexType = ComplexType::anonymous()
    .content(&[one(&CLASSIFICATION_SCHEME_ID), choice(&[one(&SCHEME_URI), some(&CLASSIFICATION_SCHEME_GROUP)])])
    .attributes(&[Attribute::optional("singleMapping", &BOOLEAN)]);
pub static CLASSIFICATION_SCHEME: Element = element(NS, "ClassificationScheme", Type::Complex(&SCHEME));
static SCHEMES: ComplexType = ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[some(&CLASSIFICATION_SCHEME)]);
pub static GET_CLASSIFICATION_SCHEME_RESPONSE: Element = element(NS, "GetClassificationSchemeResponse", Type::Complex(&SCHEMES));

static GROUP_ID: Element = element(NS, "GroupID", Type::Complex(&IDENTIFIER_TYPE));
pub static CLASSIFICATION_GROUP_MEMBER_TYPE: ComplexType = ComplexType::named(NS, "ClassificationGroupMemberType")
    .content(&[one(&CLASSIFICATION_SCHEME_ID), one(&GROUP_ID)])
    .attributes(&[Attribute::optional("primaryGroup", &BOOLEAN)]);

pub static INFORMATION_DISPOSITION_TYPE: SimpleType = SimpleType::named(NS, "InformationDispositionType", &NORMALIZED_STRING)
    .one_of(&[
        "picture",
        "detail_picture",
        "exploded_drawing",
        "technical_drawing",
        "manual",
        "manual_professional",
        "manual_customer",
        "tech_spec",
        "product_data",
        "general",
    ]);

static PASSWORD: Element = element(NS, "Password", Type::Simple(&STRING));
static USERNAME: Element = element(NS, "Username", Type::Simple(&STRING));
static API_SECRET: Element = element(NS, "ApiSecret", Type::Simple(&STRING));
static API_KEY: Element = element(NS, "ApiKey", Type::Simple(&STRING));

/// `xs:all` of optional elements: whichever comes first, the others may follow in any order.
macro_rules! in_any_order {
    ($one:ident) => { optional(&$one) };
    ($first:ident, $second:ident) => {
        perhaps(&[in_any_order!(@ $first, $second), in_any_order!(@ $second, $first)])
    };
    ($first:ident, $second:ident, $third:ident) => {
        perhaps(&[
            in_any_order!(@ $first, $second, $third),
            in_any_order!(@ $second, $first, $third),
            in_any_order!(@ $third, $first, $second),
        ])
    };
    ($first:ident, $second:ident, $third:ident, $fourth:ident) => {
        perhaps(&[
            in_any_order!(@ $first, $second, $third, $fourth),
            in_any_order!(@ $second, $first, $third, $fourth),
            in_any_order!(@ $third, $first, $second, $fourth),
            in_any_order!(@ $fourth, $first, $second, $third),
        ])
    };
    (@ $first:ident, $($other:ident),+) => { sequence(&[one(&$first), in_any_order!($($other),+)]) };
}

const fn perhaps(particles: &'static [Particle]) -> Particle {
    choice(particles).occurs(0, 1)
}

pub static AUTHORISATION_TYPE: ComplexType =
    ComplexType::named(NS, "AuthorisationType").content(&[in_any_order!(PASSWORD, USERNAME, API_SECRET, API_KEY)]);

static URI: Element = element(NS, "URI", Type::Simple(&ANY_URI));
static DISPOSITION: Element = element(NS, "Disposition", Type::Simple(&INFORMATION_DISPOSITION_TYPE));
static STANDARD: Element = element(NS, "Standard", Type::Simple(&STRING));
static FORMAT: Element = element(NS, "Format", Type::Simple(&STRING));
static VERSION: Element = element(NS, "Version", Type::Simple(&STRING));
static AUTHORISATION: Element = element(NS, "Authorisation", Type::Complex(&AUTHORISATION_TYPE));
pub static INFORMATION_URL_TYPE: ComplexType = ComplexType::named(NS, "InformationURLType").content(&[
    one(&URI),
    some(&DISPOSITION),
    optional(&STANDARD),
    optional(&FORMAT),
    optional(&VERSION),
    optional(&DESCRIPTION),
    optional(&AUTHORISATION),
]);

static INFORMATION_URL: Element = element(NS, "InformationURL", Type::Complex(&INFORMATION_URL_TYPE));
static GROUP_MEMBER: Element = element(NS, "ClassificationGroupMember", Type::Complex(&CLASSIFICATION_GROUP_MEMBER_TYPE));
static SCALE_PRICE_GROUP: Element = element(NS, "ScalePriceGroup", Type::Complex(&CLASSIFICATION_GROUP_MEMBER_TYPE));
static INFORMATION: ComplexType =
    ComplexType::anonymous().content(&[many(&INFORMATION_URL), many(&GROUP_MEMBER), optional(&SCALE_PRICE_GROUP)]);
pub static ITEM_INFORMATION: Element = element(NS, "ItemInformation", Type::Complex(&INFORMATION));
