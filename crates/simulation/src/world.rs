//! What all parts of a run share.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::dice::Dice;
use crate::ground::Ground;
use crate::log::Log;
use crate::node::Up;
use crate::setting::Setting;

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) start: Instant,
    pub(crate) setting: Setting,
    pub(crate) ground: Ground,
    pub(crate) weather: Weather,
    /// The nodes that serve.
    pub(crate) up: Mutex<Vec<Arc<Up>>>,
    pub(crate) log: Mutex<Log>,
    trace: Mutex<Vec<String>>,
}

/// How much goes wrong: 0, nothing; 1, something; 2, much.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    /// On the way to the store.
    pub(crate) store: AtomicU8,
    /// Between customers and nodes, and between nodes and partners.
    pub(crate) network: AtomicU8,
    /// In production.
    pub(crate) production: AtomicU8,
}

impl Weather {
    pub(crate) fn calm(&self) {
        for of in [&self.store, &self.network, &self.production] {
            of.store(0, Ordering::Relaxed);
        }
    }
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let (dice, start) = (Dice::new(seed), Instant::now());
        let setting = Setting::throw(&dice);
        let (up, log, trace) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { dice, start, setting, ground: Ground::new(), weather: Weather::default(), up, log, trace }
    }

    /// Keeps what happens, with its time.
    pub(crate) fn note(&self, what: impl Display) {
        let at = self.start.elapsed().as_millis();
        self.trace.lock().push(format!("{:>6}.{:03} {what}", at / 1000, at % 1000));
    }

    /// Something that must not be.
    pub(crate) fn violation(&self, what: impl Display) {
        self.note(format_args!("MUST NOT BE: {what}"));
        self.log.lock().violations.push(what.to_string());
    }

    pub(crate) fn take_trace(&self) -> Vec<String> {
        std::mem::take(&mut self.trace.lock())
    }

    /// Whether it goes wrong this time: one in so many, in such weather.
    pub(crate) fn fails(&self, weather: &AtomicU8, some: u64, much: u64) -> bool {
        match weather.load(Ordering::Relaxed) {
            0 => false,
            1 => self.dice.one_in(some),
            _ => self.dice.one_in(much),
        }
    }
}
