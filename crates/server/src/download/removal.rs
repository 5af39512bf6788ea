//! Removes the files of results whose links have expired, if the operator wants that (`download.remove_files`).

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ordergate_engine::order::Status;
use ordergate_engine::{Protocol, Timestamp};
use ordergate_store::{Batch, CommitError, Items, ResultKey, StoreError, StoredResult, Write};
use tokio::task::spawn_blocking;

use super::root::{self, NotOffered};
use super::{DownloadOptions, Downloads};

/// So many results are looked at in one go.
const PAGE: usize = 1000;

/// Why removing was broken off.
#[derive(Debug, thiserror::Error)]
enum RemovalError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("the look at the files broke off")]
    Thread(#[from] tokio::task::JoinError),
}

/// What became of the file of an expired result.
#[derive(Debug)]
enum Removal {
    Removed,
    /// A result that has not expired lies in the same place, within it, or around it: its file goes with that one's.
    StillNeeded,
    NotThere(NotOffered),
    Failed(io::Error),
}

impl Downloads {
    /// Removes what has expired by now. What cannot be removed is said in the log, and tried again the next time.
    pub(crate) async fn remove_expired(&self) {
        if !self.options.remove_files || !self.is_on() {
            return;
        }
        if let Err(error) = self.remove_all_expired().await {
            tracing::warn!(%error, "the files of expired results could not be removed; will try again");
        }
    }

    async fn remove_all_expired(&self) -> Result<(), RemovalError> {
        let expired_until = self.options.expired_at(self.clock.now());
        let is_expired = |result: &StoredResult| result.key.completed_at <= expired_until;
        let (mut after, mut needed) = (ResultKey::FIRST, None);
        loop {
            let page = self.store.local_results(after, PAGE).await?;
            let Some(last) = page.iter().rfind(|result| is_expired(result)) else { return Ok(()) };
            after = last.key;
            if needed.is_none() {
                needed = Some(self.places_after(ResultKey::after(expired_until)).await?);
            }
            for result in page.iter().filter(|result| is_expired(result)) {
                needed = Some(self.remove(result, needed.take().unwrap_or_default()).await?);
            }
        }
    }

    /// Where the results lie that have not expired.
    async fn places_after(&self, mut after: ResultKey) -> Result<HashSet<PathBuf>, RemovalError> {
        let mut places = HashSet::new();
        loop {
            let page = self.store.local_results(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(places) };
            after = last.key;
            let found = self.find(page.into_iter().map(|result| result.url).collect()).await;
            places.extend(found.into_iter().flatten().map(|found| found.path));
        }
    }

    async fn remove(&self, result: &StoredResult, needed: HashSet<PathBuf>) -> Result<HashSet<PathBuf>, RemovalError> {
        let (order, position) = (result.key.order, result.key.position);
        if !self.is_offered_by_link(result).await? {
            self.forget(result).await?;
            return Ok(needed);
        }
        let (root, url) = (self.options.root.clone().unwrap_or_default(), result.url.clone());
        let (removal, needed) = spawn_blocking(move || (remove(&root, &url, &needed), needed)).await?;
        match removal {
            Removal::Removed => {
                tracing::info!(%order, position, "the file of an expired result was removed");
                self.forget(result).await?;
            }
            Removal::StillNeeded => {}
            Removal::NotThere(NotOffered::Gone(error)) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%order, position, %error, "the file of an expired result cannot be looked at");
            }
            Removal::NotThere(_) => self.forget(result).await?,
            Removal::Failed(error) => {
                tracing::warn!(%order, position, %error, "the file of an expired result could not be removed");
            }
        }
        Ok(needed)
    }

    /// Only what was offered, and is still what it was listed as, is removed.
    async fn is_offered_by_link(&self, result: &StoredResult) -> Result<bool, StoreError> {
        let Some(order) = self.store.order(result.key.order, Items::With).await? else { return Ok(false) };
        let is_this = order.items.get(result.key.position).is_some_and(|item| {
            item.result.as_ref() == Some(&result.url) && matches!(item.state.status, Status::Completed | Status::Downloaded)
        });
        Ok(order.protocol == Protocol::Oseo && is_this)
    }

    async fn forget(&self, result: &StoredResult) -> Result<(), CommitError> {
        let mut batch = Batch::new();
        batch.push(Write::ForgetResult { order: result.key.order, position: result.key.position });
        self.store.commit(batch).await
    }
}

impl DownloadOptions {
    /// Links to what was completed then, or before, have expired.
    fn expired_at(&self, now: Timestamp) -> Timestamp {
        now.plus_micros(-(self.expiry(Timestamp(0)).0))
    }
}

/// Removes one file or folder below the root, and nothing else. Blocks.
fn remove(root: &Path, url: &str, needed: &HashSet<PathBuf>) -> Removal {
    let found = match root::find(Some(root), url) {
        Ok(found) => found,
        Err(why) => return Removal::NotThere(why),
    };
    let overlaps = |other: &PathBuf| other.starts_with(&found.path);
    if found.path.ancestors().any(|around| needed.contains(around)) || (found.is_folder && needed.iter().any(overlaps)) {
        return Removal::StillNeeded;
    }
    // Links within a folder are removed, not followed.
    let removed = if found.is_folder { fs::remove_dir_all(&found.path) } else { fs::remove_file(&found.path) };
    removed.map_or_else(Removal::Failed, |()| Removal::Removed)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_what_nobody_needs_below_the_root_is_removed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = folder.path().canonicalize().unwrap();
        for name in ["a/1", "a/2", "b/1", "c", "d/1"] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        fs::write(outside.path().join("x"), "x").unwrap();
        symlink(outside.path(), root.join("out")).unwrap();
        symlink(outside.path(), root.join("d/out")).unwrap();
        symlink(root.join("c"), root.join("alias")).unwrap();
        let needed = HashSet::from([root.join("a/2"), root.join("b")]);
        let removed = |name: &str| remove(&root, &format!("file://{}/{name}", root.display()), &needed);
        for (name, expected) in [
            ("a", "StillNeeded"),
            ("a/2", "StillNeeded"),
            ("b", "StillNeeded"),
            ("b/1", "StillNeeded"),
            ("out/x", "NotThere(Outside)"),
            ("out", "NotThere(Outside)"),
            ("a/..", "NotThere(NoFileUrl)"),
            ("a/../../", "NotThere(NoFileUrl)"),
            ("a/1", "Removed"),
            ("alias", "Removed"),
            ("d", "Removed"),
        ] {
            assert_eq!(format!("{:?}", removed(name)), expected, "{name}");
        }
        assert!(matches!(remove(&root, &format!("file://{}", root.display()), &needed), Removal::NotThere(NotOffered::Outside)));
        let left = ["a/1", "a/2", "b/1", "c", "d"].map(|name| root.join(name).exists());
        assert_eq!(left, [false, true, true, false, false]);
        assert!(outside.path().join("x").exists());
    }
}
