//! The official schemas as judge of our answers, where they and `xmllint` are present.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The driver schema of a protocol, beside the project; `None` (with a word about it) where it is absent.
fn schema(protocol: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas").join(protocol).join("all.xsd");
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: the official {protocol} schemas are not here");
    None
}

/// Whether a program can be run; if not, says that something is skipped, which CI does not allow.
pub fn tool_or_skip(program: &str, argument: &str) -> bool {
    let runs =
        Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    if !runs {
        eprintln!("skipped: {program} is not installed");
        assert!(std::env::var_os("CI").is_none(), "{program} must be installed where CI is set");
    }
    runs
}

/// Holds a document against the official schema of its protocol (`oseo`, `veloconnect`).
#[track_caller]
pub fn assert_valid(protocol: &str, document: &str) {
    assert_all_valid(protocol, &[document]);
}

/// The same for many documents, which costs little more than for one.
#[track_caller]
pub fn assert_all_valid(protocol: &str, documents: &[&str]) {
    let Some(schema) = schema(protocol) else { return };
    if !tool_or_skip("xmllint", "--version") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = documents.iter().enumerate().map(|(n, document)| {
        let path = folder.path().join(format!("{n}.xml"));
        std::fs::write(&path, document).unwrap();
        path
    });
    let judged = Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).args(files).output().unwrap();
    assert!(judged.status.success(), "{}\n{}", String::from_utf8_lossy(&judged.stderr), documents.join("\n"));
}
