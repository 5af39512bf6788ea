//! What became of what was announced.

use serde::Serialize;

use super::line::{Announcement, News};
use ordergate_engine::order::OrderKind;

/// One report for each line that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FeedReport {
    pub announced: Vec<Announced>,
    /// Lines that could not be used; of very many the first.
    pub errors: Vec<LineError>,
    /// So many more could not.
    #[serde(skip_serializing_if = "is_zero")]
    pub further_errors: usize,
}

/// So many lines are told of that could not be used, each with what is wrong; the others are only counted.
const ERRORS_TOLD: usize = 1_000;

impl FeedReport {
    pub(super) fn error(&mut self, line: usize, error: String) {
        if self.errors.len() < ERRORS_TOLD {
            self.errors.push(LineError { line, error });
        } else {
            self.further_errors += 1;
        }
    }

    /// How many lines could not be used.
    pub const fn wrong(&self) -> usize {
        self.errors.len() + self.further_errors
    }
}

/// What became of one announcement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Announced {
    /// From 1.
    pub line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// So many items wait for it.
    pub matched: usize,
    /// So many of them had not been fed it, and have it now; or so many were changed by news of a task.
    pub new: usize,
    /// So many of them could not take it, because their order has as many items as an order may have.
    #[serde(skip_serializing_if = "is_zero")]
    pub full: usize,
    /// So many orders were passed over because what they hold cannot be read; the log names them.
    #[serde(skip_serializing_if = "is_zero")]
    pub unreadable: usize,
}

// serde hands the field by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineError {
    /// From 1.
    pub line: usize,
    pub error: String,
}

impl Announced {
    pub(super) fn of(line: usize, announcement: &Announcement) -> Self {
        let topic = || Some(announcement.topic.clone());
        let (identifier, of_product) = match &announcement.news {
            News::Product(product) => (Some(product.identifier.clone()), product.collection.clone()),
            _ => (None, None),
        };
        let is_task = announcement.kind == OrderKind::Tasking;
        Self {
            line,
            collection: if is_task { of_product } else { topic() },
            task: if is_task { topic() } else { None },
            identifier,
            ..Self::default()
        }
    }
}
