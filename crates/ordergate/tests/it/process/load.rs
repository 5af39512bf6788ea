//! Customers who are busy all the time, and note what they were told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::books::{Books, Transaction};
use crate::harness::{Answer, Request, found, retrieve, submit, veloconnect};

/// Answers that all customers of one run have had so far.
pub(super) type Count = AtomicUsize;

struct Customer<'a> {
    to: SocketAddr,
    name: String,
    count: &'a Count,
    books: Books,
}

/// Two OSEO customers, two of veloconnect. They work until the server is gone; meanwhile `at_work` is called.
pub(super) fn busy_customers(to: SocketAddr, run: &str, at_work: impl FnOnce(&Count)) -> Books {
    let count = Count::new(0);
    let customer = |name: &str| Customer { to, name: format!("{run}-{name}"), count: &count, books: Books::default() };
    let customers = [(customer("a"), true), (customer("b"), true), (customer("c"), false), (customer("d"), false)];
    std::thread::scope(|scope| {
        let working: Vec<_> = customers
            .into_iter()
            .map(|(customer, oseo)| scope.spawn(move || if oseo { customer.orders() } else { customer.trades() }))
            .collect();
        at_work(&count);
        let mut books = Books::default();
        for customer in working {
            books.merge(customer.join().expect("a customer was told something impossible"));
        }
        books
    })
}

impl Customer<'_> {
    /// `None` when the server went away without an answer.
    fn ask(&mut self, request: &Request) -> Option<Answer> {
        let answer = request.try_send(self.to).ok()?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.books.answers += 1;
        self.count.fetch_add(1, Ordering::SeqCst);
        Some(answer)
    }

    /// Submit, then GetStatus of that order and of an earlier one, and so on.
    fn orders(mut self) -> Books {
        let mut ids: Vec<String> = Vec::new();
        for n in 0.. {
            let reference = format!("{}-{n}", self.name);
            self.books.orders.insert(reference.clone(), None);
            let Some(answer) = self.ask(&submit(&reference, "STANDARD", &["one", "two"])) else { break };
            let id = answer.element("orderId").expect("an order id").to_owned();
            assert_eq!(answer.element("orderReference"), Some(reference.as_str()));
            self.books.orders.insert(reference, Some(id.clone()));
            ids.push(id);
            let looked_at = [ids[n].clone(), ids[n / 2].clone()];
            if !looked_at.iter().all(|id| self.look_at(id)) {
                break;
            }
        }
        self.books
    }

    fn look_at(&mut self, id: &str) -> bool {
        let Some(answer) = self.ask(&retrieve(id)) else { return false };
        let [order] = &found(&answer)[..] else { panic!("{}", answer.text()) };
        assert_eq!((order.id.as_str(), order.items.len()), (id, 2), "{}", answer.text());
        self.books.note_status(id, &order.status);
        true
    }

    /// CreateOrder, UpdateOrder, then FinishOrder, Rollback or neither, and so on.
    fn trades(mut self) -> Books {
        for n in 0.. {
            if self.trade(n).is_none() {
                break;
            }
        }
        self.books
    }

    fn trade(&mut self, n: u32) -> Option<()> {
        self.books.creates_unanswered += 1;
        let created = self.ask(&veloconnect("CreateOrder", &quantity(n % 50 + 1)))?;
        self.books.creates_unanswered -= 1;
        let id = created.element("TransactionID").expect("a transaction id").to_owned();
        assert_eq!(created.element("ResponseCode"), Some("200"), "{}", created.text());
        self.books.transactions.insert(id.clone(), vec![Transaction::Open(n % 50 + 1)]);
        self.change(&id, "UpdateOrder", &quantity(n % 50 + 60), Transaction::Open(n % 50 + 60))?;
        match n % 4 {
            0 | 1 => {
                let finished = self.change(&id, "FinishOrder", "", Transaction::Finished(n % 50 + 60))?;
                let number = finished.element("OrderID").expect("an order number").to_owned();
                self.books.numbers.insert(id, number);
            }
            2 => {
                self.change(&id, "Rollback", "", Transaction::RolledBack)?;
            }
            _ => {}
        }
        Some(())
    }

    /// One step of a transaction. Until it is answered, it may or may not have been taken.
    fn change(&mut self, id: &str, operation: &str, rest: &str, to: Transaction) -> Option<Answer> {
        self.books.transactions.get_mut(id).unwrap().push(to.clone());
        let answer = self.ask(&veloconnect(operation, &format!("&TransactionID={id}{rest}")))?;
        assert_eq!(answer.element("ResponseCode"), Some("200"), "{}", answer.text());
        self.books.transactions.insert(id.to_owned(), vec![to]);
        Some(answer)
    }
}

fn quantity(quantity: u32) -> String {
    format!("&Quantity.130-KE8={quantity}&quantityUnitCode.130-KE8=EA")
}
