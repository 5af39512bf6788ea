//! Downloads: results that lie on the server's own disk, each under a link that nobody can guess and that expires.
//!
//! A link is good for whoever has it. Nothing of it is stored: its token says which item is meant and until when
//! ([`token`]), and the file is looked for when it is asked for ([`root`]).

mod answer;
mod archive;
mod body;
mod demo_file;
mod disposition;
mod options;
mod parcel;
mod removal;
mod root;
mod token;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::OrderId;
use ordergate_engine::time::Clock;
use ordergate_fulfilment::note_fetched;
use ordergate_oseo::{Link, LocalResult, ResultLinks};
use ordergate_store::SharedStore;
use parking_lot::Mutex;
use tokio::task::JoinSet;

use self::archive::Places;
use self::root::{Found, NotOffered};
use self::token::{Claim, Tokens};
use crate::auth::Key;

pub(crate) use self::demo_file::demo_file;
pub use self::options::{DownloadOptions, RootError};

/// Where downloads are found; what follows is a token and a name.
pub(crate) const PATH: &str = "/download/";

/// Results of which was said that they are not offered. More than so many are forgotten, and said again.
const WARNED_MAX: usize = 10_000;

/// The downloads of one server.
pub(crate) struct Downloads {
    options: DownloadOptions,
    tokens: Tokens,
    /// The public address, without a slash at the end.
    url: String,
    store: SharedStore,
    clock: Arc<dyn Clock>,
    warned: Mutex<HashSet<(OrderId, usize)>>,
    /// Finished downloads that are being noted.
    notes: Mutex<JoinSet<()>>,
    archives: Places,
}

impl Downloads {
    pub(crate) fn new(options: DownloadOptions, key: &Key, url: &str, store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        let (tokens, archives) = (Tokens::new(key), Places::new(options.archives_at_once));
        Self { archives, options, tokens, url: url.to_owned(), store, clock, warned: Mutex::default(), notes: Mutex::default() }
    }

    pub(crate) const fn is_on(&self) -> bool {
        self.options.root.is_some()
    }

    /// Waits until every finished download is noted.
    pub(crate) async fn settle(&self) {
        let mut notes = std::mem::take(&mut *self.notes.lock());
        while notes.join_next().await.is_some() {}
    }

    async fn find(&self, results: Vec<String>) -> Vec<Result<Found, NotOffered>> {
        let root: Option<PathBuf> = self.options.root.clone();
        let look = move || results.iter().map(|result| root::find(root.as_deref(), result)).collect();
        tokio::task::spawn_blocking(look).await.unwrap_or_default()
    }

    /// The link to a file, unless it has expired.
    fn link(&self, result: &LocalResult, found: &Found) -> Option<Link> {
        let expires_at = self.options.expiry(result.completed_at);
        let claim = Claim { order: result.order, position: u32::try_from(result.position).ok()?, expires_at };
        let name = found.sent_name(result.packaging);
        let address = || format!("{}{PATH}{}/{}", self.url, self.tokens.write(&claim), disposition::segment(&name));
        (self.clock.now() < expires_at).then(|| Link { url: address(), expires_at })
    }

    /// Once for each item, and not for each time that its customer asks.
    fn warn(&self, result: &LocalResult, why: &NotOffered) {
        let mut warned = self.warned.lock();
        if warned.len() >= WARNED_MAX {
            warned.clear();
        }
        if warned.insert((result.order, result.position)) {
            tracing::warn!(order = %result.order, item = ?result.item_id, "the result of an item is not offered: {why}");
        }
    }

    /// Notes in the background that an item was fetched: the client has its file, whatever becomes of the note.
    fn note(&self, claim: &Claim) {
        let (store, clock, order) = (Arc::clone(&self.store), Arc::clone(&self.clock), claim.order);
        let position = claim.position as usize;
        let mut notes = self.notes.lock();
        while notes.try_join_next().is_some() {}
        notes.spawn(async move {
            match note_fetched(&*store, &*clock, order, position).await {
                // The request log does not say which item it was.
                Ok(true) => tracing::info!(%order, position, "an item was fetched"),
                Ok(false) => {}
                Err(error) => tracing::error!(%order, position, %error, "a finished download was not noted"),
            }
        });
    }
}

#[async_trait]
impl ResultLinks for Downloads {
    async fn links(&self, results: Vec<LocalResult>) -> Vec<Option<Link>> {
        let found = self.find(results.iter().map(|result| result.url.clone()).collect()).await;
        let link = |(result, found): (&LocalResult, Result<Found, NotOffered>)| match found {
            Ok(found) => self.link(result, &found),
            Err(why) => {
                self.warn(result, &why);
                None
            }
        };
        results.iter().zip(found).map(link).collect()
    }
}
