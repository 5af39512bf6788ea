//! xmllint as the judge. Tests that need it say so and pass where it is not installed.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn have_xmllint(test: &str) -> bool {
    let found = Command::new("xmllint").arg("--version").output().is_ok();
    if !found {
        println!("{test}: skipped, xmllint is not installed");
    }
    found
}

/// A directory of its own for the files of one test.
pub fn workspace(test: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

pub fn xmllint(schema: &Path, files: &[PathBuf]) -> Output {
    Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).args(files).output().unwrap()
}

/// For each file, whether xmllint accepts it.
pub fn verdicts(schema: &Path, files: &[PathBuf]) -> Vec<bool> {
    let mut accepted = Vec::new();
    for files in files.chunks(200) {
        let output = xmllint(schema, files);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        for file in files {
            let name = file.display().to_string();
            let validates = text.lines().any(|line| line == format!("{name} validates"));
            let fails = text.lines().any(|line| line == format!("{name} fails to validate"));
            let ill_formed = text.contains(&format!("{name}:"));
            assert!(validates || fails || ill_formed, "no verdict on {name}: {text}");
            accepted.push(validates);
        }
    }
    accepted
}

/// The line numbers of an instance on which xmllint found a violation.
pub fn bad_lines(schema: &Path, file: &Path) -> std::collections::BTreeSet<usize> {
    let output = xmllint(schema, &[file.to_path_buf()]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut lines = std::collections::BTreeSet::new();
    for line in text.lines().filter(|line| line.contains("error :")) {
        assert!(line.contains("Schemas validity error"), "{line}");
        let number = line.strip_prefix(&format!("{}:", file.display())).and_then(|rest| rest.split_once(':')).unwrap().0;
        lines.insert(number.parse().unwrap());
    }
    lines
}
