//! What clients know for certain, and what they have to leave open because an answer never came.

use std::collections::{BTreeMap, BTreeSet};

use crate::harness::{Found, Server, found, search, veloconnect};

/// One veloconnect transaction, as far as its customer can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Transaction {
    /// Open, with this quantity ordered.
    Open(u32),
    Finished(u32),
    RolledBack,
}

/// Everything that customers noted down.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// OSEO orders by reference; the id if the Submit was acknowledged.
    pub(super) orders: BTreeMap<String, Option<String>>,
    /// The last status seen of each order id.
    pub(super) seen: BTreeMap<String, String>,
    /// Transactions by id. Several states are possible while the last answer is missing.
    pub(super) transactions: BTreeMap<String, Vec<Transaction>>,
    /// CreateOrders that were not answered: each may have made a transaction whose id nobody knows.
    pub(super) creates_unanswered: usize,
    /// The seller's order numbers by transaction.
    pub(super) numbers: BTreeMap<String, String>,
    pub(super) answers: usize,
    /// Transactions whose state is to be looked up.
    doubtful: BTreeSet<String>,
}

impl Books {
    pub(super) fn merge(&mut self, other: Self) {
        self.orders.extend(other.orders);
        self.doubtful.extend(other.transactions.keys().cloned());
        self.transactions.extend(other.transactions);
        self.creates_unanswered += other.creates_unanswered;
        self.numbers.extend(other.numbers);
        self.answers += other.answers;
        for (id, status) in other.seen {
            self.note_status(&id, &status);
        }
    }

    /// How much was noted.
    pub(super) fn summary(&self) -> String {
        let acknowledged = self.orders.values().flatten().count();
        let (answers, transactions) = (self.answers, self.transactions.len());
        format!("{answers} answers, {acknowledged} orders acknowledged of {}, {transactions} transactions", self.orders.len())
    }

    /// Statuses go on, never back.
    #[track_caller]
    pub(super) fn note_status(&mut self, id: &str, status: &str) {
        if let Some(before) = self.seen.insert(id.to_owned(), status.to_owned()) {
            assert!(may_follow(&before, status), "order {id} was {before} and is {status}");
        }
    }

    /// Holds the books against what the server says.
    #[track_caller]
    pub(super) fn check(&mut self, server: &Server) {
        let all = found(&server.send(&search("")));
        self.check_orders(&all);
        for order in &all {
            self.note_status(&order.id, &order.status);
        }
        for id in std::mem::take(&mut self.doubtful) {
            self.check_transaction(server, &id);
        }
        self.check_list(server);
    }

    /// Everything that was ever noted, not only what is new.
    #[track_caller]
    pub(super) fn check_all(&mut self, server: &Server) {
        self.doubtful.extend(self.transactions.keys().cloned());
        self.check(server);
    }

    fn check_orders(&self, all: &[Found]) {
        let mut stored: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for order in all {
            stored.entry(&order.reference).or_default().push(&order.id);
        }
        for (reference, acknowledged) in &self.orders {
            let found = stored.remove(reference.as_str()).unwrap_or_default();
            match acknowledged {
                Some(id) => assert_eq!(found, [id.as_str()], "acknowledged order {reference}"),
                None => assert!(found.len() <= 1, "order {reference} was doubled: {found:?}"),
            }
        }
        assert!(stored.is_empty(), "nobody submitted these: {stored:?}");
    }

    fn check_transaction(&mut self, server: &Server, id: &str) {
        let possible = self.transactions.get_mut(id).unwrap();
        let is = look_at(server, id);
        assert!(possible.contains(&is), "transaction {id} is {is:?}, expected one of {possible:?}");
        *possible = vec![is.clone()];
        let Transaction::Finished(_) = is else { return };
        let again = server.send(&veloconnect("FinishOrder", &format!("&TransactionID={id}")));
        let number = again.element("OrderID").unwrap_or_default().to_owned();
        assert_eq!(again.element("ResponseCode"), Some("430"), "{}", again.text());
        let noted = self.numbers.entry(id.to_owned()).or_insert_with(|| number.clone());
        assert_eq!(*noted, number, "the order number of transaction {id}");
    }

    /// GetStatus without TransactionID: all that is known, and nothing that cannot be explained.
    fn check_list(&self, server: &Server) {
        let answer = server.send(&veloconnect("GetStatus", ""));
        assert_eq!(answer.element("ResponseCode"), Some("200"), "{}", answer.text());
        let ids = answer.elements("TransactionId");
        let states = answer.elements("StatusCode");
        let listed: BTreeMap<&str, &str> = ids.iter().copied().zip(states).collect();
        assert_eq!(listed.len(), ids.len(), "a transaction is listed twice");
        let unknown = listed.keys().filter(|id| !self.transactions.contains_key(**id)).count();
        assert!(unknown <= self.creates_unanswered, "{unknown} transactions, {} unanswered", self.creates_unanswered);
        for (id, possible) in &self.transactions {
            let expected = match &possible[..] {
                [Transaction::Open(_)] => Some("2"),
                [Transaction::Finished(_)] => Some("100"),
                _ => None,
            };
            assert_eq!(listed.get(id.as_str()).copied(), expected, "transaction {id}, expected {possible:?}");
        }
        let numbers: BTreeSet<&String> = self.numbers.values().collect();
        assert_eq!(numbers.len(), self.numbers.len(), "an order number was given twice");
    }
}

/// The state of a transaction, as ViewOrder shows it.
fn look_at(server: &Server, id: &str) -> Transaction {
    let answer = server.send(&veloconnect("ViewOrder", &format!("&TransactionID={id}")));
    let quantity = || answer.element("Quantity").expect("the one line of the order").parse().unwrap();
    match (answer.element("ResponseCode"), answer.element("StatusCode")) {
        (Some("420"), _) => Transaction::RolledBack,
        (Some("200"), Some("2")) => Transaction::Open(quantity()),
        (Some("200"), Some("100")) => Transaction::Finished(quantity()),
        _ => panic!("{}", answer.text()),
    }
}

/// The automaton of orders that a processor works off and nobody cancels. One that was in production when
/// the server died is queued again.
pub fn may_follow(before: &str, after: &str) -> bool {
    let later: &[&str] = match before {
        "Submitted" => &["Accepted", "Suspended", "InProduction", "Completed", "Cancelled"],
        "Accepted" | "Suspended" | "InProduction" => &["Suspended", "InProduction", "Completed", "Cancelled"],
        _ => &[],
    };
    before == after || later.contains(&after)
}
