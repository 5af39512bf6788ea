//! Compares a document with a table and names the first violation.
//!
//! Content models of XML Schema are deterministic: each child can be matched by one particle only, and
//! which one shows without looking ahead. So one greedy walk over the children decides, without
//! automata and, as long as nothing is wrong, without allocation. What was expected where the walk
//! stopped is found by walking once more and taking notes. (Counted repetitions of counted repetitions of
//! the same element, as in `(a{2,3}){2}`, would need more; tables do not have them.)
//!
//! Where XML Schema and libxml2 differ, the verdict is that of libxml2.

mod attributes;
mod content;
mod model;
mod report;
mod types;

use crate::builtin::parse_boolean;
use crate::error::Rule;
use crate::schema::{ComplexType, Element, Schema, SimpleType, Type};
use crate::{Node, Violation};
pub(crate) use content::names_fit;
use report::{found, value_violation, violation};

/// The namespace of `xsi:type` and `xsi:nil`.
pub const XSI_NS: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Finds the global declaration for `node`, validates the subtree against it and gives it back.
pub fn validate(node: Node<'_>, schema: &'static Schema) -> Result<&'static Element, Violation> {
    let validator = Validator { schema, root: node };
    let Some(element) = schema.element(node.ns(), node.name()) else {
        let message = format!("{} is not declared.", found(node));
        return Err(violation(validator.root, node, Rule::UnknownElement, node.name(), message));
    };
    validator.element(node, element)?;
    Ok(element)
}

/// Validates the subtree of `node` against `element`. The name of `node` itself does not matter.
pub fn validate_as(node: Node<'_>, element: &'static Element, schema: &'static Schema) -> Result<(), Violation> {
    Validator { schema, root: node }.element(node, element)
}

impl Schema {
    /// The global declaration of an element.
    pub fn element(&self, ns: &str, name: &str) -> Option<&'static Element> {
        self.elements.iter().copied().find(|element| element.name == name && element.ns == ns)
    }
}

#[derive(Clone, Copy)]
struct Validator<'d> {
    schema: &'static Schema,
    /// Where paths begin.
    root: Node<'d>,
}

impl<'d> Validator<'d> {
    fn element(self, node: Node<'d>, declared: &'static Element) -> Result<(), Violation> {
        if node.attributes().len() == 0 {
            return self.typed(node, declared.ty, false);
        }
        let ty = match node.attribute(XSI_NS, "type") {
            Some(name) => self.named_type(node, name, Some(declared.ty))?,
            None => declared.ty,
        };
        let nil = match node.attribute(XSI_NS, "nil") {
            Some(value) => self.nil(node, value, declared)?,
            None => false,
        };
        self.typed(node, ty, nil)
    }

    fn typed(self, node: Node<'d>, ty: Type, nil: bool) -> Result<(), Violation> {
        match ty {
            Type::Simple(simple) => {
                self.no_attributes(node)?;
                if nil { self.nothing(node) } else { self.text(node, simple) }
            }
            Type::Complex(complex) => {
                self.attributes(node, complex)?;
                if nil { self.nothing(node) } else { self.complex_content(node, complex) }
            }
            Type::Any => self.any_content(node),
        }
    }

    /// The value of `xsi:nil`, which only nillable elements may have.
    fn nil(self, node: Node<'d>, value: &str, declared: &Element) -> Result<bool, Violation> {
        let Some(nil) = parse_boolean(value) else {
            let message = format!("xsi:nil of {} is neither true nor false.", found(node));
            return Err(violation(self.root, node, Rule::Datatype, "nil", message));
        };
        if !declared.nillable {
            let message = format!("{} may not have xsi:nil.", found(node));
            return Err(violation(self.root, node, Rule::Nil, node.name(), message));
        }
        Ok(nil)
    }

    /// The content of a nil element.
    fn nothing(self, node: Node<'d>) -> Result<(), Violation> {
        if node.first_part().is_none() {
            return Ok(());
        }
        let message = format!("{} is nil and yet has content.", found(node));
        Err(violation(self.root, node, Rule::Nil, node.name(), message))
    }

    /// The content of an element of simple type, or of complex type with simple content.
    fn text(self, node: Node<'d>, ty: &'static SimpleType) -> Result<(), Violation> {
        if let Some(child) = node.children().next() {
            let message = format!("{} was found within \"{}\", which has only text.", found(child), node.name());
            return Err(violation(self.root, child, Rule::UnexpectedElement, child.name(), message));
        }
        let text = node.text();
        let bound = |prefix: &str| node.resolve_prefix(prefix).is_some();
        ty.check_with(&text, &bound).map_err(|error| value_violation(self.root, node, None, &text, &error))
    }

    fn complex_content(self, node: Node<'d>, ty: &'static ComplexType) -> Result<(), Violation> {
        match ty.simple_content() {
            Some(simple) => self.text(node, simple),
            None if ty.has_no_content() => self.empty(node),
            None => self.children(node, ty),
        }
    }

    /// Not even white space.
    fn empty(self, node: Node<'d>) -> Result<(), Violation> {
        let Some(first) = node.first_part() else { return Ok(()) };
        let (rule, at) = if first.is_text() { (Rule::UnexpectedText, node) } else { (Rule::UnexpectedElement, first) };
        let what = if first.is_text() { "Text".to_owned() } else { found(first) };
        let message = format!("{what} was found within \"{}\", which is always empty.", node.name());
        Err(violation(self.root, at, rule, at.name(), message))
    }

    /// The content of an element of type `xs:anyType`: declared elements are checked, others looked into.
    fn any_content(self, node: Node<'d>) -> Result<(), Violation> {
        node.children().try_for_each(|child| self.lax(child))
    }

    /// An element under a lax wildcard.
    fn lax(self, node: Node<'d>) -> Result<(), Violation> {
        if let Some(declared) = self.schema.element(node.ns(), node.name()) {
            return self.element(node, declared);
        }
        match node.attribute(XSI_NS, "type") {
            Some(name) => {
                let ty = self.named_type(node, name, None)?;
                self.typed(node, ty, false)
            }
            None => self.any_content(node),
        }
    }

    /// An element under a strict wildcard.
    fn strict(self, node: Node<'d>) -> Result<(), Violation> {
        if let Some(declared) = self.schema.element(node.ns(), node.name()) {
            return self.element(node, declared);
        }
        let message = format!("{} is not declared.", found(node));
        Err(violation(self.root, node, Rule::UnknownElement, node.name(), message))
    }
}
