//! Stock and sales that buyers transmit, as they are stored.

use ordergate_engine::transaction::{Key, Kind};
use ordergate_engine::{AccountId, Document, ProviderId, Timestamp, TransmissionId};

/// What a buyer transmitted at once, without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmission {
    pub id: TransmissionId,
    /// The transaction in which it came; that may be over and forgotten.
    pub key: Key,
    /// Which stock or which sales.
    pub kind: Kind,
    /// Nothing is kept of a test but its lines.
    pub is_test: bool,
    pub received_at: Timestamp,
    /// The moment that it describes, by the buyer's clock.
    pub as_of: Timestamp,
    /// Whether what the buyer does not mention is no more; of stock only.
    pub is_complete: bool,
    /// How many lines can be used: those before this position.
    pub lines: usize,
    /// How many lines stand after them.
    pub left_out: usize,
    /// Counts its changes.
    pub revision: i64,
    pub progress: Progress,
}

/// How far the import of a transmission is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Work to do: whoever finds it due may take it, after `attempts` others. So many lines are done.
    Importing {
        due_at: Timestamp,
        attempts: u32,
        imported: usize,
    },
    Imported {
        at: Timestamp,
    },
}

/// One line of a transmission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransmittedLine {
    pub position: usize,
    /// The article or sale that it is kept under; `None` if nothing is to be kept of it.
    pub subject: Option<String>,
    /// Whether the seller has the article; `None` if that was not looked up.
    pub is_known: Option<bool>,
    pub content: Document,
}

/// A transmission with all its lines, as it is stored first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransmission {
    pub transmission: Transmission,
    pub lines: Vec<TransmittedLine>,
}

/// Lines of a transmission that become stock or sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLines {
    pub transmission: TransmissionId,
    pub kind: Kind,
    /// The first position, and the first after them.
    pub from: usize,
    pub until: usize,
    pub at: Timestamp,
}

/// What a buyer has, or has sold, of one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// The article, or the sale.
    pub subject: String,
    /// By which it came.
    pub transmission: TransmissionId,
    /// When it was stored.
    pub at: Timestamp,
    pub is_known: Option<bool>,
    pub content: Document,
}

/// Asks for a buyer's stock or sales, page by page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptQuery {
    pub provider: ProviderId,
    pub owner: AccountId,
    pub kind: Kind,
    /// Only what was stored at this time or later.
    pub since: Timestamp,
    /// Only what comes after this: stock by its subject, sales by time and subject.
    pub after: Option<(Timestamp, String)>,
    pub limit: usize,
}

/// Asks for a buyer's transmissions in the order in which they came, page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransmissionQuery {
    pub provider: ProviderId,
    pub owner: AccountId,
    /// Only what came after this.
    pub after: (Timestamp, TransmissionId),
    pub limit: usize,
}

/// Until when what was transmitted is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransmissionExpiry {
    /// Transactions whose import is done, and that nobody has touched since.
    pub unfetched_before: Timestamp,
    /// Transmissions with their lines.
    pub received_before: Timestamp,
    /// What was sold.
    pub sold_before: Timestamp,
    /// Stock that was not transmitted again.
    pub stock_before: Timestamp,
    /// So many of each at most.
    pub limit: usize,
}

impl KeptQuery {
    pub(crate) const fn is_of_sales(&self) -> bool {
        matches!(self.kind, Kind::B2BSale | Kind::B2XSale)
    }

    /// After which time and subject to look: every subject comes after the empty one.
    pub(crate) fn place(&self) -> (Timestamp, &str) {
        self.after.as_ref().map_or((self.since, ""), |(time, subject)| (*time, subject.as_str()))
    }
}
