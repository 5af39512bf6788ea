//! `xsi:type`.

use super::Validator;
use super::report::{found, violation};
use crate::builtin::{BUILTINS, XSD_NS, is_ncname};
use crate::error::{Rule, excerpt};
use crate::schema::{ComplexType, SimpleType, Type};
use crate::{Node, Violation};

impl<'d> Validator<'d> {
    /// The type that `xsi:type` names, which must be derived from the declared one.
    pub(super) fn named_type(self, node: Node<'d>, name: &str, declared: Option<Type>) -> Result<Type, Violation> {
        let Some(ty) = self.lookup(node, name) else {
            let message = format!("xsi:type of {} names \"{}\", which is no known type.", found(node), excerpt(name));
            return Err(violation(self.root, node, Rule::XsiType, node.name(), message));
        };
        if declared.is_none_or(|declared| derives(ty, declared)) {
            return Ok(ty);
        }
        let message = format!("xsi:type of {} names \"{}\", which is not derived from its type.", found(node), excerpt(name));
        Err(violation(self.root, node, Rule::XsiType, node.name(), message))
    }

    /// The name as it stands: libxml2 finds no type where there is white space around it.
    fn lookup(self, node: Node<'d>, name: &str) -> Option<Type> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if !is_ncname(local) || (name.contains(':') && !is_ncname(prefix)) {
            return None;
        }
        let ns = match node.resolve_prefix(prefix) {
            Some(ns) => ns,
            None if prefix.is_empty() => "",
            None => return None,
        };
        if ns == XSD_NS {
            return built_in(local);
        }
        let complex = self.schema.types.iter().find(|ty| ty.name == Some(local) && ty.ns == ns);
        let simple = || self.schema.simple_types.iter().find(|ty| ty.name == Some(local) && ty.ns == ns);
        complex.map(|ty| Type::Complex(ty)).or_else(|| simple().map(|ty| Type::Simple(ty)))
    }
}

fn built_in(name: &str) -> Option<Type> {
    if name == "anyType" {
        return Some(Type::Any);
    }
    BUILTINS.iter().find(|ty| ty.name == Some(name)).map(|ty| Type::Simple(ty))
}

fn derives(ty: Type, from: Type) -> bool {
    match (ty, from) {
        (_, Type::Any) => true,
        (Type::Simple(ty), Type::Simple(from)) => ty.is_or_derives_from(from),
        // A type with simple content extends, in the end, a simple type.
        (Type::Complex(ty), Type::Simple(from)) => {
            let simple: Option<&'static SimpleType> = ty.lineage().last().and_then(ComplexType::simple_content);
            simple.is_some_and(|simple| simple.is_or_derives_from(from))
        }
        (Type::Complex(ty), Type::Complex(from)) => ty.is_or_derives_from(from),
        (Type::Any, _) | (Type::Simple(_), Type::Complex(_)) => false,
    }
}
