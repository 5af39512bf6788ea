//! A table that uses every part of the vocabulary, and documents that it describes.

use ordergate_xml::schema::*;

pub const NS: &str = "urn:toy";
pub const OTHER: &str = "urn:other";

fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 3 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit)
}

pub static COLOUR: SimpleType = SimpleType::named(NS, "Colour", &STRING).one_of(&["red", "dark blue"]);
pub static SHADE: SimpleType = SimpleType::named(NS, "Shade", &COLOUR).length(4, 20);
pub static SIZE: SimpleType = SimpleType::named(NS, "Size", &INTEGER).between(-5, 100);
pub static CODE: SimpleType = SimpleType::named(NS, "Code", &TOKEN).pattern("[A-Z][0-9]{2}", is_code);
pub static SHORT_TEXT: SimpleType = SimpleType::named(NS, "ShortText", &STRING).length(2, 4);

static ID: Element = element(NS, "id", Type::Simple(&STRING));
static KEY: Element = element(NS, "key", Type::Simple(&ANY_URI));
static WHEN: Element = element(NS, "when", Type::Simple(&DATE_TIME)).nillable();
static FLAG: Element = element(NS, "flag", Type::Simple(&BOOLEAN));
static REF: Element = element(NS, "ref", Type::Simple(&QNAME));

pub static AMOUNT: ComplexType = ComplexType::named(NS, "Amount")
    .text(&DECIMAL)
    .attributes(&[Attribute::required("unit", &CODE), Attribute::optional("exact", &BOOLEAN)]);
pub static TAXED_AMOUNT: ComplexType =
    ComplexType::named(NS, "TaxedAmount").extends(&AMOUNT).attributes(&[Attribute::optional("tax", &DECIMAL)]);
static PRICE: Element = element(NS, "price", Type::Complex(&AMOUNT)).nillable();

pub static BASE: ComplexType = ComplexType::named(NS, "Base")
    .content(&[optional(&FLAG), one(&element(NS, "name", Type::Simple(&SHORT_TEXT)))])
    .attributes(&[Attribute::optional("version", &TOKEN).fixed("1.0.0")]);
pub static DERIVED: ComplexType = ComplexType::named(NS, "Derived")
    .extends(&BASE)
    .content(&[many(&element(NS, "size", Type::Simple(&SIZE))), optional(&element(NS, "colour", Type::Simple(&COLOUR)))])
    .attributes(&[Attribute::required("rank", &NON_NEGATIVE_INTEGER)]);
pub static NARROW: ComplexType =
    ComplexType::named(NS, "Narrow").restricts(&BASE).content(&[one(&element(NS, "name", Type::Simple(&SHORT_TEXT)))]);

static EMPTY: ComplexType = ComplexType::named(NS, "Empty").attributes(&[Attribute::optional("lang", &LANGUAGE)]);
static MAYBE: ComplexType = ComplexType::anonymous().content(&[optional(&FLAG)]);
static NOTE: ComplexType = ComplexType::anonymous().mixed(&[many(&element(NS, "b", Type::Simple(&STRING))), optional(&FLAG)]);
static PAIRS: ComplexType = ComplexType::anonymous().content(&[
    sequence(&[one(&element(NS, "left", Type::Simple(&TOKEN))), optional(&element(NS, "right", Type::Simple(&TOKEN)))])
        .occurs(1, 3),
    choice(&[one(&FLAG), some(&element(NS, "size", Type::Simple(&SIZE))), sequence(&[optional(&ID), one(&KEY)])]).occurs(0, 2),
]);
static OPEN: ComplexType = ComplexType::anonymous()
    .content(&[
        optional(&FLAG),
        any(AnyNamespace::Other(NS), Process::Lax, 0, 2),
        one(&KEY),
        any(AnyNamespace::OneOf(&["", OTHER]), Process::Skip, 0, UNBOUNDED),
    ])
    .any_attribute(AnyNamespace::Other(NS));
static STRICT: ComplexType = ComplexType::anonymous().content(&[any(AnyNamespace::Any, Process::Strict, 0, UNBOUNDED)]);
static LAX: ComplexType = ComplexType::anonymous().content(&[any(AnyNamespace::Any, Process::Lax, 0, UNBOUNDED)]);

static THING: Element = element(NS, "thing", Type::Complex(&BASE));
pub static SPECIAL: Element = element(NS, "special", Type::Complex(&DERIVED));
static TREE_TYPE: ComplexType = ComplexType::named(NS, "Tree").content(&[many(&TREE), optional(&THING)]);
pub static TREE: Element = element(NS, "tree", Type::Complex(&TREE_TYPE));

