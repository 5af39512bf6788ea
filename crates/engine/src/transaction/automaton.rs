//! The automata of the seven veloconnect transactions, as tables.

use std::fmt::{self, Write as _};

/// A state number, 1 to 199 (`StatusCodeType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateCode(u8);

impl StateCode {
    pub const INITIAL: Self = Self(1);

    /// A state by its number; `None` outside 1..=199.
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= 199 { Some(Self(number)) } else { None }
    }

    pub const fn number(self) -> u8 {
        self.0
    }

    /// 100-199: the transaction is over.
    pub const fn is_final(self) -> bool {
        self.0 >= 100
    }

    /// 1-49: the transaction may be rolled back.
    pub const fn may_roll_back(self) -> bool {
        self.0 < 50
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The transactions of veloconnect 1.0 to 1.6 (`TransactionType` of transaction-1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Order,
    OrderInOnlineShop,
    TextSearch,
    B2BStock,
    B2CStock,
    B2BSale,
    B2XSale,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Order, Self::OrderInOnlineShop, Self::TextSearch, Self::B2BStock, Self::B2CStock, Self::B2BSale, Self::B2XSale];

    /// The word of the schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "Order",
            Self::OrderInOnlineShop => "OrderInOnlineShop",
            Self::TextSearch => "TextSearch",
            Self::B2BStock => "B2BStock",
            Self::B2CStock => "B2CStock",
            Self::B2BSale => "B2BSale",
            Self::B2XSale => "B2XSale",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// The states of this transaction, with their meaning.
    pub const fn states(self) -> &'static [(u8, &'static str)] {
        match self {
            Self::Order => &[(1, "initial: no instance yet"), (2, "order being edited"), (100, "order placed")],
            Self::OrderInOnlineShop => &[(1, "basket empty"), (2, "basket filled")],
            Self::TextSearch => {
                &[(1, "initial: no instance yet"), (2, "hits to be fetched"), (100, "no hits, or the last one fetched")]
            }
            Self::B2BStock | Self::B2CStock | Self::B2BSale | Self::B2XSale => &[
                (1, "initial: no instance yet"),
                (84, "data being imported"),
                (85, "imported, result may be fetched"),
                (184, "closed"),
            ],
        }
    }

    /// Every permitted move. What is not here is refused.
    pub const fn moves(self) -> &'static [Move] {
        match self {
            Self::Order => ORDER,
            Self::OrderInOnlineShop => ORDER_IN_ONLINE_SHOP,
            Self::TextSearch => TEXT_SEARCH,
            Self::B2BStock | Self::B2CStock | Self::B2BSale | Self::B2XSale => IMPORT,
        }
    }

    /// Whether exactly one instance always exists, under a fixed id, and a rollback empties it
    /// instead of deleting it.
    pub const fn is_permanent(self) -> bool {
        matches!(self, Self::OrderInOnlineShop)
    }

    /// Whether the table has the move.
    pub fn permits(self, from: StateCode, by: Verb, to: StateCode) -> bool {
        self.moves().iter().any(|m| m.from == from.0 && m.by == by && m.to == to.0)
    }

    /// Whether the table lets this be done in this state at all.
    pub fn allows(self, from: StateCode, by: Verb) -> bool {
        self.moves().iter().any(|m| m.from == from.0 && m.by == by)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What makes a transaction move: an operation's part in it, or an event on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    Create,
    Update,
    View,
    Finish,
    Fetch,
    /// Not an operation: the server's import job is done.
    Imported,
    /// The shop's basket was filled or emptied outside veloconnect.
    BasketChanged,
    Rollback,
}

/// One permitted move.
#[derive(Debug, Clone, Copy)]
pub struct Move {
    pub from: u8,
    pub by: Verb,
    pub to: u8,
}

const fn m(from: u8, by: Verb, to: u8) -> Move {
    Move { from, by, to }
}

const ORDER: &[Move] = &[
    m(1, Verb::Create, 2),
    m(2, Verb::Update, 2),
    m(2, Verb::View, 2),
    m(2, Verb::Finish, 100),
    m(2, Verb::Rollback, 1),
    m(100, Verb::View, 100),
];

const ORDER_IN_ONLINE_SHOP: &[Move] = &[
    m(1, Verb::BasketChanged, 2),
    m(1, Verb::Create, 1),
    m(1, Verb::Create, 2),
    m(1, Verb::Update, 1),
    m(1, Verb::Update, 2),
    m(1, Verb::View, 1),
    m(1, Verb::Rollback, 1),
    m(2, Verb::BasketChanged, 1),
    m(2, Verb::BasketChanged, 2),
    m(2, Verb::Update, 1),
    m(2, Verb::Update, 2),
    m(2, Verb::View, 2),
    m(2, Verb::Finish, 1),
    m(2, Verb::Rollback, 1),
];

const TEXT_SEARCH: &[Move] =
    &[m(1, Verb::Create, 2), m(1, Verb::Create, 100), m(2, Verb::Fetch, 2), m(2, Verb::Fetch, 100), m(2, Verb::Rollback, 1)];

const IMPORT: &[Move] = &[
    m(1, Verb::Create, 84),
    m(1, Verb::Create, 85),
    m(84, Verb::Imported, 85),
    m(84, Verb::Fetch, 84),
    m(85, Verb::Fetch, 85),
    m(85, Verb::Fetch, 184),
    m(184, Verb::Fetch, 184),
];

/// The tables as Markdown: what `docs/automata.md` shows.
pub fn to_markdown() -> String {
    let mut out = String::new();
    for kind in Kind::ALL {
        let _ = writeln!(out, "### {kind}\n\n| state | meaning |\n|---|---|");
        for (state, meaning) in kind.states() {
            let _ = writeln!(out, "| {state} | {meaning} |");
        }
        out.push_str("\n| from | by | to |\n|---|---|---|\n");
        for m in kind.moves() {
            let _ = writeln!(out, "| {} | {:?} | {} |", m.from, m.by, m.to);
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checklist veloconnect 20, and the rollback rule of the frame: 50..199 cannot be rolled back.
    #[test]
    fn tables_keep_to_the_numbers_of_the_frame() {
        for kind in Kind::ALL {
            let known = |n: u8| kind.states().iter().any(|(s, _)| *s == n);
            for m in kind.moves() {
                assert!(known(m.from) && known(m.to), "{kind}: {m:?} leaves the declared states");
                assert!(m.by != Verb::Rollback || m.from < 50, "{kind}: {m:?} rolls back what may not be");
                assert!(m.from < 100 || m.to == m.from, "{kind}: {m:?} leaves a final state");
            }
            for (state, _) in kind.states() {
                assert!(StateCode::new(*state).is_some());
                let rollback = kind.allows(StateCode(*state), Verb::Rollback);
                assert!(
                    rollback || *state >= 50 || (*state == 1 && !kind.is_permanent()),
                    "{kind}: state {state} must allow rollback"
                );
            }
        }
    }
}
