//! The figures that were answered last, for when none are.

use std::collections::{HashMap, HashSet};

use ordergate_engine::Timestamp;
use parking_lot::Mutex;

use super::LiveOptions;
use super::figures::Figures;

/// When so many are remembered, they are forgotten.
const REMEMBERED_MAX: usize = 100_000;

/// By buyer and article: prices may be the buyer's own.
#[derive(Debug)]
pub(super) struct Remembered {
    keep_seconds: i64,
    figures: Mutex<HashMap<(String, String), (Timestamp, Figures)>>,
}

impl Remembered {
    pub(super) fn new(options: &LiveOptions) -> Self {
        Self { keep_seconds: options.keep_seconds.into(), figures: Mutex::default() }
    }

    pub(super) fn keep(&self, buyer: &str, answered: &HashMap<String, Figures>, now: Timestamp) {
        let mut figures = self.figures.lock();
        if figures.len().saturating_add(answered.len()) > REMEMBERED_MAX {
            figures.clear();
        }
        for (article, of) in answered.iter().take(REMEMBERED_MAX) {
            figures.insert((buyer.to_owned(), article.clone()), (now, of.clone()));
        }
    }

    pub(super) fn of(&self, buyer: &str, articles: &HashSet<String>, now: Timestamp) -> HashMap<String, Figures> {
        let figures = self.figures.lock();
        let not_before = now.plus_seconds(-self.keep_seconds);
        let found = articles.iter().filter_map(|article| {
            let (at, of) = figures.get(&(buyer.to_owned(), article.clone()))?;
            (*at >= not_before).then(|| (article.clone(), of.clone()))
        });
        found.collect()
    }
}
