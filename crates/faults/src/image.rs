//! What is on a disk for good, and what a loss of power would leave of the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A disk writes sectors whole or not at all.
const SECTOR: usize = 512;

/// What becomes of what was written and not flushed when the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// All of it is lost.
    LosesAll,
    /// Nothing is lost, as when only the program dies.
    LosesNothing,
    /// Some sectors are lost; this seed says which.
    LosesSome(u64),
}

/// The files that are left, and what had been acknowledged by then.
#[derive(Debug)]
pub struct Image {
    files: Vec<(PathBuf, Vec<u8>)>,
    pub acknowledged: Vec<String>,
    /// After how many changes it was taken.
    pub changes: u64,
}

impl Image {
    pub(crate) fn with_acknowledged(self, acknowledged: Vec<String>) -> Self {
        Self { acknowledged, ..self }
    }

    /// Writes the files into a folder.
    pub fn restore(&self, folder: &Path) -> std::io::Result<()> {
        self.files.iter().try_for_each(|(name, bytes)| std::fs::write(folder.join(name), bytes))
    }
}

/// A change that was not flushed.
#[derive(Debug)]
enum Pending {
    Sector(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

#[derive(Debug, Default)]
pub(crate) struct Files(BTreeMap<PathBuf, File>);

impl Files {
    /// What a file holds when it is first opened has long been flushed.
    pub(crate) fn opened(&mut self, file: &Path) {
        self.0
            .entry(file.to_owned())
            .or_insert_with(|| File { durable: std::fs::read(file).unwrap_or_default(), pending: Vec::new() });
    }

    pub(crate) fn deleted(&mut self, file: &Path) {
        self.0.remove(file);
    }

    pub(crate) fn written(&mut self, file: &Path, offset: u64, bytes: &[u8]) {
        let mut at = index(offset);
        let mut rest = bytes;
        let pending = &mut self.0.entry(file.to_owned()).or_default().pending;
        while !rest.is_empty() {
            let (sector, others) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
            pending.push(Pending::Sector(at, sector.to_vec()));
            at += sector.len();
            rest = others;
        }
    }

    pub(crate) fn truncated(&mut self, file: &Path, length: u64) {
        self.0.entry(file.to_owned()).or_default().pending.push(Pending::Length(index(length)));
    }

    pub(crate) fn synced(&mut self, file: &Path) {
        let file = self.0.entry(file.to_owned()).or_default();
        for change in std::mem::take(&mut file.pending) {
            change.carry_out(&mut file.durable);
        }
    }

    pub(crate) fn after_power_loss(&self, power: Power, changes: u64) -> Image {
        let mut dice = Dice(changes.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let files = self.0.iter().filter_map(|(path, file)| {
            let mut bytes = file.durable.clone();
            for change in &file.pending {
                let kept = match power {
                    Power::LosesAll => false,
                    Power::LosesNothing => true,
                    Power::LosesSome(seed) => dice.throw(seed),
                };
                if kept {
                    change.carry_out(&mut bytes);
                }
            }
            Some((PathBuf::from(path.file_name()?), bytes))
        });
        Image { files: files.collect(), acknowledged: Vec::new(), changes }
    }
}

impl Pending {
    fn carry_out(&self, bytes: &mut Vec<u8>) {
        match self {
            // As logs grow: by far the most.
            Self::Sector(at, sector) if *at == bytes.len() => bytes.extend_from_slice(sector),
            Self::Sector(at, sector) => {
                let end = at + sector.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(sector);
            }
            Self::Length(length) => bytes.resize(*length, 0),
        }
    }
}

/// SplitMix64: the same seed, the same losses.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, seed: u64) -> bool {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0 ^ seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) & 1 == 0
    }
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("files of tests fit into memory")
}
