//! Attributes.

use super::report::{found, value_violation, violation};
use super::{Validator, XSI_NS};
use crate::builtin::{normalize, same_value};
use crate::error::{Rule, excerpt};
use crate::reader::Attr;
use crate::schema::{Attribute, ComplexType};
use crate::{Node, Violation};

impl<'d> Validator<'d> {
    /// The attributes of an element of simple type.
    pub(super) fn no_attributes(self, node: Node<'d>) -> Result<(), Violation> {
        match node.attributes().find(|attribute| !is_instance_attribute(attribute)) {
            Some(attribute) => Err(self.unexpected(node, attribute)),
            None => Ok(()),
        }
    }

    pub(super) fn attributes(self, node: Node<'d>, ty: &'static ComplexType) -> Result<(), Violation> {
        for attribute in node.attributes().filter(|attribute| !is_instance_attribute(attribute)) {
            match declared(ty, attribute) {
                Some(declared) => self.value(node, attribute, declared)?,
                None if ty.allows_attribute(attribute.ns) => {}
                None => return Err(self.unexpected(node, attribute)),
            }
        }
        let required = ty.lineage().flat_map(|ty| ty.attributes).filter(|attribute| attribute.required);
        for attribute in required {
            if node.attribute(attribute.ns, attribute.name).is_none() {
                let message = format!("{} lacks the attribute \"{}\".", found(node), attribute.name);
                return Err(violation(self.root, node, Rule::MissingAttribute, attribute.name, message));
            }
        }
        Ok(())
    }

    fn value(self, node: Node<'d>, attribute: Attr<'d>, declared: &Attribute) -> Result<(), Violation> {
        let bound = |prefix: &str| node.resolve_prefix(prefix).is_some();
        let checked = declared.ty.check_with(attribute.value, &bound);
        checked.map_err(|error| value_violation(self.root, node, Some(attribute), attribute.value, &error))?;
        let Some(fixed) = declared.fixed else { return Ok(()) };
        let builtin = declared.ty.builtin;
        if attribute.value == fixed || same_value(builtin, &normalize(builtin, attribute.value), &normalize(builtin, fixed)) {
            return Ok(());
        }
        let message = format!("The attribute \"{}\" of \"{}\" is not \"{fixed}\".", attribute.name, node.name());
        Err(self.at(node, attribute, Rule::FixedValue, message))
    }

    fn unexpected(self, node: Node<'d>, attribute: Attr<'d>) -> Violation {
        let message = format!("{} has an attribute \"{}\", which it may not have.", found(node), attribute.name);
        self.at(node, attribute, Rule::UnexpectedAttribute, message)
    }

    fn at(self, node: Node<'d>, attribute: Attr<'d>, rule: Rule, message: String) -> Violation {
        let mut violation = violation(self.root, node, rule, attribute.name, message);
        violation.path.push_str("/@");
        violation.path.push_str(&excerpt(attribute.name));
        violation.position = node.document().position_at(attribute.offset());
        violation
    }
}

/// What every element may have, whatever its type.
fn is_instance_attribute(attribute: &Attr<'_>) -> bool {
    attribute.ns == XSI_NS && matches!(attribute.name, "type" | "nil" | "schemaLocation" | "noNamespaceSchemaLocation")
}

/// The declaration nearest to the type itself.
fn declared(ty: &'static ComplexType, attribute: Attr<'_>) -> Option<&'static Attribute> {
    ty.lineage().flat_map(|ty| ty.attributes).find(|declared| declared.name == attribute.name && declared.ns == attribute.ns)
}
