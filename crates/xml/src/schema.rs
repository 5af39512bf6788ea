//! The vocabulary for writing a protocol's messages down as constant tables.
//!
//! It covers the part of XML Schema 1.0 that OSEO and veloconnect use: named and anonymous complex
//! types with extension and restriction, sequences and choices, wildcards, simple types with
//! facets, attributes, nillable elements. A table is built with `const fn`s in `static`s:
//!
//! ```
//! use ordergate_xml::schema::*;
//! const NS: &str = "urn:example";
//! static COLOUR: SimpleType = SimpleType::named(NS, "ColourType", &STRING).one_of(&["red", "blue"]);
//! static PAINT_TYPE: ComplexType = ComplexType::named(NS, "PaintType")
//!     .content(&[one(&element(NS, "colour", Type::Simple(&COLOUR))), many(&element(NS, "note", Type::Simple(&STRING)))])
//!     .attributes(&[Attribute::required("litres", &DECIMAL)]);
//! static PAINT: Element = element(NS, "paint", Type::Complex(&PAINT_TYPE));
//! static SCHEMA: Schema = Schema { elements: &[&PAINT], types: &[&PAINT_TYPE], simple_types: &[&COLOUR] };
//! ```

pub use crate::builtin::*;

/// `maxOccurs="unbounded"`.
pub const UNBOUNDED: u32 = u32::MAX;

/// Everything that a set of namespaces declares globally: what a lax or strict wildcard and
/// `xsi:type` may refer to.
#[derive(Debug)]
pub struct Schema {
    pub elements: &'static [&'static Element],
    pub types: &'static [&'static ComplexType],
    pub simple_types: &'static [&'static SimpleType],
}

/// An element declaration. `ns` is `""` for an element in no namespace.
#[derive(Debug)]
pub struct Element {
    pub ns: &'static str,
    pub name: &'static str,
    pub ty: Type,
    /// `nillable="true"`: `xsi:nil` may stand instead of content.
    pub nillable: bool,
}

/// Declares an element.
pub const fn element(ns: &'static str, name: &'static str, ty: Type) -> Element {
    Element { ns, name, ty, nillable: false }
}

impl Element {
    /// The same declaration with `nillable="true"`.
    #[must_use]
    pub const fn nillable(mut self) -> Self {
        self.nillable = true;
        self
    }
}

/// The type of an element.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    Simple(&'static SimpleType),
    Complex(&'static ComplexType),
    /// `xs:anyType`: any attributes, any mixed content, global declarations checked laxly.
    Any,
}

/// How a complex type came from its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Own content follows the base's content; own attributes join the base's.
    Extension,
    /// Own content replaces the base's; attributes are inherited.
    Restriction,
}

