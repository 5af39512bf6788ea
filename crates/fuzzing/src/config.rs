//! A configuration file, environment variables over it, and the files that it names.

use std::io::Write as _;
use std::path::PathBuf;

use ordergate_server::config::{load, parse_collections};
use ordergate_veloconnect::MemoryArticles;

/// The file, which may also be that of a collection or one of articles, then, after a NUL, a line for each variable: `NAME=value`. A configuration, or an error in a line or
/// a few that names the problem.
pub fn config(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (file, variables) = data.split_at(end);
    let variables = String::from_utf8_lossy(variables);
    let pairs = variables.trim_start_matches('\0').lines().filter_map(|line| line.split_once('='));
    let variables = pairs.map(|(name, value)| (format!("ORDERGATE_{name}"), value.to_owned()));
    let mut path = tempfile::NamedTempFile::new().unwrap_or_else(|error| panic!("no file: {error}"));
    path.write_all(file).unwrap_or_else(|error| panic!("no file: {error}"));
    if let Err(error) = load(Some(path.path()), variables) {
        assert!(!error.to_string().trim().is_empty());
    }
    if let Err(error) = MemoryArticles::from_toml(&String::from_utf8_lossy(file)) {
        assert!(!error.to_string().trim().is_empty());
    }
    let collection = (PathBuf::from("c.toml"), String::from_utf8_lossy(file).into_owned());
    if let Err(error) = parse_collections(&[collection]) {
        assert!(error.to_string().starts_with("c.toml:"), "{error}");
    }
}
