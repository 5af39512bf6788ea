//! Requests and answers that are wrong in one way each: our verdict is that of the official schema.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use ordergate_oseo::schema::{OS, SCHEMA, ows};
use ordergate_testkit::{ByDesign, Tree, Vocabulary, Xmllint, compare, mutations, shared_schema};
use ordergate_xml::{Document, Limits, validate, xsd};

/// Documents written for this test: between them they use every element and attribute of the tables.
fn bases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn vocabulary() -> Vocabulary {
    let prefix = |ns: &str| if ns == OS { "os" } else { "ows" };
    let complex = SCHEMA.types.iter().filter_map(|ty| ty.name.map(|name| format!("{}:{name}", prefix(ty.ns))));
    let simple = SCHEMA.simple_types.iter().filter_map(|ty| ty.name.map(|name| format!("{}:{name}", prefix(ty.ns))));
    Vocabulary {
        namespaces: vec![("os", OS), ("ows", ows::OWS)],
        types: complex.chain(simple).collect(),
        texts: ["OS", "1.0.0", "1.0.00", "text/xml", "Completed", "en-GB"].map(str::to_owned).to_vec(),
        fragments: [
            "<os:orderId>5</os:orderId>",
            "<os:priority>none</os:priority>",
            "<os:GetStatus/>",
            "<ows:Title>t</ows:Title>",
            "<ows:ExceptionReport/>",
        ]
        .map(str::to_owned)
        .to_vec(),
    }
}

fn mutants(bases: &[(String, String)]) -> Vec<(String, String)> {
    let vocabulary = vocabulary();
    let mut documents = Vec::new();
    for (name, text) in bases {
        documents.push((name.clone(), text.clone()));
        for (what, document) in mutations(&Tree::parse(text), &vocabulary) {
            documents.push((format!("{name}: {what}"), document));
        }
    }
    documents
}

fn ours(text: &str) -> Result<(), String> {
    let document = Document::parse(text.as_bytes(), None, &Limits::default()).map_err(|error| error.to_string())?;
    validate(document.root(), &SCHEMA).map(drop).map_err(|violation| violation.to_string())
}

const BY_DESIGN: &[ByDesign] = &[];

#[test]
fn every_base_is_valid() {
    for (name, text) in bases() {
        ours(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn verdicts_are_those_of_the_official_schema() {
    let Some(xmllint) = shared_schema("oseo/all.xsd").and_then(Xmllint::find) else { return };
    compare(&xmllint, &mutants(&bases()), ours, BY_DESIGN);
}

/// The schema that we publish says what we check.
#[test]
fn verdicts_are_those_of_the_published_schema() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("oseo.xsd");
    std::fs::write(&schema, xsd::print(&SCHEMA, OS, &[("ows", ows::OWS, "ows.xsd")])).unwrap();
    std::fs::write(folder.path().join("ows.xsd"), xsd::print(&SCHEMA, ows::OWS, &[])).unwrap();
    let Some(xmllint) = Xmllint::find(schema) else { return };
    let documents: Vec<_> = mutants(&bases()).into_iter().step_by(7).collect();
    compare(&xmllint, &documents, ours, BY_DESIGN);
}