/// A complex type, named or anonymous (`name` is `None`).
#[derive(Debug)]
pub struct ComplexType {
    pub ns: &'static str,
    pub name: Option<&'static str>,
    pub base: Option<(&'static ComplexType, Derivation)>,
    /// Own content (see [`Derivation`]).
    pub content: Content,
    pub attributes: &'static [Attribute],
    /// `anyAttribute`: where further attributes may come from (checked laxly, that is: not at all).
    pub any_attribute: Option<AnyNamespace>,
}

/// What stands between the tags.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// Elements in a sequence; text is refused. An empty list is an empty element.
    Elements(&'static [Particle]),
    /// Like `Elements`, and text may stand anywhere between.
    Mixed(&'static [Particle]),
    /// Text of a simple type.
    Text(&'static SimpleType),
}

impl ComplexType {
    /// A named type without content.
    pub const fn named(ns: &'static str, name: &'static str) -> Self {
        Self { ns, name: Some(name), base: None, content: Content::Elements(&[]), attributes: &[], any_attribute: None }
    }

    /// An anonymous type without content.
    pub const fn anonymous() -> Self {
        Self { ns: "", name: None, base: None, content: Content::Elements(&[]), attributes: &[], any_attribute: None }
    }

    #[must_use]
    pub const fn extends(mut self, base: &'static ComplexType) -> Self {
        self.base = Some((base, Derivation::Extension));
        self
    }

    #[must_use]
    pub const fn restricts(mut self, base: &'static ComplexType) -> Self {
        self.base = Some((base, Derivation::Restriction));
        self
    }

    /// Element content: the particles, in sequence.
    #[must_use]
    pub const fn content(mut self, particles: &'static [Particle]) -> Self {
        self.content = Content::Elements(particles);
        self
    }

    #[must_use]
    pub const fn mixed(mut self, particles: &'static [Particle]) -> Self {
        self.content = Content::Mixed(particles);
        self
    }

    /// Simple content.
    #[must_use]
    pub const fn text(mut self, ty: &'static SimpleType) -> Self {
        self.content = Content::Text(ty);
        self
    }

    #[must_use]
    pub const fn attributes(mut self, attributes: &'static [Attribute]) -> Self {
        self.attributes = attributes;
        self
    }

    #[must_use]
    pub const fn any_attribute(mut self, ns: AnyNamespace) -> Self {
        self.any_attribute = Some(ns);
        self
    }
}

/// One place in a content model.
#[derive(Debug, Clone, Copy)]
pub struct Particle {
    pub term: Term,
    pub min: u32,
    pub max: u32,
}

/// What may stand at a place.
#[derive(Debug, Clone, Copy)]
pub enum Term {
    Element(&'static Element),
    Sequence(&'static [Particle]),
    Choice(&'static [Particle]),
    Any(AnyNamespace, Process),
}

/// The `namespace` of a wildcard.
#[derive(Debug, Clone, Copy)]
pub enum AnyNamespace {
    /// `##any`
    Any,
    /// `##other`: a namespace, and not this one.
    Other(&'static str),
    /// One of a list.
    OneOf(&'static [&'static str]),
}

/// The `processContents` of a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    Skip,
    Lax,
    Strict,
}

/// Exactly one.
pub const fn one(element: &'static Element) -> Particle {
    Particle { term: Term::Element(element), min: 1, max: 1 }
}

/// None or one.
pub const fn optional(element: &'static Element) -> Particle {
    Particle { term: Term::Element(element), min: 0, max: 1 }
}

/// Any number.
pub const fn many(element: &'static Element) -> Particle {
    Particle { term: Term::Element(element), min: 0, max: UNBOUNDED }
}

/// One or more.
pub const fn some(element: &'static Element) -> Particle {
    Particle { term: Term::Element(element), min: 1, max: UNBOUNDED }
}

/// Exactly one of several.
pub const fn choice(particles: &'static [Particle]) -> Particle {
    Particle { term: Term::Choice(particles), min: 1, max: 1 }
}

/// A nested sequence, once.
pub const fn sequence(particles: &'static [Particle]) -> Particle {
    Particle { term: Term::Sequence(particles), min: 1, max: 1 }
}

/// A wildcard.
pub const fn any(ns: AnyNamespace, process: Process, min: u32, max: u32) -> Particle {
    Particle { term: Term::Any(ns, process), min, max }
}

impl Particle {
    /// The same place with other bounds.
    #[must_use]
    pub const fn occurs(mut self, min: u32, max: u32) -> Self {
        self.min = min;
        self.max = max;
        self
    }
}

/// An attribute declaration. `ns` is `""` for the usual unqualified attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    pub ns: &'static str,
    pub name: &'static str,
    pub ty: &'static SimpleType,
    pub required: bool,
    pub fixed: Option<&'static str>,
}

impl Attribute {
    pub const fn required(name: &'static str, ty: &'static SimpleType) -> Self {
        Self { ns: "", name, ty, required: true, fixed: None }
    }

    pub const fn optional(name: &'static str, ty: &'static SimpleType) -> Self {
        Self { ns: "", name, ty, required: false, fixed: None }
    }

    #[must_use]
    pub const fn fixed(mut self, value: &'static str) -> Self {
        self.fixed = Some(value);
        self
    }

    #[must_use]
    pub const fn in_namespace(mut self, ns: &'static str) -> Self {
        self.ns = ns;
        self
    }
}

/// A simple type: a built-in of XML Schema, or a restriction of one by facets.
#[derive(Debug)]
pub struct SimpleType {
    pub ns: &'static str,
    pub name: Option<&'static str>,
    /// `None` only for the built-ins themselves.
    pub base: Option<&'static SimpleType>,
    pub builtin: Builtin,
    pub facets: Facets,
}

/// The facets of one restriction step; those of the base hold too.
#[derive(Debug, Clone, Copy)]
pub struct Facets {
    /// Characters (not bytes).
    pub min_length: Option<u32>,
    pub max_length: Option<u32>,
    pub enumeration: &'static [&'static str],
    pub min_inclusive: Option<i64>,
    pub max_inclusive: Option<i64>,
    /// Digits, but for zeros at the beginning, and at the end of a fraction.
    pub total_digits: Option<u32>,
    /// Digits after the point, but for zeros at the end.
    pub fraction_digits: Option<u32>,
    pub pattern: Option<Pattern>,
}

/// A pattern facet: the regular expression as it is published, and the function that decides it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    pub regex: &'static str,
    pub matches: fn(&str) -> bool,
}

/// No facets.
pub const NO_FACETS: Facets = Facets {
    min_length: None,
    max_length: None,
    enumeration: &[],
    min_inclusive: None,
    max_inclusive: None,
    total_digits: None,
    fraction_digits: None,
    pattern: None,
};

impl SimpleType {
    /// A named restriction of `base`.
    pub const fn named(ns: &'static str, name: &'static str, base: &'static SimpleType) -> Self {
        Self { ns, name: Some(name), base: Some(base), builtin: base.builtin, facets: NO_FACETS }
    }

    /// An anonymous restriction of `base`.
    pub const fn of(base: &'static SimpleType) -> Self {
        Self { ns: "", name: None, base: Some(base), builtin: base.builtin, facets: NO_FACETS }
    }

    /// `minLength` and `maxLength`, in characters.
    #[must_use]
    pub const fn length(mut self, min: u32, max: u32) -> Self {
        self.facets.min_length = if min == 0 { None } else { Some(min) };
        self.facets.max_length = Some(max);
        self
    }

    /// `enumeration`.
    #[must_use]
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.facets.enumeration = values;
        self
    }

    /// `minInclusive` and `maxInclusive`.
    #[must_use]
    pub const fn between(mut self, min: i64, max: i64) -> Self {
        self.facets.min_inclusive = Some(min);
        self.facets.max_inclusive = Some(max);
        self
    }

    /// `totalDigits`, of a decimal.
    #[must_use]
    pub const fn total_digits(mut self, most: u32) -> Self {
        self.facets.total_digits = Some(most);
        self
    }

    /// `fractionDigits`, of a decimal.
    #[must_use]
    pub const fn fraction_digits(mut self, most: u32) -> Self {
        self.facets.fraction_digits = Some(most);
        self
    }

    /// `pattern`.
    #[must_use]
    pub const fn pattern(mut self, regex: &'static str, matches: fn(&str) -> bool) -> Self {
        self.facets.pattern = Some(Pattern { regex, matches });
        self
    }
}
