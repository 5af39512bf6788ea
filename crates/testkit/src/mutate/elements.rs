//! Elements dropped, doubled, moved, renamed, in other namespaces, put where none may be.

use super::{Mutants, choose, excerpt};
use crate::{Part, Tree};

pub(super) fn all(mutants: &mut Mutants<'_>, path: &[usize]) {
    names(mutants, path);
    namespaces(mutants, path);
    within(mutants, path);
    if let Some((at, parent)) = path.split_last() {
        among_siblings(mutants, path, *at, parent);
    }
}

fn among_siblings(mutants: &mut Mutants<'_>, path: &[usize], at: usize, parent: &[usize]) {
    let mut change_if = |essential: bool, what: &str, change: &dyn Fn(&mut Vec<Part>)| {
        let mut tree = mutants.tree.clone();
        change(&mut tree.at_mut(parent).content);
        let what = format!("{}: {what}", mutants.name(path));
        mutants.note(what, tree.write(), essential);
    };
    change_if(true, "dropped", &|parts| drop(parts.remove(at)));
    change_if(true, "duplicated", &|parts| parts.insert(at, parts[at].clone()));
    change_if(true, "swapped with the next", &|parts| {
        if at + 1 < parts.len() {
            parts.swap(at, at + 1);
        }
    });
    change_if(true, "three times", &|parts| {
        let copy = parts[at].clone();
        parts.splice(at..at, [copy.clone(), copy]);
    });
    change_if(false, "moved to the start", &|parts| {
        let part = parts.remove(at);
        parts.insert(0, part);
    });
    change_if(false, "moved to the end", &|parts| {
        let part = parts.remove(at);
        parts.push(part);
    });
    change_if(false, "copied to the start", &|parts| parts.insert(0, parts[at].clone()));
    change_if(false, "copied to the end", &|parts| parts.push(parts[at].clone()));
    change_if(false, "left alone", &|parts| *parts = vec![parts[at].clone()]);
    change_if(false, "dropped with all after it", &|parts| parts.truncate(at));
    change_if(false, "dropped with all before it", &|parts| drop(parts.drain(..=at)));
    change_if(false, "replaced by its content", &|parts| {
        if let Part::Element(element) = &parts[at] {
            let content = element.content.clone();
            parts.splice(at..=at, content);
        }
    });
    change_if(false, "put into itself", &|parts| {
        if let Part::Element(element) = &mut parts[at] {
            element.content = vec![Part::Element(element.clone())];
        }
    });
}

