//! Which file a result means, and whether it may be offered.

use std::io;
use std::path::{Path, PathBuf};

use ordergate_fulfilment::file_url;

/// A file that may be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it really lies: no symbolic link on the way.
    pub path: PathBuf,
    /// What the processor called it.
    pub name: String,
}

/// Why a result is not offered. No message contains a path.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotOffered {
    #[error("download.root is not set")]
    Off,
    #[error("it is no file: URL of this machine")]
    NoFileUrl,
    #[error("it does not lie under download.root")]
    Outside,
    #[error("it is no ordinary file")]
    NoFile,
    #[error("it cannot be found: {0}")]
    Gone(#[from] io::Error),
}

/// Finds the file of a result. `..` and symbolic links are followed first: what counts is where the file lies now. Blocks.
pub(super) fn find(root: Option<&Path>, result: &str) -> Result<Found, NotOffered> {
    let root = root.ok_or(NotOffered::Off)?;
    let named = file_url::path_of(result).ok_or(NotOffered::NoFileUrl)?;
    let name = named.file_name().and_then(|name| name.to_str()).ok_or(NotOffered::NoFileUrl)?.to_owned();
    let path = named.canonicalize()?;
    if !path.starts_with(root.canonicalize()?) {
        return Err(NotOffered::Outside);
    }
    // Neither a folder nor a pipe, whose opening might wait for ever.
    if !path.metadata()?.is_file() {
        return Err(NotOffered::NoFile);
    }
    Ok(Found { path, name })
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
            assert_eq!(at(path).unwrap(), Found { path: real.clone(), name: name.to_owned() }, "{path}");
        }
        for path in
            ["out/way-out/secret", "out/../out-of-bounds/secret", "out-of-bounds/secret", "out/%2E%2E/out-of-bounds/secret"]
        {
            assert!(matches!(at(path), Err(NotOffered::Outside)), "{path}");
        }
        assert!(matches!(at("out/17"), Err(NotOffered::NoFile)));
        assert!(matches!(at("out/17/b.zip"), Err(NotOffered::Gone(_))));
        assert!(matches!(find(Some(&root), "file://elsewhere/a"), Err(NotOffered::NoFileUrl)));
        assert!(matches!(find(None, &format!("file://{}", real.display())), Err(NotOffered::Off)));
        assert!(find(Some(&link_to_root), &format!("file://{}/alias.zip", root.display())).is_ok(), "the root may be a link");
    }
}
