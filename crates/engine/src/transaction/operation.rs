//! What may be done to a transaction, and what becomes of it.

use super::Transaction;
use super::automaton::{Kind, StateCode, Verb};

/// An operation on an existing instance, with the facts that decide where it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// CreateOrder on an instance that always exists; `lines` is how many lines the basket has afterwards.
    Create { lines: usize },
    /// UpdateOrder; `lines` is how many lines the basket has afterwards.
    Update { lines: usize },
    /// ViewOrder.
    View,
    /// FinishOrder.
    Finish,
    /// SearchResult and the fetching operations of stock and sale; `closes` when the last of the
    /// data goes out and the client did not ask to keep the transaction open.
    Fetch { closes: bool },
    /// The server's own import job is done.
    Imported,
    /// The shop's basket changed outside veloconnect.
    BasketChanged { lines: usize },
    /// Rollback.
    Rollback,
}

/// What becomes of the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It stays, or goes on, in this state.
    State(StateCode),
    /// It no longer exists; its id is unknown from now on.
    Deleted,
}

/// Why an operation is refused. A refused operation changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// veloconnect response code 430.
    #[error("not applicable in state {state} of transaction {kind}")]
    NotApplicable { kind: Kind, state: StateCode },
    /// veloconnect response code 435.
    #[error("test and non-test operations cannot be mixed within one transaction")]
    TestMix,
}

/// The state a new instance begins with: after CreateOrder, CreateTextSearch or a transmission.
/// `something` says whether there is anything to work on (hits found, lines to import).
pub fn create(kind: Kind, something: bool) -> Option<StateCode> {
    let to = match kind {
        Kind::Order => 2,
        Kind::TextSearch if something => 2,
        Kind::TextSearch => 100,
        Kind::B2BStock | Kind::B2CStock | Kind::B2BSale | Kind::B2XSale if something => 84,
        Kind::B2BStock | Kind::B2CStock | Kind::B2BSale | Kind::B2XSale => 85,
        Kind::OrderInOnlineShop => return Some(StateCode::INITIAL),
    };
    StateCode::new(to).filter(|&to| kind.permits(StateCode::INITIAL, Verb::Create, to))
}

/// Decides what an operation makes of an instance: first whether the state allows it (430), then
/// whether the test flags agree (435). `is_test` is `None` where the caller lets it follow the instance.
pub fn decide(transaction: &Transaction, operation: Operation, is_test: Option<bool>) -> Result<Outcome, Refusal> {
    let (kind, state) = (transaction.kind, transaction.state);
    let refused = Refusal::NotApplicable { kind, state };
    let verb = operation.verb();
    if !kind.allows(state, verb) {
        return Err(refused);
    }
    if is_test.is_some_and(|t| t != transaction.is_test) {
        return Err(Refusal::TestMix);
    }
    let to = operation.target(kind, state);
    if !kind.permits(state, verb, to) {
        return Err(refused);
    }
    let deleted = operation == Operation::Rollback && !kind.is_permanent();
    Ok(if deleted { Outcome::Deleted } else { Outcome::State(to) })
}

impl Operation {
    const fn verb(self) -> Verb {
        match self {
            Self::Create { .. } => Verb::Create,
            Self::Update { .. } => Verb::Update,
            Self::View => Verb::View,
            Self::Finish => Verb::Finish,
            Self::Fetch { .. } => Verb::Fetch,
            Self::Imported => Verb::Imported,
            Self::BasketChanged { .. } => Verb::BasketChanged,
            Self::Rollback => Verb::Rollback,
        }
    }

    /// Where the operation leads from a state, by the facts it carries.
    fn target(self, kind: Kind, from: StateCode) -> StateCode {
        let basket = |lines: usize| if lines == 0 { 1 } else { 2 };
        let closed = if kind == Kind::TextSearch { 100 } else { 184 };
        let to = match self {
            Self::Update { lines } if kind == Kind::OrderInOnlineShop => basket(lines),
            Self::Create { lines } | Self::BasketChanged { lines } => basket(lines),
            Self::Finish if kind == Kind::OrderInOnlineShop => 1,
            Self::Finish => 100,
            Self::Fetch { closes: true } if from.number() != 84 => closed,
            Self::Imported => 85,
            Self::Rollback => 1,
            Self::Update { .. } | Self::View | Self::Fetch { .. } => from.number(),
        };
        StateCode::new(to).unwrap_or(from)
    }
}
