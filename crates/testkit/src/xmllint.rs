//! xmllint as the judge.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Files per call: the schema is compiled once for each.
const CHUNK: usize = 1500;

/// xmllint and a schema.
#[derive(Debug)]
pub struct Xmllint {
    schema: PathBuf,
}

impl Xmllint {
    /// `None`, and a line that says so, where xmllint is not installed.
    ///
    /// # Panics
    /// When it is not installed and the environment says that it must be, as on CI.
    pub fn find(schema: PathBuf) -> Option<Self> {
        if Command::new("xmllint").arg("--version").output().is_ok() {
            return Some(Self { schema });
        }
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "xmllint is not installed");
        eprintln!("skipped: xmllint is not installed");
        None
    }

    /// For each document, whether xmllint accepts it.
    ///
    /// # Panics
    /// When xmllint gives no verdict, because the schema does not compile or it cannot be run.
    pub fn accepts(&self, documents: &[&str]) -> Vec<bool> {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder for the documents: {error}"));
        documents.chunks(CHUNK).flat_map(|chunk| self.judge(folder.path(), chunk)).collect()
    }

    fn judge(&self, folder: &Path, documents: &[&str]) -> Vec<bool> {
        let names: Vec<String> = (0..documents.len()).map(|number| format!("{number}.xml")).collect();
        for (name, document) in names.iter().zip(documents) {
            std::fs::write(folder.join(name), document).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let mut command = Command::new("xmllint");
        command.args(["--nonet", "--noout", "--schema"]).arg(&self.schema).args(&names).current_dir(folder);
        let output = command.output().unwrap_or_else(|error| panic!("xmllint: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        let mut verdicts = vec![None; documents.len()];
        for line in said.lines() {
            if let Some((number, accepted)) = verdict(line) {
                verdicts[number] = Some(accepted.unwrap_or(verdicts[number] == Some(true)));
            }
        }
        let named = verdicts.into_iter().zip(documents);
        named.map(|(verdict, document)| verdict.unwrap_or_else(|| panic!("no verdict on {document}\n{said:.2000}"))).collect()
    }
}

/// The file that a line speaks of and whether it is accepted; a complaint about a file that does not end
/// with a verdict was about ill-formed XML.
fn verdict(line: &str) -> Option<(usize, Option<bool>)> {
    let (number, rest) = line.split_once(".xml")?;
    let number = number.parse().ok()?;
    match rest {
        " validates" => Some((number, Some(true))),
        " fails to validate" => Some((number, Some(false))),
        _ => rest.starts_with(':').then_some((number, None)),
    }
}

/// A schema beside the project, `None` and a line that says so where it is not present.
pub fn shared_schema(path: &str) -> Option<PathBuf> {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas").join(path);
    if let Ok(schema) = schema.canonicalize() {
        return Some(schema);
    }
    eprintln!("skipped: the official schema {path} is not present");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_of_a_batch() {
        let folder = tempfile::tempdir().expect("a folder");
        let schema = folder.path().join("a.xsd");
        let xsd = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='xs:int'/></xs:schema>";
        std::fs::write(&schema, xsd).expect("a file");
        let Some(xmllint) = Xmllint::find(schema) else { return };
        let documents = ["<a>1</a>", "<a>x</a>", "<a>1", "", "<a>2</a>", "<b/>", "<p:a>1</p:a>"];
        assert_eq!(xmllint.accepts(&documents), [true, false, false, false, true, false, false]);
    }
}
