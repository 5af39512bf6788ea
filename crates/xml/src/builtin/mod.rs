//! The simple types that XML Schema itself defines, and what their values look like.
//!
//! Lexical forms are decided as libxml2 decides them, which is in places narrower (24 digits, no white
//! space around an `xs:int`) and in places wider (blanks in an `xs:anyURI`) than the recommendation; the
//! differences are named where they are decided. Two are not followed: names are those of the fifth edition
//! of XML 1.0, where libxml2 before 2.14 has those of the fourth, and a sign followed by white space is no
//! decimal, which there it is.

mod calendar;
mod duration;
mod lexical;
mod number;
mod uri;
mod value;

pub use calendar::{format_date_time, parse_date, parse_date_time};
pub use value::{ValueError, parse_boolean};

pub(crate) use lexical::is_ncname;
pub(crate) use value::{normalize, same_value};

use crate::schema::{NO_FACETS, SimpleType};

/// The namespace of XML Schema.
pub const XSD_NS: &str = "http://www.w3.org/2001/XMLSchema";

/// Declares the enumeration, one static per type and the list of all, so that no type is in one and not in another.
macro_rules! builtins {
    ($($variant:ident $constant:ident $name:literal $(: $base:ident)?;)*) => {
        /// The built-in simple types of XML Schema 1.0, without those that need a DTD (ENTITIES, NOTATION).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Builtin { $(#[doc = concat!("`xs:", $name, "`")] $variant,)* }

        $(#[doc = concat!("`xs:", $name, "`")]
        pub static $constant: SimpleType = SimpleType {
            ns: XSD_NS,
            name: Some($name),
            base: builtins!(@base $($base)?),
            builtin: Builtin::$variant,
            facets: NO_FACETS,
        };)*

        /// All built-in types: what `xsi:type` may name besides the types of a schema.
        pub static BUILTINS: &[&SimpleType] = &[$(&$constant),*];
    };
    (@base) => { None };
    (@base $base:ident) => { Some(&$base) };
}

builtins! {
    AnySimple ANY_SIMPLE "anySimpleType";
    String STRING "string": ANY_SIMPLE;
    NormalizedString NORMALIZED_STRING "normalizedString": STRING;
    Token TOKEN "token": NORMALIZED_STRING;
    Language LANGUAGE "language": TOKEN;
    Name NAME "Name": TOKEN;
    NcName NCNAME "NCName": NAME;
    Id ID "ID": NCNAME;
    IdRef IDREF "IDREF": NCNAME;
    Entity ENTITY "ENTITY": NCNAME;
    NmToken NMTOKEN "NMTOKEN": TOKEN;
    NmTokens NMTOKENS "NMTOKENS": ANY_SIMPLE;
    IdRefs IDREFS "IDREFS": ANY_SIMPLE;
    Boolean BOOLEAN "boolean": ANY_SIMPLE;
    Decimal DECIMAL "decimal": ANY_SIMPLE;
    Integer INTEGER "integer": DECIMAL;
    NonPositiveInteger NON_POSITIVE_INTEGER "nonPositiveInteger": INTEGER;
    NegativeInteger NEGATIVE_INTEGER "negativeInteger": NON_POSITIVE_INTEGER;
    NonNegativeInteger NON_NEGATIVE_INTEGER "nonNegativeInteger": INTEGER;
    PositiveInteger POSITIVE_INTEGER "positiveInteger": NON_NEGATIVE_INTEGER;
    Long LONG "long": INTEGER;
    Int INT "int": LONG;
    Short SHORT "short": INT;
    Byte BYTE "byte": SHORT;
    UnsignedLong UNSIGNED_LONG "unsignedLong": NON_NEGATIVE_INTEGER;
    UnsignedInt UNSIGNED_INT "unsignedInt": UNSIGNED_LONG;
    UnsignedShort UNSIGNED_SHORT "unsignedShort": UNSIGNED_INT;
    UnsignedByte UNSIGNED_BYTE "unsignedByte": UNSIGNED_SHORT;
    Float FLOAT "float": ANY_SIMPLE;
    Double DOUBLE "double": ANY_SIMPLE;
    DateTime DATE_TIME "dateTime": ANY_SIMPLE;
    Date DATE "date": ANY_SIMPLE;
    Time TIME "time": ANY_SIMPLE;
    Duration DURATION "duration": ANY_SIMPLE;
    GYearMonth G_YEAR_MONTH "gYearMonth": ANY_SIMPLE;
    GYear G_YEAR "gYear": ANY_SIMPLE;
    GMonthDay G_MONTH_DAY "gMonthDay": ANY_SIMPLE;
    GDay G_DAY "gDay": ANY_SIMPLE;
    GMonth G_MONTH "gMonth": ANY_SIMPLE;
    HexBinary HEX_BINARY "hexBinary": ANY_SIMPLE;
    Base64Binary BASE64_BINARY "base64Binary": ANY_SIMPLE;
    AnyUri ANY_URI "anyURI": ANY_SIMPLE;
    QName QNAME "QName": ANY_SIMPLE;
}
