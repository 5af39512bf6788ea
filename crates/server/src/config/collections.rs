//! The folder of collections: a TOML file for each, held to the same rules as the configuration.

use std::fs;
use std::path::{Path, PathBuf};

use ordergate_oseo::collections::{Catalogue, Collection, CollectionFile};
use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

use super::error::ConfigError;
use super::origin::{self, Key, Source};

/// Reads all files of the folder that end in `.toml`, in the order of their names.
pub fn load_collections(folder: &Path) -> Result<Catalogue, ConfigError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ConfigError::Read { path, source }
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        // A name with a dot before it is an editor's, or the system's.
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !is_hidden && path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    paths.sort_unstable();
    let read = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(error) => Err(unreadable(&path)(error)),
    };
    parse_collections(&paths.into_iter().map(read).collect::<Result<Vec<_>, _>>()?)
}

/// Reads collections from texts, each with the name that it goes by in errors.
pub fn parse_collections(files: &[(PathBuf, String)]) -> Result<Catalogue, ConfigError> {
    let (mut collections, mut read) = (Vec::new(), Vec::new());
    for (path, text) in files {
        let source = Source::new(Some(path), text, &[]);
        let (keys, collection) = parse(&source)?;
        collections.push(collection);
        read.push((source, keys));
    }
    Catalogue::new(collections).map_err(|clash| {
        let (source, keys) = &read[clash.position];
        source.refuse(keys, clash.key.to_owned(), clash.problem)
    })
}

fn parse(source: &Source<'_>) -> Result<(Vec<Key>, Collection), ConfigError> {
    let root = DeTable::parse(source.text()).map_err(|error| source.explain(&error))?;
    let keys = origin::keys(root.get_ref());
    let file = CollectionFile::deserialize(Deserializer::from(root)).map_err(|error| source.explain_at(&error, &keys))?;
    let collection = Collection::try_from(file).map_err(|refused| source.refuse_near(&keys, refused.key, refused.problem))?;
    Ok((keys, collection))
}
