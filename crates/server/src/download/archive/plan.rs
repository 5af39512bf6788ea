//! What goes into an archive: looked at before its first byte is sent, so that what cannot be packed is refused in time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// An archive's contents are held in memory while it is written: a few hundred bytes for each.
const ENTRIES_MAX: usize = 100_000;

/// One file or folder of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Relative, with `/` between names; a folder's has none at the end.
    pub name: String,
    pub path: PathBuf,
    pub modified: SystemTime,
    pub content: Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Folder,
    /// So many bytes.
    File(u64),
}

/// Why a folder cannot be packed. No message contains a path from outside of the folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("{0:?} in it cannot be read: {1}")]
    Io(String, io::Error),
    #[error("{0:?} in it is neither a file nor a folder")]
    Special(String),
    #[error("{0:?} in it is a link that leads to no file under download.root")]
    Link(String),
    #[error("a name in {0:?} cannot stand in an archive: it is not UTF-8, or has a backslash or a control character")]
    Name(String),
    #[error("it has more than {ENTRIES_MAX} files and folders")]
    TooMany,
}

/// The entries of an archive of this file or folder, folders before what is in them, in the order of names. Symbolic links
/// to files below `root` stand for these; others are refused, as what is sent would not be whole without them. Blocks.
pub(super) fn plan(root: &Path, path: &Path, name: &str) -> Result<Vec<Entry>, PlanError> {
    check_name(Some(name), name)?;
    let mut planned = Vec::new();
    let mut waiting = vec![(name.to_owned(), path.to_owned())];
    while let Some((name, path)) = waiting.pop() {
        if planned.len() == ENTRIES_MAX {
            return Err(PlanError::TooMany);
        }
        let entry = entry(root, &name, path)?;
        if entry.content == Content::Folder {
            let mut within = children(&entry)?;
            if within.len() + waiting.len() > ENTRIES_MAX {
                return Err(PlanError::TooMany);
            }
            // The last that waits is the next.
            within.sort_unstable_by(|a, b| b.0.cmp(&a.0));
            waiting.append(&mut within);
        }
        planned.push(entry);
    }
    Ok(planned)
}

fn entry(root: &Path, name: &str, path: PathBuf) -> Result<Entry, PlanError> {
    let unreadable = |error| PlanError::Io(name.to_owned(), error);
    let mut path = path;
    let mut found = path.symlink_metadata().map_err(unreadable)?;
    if found.is_symlink() {
        path = path.canonicalize().map_err(|_| PlanError::Link(name.to_owned()))?;
        found = path.symlink_metadata().map_err(unreadable)?;
        // A link to a folder might lead back to where it stands.
        if !path.starts_with(root) || !found.is_file() {
            return Err(PlanError::Link(name.to_owned()));
        }
    }
    let content = match found.file_type() {
        kind if kind.is_dir() => Content::Folder,
        kind if kind.is_file() => Content::File(found.len()),
        _ => return Err(PlanError::Special(name.to_owned())),
    };
    let modified = found.modified().map_err(unreadable)?;
    Ok(Entry { name: name.to_owned(), path, modified, content })
}

fn children(folder: &Entry) -> Result<Vec<(String, PathBuf)>, PlanError> {
    let unreadable = |error| PlanError::Io(folder.name.clone(), error);
    let child = |found: io::Result<fs::DirEntry>| {
        let found = found.map_err(unreadable)?;
        let name = found.file_name();
        let name = check_name(name.to_str(), &folder.name)?;
        Ok((format!("{}/{name}", folder.name), found.path()))
    };
    fs::read_dir(&folder.path).map_err(unreadable)?.map(child).collect()
}

/// Programs that unpack on other systems take a backslash for what separates names: `..\..\x` would lead out of the archive.
fn check_name<'n>(name: Option<&'n str>, within: &str) -> Result<&'n str, PlanError> {
    let fits = |name: &&str| !name.contains('\\') && !name.contains(char::is_control) && !matches!(*name, "" | "." | "..");
    name.filter(fits).ok_or_else(|| PlanError::Name(within.to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(root: &Path, folder: &str) -> Result<Vec<String>, PlanError> {
        let planned = plan(root, &root.join(folder), folder)?;
        Ok(planned.into_iter().map(|entry| entry.name).collect())
    }

    #[test]
    fn a_folder_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("s/b/empty")).unwrap();
        fs::write(root.join("s/b/2"), "22").unwrap();
        fs::write(root.join("s/a"), "1").unwrap();
        fs::write(root.join("shared"), "333").unwrap();
        symlink(root.join("shared"), root.join("s/c")).unwrap();
        assert_eq!(names(&root, "s").unwrap(), ["s", "s/a", "s/b", "s/b/2", "s/b/empty", "s/c"]);
        let planned = plan(&root, &root.join("s"), "s").unwrap();
        assert_eq!((planned[5].content, planned[5].path.clone()), (Content::File(3), root.join("shared")));
        assert_eq!(names(&root, "shared").unwrap(), ["shared"]);
    }

    #[test]
    fn what_would_lead_out_or_not_be_whole_is_refused() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = folder.path().canonicalize().unwrap();
        fs::write(outside.path().join("secret"), "s").unwrap();
        for (at, target) in [
            ("out", outside.path().join("secret")),
            ("up", outside.path().to_owned()),
            ("loop", root.join("loop")),
            ("gone", root.join("nothing")),
        ] {
            fs::create_dir(root.join(at)).unwrap();
            symlink(target, root.join(at).join("x")).unwrap();
            assert!(matches!(names(&root, at), Err(PlanError::Link(name)) if name == format!("{at}/x")), "{at}");
        }
        fs::create_dir(root.join("named")).unwrap();
        fs::write(root.join("named/..\\..\\x"), "").unwrap();
        assert!(matches!(names(&root, "named"), Err(PlanError::Name(_))));
        fs::create_dir(root.join("socket")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket/s")).unwrap();
        assert!(matches!(names(&root, "socket"), Err(PlanError::Special(_))));
    }
}
