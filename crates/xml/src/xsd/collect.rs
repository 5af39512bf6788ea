//! Finding what a schema document has to contain.

use crate::schema::{Attribute, ComplexType, Content, Element, Particle, Schema, SimpleType, Term, Type};

/// What belongs to one namespace, and which others it mentions.
#[derive(Default)]
pub(super) struct Found {
    pub complex_types: Vec<&'static ComplexType>,
    pub simple_types: Vec<&'static SimpleType>,
    pub namespaces: Vec<&'static str>,
}

struct Collector<'s> {
    schema: &'s Schema,
    ns: &'s str,
    found: Found,
    /// Anonymous types gone into, which may contain themselves.
    seen: Vec<*const ComplexType>,
}

pub(super) fn collect(schema: &Schema, ns: &str) -> Found {
    let mut collector = Collector { schema, ns, found: Found::default(), seen: Vec::new() };
    for ty in schema.types.iter().filter(|ty| ty.ns == ns) {
        collector.complex(ty);
    }
    for ty in schema.simple_types.iter().filter(|ty| ty.ns == ns) {
        collector.simple(ty);
    }
    for element in schema.elements.iter().filter(|element| element.ns == ns) {
        collector.ty(element.ty);
    }
    collector.found
}

impl Collector<'_> {
    /// Types of other namespaces are only mentioned.
    fn is_foreign(&mut self, ns: &'static str, named: bool) -> bool {
        let foreign = named && ns != self.ns;
        if foreign {
            self.namespace(ns);
        }
        foreign
    }

    fn namespace(&mut self, ns: &'static str) {
        if ns != self.ns && !self.found.namespaces.contains(&ns) {
            self.found.namespaces.push(ns);
        }
    }

    fn ty(&mut self, ty: Type) {
        match ty {
            Type::Simple(simple) => self.simple(simple),
            Type::Complex(complex) => self.complex(complex),
            Type::Any => {}
        }
    }

    fn simple(&mut self, ty: &'static SimpleType) {
        if self.is_foreign(ty.ns, ty.name.is_some()) || self.found.simple_types.iter().any(|known| std::ptr::eq(*known, ty)) {
            return;
        }
        if ty.name.is_some() {
            self.found.simple_types.push(ty);
        }
        if let Some(base) = ty.base {
            self.simple(base);
        }
    }

    fn complex(&mut self, ty: &'static ComplexType) {
        if self.is_foreign(ty.ns, ty.name.is_some()) || self.seen.contains(&std::ptr::from_ref(ty)) {
            return;
        }
        self.seen.push(ty);
        if ty.name.is_some() {
            self.found.complex_types.push(ty);
        }
        if let Some((base, _)) = ty.base {
            self.complex(base);
        }
        match ty.content {
            Content::Elements(particles) | Content::Mixed(particles) => self.particles(particles),
            Content::Text(simple) => self.simple(simple),
        }
        for Attribute { ns, ty, .. } in ty.attributes {
            if !ns.is_empty() {
                self.namespace(ns);
            }
            self.simple(ty);
        }
    }

    fn particles(&mut self, particles: &'static [Particle]) {
        for particle in particles {
            match particle.term {
                Term::Element(element) => self.element(element),
                Term::Sequence(particles) | Term::Choice(particles) => self.particles(particles),
                Term::Any(..) => {}
            }
        }
    }

    fn element(&mut self, element: &'static Element) {
        match super::printer::place(element, self.schema, self.ns) {
            super::printer::Place::Reference => self.namespace(element.ns),
            _ => self.ty(element.ty),
        }
    }
}
