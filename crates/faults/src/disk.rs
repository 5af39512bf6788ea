//! The calls that are made to a disk, and which of them fail.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::image::{Files, Image, Power};

/// What SQLite asks of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Read,
    Write,
    Sync,
    Truncate,
}

impl Call {
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Sync, Self::Truncate];
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This call alone; a write has stored its first half.
    Once,
    /// This call and all after it, until [`Disk::heal`].
    Dead,
    /// This write and all after it find no room; everything else goes on.
    Full,
}

/// Why a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Broken,
    Full,
}

/// The files of a folder, as SQLite sees them.
#[derive(Debug, Clone)]
pub struct Disk(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    armed: Option<Armed>,
    /// Those that failed.
    failed: Vec<Call>,
    files: Files,
    /// After how many calls that change something an image is kept, and what for.
    filming: Option<Filming>,
    images: Vec<Image>,
    /// What was acknowledged so far.
    acknowledged: Vec<String>,
}

/// Which call is the first to fail.
#[derive(Debug)]
struct Armed {
    /// Of which kind it is; none: of any.
    kind: Option<Call>,
    /// So many of them go well before.
    before: u64,
    fault: Fault,
    begun: bool,
}

#[derive(Debug)]
struct Filming {
    every: u64,
    power: Power,
    changes: u64,
}

/// All disks of this process.
static DISKS: Mutex<Vec<Weak<Inner>>> = Mutex::new(Vec::new());

impl Disk {
    /// The disk of a folder, which must have no links in its path.
    pub fn of(folder: &Path) -> Self {
        let inner = Arc::new(Inner { folder: folder.to_owned(), state: Mutex::default() });
        let mut disks = DISKS.lock();
        disks.retain(|disk| disk.strong_count() > 0);
        disks.push(Arc::downgrade(&inner));
        Self(inner)
    }

    /// Call number `at` from now on, counted from 0, fails.
    pub fn arm(&self, at: u64, fault: Fault) {
        self.arm_first(None, at, fault);
    }

    /// Of the calls of one kind from now on, number `at` fails, counted from 0. Calls of other kinds are not counted: how often a
    /// server reads differs from run to run, and no kind must be missed for that.
    pub fn arm_kind(&self, kind: Call, at: u64, fault: Fault) {
        self.arm_first(Some(kind), at, fault);
    }

    fn arm_first(&self, kind: Option<Call>, before: u64, fault: Fault) {
        let mut state = self.0.state.lock();
        state.failed.clear();
        state.armed = Some(Armed { kind, before, fault, begun: false });
    }

    /// Nothing fails any more. The calls that did.
    pub fn heal(&self) -> Vec<Call> {
        let mut state = self.0.state.lock();
        state.armed = None;
        std::mem::take(&mut state.failed)
    }

    /// Whether a call has failed since it was armed.
    pub fn has_failed(&self) -> bool {
        !self.0.state.lock().failed.is_empty()
    }

    /// Keeps an image of what a loss of power would leave, after every so many calls that change something.
    pub fn film(&self, every: u64, power: Power) {
        self.0.state.lock().filming = Some(Filming { every, power, changes: 0 });
    }

    /// Something was acknowledged to a customer: images from now on must have it.
    pub fn acknowledge(&self, what: String) {
        self.0.state.lock().acknowledged.push(what);
    }

    /// The first image, if there is one; that ends the filming.
    pub fn first_image(&self) -> Option<Image> {
        let mut state = self.0.state.lock();
        let first = state.images.drain(..).next()?;
        state.filming = None;
        Some(first)
    }

    /// What a loss of power would leave now.
    pub fn image(&self, power: Power) -> Image {
        let state = self.0.state.lock();
        state.files.after_power_loss(power, 0).with_acknowledged(state.acknowledged.clone())
    }

    /// Ends the filming.
    pub fn images(&self) -> Vec<Image> {
        let mut state = self.0.state.lock();
        state.filming = None;
        std::mem::take(&mut state.images)
    }
}

impl Inner {
    /// The disk that a file lies on.
    pub(crate) fn holding(file: &Path) -> Option<Arc<Self>> {
        let disks = DISKS.lock();
        disks.iter().filter_map(Weak::upgrade).find(|disk| file.starts_with(&disk.folder))
    }

    /// Counts a call.
    pub(crate) fn call(&self, call: Call) -> Result<(), Refusal> {
        let mut state = self.state.lock();
        let Some(refusal) = state.armed.as_mut().and_then(|armed| armed.refusal(call)) else { return Ok(()) };
        state.failed.push(call);
        Err(refusal)
    }

    pub(crate) fn opened(&self, file: &Path) {
        self.state.lock().files.opened(file);
    }

    pub(crate) fn deleted(&self, file: &Path) {
        self.state.lock().change(|files| files.deleted(file));
    }

    pub(crate) fn written(&self, file: &Path, offset: u64, bytes: &[u8]) {
        self.state.lock().change(|files| files.written(file, offset, bytes));
    }

    pub(crate) fn truncated(&self, file: &Path, length: u64) {
        self.state.lock().change(|files| files.truncated(file, length));
    }

    pub(crate) fn synced(&self, file: &Path) {
        self.state.lock().change(|files| files.synced(file));
    }
}

impl Armed {
    fn refusal(&mut self, call: Call) -> Option<Refusal> {
        let mut begins = false;
        if !self.begun && self.kind.is_none_or(|kind| kind == call) {
            match self.before.checked_sub(1) {
                Some(left) => self.before = left,
                None => begins = true,
            }
        }
        self.begun |= begins;
        match self.fault {
            Fault::Once => begins.then_some(Refusal::Broken),
            Fault::Dead => self.begun.then_some(Refusal::Broken),
            Fault::Full => (self.begun && call == Call::Write).then_some(Refusal::Full),
        }
    }
}

impl State {
    fn change(&mut self, change: impl FnOnce(&mut Files)) {
        change(&mut self.files);
        let Some(filming) = &mut self.filming else { return };
        filming.changes += 1;
        if filming.changes.is_multiple_of(filming.every) {
            let image = self.files.after_power_loss(filming.power, filming.changes);
            self.images.push(image.with_acknowledged(self.acknowledged.clone()));
        }
    }
}
