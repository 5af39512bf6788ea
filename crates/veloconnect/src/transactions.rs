//! What an operator sees of a transaction.

use ordergate_engine::transaction::Transaction;
use serde::Serialize;

use crate::basket::{Basket, Note};
use crate::number::number;

/// A transaction's lines, as far as it has a basket, and its notes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TransactionSeen {
    /// Number, quantity and unit.
    pub lines: Vec<(String, String, String)>,
    /// When (microseconds since 1970), and what.
    pub notes: Vec<(i64, String)>,
}

/// Reads what an order transaction keeps; nothing of other kinds.
pub fn transaction_seen(transaction: &Transaction) -> TransactionSeen {
    let Some(basket) = Basket::from_document(&transaction.context) else { return TransactionSeen::default() };
    let lines = basket.lines.into_iter().map(|line| {
        let value = number(line.quantity.value);
        (line.article.id.clone(), value, line.quantity.unit)
    });
    let notes = basket.notes.into_iter().map(|Note { at, text }| (at, text));
    TransactionSeen { lines: lines.collect(), notes: notes.collect() }
}
