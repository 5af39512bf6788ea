//! An option, or a part of one: a component of SWE Common 2.0 (08-094r1 §7).

use super::scalar::Scalar;

/// A named component.
#[derive(Debug, Clone)]
pub struct Component {
    /// The element's name in the XML encoding: an NCName.
    pub name: String,
    /// A URI that says what is meant.
    pub definition: Option<String>,
    pub label: Option<String>,
    pub description: Option<String>,
    /// Whether a value must be given.
    pub required: bool,
    pub kind: Kind,
}

/// What a component's value is made of.
#[derive(Debug, Clone)]
pub enum Kind {
    /// One value, and the one that is taken if none is given.
    Scalar { scalar: Scalar, default: Option<String> },
    /// Two values, minimum and maximum, of a scalar that has a scale.
    Range { scalar: Scalar, default: Option<[String; 2]> },
    /// `min` to `max` values of one kind (`swe:DataArray`).
    List { of: Box<Component>, min: usize, max: usize },
    /// Several values, each by its name (`swe:DataRecord`).
    Record(Vec<Component>),
    /// One of several alternatives (`swe:DataChoice`).
    Choice(Vec<Component>),
}

/// The component of that name.
pub fn named<'c>(components: &'c [Component], name: &str) -> Option<&'c Component> {
    components.iter().find(|c| c.name == name)
}

/// The names, for a diagnosis.
pub fn names(components: &[Component]) -> String {
    components.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
}
