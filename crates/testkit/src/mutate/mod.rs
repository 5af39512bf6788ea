//! Everything that can go wrong with a document, one thing at a time.

mod attributes;
mod document;
mod elements;
mod text;
mod values;

use std::collections::HashSet;

use crate::Tree;

/// A document that differs from a good one in one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    pub what: String,
    pub document: String,
    /// Whether no comparison should go without it: a bound, a cardinality, a datatype is at stake.
    pub essential: bool,
}

/// What a protocol adds to what goes wrong with any document.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Prefixes and namespaces that types, texts and fragments use, declared where one of those is put in.
    pub namespaces: Vec<(&'static str, &'static str)>,
    /// Values for `xsi:type`.
    pub types: Vec<String>,
    /// Texts to put into every element and attribute.
    pub texts: Vec<String>,
    /// Elements to put into every element that has elements.
    pub fragments: Vec<String>,
    /// What the elements of a name may hold: enumerated values.
    pub words: Vec<(&'static str, &'static [&'static str])>,
}

/// Everything that can go wrong with a document. The same for the same input, without duplicates.
pub fn mutations(tree: &Tree, vocabulary: &Vocabulary) -> Vec<Mutant> {
    mutations_but(tree, vocabulary, &mut HashSet::new())
}

/// Without those that take many documents for an element, if an element of its name and its parent's is in `done`.
fn mutations_but(tree: &Tree, vocabulary: &Vocabulary, done: &mut HashSet<(String, String)>) -> Vec<Mutant> {
    let mut mutants = Mutants { tree, vocabulary, list: Vec::new(), seen: HashSet::from([tree.write()]) };
    document::all(&mut mutants);
    for path in tree.paths() {
        elements::all(&mut mutants, &path);
        attributes::changed(&mut mutants, &path);
        text::all(&mut mutants, &path);
        // Elements of one name in parents of one name are of one type: one of them will do.
        let name = tree.at(&path).name.clone();
        let parent = path.split_last().map_or_else(String::new, |(_, parent)| tree.at(parent).name.clone());
        if done.insert((parent, name)) {
            attributes::added(&mut mutants, &path);
            values::all(&mut mutants, &path);
        }
    }
    mutants.list
}

/// The mutations of several documents, each with its name, and those documents themselves.
pub fn mutants(documents: &[(String, String)], vocabulary: &Vocabulary) -> Vec<Mutant> {
    let original =
        |(name, document): &(String, String)| Mutant { what: name.clone(), document: document.clone(), essential: true };
    let mut all: Vec<Mutant> = documents.iter().map(original).collect();
    let mut done = HashSet::new();
    for (name, document) in documents {
        let mutations = mutations_but(&Tree::parse(document), vocabulary, &mut done);
        all.extend(mutations.into_iter().map(|mutant| Mutant { what: format!("{name}: {}", mutant.what), ..mutant }));
    }
    all
}

struct Mutants<'t> {
    tree: &'t Tree,
    vocabulary: &'t Vocabulary,
    list: Vec<Mutant>,
    seen: HashSet<String>,
}

impl Mutants<'_> {
    /// Notes the document with the element at `path` changed.
    fn change(&mut self, path: &[usize], what: &str, change: impl FnOnce(&mut Tree)) {
        self.change_if(path, what, false, change);
    }

    /// The same for what no comparison should go without.
    fn change_always(&mut self, path: &[usize], what: &str, change: impl FnOnce(&mut Tree)) {
        self.change_if(path, what, true, change);
    }

    fn change_if(&mut self, path: &[usize], what: &str, essential: bool, change: impl FnOnce(&mut Tree)) {
        let mut tree = self.tree.clone();
        change(tree.at_mut(path));
        let what = format!("{}: {what}", self.name(path));
        self.note(what, tree.write(), essential);
    }

    fn note(&mut self, what: String, document: String, essential: bool) {
        if self.seen.insert(document.clone()) {
            self.list.push(Mutant { what, document, essential });
        }
    }

    fn name(&self, path: &[usize]) -> String {
        let names: Vec<&str> = (0..=path.len()).map(|len| self.tree.at(&path[..len]).local_name()).collect();
        names.join("/")
    }
}

/// At most so many characters of a text, for a description.
fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The same text as character references.
fn references(text: &str) -> String {
    text.chars().fold(String::new(), |written, c| format!("{written}&#{};", u32::from(c)))
}

/// A small number that depends on a text, to choose among places without chance.
fn choose(text: &str, among: usize) -> usize {
    let hash = text.bytes().fold(5381_usize, |hash, byte| hash.wrapping_mul(33) ^ usize::from(byte));
    (hash >> 3) % among.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_every_time_and_never_the_original() {
        let tree = Tree::parse("<o:a xmlns:o=\"urn:o\" v=\"1.0.0\"><o:b>2014-06-24</o:b><o:c><o:b>text</o:b></o:c></o:a>");
        let vocabulary = Vocabulary::default();
        let mutants = mutations(&tree, &vocabulary);
        assert_eq!(mutants, mutations(&tree, &vocabulary));
        assert!(mutants.len() > 900, "{}", mutants.len());
        assert!(mutants.iter().all(|mutant| mutant.document != tree.write()));
        for what in ["a/b: dropped", "a/c: emptied", "a/c/b: duplicated", "a: attribute v dropped"] {
            assert!(mutants.iter().any(|mutant| mutant.what == what && mutant.essential), "{what}");
        }
    }
}
