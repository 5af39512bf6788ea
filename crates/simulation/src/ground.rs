//! The disk and the store on it. One store serves all nodes, as a database server does.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ordergate_faults::{Disk, Fault, Image, Power, install};
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use ordergate_store::{Batch, Claim, CommitError, Job, SharedStore, StoreError};
use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::clock::SimClock;

#[derive(Debug)]
pub(crate) struct Ground {
    state: Mutex<State>,
    /// Told when the power is gone.
    lost: Notify,
}

#[derive(Debug)]
struct State {
    // Closed before its folder is removed.
    store: Option<SharedStore>,
    disk: Disk,
    _folder: TempDir,
    /// What is left since the power is gone.
    image: Option<Image>,
    outages: usize,
}

impl State {
    fn open(outages: usize, fill: impl FnOnce(&Path)) -> Self {
        install();
        let folder = folder();
        let path = folder.path().canonicalize().unwrap_or_else(|error| panic!("no folder: {error}"));
        fill(&path);
        let disk = Disk::of(&path);
        Self { store: Some(open(&file(&path))), disk, _folder: folder, image: None, outages }
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("orders.sqlite")
}

/// In memory where that can be had: the disk that is simulated is the layer under SQLite.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap_or_else(|error| panic!("no folder: {error}"))
}

fn open(path: &Path) -> SharedStore {
    let options = SqliteOptions { mmap_bytes: 0, cache_kib: 2048, ..SqliteOptions::new(path) };
    let clock = SimClock::new(Instant::now(), 0);
    Arc::new(SqliteStore::open_inline(options, &clock).unwrap_or_else(|error| panic!("{error}")))
}

/// A store without anything in it, made once.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        let path = file(folder.path());
        drop(open(&path));
        std::fs::read(&path).unwrap_or_else(|error| panic!("no template: {error}"))
    })
}

impl Ground {
    pub(crate) fn new() -> Self {
        let fill = |folder: &Path| {
            std::fs::write(file(folder), template()).unwrap_or_else(|error| panic!("no store: {error}"));
        };
        Self { state: Mutex::new(State::open(0, fill)), lost: Notify::new() }
    }

    /// The store. While there is none, nobody is answered, nor told so.
    pub(crate) async fn store(&self) -> SharedStore {
        let store = self.state.lock().store.clone();
        match store {
            Some(store) => store,
            None => std::future::pending().await,
        }
    }

    /// How often the power was gone so far. What was sent before it went does not arrive after it.
    pub(crate) fn outages(&self) -> usize {
        self.state.lock().outages
    }

    async fn store_since(&self, outages: usize) -> SharedStore {
        if self.outages() == outages { self.store().await } else { std::future::pending().await }
    }

    pub(crate) async fn commit(&self, outages: usize, batch: Batch) -> Result<(), CommitError> {
        let done = self.store_since(outages).await.commit(batch).await;
        self.unless_power_went(done).await
    }

    pub(crate) async fn claim(&self, outages: usize, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        let done = self.store_since(outages).await.claim(claim).await;
        self.unless_power_went(done).await
    }

    /// Whether the power went while something was written: then nobody hears how that came out.
    async fn unless_power_went<T>(&self, done: T) -> T {
        if !self.has_lost_power() {
            return done;
        }
        self.lost.notify_one();
        std::future::pending().await
    }

    fn has_lost_power(&self) -> bool {
        let mut state = self.state.lock();
        let image = state.disk.first_image();
        let is_lost = image.is_some();
        if let Some(image) = image {
            state.lose(image);
        }
        is_lost
    }

    /// The power goes after so many more changes of the disk.
    pub(crate) fn lose_power_after(&self, changes: u64, power: Power) {
        self.state.lock().disk.film(changes, power);
    }

    /// Returns when the power is gone.
    pub(crate) async fn power_gone(&self) {
        self.lost.notified().await;
    }

    /// The power goes now, unless it is gone.
    pub(crate) fn lose_power(&self, power: Power) {
        let mut state = self.state.lock();
        if state.store.is_some() {
            let image = state.disk.image(power);
            state.lose(image);
        }
    }

    /// The power is back, and with it what the disk has kept.
    pub(crate) fn restore(&self) {
        let mut state = self.state.lock();
        let Some(image) = state.image.take() else { return };
        let fill = |folder: &Path| image.restore(folder).unwrap_or_else(|error| panic!("nothing restored: {error}"));
        *state = State::open(state.outages, fill);
    }

    /// A call to the disk fails, after so many others.
    pub(crate) fn arm(&self, after: u64, fault: Fault) {
        self.state.lock().disk.arm(after, fault);
    }

    /// The disk is whole again. How many calls it has refused.
    pub(crate) fn heal(&self) -> usize {
        self.state.lock().disk.heal().len()
    }
}

impl State {
    fn lose(&mut self, image: Image) {
        self.store = None;
        self.outages += 1;
        self.image = Some(image);
    }
}