fn names(mutants: &mut Mutants<'_>, path: &[usize]) {
    let tree = mutants.tree.at(path);
    let local = tree.local_name().to_owned();
    let prefix = tree.name[..tree.name.len() - local.len()].to_owned();
    let mut new = vec![format!("{local}x"), local.to_uppercase(), local.to_lowercase(), capitalised(&local), format!("_{local}")];
    let others: Vec<String> = mutants.tree.paths().iter().map(|path| mutants.tree.at(path).local_name().to_owned()).collect();
    for salt in ["a", "b", "c"] {
        new.push(others[choose(&format!("{local}{salt}{}", path.len()), others.len())].clone());
    }
    for new in new {
        mutants.change(path, &format!("renamed to {new}"), |tree| tree.name = format!("{prefix}{new}"));
    }
    for bad in ["", "1a", "a b", "a:b:c", ":a", "-a", "a&amp;b"] {
        if path.len() < 3 {
            mutants.change(path, &format!("renamed to {bad:?}"), |tree| bad.clone_into(&mut tree.name));
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

fn namespaces(mutants: &mut Mutants<'_>, path: &[usize]) {
    let tree = mutants.tree.at(path);
    let (local, prefix) = (tree.local_name().to_owned(), tree.prefix().to_owned());
    let declare = |tree: &mut Tree, name: &str, uri: &str| {
        tree.attributes.retain(|(other, _)| other != name);
        tree.attributes.push((name.to_owned(), uri.to_owned()));
    };
    mutants.change_always(path, "in no namespace", |tree| {
        tree.name.clone_from(&local);
        declare(tree, "xmlns", "");
    });
    mutants.change_always(path, "in another namespace", |tree| {
        tree.name = format!("zz:{local}");
        declare(tree, "xmlns:zz", "urn:zz");
    });
    mutants.change(path, "unbound prefix", |tree| tree.name = format!("unbound:{local}"));
    mutants.change(path, "prefix xml", |tree| tree.name = format!("xml:{local}"));
    let declaration = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
    mutants.change(path, "prefix bound anew", |tree| declare(tree, &declaration, "urn:zz"));
    mutants.change(path, "prefix bound to nothing", |tree| declare(tree, &declaration, ""));
    mutants.change(path, "an unused declaration", |tree| declare(tree, "xmlns:unused", "urn:unused"));
    mutants.change(path, "a relative namespace name", |tree| declare(tree, "xmlns:unused", "relative/name"));
    mutants.change(path, "prefix xml declared", |tree| declare(tree, "xmlns:xml", "http://www.w3.org/XML/1998/namespace"));
    mutants.change(path, "prefix xml misdeclared", |tree| declare(tree, "xmlns:xml", "urn:zz"));
    mutants.change(path, "prefix xmlns declared", |tree| declare(tree, "xmlns:xmlns", "http://www.w3.org/2000/xmlns/"));
    mutants.change(path, "the default namespace bound anew", |tree| declare(tree, "xmlns", "urn:zz"));
    let bound = mutants.tree.attributes.iter().find(|(name, _)| *name == declaration).map(|(_, uri)| uri.clone());
    if let Some(uri) = bound {
        mutants.change(path, "same namespace, another prefix", |tree| {
            tree.name = format!("zz:{local}");
            declare(tree, "xmlns:zz", &uri);
        });
        mutants.change(path, "namespace with a slash added", |tree| declare(tree, &declaration, &format!("{uri}/")));
        mutants.change(path, "namespace in capitals", |tree| declare(tree, &declaration, &uri.to_uppercase()));
    }
}

/// Strangers among the children.
fn within(mutants: &mut Mutants<'_>, path: &[usize]) {
    let tree = mutants.tree.at(path);
    let name = tree.name.clone();
    let prefix = name.split_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
    let strangers = [
        Tree::new(&format!("{prefix}stranger"), "x"),
        Tree::new("zz", ""),
        Tree { attributes: vec![("xmlns:zz".to_owned(), "urn:zz".to_owned())], ..Tree::new("zz:stranger", "x") },
        Tree { attributes: vec![("xmlns".to_owned(), String::new())], ..Tree::new("stranger", "x") },
    ];
    for stranger in strangers {
        let what = format!("{} put in", stranger.name);
        mutants.change(path, &format!("{what} at the start"), |tree| tree.content.insert(0, Part::Element(stranger.clone())));
        mutants.change_always(path, &format!("{what} at the end"), |tree| tree.content.push(Part::Element(stranger)));
    }
    mutants.change_always(path, "emptied", |tree| tree.content.clear());
    mutants.change(path, "emptied, without attributes", |tree| {
        tree.content.clear();
        tree.attributes.retain(|(name, _)| name.starts_with("xmlns"));
    });
    if !mutants.tree.at(path).has_elements() {
        return;
    }
    mutants.change(path, "children in reverse", |tree| tree.content.reverse());
    relatives(mutants, path);
    for fragment in mutants.vocabulary.fragments.clone() {
        let (namespaces, what) = (mutants.vocabulary.namespaces.clone(), excerpt(&fragment));
        mutants.change(path, &format!("{what} put in"), |tree| {
            declare_all(tree, &namespaces);
            let at = choose(&format!("{fragment}{name}"), tree.content.len() + 1);
            tree.content.insert(at, Part::Raw(fragment));
        });
    }
}

/// Elements from elsewhere in the document, one of each name, each at some place.
fn relatives(mutants: &mut Mutants<'_>, path: &[usize]) {
    let mut names = Vec::new();
    let element = mutants.tree.at(path);
    for other in mutants.tree.paths().into_iter().skip(1) {
        let other = mutants.tree.at(&other).clone();
        if names.contains(&other.name) || other.content.len() > 3 {
            continue;
        }
        names.push(other.name.clone());
        let at = choose(&format!("{}{}{}", other.name, element.name, path.len()), element.content.len() + 1);
        mutants.change(path, &format!("{} put in at {at}", other.local_name()), |tree| {
            tree.content.insert(at, Part::Element(other));
        });
    }
}

pub(super) fn declare_all(tree: &mut Tree, namespaces: &[(&str, &str)]) {
    for (prefix, uri) in namespaces {
        let name = format!("xmlns:{prefix}");
        if !tree.attributes.iter().any(|(other, _)| *other == name) {
            tree.attributes.push((name, (*uri).to_owned()));
        }
    }
}
