//! What it is to import lines: the same writes for a short transmission, at once, and for a long one, piece by piece.

use std::ops::Range;

use ordergate_engine::Timestamp;
use ordergate_store::{Batch, ImportLines, Transmission, Write};

/// Lines become stock or sales. Nothing comes of a test (D-TEST 5).
pub(super) fn import(batch: &mut Batch, transmission: &Transmission, lines: Range<usize>, at: Timestamp) {
    if transmission.is_test || lines.is_empty() {
        return;
    }
    let Transmission { id, kind, .. } = *transmission;
    batch.push(Write::ImportLines(ImportLines { transmission: id, kind, from: lines.start, until: lines.end, at }));
}

/// After the last of them: what a complete transmission did not mention is no more.
pub(super) fn complete(batch: &mut Batch, transmission: &Transmission) {
    if transmission.is_complete && !transmission.is_test {
        batch.push(Write::CompleteStock(Box::new(transmission.clone())));
    }
}
