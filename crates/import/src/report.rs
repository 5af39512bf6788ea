//! What came of an import.

use serde::Serialize;

use crate::problem::Problem;

/// Hears of every problem when it is found.
pub trait Listener: Send {
    fn problem(&mut self, problem: &Problem);

    /// So many rows were read.
    fn progress(&mut self, rows: u64) {
        let _ = rows;
    }
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows that were read, headers not counted.
    pub rows: u64,
    /// Of them taken.
    pub taken: u64,
    /// Problems that were found. A row may have more than one; of each column only the first is told.
    pub problems: u64,
    /// Whether anything was changed.
    pub done: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The catalogue that is offered now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<i64>,
}

/// Counts rows and problems.
pub(crate) struct Counting<'l> {
    listener: &'l mut dyn Listener,
    max: u64,
    /// The file that is being read.
    pub(crate) file: Option<String>,
    pub(crate) summary: Summary,
}

impl<'l> Counting<'l> {
    pub(crate) fn new(listener: &'l mut dyn Listener, max: u64) -> Self {
        Self { listener, max, file: None, summary: Summary::default() }
    }

    pub(crate) fn problem(&mut self, problem: &Problem) {
        self.summary.problems += 1;
        if self.summary.problems <= self.max {
            let file = problem.file.clone().or_else(|| self.file.clone());
            self.listener.problem(&Problem { file, ..problem.clone() });
        }
    }

    pub(crate) fn rows(&mut self, rows: usize) {
        self.summary.rows += rows as u64;
        self.listener.progress(self.summary.rows);
    }

    pub(crate) fn listening(&mut self) -> &mut dyn Listener {
        self.listener
    }

    /// Whether there are so many problems that it is no use to go on.
    pub(crate) const fn is_too_much(&self) -> bool {
        self.summary.problems > self.max
    }

    /// Why nothing may come of it, if so.
    pub(crate) fn refusal(&self, skip_bad: bool) -> Option<String> {
        let Summary { problems, .. } = self.summary;
        if self.is_too_much() {
            return Some(format!("more than {} problems; nothing was changed", self.max));
        }
        (problems > 0 && !skip_bad).then(|| format!("{problems} problems; nothing was changed"))
    }

    pub(crate) fn refused(mut self, why: String) -> Summary {
        self.summary.refused = Some(why);
        self.summary
    }

    pub(crate) fn done(mut self, catalogue: Option<i64>) -> Summary {
        self.summary.done = true;
        self.summary.catalogue = catalogue;
        self.summary
    }
}
