//! Turns what sloppy clients send into what the table describes.
//!
//! Elements and attributes are recognised by their local names whatever namespace they are in, children
//! are put into the declared order, and what the table does not know is dropped: elements, attributes,
//! text between elements. Nothing is invented and no value is changed. What is wrong beyond that
//! stays as it is, for [`validate`](crate::validate()) to refuse.

mod order;

use crate::reader::{Attr, Rebuilder};
use crate::schema::{Attribute, ComplexType, Element, Type};
use crate::validate::XSI_NS;
use crate::{Document, Node};
use order::arrange;

/// The document as `root` would have it. Positions are those of the original text.
pub fn repair(doc: &Document, root: &'static Element) -> Document {
    let mut rebuilder = Rebuilder::new(doc);
    let node = doc.root();
    let ns = (node.name() == root.name).then_some(root.ns);
    element(&mut rebuilder, node, root, ns);
    rebuilder.finish()
}

/// Copies `node` as an element of the declared type, in the namespace `ns` if one is given.
fn element<'d>(rebuilder: &mut Rebuilder<'d>, node: Node<'d>, declared: &'static Element, ns: Option<&str>) {
    // Whoever names a type is not sloppy, and may mean one with more content than the declared one.
    let named_type = node.attribute(XSI_NS, "type").is_some();
    rebuilder.open(node, ns);
    match declared.ty {
        Type::Complex(ty) if !named_type => {
            attributes(rebuilder, node, Some(ty));
            complex(rebuilder, node, ty);
        }
        Type::Simple(_) if !named_type => {
            attributes(rebuilder, node, None);
            text(rebuilder, node);
        }
        _ => as_it_is(rebuilder, node),
    }
    rebuilder.close();
}

fn as_it_is<'d>(rebuilder: &mut Rebuilder<'d>, node: Node<'d>) {
    for number in 0..node.attributes().len() {
        rebuilder.attribute(node, number, None);
    }
    for part in node.parts() {
        if part.is_text() { rebuilder.text(part) } else { rebuilder.whole(part) }
    }
}

fn text<'d>(rebuilder: &mut Rebuilder<'d>, node: Node<'d>) {
    for part in node.parts().filter(|part| part.is_text()) {
        rebuilder.text(part);
    }
}

fn complex<'d>(rebuilder: &mut Rebuilder<'d>, node: Node<'d>, ty: &'static ComplexType) {
    if ty.simple_content().is_some() {
        return text(rebuilder, node);
    }
    if ty.is_mixed() {
        // Text would lose its place among children that move, so here only names are put right.
        return mixed(rebuilder, node, ty);
    }
    for (child, declared) in arrange(node, ty) {
        match declared {
            Some(declared) => element(rebuilder, child, declared, Some(declared.ns)),
            None => rebuilder.whole(child),
        }
    }
}

fn mixed<'d>(rebuilder: &mut Rebuilder<'d>, node: Node<'d>, ty: &'static ComplexType) {
    let mut arranged = arrange(node, ty);
    arranged.sort_by_key(|(child, _)| child.id());
    let mut known = arranged.into_iter().peekable();
    for part in node.parts() {
        if part.is_text() {
            rebuilder.text(part);
        } else if let Some((child, declared)) = known.next_if(|(child, _)| *child == part) {
            match declared {
                Some(declared) => element(rebuilder, child, declared, Some(declared.ns)),
                None => rebuilder.whole(child),
            }
        }
    }
}

/// Keeps what is declared, what a wildcard allows, and `xsi` attributes. Of two that are one by local name, the
/// one with the right namespace stays.
fn attributes<'d>(rebuilder: &mut Rebuilder<'d>, node: Node<'d>, ty: Option<&'static ComplexType>) {
    for (number, attribute) in node.attributes().enumerate() {
        let declared = ty.and_then(|ty| declared_attribute(ty, attribute));
        match declared {
            Some(declared) if attribute.ns == declared.ns => rebuilder.attribute(node, number, None),
            Some(declared) if is_taken(node, number, declared) => {}
            Some(declared) => rebuilder.attribute(node, number, Some(declared.ns)),
            None if attribute.ns == XSI_NS || ty.is_some_and(|ty| ty.allows_attribute(attribute.ns)) => {
                rebuilder.attribute(node, number, None);
            }
            None => {}
        }
    }
}

fn declared_attribute(ty: &'static ComplexType, attribute: Attr<'_>) -> Option<&'static Attribute> {
    let named = || ty.lineage().flat_map(|ty| ty.attributes).filter(|declared| declared.name == attribute.name);
    named().find(|declared| declared.ns == attribute.ns).or_else(|| named().next())
}

/// Whether another attribute is the declared one already, or an earlier one will become it.
fn is_taken(node: Node<'_>, number: usize, declared: &Attribute) -> bool {
    node.attribute(declared.ns, declared.name).is_some()
        || node.attributes().take(number).any(|earlier| earlier.name == declared.name)
}