pub static ORDER: Element = element(NS, "order", Type::Complex(&ORDER_TYPE));
static ORDER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    choice(&[one(&ID), sequence(&[some(&KEY), optional(&REF)])]),
    one(&element(NS, "presentation", Type::Simple(&COLOUR))),
    optional(&WHEN),
    optional(&PRICE),
    optional(&THING),
    many(&SPECIAL),
    optional(&element(NS, "empty", Type::Complex(&EMPTY))),
    optional(&element(NS, "maybe", Type::Complex(&MAYBE))),
    optional(&element(NS, "note", Type::Complex(&NOTE))),
    optional(&element(NS, "pairs", Type::Complex(&PAIRS))),
    optional(&element(NS, "open", Type::Complex(&OPEN))),
    optional(&element(NS, "strict", Type::Complex(&STRICT))),
    optional(&element(NS, "lax", Type::Complex(&LAX))),
    optional(&element(NS, "anything", Type::Any)),
    optional(&element(NS, "value", Type::Simple(&ANY_SIMPLE))),
    optional(&element(NS, "code", Type::Simple(&CODE))),
    optional(&element("", "bare", Type::Simple(&INT))),
    optional(&TREE),
]);

pub static SCHEMA: Schema = Schema {
    elements: &[&ORDER, &THING, &SPECIAL, &TREE],
    types: &[&BASE, &DERIVED, &NARROW, &AMOUNT, &TAXED_AMOUNT, &EMPTY, &TREE_TYPE],
    simple_types: &[&COLOUR, &SHADE, &SIZE, &CODE, &SHORT_TEXT],
};

/// Valid documents that between them use everything.
pub const VALID: &[&str] = &[
    r#"<order xmlns="urn:toy"><id>x</id><presentation>red</presentation></order>"#,
    r#"<t:order xmlns:t="urn:toy"><t:key>urn:a</t:key><t:key>b</t:key><t:ref>t:b</t:ref><t:presentation>dark blue</t:presentation><t:when>2014-06-24T14:31:45Z</t:when><t:price unit="A12" exact="true">1.50</t:price></t:order>"#,
    r#"<order xmlns="urn:toy" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"><id/><presentation xsi:type="Shade">dark blue</presentation><when xsi:nil="true"/><price xsi:nil="1" unit=" A12 "/><thing version=" 1.0.0 "><flag> 1 </flag><name>abc</name></thing><value xsi:type="xs:int">5</value></order>"#,
    r#"<order xmlns="urn:toy" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"><id>i</id><presentation>red</presentation><price xsi:type="TaxedAmount" unit="B99" tax="19">3</price><thing xsi:type="Derived" rank="3"><name>ab</name><size>7</size><colour>red</colour></thing><special rank="0"><flag>false</flag><name>ab</name></special><special rank="+1" version="1.0.0"><name>abcd</name><size>-5</size><size>100</size></special></order>"#,
    r#"<order xmlns="urn:toy" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"><id>i</id><presentation>red</presentation><thing xsi:type="Narrow"><name>ab</name></thing><empty lang="de"/><maybe> <!-- c --> </maybe><note>a <b>c</b> d<b/><flag>0</flag> e</note><pairs><left>l</left><right>r</right><left>x</left><flag>1</flag><id>k</id><key>v</key></pairs></order>"#,
    r#"<order xmlns="urn:toy" xmlns:o="urn:other" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"><id>i</id><presentation>red</presentation><pairs><left>l</left><size>1</size><size>2</size><key>v</key></pairs><open o:a="b"><o:x><thing><name>ab</name></thing></o:x><key>k</key><bare xmlns=""/><o:y><thing/></o:y></open><strict><thing><name>ab</name></thing><special rank="1"><name>ab</name></special></strict><lax><o:z xsi:type="xs:date">2014-01-01</o:z><thing><name>ab</name></thing></lax></order>"#,
    r#"<order xmlns="urn:toy" xmlns:o="urn:other" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"><id>i</id><presentation>red</presentation><anything o:any="1" other="2">text<o:x>more</o:x><thing><name>ab</name></thing></anything><value>v</value><code> A12
</code><bare xmlns="">12</bare><tree><tree/><tree><thing><name>abc</name></thing></tree></tree></order>"#,
    r#"<thing xmlns="urn:toy"><name>ab</name></thing>"#,
];
