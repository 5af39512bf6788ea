//! Writing the parts of a schema document.

use super::Import;
use crate::XmlWriter;
use crate::builtin::XSD_NS;
use crate::schema::{
    AnyNamespace, Attribute, ComplexType, Content, Derivation, Element, Particle, Process, Schema, SimpleType, Term, Type,
    UNBOUNDED,
};

/// How an element of a content model is printed.
pub(super) enum Place {
    /// `ref`: it is global, here or elsewhere.
    Reference,
    Local,
    /// In no namespace, though the schema document has one.
    Unqualified,
}

pub(super) fn place(element: &Element, schema: &Schema, ns: &str) -> Place {
    if schema.elements.iter().any(|global| std::ptr::eq(*global, element)) {
        return Place::Reference;
    }
    match element.ns {
        own if own == ns => Place::Local,
        "" => Place::Unqualified,
        _ => Place::Reference,
    }
}

pub(super) struct Printer<'s> {
    writer: XmlWriter,
    schema: &'s Schema,
    ns: &'s str,
    prefixes: Vec<(String, String)>,
    /// For each open element, whether it has content.
    open: Vec<bool>,
    /// Anonymous types that need a name, because only a name can be extended.
    lifted: Vec<(&'static SimpleType, String)>,
}

impl<'s> Printer<'s> {
    pub(super) fn new(schema: &'s Schema, ns: &'s str, imports: &[Import<'_>], used: &[&str]) -> Self {
        let mut printer =
            Self { writer: XmlWriter::new(), schema, ns, prefixes: Vec::new(), open: Vec::new(), lifted: Vec::new() };
        printer.prefixes.push(("xs".to_owned(), XSD_NS.to_owned()));
        printer.prefixes.push(("xml".to_owned(), crate::reader::XML_NS.to_owned()));
        let mut places: Vec<(String, String)> = Vec::new();
        for (prefix, import_ns, location) in imports.iter().filter(|import| import.1 != ns) {
            printer.prefixes.push(((*prefix).to_owned(), (*import_ns).to_owned()));
            places.push(((*import_ns).to_owned(), (*location).to_owned()));
        }
        for import_ns in used.iter().filter(|used| **used != XSD_NS && !imports.iter().any(|import| import.1 == **used)) {
            let number = places.len() + 1;
            if printer.prefix(import_ns).is_none() {
                printer.prefixes.push((format!("ns{number}"), (*import_ns).to_owned()));
            }
            places.push(((*import_ns).to_owned(), String::new()));
        }
        if !ns.is_empty() {
            let own = imports.iter().find(|import| import.1 == ns).map_or("tns", |import| import.0);
            printer.prefixes.push((own.to_owned(), ns.to_owned()));
        }
        printer.head(&places);
        printer
    }

    fn head(&mut self, places: &[(String, String)]) {
        self.writer.declaration();
        self.start("schema");
        for (prefix, ns) in self.prefixes.iter().filter(|(prefix, _)| prefix != "xml") {
            self.writer.attr(&format!("xmlns:{prefix}"), ns);
        }
        if !self.ns.is_empty() {
            self.writer.attr("targetNamespace", self.ns);
        }
        self.writer.attr("elementFormDefault", "qualified");
        for (ns, location) in places {
            self.start("import");
            if !ns.is_empty() {
                self.writer.attr("namespace", ns);
            }
            if !location.is_empty() {
                self.writer.attr("schemaLocation", location);
            }
            self.end();
        }
    }

    pub(super) fn finish(mut self) -> String {
        while let Some((ty, name)) = self.lifted.pop() {
            self.start("simpleType");
            self.writer.attr("name", &name);
            self.restriction(ty);
            self.end();
        }
        self.end();
        let mut text = self.writer.finish_string();
        text.push('\n');
        text
    }

    fn start(&mut self, name: &str) {
        if let Some(parent) = self.open.last_mut() {
            *parent = true;
        }
        self.new_line();
        self.open.push(false);
        self.writer.start(&format!("xs:{name}"));
    }

    fn end(&mut self) {
        if self.open.pop() == Some(true) {
            self.new_line();
        }
        self.writer.end();
    }

    fn new_line(&mut self) {
        let indent = format!("\n{}", "  ".repeat(self.open.len()));
        self.writer.raw(&indent);
    }

    fn prefix(&self, ns: &str) -> Option<&str> {
        self.prefixes.iter().find(|(_, known)| known == ns).map(|(prefix, _)| prefix.as_str())
    }

    fn qualified(&self, ns: &str, name: &str) -> String {
        match self.prefix(ns) {
            Some(prefix) if !ns.is_empty() => format!("{prefix}:{name}"),
            _ => name.to_owned(),
        }
    }

    pub(super) fn global_element(&mut self, element: &'static Element) {
        self.start("element");
        self.writer.attr("name", element.name);
        self.element_type(element);
        self.end();
    }

    fn element_type(&mut self, element: &'static Element) {
        match element.ty {
            Type::Simple(ty) => self.writer_type(ty.name.map(|name| (ty.ns, name))),
            Type::Complex(ty) => self.writer_type(ty.name.map(|name| (ty.ns, name))),
            Type::Any => self.writer_type(Some((XSD_NS, "anyType"))),
        }
        if element.nillable {
            self.writer.attr("nillable", "true");
        }
        match element.ty {
            Type::Simple(ty) if ty.name.is_none() => self.simple_type(ty),
            Type::Complex(ty) if ty.name.is_none() => self.complex_type(ty),
            _ => {}
        }
    }

    fn writer_type(&mut self, name: Option<(&str, &str)>) {
        if let Some((ns, name)) = name {
            let name = self.qualified(ns, name);
            self.writer.attr("type", &name);
        }
    }

    pub(super) fn simple_type(&mut self, ty: &'static SimpleType) {
        self.start("simpleType");
        if let Some(name) = ty.name {
            self.writer.attr("name", name);
        }
        self.restriction(ty);
        self.end();
    }

    fn restriction(&mut self, ty: &'static SimpleType) {
        self.start("restriction");
        match ty.base {
            Some(base) if base.name.is_none() => self.simple_type(base),
            base => {
                let base = base.unwrap_or(ty);
                let name = self.qualified(base.ns, base.name.unwrap_or_default());
                self.writer.attr("base", &name);
            }
        }
        self.facets(ty);
        self.end();
    }

    fn facets(&mut self, ty: &SimpleType) {
        let facets = &ty.facets;
        let numbers = [
            ("minLength", facets.min_length.map(i64::from)),
            ("maxLength", facets.max_length.map(i64::from)),
            ("minInclusive", facets.min_inclusive),
            ("maxInclusive", facets.max_inclusive),
            ("totalDigits", facets.total_digits.map(i64::from)),
            ("fractionDigits", facets.fraction_digits.map(i64::from)),
        ];
        for (name, value) in numbers {
            if let Some(value) = value {
                self.facet(name, &value.to_string());
            }
        }
        if let Some(pattern) = facets.pattern {
            self.facet("pattern", pattern.regex);
        }
        for value in facets.enumeration {
            self.facet("enumeration", value);
        }
    }

    fn facet(&mut self, name: &str, value: &str) {
        self.start(name);
        self.writer.attr("value", value);
        self.end();
    }

    pub(super) fn complex_type(&mut self, ty: &'static ComplexType) {
        self.start("complexType");
        if let Some(name) = ty.name {
            self.writer.attr("name", name);
        }
        if ty.simple_content().is_none() && ty.is_mixed() {
            self.writer.attr("mixed", "true");
        }
        match (ty.base, ty.content) {
            (None, Content::Text(simple)) => self.derived("simpleContent", "extension", &Self::simple_base, simple, ty),
            (None, _) => self.content(ty),
            (Some((base, derivation)), _) => {
                let outer = if base.simple_content().is_some() { "simpleContent" } else { "complexContent" };
                let how = if derivation == Derivation::Extension { "extension" } else { "restriction" };
                self.derived(outer, how, &Self::complex_base, base, ty);
            }
        }
        self.end();
    }

    fn derived<B>(
        &mut self,
        outer: &str,
        how: &str,
        name: &dyn Fn(&mut Self, &'static B) -> String,
        base: &'static B,
        ty: &'static ComplexType,
    ) {
        self.start(outer);
        self.start(how);
        let name = name(self, base);
        self.writer.attr("base", &name);
        match (how, ty.content) {
            ("restriction", Content::Text(simple)) => {
                self.start("simpleType");
                self.restriction(simple);
                self.end();
                self.attributes(ty);
            }
            _ => self.content(ty),
        }
        self.end();
        self.end();
    }

    fn complex_base(&mut self, base: &'static ComplexType) -> String {
        self.qualified(base.ns, base.name.unwrap_or_default())
    }

    fn simple_base(&mut self, base: &'static SimpleType) -> String {
        if let Some(name) = base.name {
            return self.qualified(base.ns, name);
        }
        let name = format!("Text{}", self.lifted.len() + 1);
        self.lifted.push((base, name.clone()));
        self.qualified(self.ns, &name)
    }

    /// Own particles and attributes.
    fn content(&mut self, ty: &'static ComplexType) {
        let particles = ty.own_particles();
        if !particles.is_empty() {
            self.start("sequence");
            self.particles(particles);
            self.end();
        }
        self.attributes(ty);
    }

    fn particles(&mut self, particles: &'static [Particle]) {
        for particle in particles {
            match particle.term {
                Term::Element(element) => self.local_element(element, particle),
                Term::Sequence(inner) => self.group("sequence", inner, particle),
                Term::Choice(inner) => self.group("choice", inner, particle),
                Term::Any(namespace, process) => {
                    self.start("any");
                    self.wildcard(namespace, process);
                    self.occurs(particle);
                    self.end();
                }
            }
        }
    }

    fn group(&mut self, name: &str, inner: &'static [Particle], particle: &Particle) {
        self.start(name);
        self.occurs(particle);
        self.particles(inner);
        self.end();
    }

    fn local_element(&mut self, element: &'static Element, particle: &Particle) {
        self.start("element");
        match place(element, self.schema, self.ns) {
            Place::Reference => {
                let name = self.qualified(element.ns, element.name);
                self.writer.attr("ref", &name);
                self.occurs(particle);
            }
            local => {
                self.writer.attr("name", element.name);
                if matches!(local, Place::Unqualified) {
                    self.writer.attr("form", "unqualified");
                }
                self.occurs(particle);
                self.element_type(element);
            }
        }
        self.end();
    }

    fn occurs(&mut self, particle: &Particle) {
        if particle.min != 1 {
            self.writer.attr("minOccurs", &particle.min.to_string());
        }
        match particle.max {
            1 => {}
            UNBOUNDED => {
                self.writer.attr("maxOccurs", "unbounded");
            }
            max => {
                self.writer.attr("maxOccurs", &max.to_string());
            }
        }
    }

    fn wildcard(&mut self, namespace: AnyNamespace, process: Process) {
        let namespace = match namespace {
            AnyNamespace::Any => "##any".to_owned(),
            AnyNamespace::Other(_) => "##other".to_owned(),
            AnyNamespace::OneOf(list) => {
                let names: Vec<&str> = list.iter().map(|ns| if ns.is_empty() { "##local" } else { *ns }).collect();
                names.join(" ")
            }
        };
        let process = match process {
            Process::Skip => "skip",
            Process::Lax => "lax",
            Process::Strict => "strict",
        };
        self.writer.attr("namespace", &namespace).attr("processContents", process);
    }

    fn attributes(&mut self, ty: &'static ComplexType) {
        for attribute in ty.attributes {
            self.attribute(attribute);
        }
        if let Some(namespace) = ty.any_attribute {
            self.start("anyAttribute");
            self.wildcard(namespace, Process::Lax);
            self.end();
        }
    }

    fn attribute(&mut self, attribute: &'static Attribute) {
        self.start("attribute");
        let global = !attribute.ns.is_empty() && attribute.ns != self.ns;
        if global {
            let name = self.qualified(attribute.ns, attribute.name);
            self.writer.attr("ref", &name);
        } else {
            self.writer.attr("name", attribute.name);
            if !attribute.ns.is_empty() {
                self.writer.attr("form", "qualified");
            }
            self.writer_type(attribute.ty.name.map(|name| (attribute.ty.ns, name)));
        }
        if attribute.required {
            self.writer.attr("use", "required");
        }
        if let Some(value) = attribute.fixed {
            self.writer.attr("fixed", value);
        }
        if !global && attribute.ty.name.is_none() {
            self.simple_type(attribute.ty);
        }
        self.end();
    }
}
