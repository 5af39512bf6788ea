//! Which file a result means, and whether it may be offered.

use std::io;
use std::path::{Path, PathBuf};

use ordergate_fulfilment::file_url;
use ordergate_oseo::Packaging;

use super::archive::{self, PlanError};

/// A file or folder that may be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it really lies: no symbolic link on the way.
    pub path: PathBuf,
    /// What the processor called it.
    pub name: String,
    pub is_folder: bool,
}

impl Found {
    /// What it is sent as, if not as it is: a folder always as one archive, a file if one is asked for and it is none yet.
    pub(super) fn packed(&self, asked: Option<Packaging>) -> Option<Packaging> {
        if self.is_folder {
            return Some(asked.unwrap_or(Packaging::Zip));
        }
        asked.filter(|&packaging| !archive::is_one(packaging, &self.name))
    }

    /// What it is called when it is sent.
    pub(super) fn sent_name(&self, asked: Option<Packaging>) -> String {
        format!("{}{}", self.name, self.packed(asked).map_or("", archive::extension))
    }
}

/// Why a result is not offered. No message contains a path.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOffered {
    #[error("download.root is not set")]
    Off,
    #[error("it is no file: URL of this machine")]
    NoFileUrl,
    #[error("it does not lie under download.root")]
    Outside,
    #[error("it is neither a file nor a folder")]
    NoFile,
    #[error("it cannot be packed: {0}")]
    NotPacked(#[from] PlanError),
    #[error("it cannot be found: {0}")]
    Gone(#[from] io::Error),
}

/// Finds the file of a result. `..` and symbolic links are followed first: what counts is where the file lies now. Blocks.
pub(super) fn find(root: Option<&Path>, result: &str) -> Result<Found, NotOffered> {
    let root = root.ok_or(NotOffered::Off)?;
    let named = file_url::path_of(result).ok_or(NotOffered::NoFileUrl)?;
    let name = named.file_name().and_then(|name| name.to_str()).ok_or(NotOffered::NoFileUrl)?.to_owned();
    let path = named.canonicalize()?;
    let root = root.canonicalize()?;
    // The root itself is what all customers share.
    if !path.starts_with(&root) || path == root {
        return Err(NotOffered::Outside);
    }
    let metadata = path.metadata()?;
    // No pipe, whose opening might wait for ever.
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(NotOffered::NoFile);
    }
    Ok(Found { path, name, is_folder: metadata.is_dir() })
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_what_really_lies_under_the_root_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (root, beside) = (folder.path().join("out"), folder.path().join("out-of-bounds"));
        fs::create_dir_all(root.join("17")).unwrap();
        fs::create_dir_all(&beside).unwrap();
        fs::write(root.join("17/a b.zip"), "a").unwrap();
        fs::write(beside.join("secret"), "s").unwrap();
        symlink(&beside, root.join("way-out")).unwrap();
        symlink(root.join("17/a b.zip"), root.join("alias.zip")).unwrap();
        let link_to_root = folder.path().join("current");
        symlink(&root, &link_to_root).unwrap();
        let at = |path: &str| find(Some(&root), &format!("file://{}/{path}", folder.path().display()));
        let real = root.canonicalize().unwrap().join("17/a b.zip");
        for (path, name) in [
            ("out/17/a%20b.zip", "a b.zip"),
            ("out/../out/17/a%20b.zip", "a b.zip"),
            ("current/17/a%20b.zip", "a b.zip"),
            ("out/alias.zip", "alias.zip"),
        ] {
            assert_eq!(at(path).unwrap(), Found { path: real.clone(), name: name.to_owned(), is_folder: false }, "{path}");
        }
        for path in
            ["out/way-out/secret", "out/../out-of-bounds/secret", "out-of-bounds/secret", "out/%2E%2E/out-of-bounds/secret"]
        {
            assert!(matches!(at(path), Err(NotOffered::Outside)), "{path}");
        }
        assert!(at("out/17").unwrap().is_folder);
        for whole in ["out", "current", "out/17/../../out"] {
            assert!(matches!(at(whole), Err(NotOffered::Outside)), "{whole}");
        }
        let _pipe = std::os::unix::net::UnixListener::bind(root.join("17/socket")).unwrap();
        assert!(matches!(at("out/17/socket"), Err(NotOffered::NoFile)));
        assert!(matches!(at("out/17/b.zip"), Err(NotOffered::Gone(_))));
        assert!(matches!(find(Some(&root), "file://elsewhere/a"), Err(NotOffered::NoFileUrl)));
        assert!(matches!(find(None, &format!("file://{}", real.display())), Err(NotOffered::Off)));
        assert!(find(Some(&link_to_root), &format!("file://{}/alias.zip", root.display())).is_ok(), "the root may be a link");
    }

    #[test]
    fn what_a_result_is_sent_as() {
        let sent = |name: &str, is_folder: bool, asked: Option<Packaging>| {
            Found { path: PathBuf::new(), name: name.to_owned(), is_folder }.sent_name(asked)
        };
        for (name, is_folder, asked, expected) in [
            ("scene", true, None, "scene.zip"),
            ("scene.zip", true, None, "scene.zip.zip"),
            ("scene", true, Some(Packaging::Tar), "scene.tar"),
            ("a.tif", false, None, "a.tif"),
            ("a.tif", false, Some(Packaging::Tgz), "a.tif.tar.gz"),
            ("a.TGZ", false, Some(Packaging::Tgz), "a.TGZ"),
            ("a.tgz", false, Some(Packaging::Zip), "a.tgz.zip"),
            ("a.Zip", false, Some(Packaging::Zip), "a.Zip"),
        ] {
            assert_eq!(sent(name, is_folder, asked), expected);
        }
    }
}
