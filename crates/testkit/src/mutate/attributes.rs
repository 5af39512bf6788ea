//! Attributes dropped, renamed, added; `xsi:type`, `xsi:nil` and their like.

use super::elements::declare_all;
use super::{Mutants, values};
use crate::Tree;

const XSI: (&str, &str) = ("xsi", "http://www.w3.org/2001/XMLSchema-instance");
const XS: (&str, &str) = ("xs", "http://www.w3.org/2001/XMLSchema");
const ZZ: (&str, &str) = ("zz", "urn:zz");

/// What is done to the attributes that there are.
pub(super) fn changed(mutants: &mut Mutants<'_>, path: &[usize]) {
    let attributes = mutants.tree.at(path).attributes.clone();
    for (at, (name, value)) in attributes.iter().enumerate() {
        if name == "xmlns" || name.starts_with("xmlns:") {
            let what = format!("declaration {name} dropped");
            mutants.change(path, &what, |tree| drop(tree.attributes.remove(at)));
            continue;
        }
        mutants.change_always(path, &format!("attribute {name} dropped"), |tree| drop(tree.attributes.remove(at)));
        mutants.change(path, &format!("attribute {name} twice"), |tree| tree.attributes.push((name.clone(), value.clone())));
        for new in
            [format!("{name}x"), name.to_uppercase(), format!("zz:{name}"), format!("xsi:{name}"), format!("unbound:{name}")]
        {
            mutants.change(path, &format!("attribute {name} renamed to {new}"), |tree| {
                tree.attributes[at].0.clone_from(&new);
                declare_all(tree, &[ZZ, XSI]);
            });
        }
        for text in values::of(value, mutants.vocabulary) {
            let (what, essential) = (format!("attribute {name} set to {text:.60}"), values::is_essential(&text, value));
            mutants.change_if(path, &what, essential, |tree| tree.attributes[at].1.clone_from(&text));
        }
        let references = super::references(value);
        for raw in [references, format!("{value}&#10;"), format!("{value}&nbsp;"), format!("a<{value}"), format!("\n{value}")] {
            mutants.change(path, &format!("attribute {name} written as {raw:?}"), |tree| tree.attributes[at].1.clone_from(&raw));
        }
    }
}

/// What is added to any element.
pub(super) fn added(mutants: &mut Mutants<'_>, path: &[usize]) {
    let own = mutants.tree.at(path).prefix().to_owned();
    let mut plain: Vec<(String, &str)> = [
        ("unknown", "1"),
        ("zz:unknown", "1"),
        ("type", "x"),
        ("nil", "true"),
        ("xml:lang", "en"),
        ("xml:lang", ""),
        ("xml:lang", "not a language"),
        ("xml:space", "preserve"),
        ("xml:space", "default"),
        ("xml:space", "other"),
        ("xml:base", "http://example.org/"),
        ("xml:id", "a1"),
        ("xml:id", "1 a"),
        ("xml:other", "x"),
        ("unbound:a", "x"),
        ("xsi:nil", "true"),
        ("xsi:nil", "1"),
        ("xsi:nil", "false"),
        ("xsi:nil", "0"),
        ("xsi:nil", ""),
        ("xsi:nil", "TRUE"),
        ("xsi:nil", " true "),
        ("xsi:schemaLocation", "urn:zz zz.xsd"),
        ("xsi:schemaLocation", ""),
        ("xsi:noNamespaceSchemaLocation", "zz.xsd"),
        ("xsi:other", "x"),
        ("xsi:Type", "xs:string"),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    if !own.is_empty() {
        plain.push((format!("{own}:unknown"), "1"));
    }
    for (name, value) in plain {
        let essential = matches!(&name[..], "unknown" | "zz:unknown") || (name == "xsi:nil" && value == "true");
        mutants.change_if(path, &format!("{name} added as {value:?}"), essential, |tree| add(tree, &name, value, &[]));
    }
    mutants.change(path, "xsi:nil on nothing", |tree| {
        tree.content.clear();
        add(tree, "xsi:nil", "true", &[]);
    });
    mutants.change(path, "xsi:nil false on nothing", |tree| {
        tree.content.clear();
        add(tree, "xsi:nil", "false", &[]);
    });
    types(mutants, path);
}

fn types(mutants: &mut Mutants<'_>, path: &[usize]) {
    const GENERAL: [&str; 16] = [
        "xs:string",
        "xs:anyType",
        "xs:anySimpleType",
        "xs:token",
        "xs:dateTime",
        "xs:date",
        "xs:decimal",
        "xs:int",
        "xs:anyURI",
        "xs:boolean",
        "xs:nothing",
        "unbound:a",
        "zz:a",
        "",
        "a b",
        " xs:string",
    ];
    let namespaces = mutants.vocabulary.namespaces.clone();
    let mut names: Vec<String> = GENERAL.map(str::to_owned).to_vec();
    names.extend(mutants.vocabulary.types.iter().cloned());
    for name in names {
        mutants.change(path, &format!("xsi:type {name:?}"), |tree| add(tree, "xsi:type", &name, &namespaces));
    }
}

fn add(tree: &mut Tree, name: &str, value: &str, namespaces: &[(&str, &str)]) {
    tree.attributes.retain(|(other, _)| other != name);
    tree.attributes.push((name.to_owned(), value.to_owned()));
    declare_all(tree, &[XSI, XS, ZZ]);
    declare_all(tree, namespaces);
}
