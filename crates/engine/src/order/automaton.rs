//! The automaton of order and item status, as a table.
//!
//! The standard marks statuses as intermediate or final and gives no transitions; this table is
//! ours, consistent with its text, its schema and the order in which pyoseo shows statuses.
//! Items and orders share it: an order moves only as [`roll_up`](super::roll_up) of its items.

use std::fmt::Write as _;

use super::Status::{self, Accepted, Cancelled, Completed, Downloaded, Failed, InProduction, Submitted, Suspended, Terminated};

/// One permitted move, and what makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub from: Status,
    pub to: Status,
    pub cause: &'static str,
}

const fn m(from: Status, to: Status, cause: &'static str) -> Move {
    Move { from, to, cause }
}

/// Every permitted move of an order's or item's status. What is not here is refused.
pub const MOVES: &[Move] = &[
    m(Submitted, Accepted, "approved, by rule or by an operator"),
    m(Submitted, Cancelled, "rejected, or withdrawn by the customer"),
    m(Submitted, Failed, "found impossible before acceptance"),
    m(Accepted, Suspended, "queued for production, or held by an operator"),
    m(Accepted, InProduction, "production begins at once"),
    m(Accepted, Cancelled, "withdrawn by the customer"),
    m(Accepted, Failed, "found impossible before production"),
    m(Suspended, InProduction, "production begins"),
    m(Suspended, Accepted, "taken out of the queue by an operator"),
    m(Suspended, Cancelled, "withdrawn by the customer"),
    m(Suspended, Failed, "given up while waiting"),
    m(Suspended, Terminated, "subscription over"),
    m(InProduction, Completed, "product ready"),
    m(InProduction, Suspended, "waits for another attempt, or held by an operator"),
    m(InProduction, Cancelled, "withdrawn by the customer"),
    m(InProduction, Failed, "production failed for good"),
    m(InProduction, Terminated, "subscription over"),
    m(Completed, Downloaded, "fetched by the customer"),
];

/// A status text that changes while the status stays, and whose word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Whose text: an item's, or the order's.
    pub of: &'static str,
    /// While it is in one of these.
    pub within: &'static [Status],
    pub cause: &'static str,
}

/// Word of an item.
pub const ITEM_WORD: Word = Word {
    of: "item",
    within: &[InProduction, Suspended],
    cause: "word from its production, or about what a subscription waits for",
};

/// Word of an order. A final one may be spoken of too: an invoice comes after the goods.
pub const ORDER_WORD: Word =
    Word { of: "order", within: &Status::ALL, cause: "word from the seller's own system: confirmed, shipped, invoiced" };

/// Whether the table has the move.
pub fn permits(from: Status, to: Status) -> bool {
    MOVES.iter().any(|m| m.from == from && m.to == to)
}

/// The table as Markdown: what `docs/automata.md` shows.
pub fn to_markdown() -> String {
    let mut out = String::from("| status | kind | meaning |\n|---|---|---|\n");
    for s in Status::ALL {
        let _ = writeln!(out, "| {s} | {} | {} |", format!("{:?}", s.kind()).to_lowercase(), s.meaning());
    }
    out.push_str("\n| from | to | when |\n|---|---|---|\n");
    for m in MOVES {
        let _ = writeln!(out, "| {} | {} | {} |", m.from, m.to, m.cause);
    }
    out.push_str("\nThe status text alone changes:\n\n| of | while | when |\n|---|---|---|\n");
    for word in [ITEM_WORD, ORDER_WORD] {
        let names: Vec<&str> = word.within.iter().map(|status| status.name()).collect();
        let within = if word.within.len() == Status::ALL.len() { "any".to_owned() } else { names.join(", ") };
        let _ = writeln!(out, "| {} | {within} | {} |", word.of, word.cause);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checklist OSEO 52: finals never change, but for Completed, which may become Downloaded.
    #[test]
    fn finals_have_no_way_out_but_download() {
        for m in MOVES.iter().filter(|m| m.from.is_final()) {
            assert_eq!((m.from, m.to), (Completed, Downloaded));
        }
    }

    #[test]
    fn every_status_is_reachable_and_no_move_stands_twice() {
        for s in Status::ALL {
            assert!(s == Submitted || MOVES.iter().any(|m| m.to == s), "{s} cannot be reached");
        }
        for (i, m) in MOVES.iter().enumerate() {
            assert!(!MOVES[..i].iter().any(|n| (n.from, n.to) == (m.from, m.to)), "{m:?} stands twice");
        }
    }
}
