//! Customers of several nodes, who ask the next one when an answer does not come, and note down what they are told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::harness::{Answer, Found, Request, Server, Soap, eventually, found, retrieve, search, submit, veloconnect};
use crate::oseo::cancel::cancel;
use crate::oseo::customer::Way;
use crate::oseo::fault::Fault;
use crate::process::books::may_follow;

/// Whatever takes longer never comes.
const PATIENCE: Duration = Duration::from_mins(1);

/// What can keep an answer from coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nodes die: there is no answer at all.
    NodesDie,
    /// The database is away: the answer is a fault, and there is always one.
    DatabaseAway,
    /// Both.
    Any,
}

/// What the customers have come to so far, and whether they shall go on.
#[derive(Debug, Default)]
pub struct Progress {
    answers: AtomicUsize,
    failures: AtomicUsize,
    enough: AtomicBool,
}

impl Progress {
    /// Waits for so many answers more.
    #[track_caller]
    pub fn await_answers(&self, more: usize) {
        await_more("customers are at work", &self.answers, more);
    }

    /// Waits until so many requests more have failed.
    #[track_caller]
    pub fn await_failures(&self, more: usize) {
        await_more("customers notice", &self.failures, more);
    }
}

#[track_caller]
fn await_more(what: &str, count: &AtomicUsize, more: usize) {
    let wanted = count.load(Ordering::SeqCst) + more;
    eventually(what, || (count.load(Ordering::SeqCst) >= wanted).then_some(()));
}

/// Lets the customers go home, also when the test fails.
struct End<'a>(&'a Progress);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.enough.store(true, Ordering::SeqCst);
    }
}

/// Everything that customers were told.
#[derive(Debug, Default)]
pub struct Notes {
    /// Ids by reference; every Submit was repeated until it was acknowledged.
    pub orders: BTreeMap<String, String>,
    /// How often requests were sent again because no answer came.
    pub repeated: usize,
    /// Orders whose Cancel was acknowledged; the rest of them were over before.
    pub cancelled: BTreeSet<String>,
    /// Quantity and the seller's number of finished transactions, by id.
    finished: BTreeMap<String, (u32, String)>,
    rolled_back: BTreeSet<String>,
    /// CreateOrders that were not answered: each may have made a transaction whose id nobody knows.
    creates_unanswered: usize,
}

/// Two OSEO customers and one of veloconnect, who work until `meanwhile` has come to its end.
pub fn at_work(nodes: &[SocketAddr], trouble: Trouble, meanwhile: impl FnOnce(&Progress)) -> Notes {
    let progress = Progress::default();
    let customer =
        |name: &'static str, turn| Customer { nodes, trouble, progress: &progress, name, turn, notes: Notes::default() };
    std::thread::scope(|scope| {
        let working = [
            scope.spawn(move || customer("a", 0).orders()),
            scope.spawn(move || customer("b", 1).orders()),
            scope.spawn(move || customer("c", 2).trades()),
        ];
        let end = End(&progress);
        meanwhile(&progress);
        drop(end);
        let mut notes = Notes::default();
        for customer in working {
            notes.merge(customer.join().expect("a customer was told something impossible"));
        }
        notes
    })
}

struct Customer<'a> {
    nodes: &'a [SocketAddr],
    trouble: Trouble,
    progress: &'a Progress,
    name: &'static str,
    /// Counts requests; each goes to the next node.
    turn: usize,
    notes: Notes,
}

impl Customer<'_> {
    fn goes_on(&self) -> bool {
        !self.progress.enough.load(Ordering::SeqCst)
    }

    /// The answer, and how often the request had to be repeated before it came.
    fn ask(&mut self, request: &Request) -> (Answer, usize) {
        let began = Instant::now();
        for repeated in 0.. {
            self.turn += 1;
            let answer = request.try_send(self.nodes[self.turn % self.nodes.len()]);
            match (answer, self.trouble) {
                (Ok(answer), Trouble::DatabaseAway) if says_try_later(&answer) => {}
                (Ok(answer), Trouble::Any) if !is_about_the_order(&answer) && says_try_later(&answer) => {}
                (Ok(answer), _) => {
                    self.progress.answers.fetch_add(1, Ordering::SeqCst);
                    self.notes.repeated += repeated;
                    return (answer, repeated);
                }
                (Err(_), Trouble::NodesDie | Trouble::Any) => {}
                (Err(error), Trouble::DatabaseAway) => panic!("no answer: {error}"),
            }
            self.progress.failures.fetch_add(1, Ordering::SeqCst);
            assert!(began.elapsed() < PATIENCE, "no node answers {request:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        unreachable!()
    }

    /// Submit, now and then once more though it was answered, then GetStatus of that order and of an earlier one; now and
    /// then a change of mind.
    fn orders(mut self) -> Notes {
        let (mut ids, mut seen): (Vec<String>, BTreeMap<String, Vec<String>>) = (Vec::new(), BTreeMap::new());
        while self.goes_on() {
            let n = ids.len();
            let reference = format!("{}-{n}", self.name);
            let request = with_message_id(submit(&reference, "STANDARD", &["one", "two"]), &format!("urn:message:{reference}"));
            let id = order_id(&self.ask(&request).0);
            if n.is_multiple_of(5) {
                assert_eq!(order_id(&self.ask(&request).0), id, "one message, two orders");
            }
            self.notes.orders.insert(reference, id.clone());
            ids.push(id);
            if n % 7 == 3 {
                self.cancel(&ids[n], &reference_of_cancel(self.name, n));
            }
            for id in [&ids[n], &ids[n / 2]] {
                let answer = self.ask(&retrieve(id)).0;
                note_statuses(&mut seen, &found(&answer).remove(0));
            }
        }
        self.notes
    }

    /// Cancel, repeated until it is answered, and once more: an order that was over before stays as it is.
    fn cancel(&mut self, id: &str, message_id: &str) {
        let request = with_message_id(Soap::V11.request(&cancel(id)), message_id);
        let answer = self.ask(&request).0;
        let again = self.ask(&request).0;
        if answer.status == 200 {
            assert_eq!(again.body, answer.body, "one Cancel, two answers");
            self.notes.cancelled.insert(id.to_owned());
        } else {
            let fault = Fault::read(Way::V11, &answer);
            assert_eq!((fault.code.as_str(), fault.locator.as_deref()), ("InvalidParameterValue", Some("orderId")), "{fault}");
            assert_eq!(found(&self.ask(&retrieve(id)).0)[0].status, "Completed");
        }
    }

    /// CreateOrder, UpdateOrder, then FinishOrder or Rollback.
    fn trades(mut self) -> Notes {
        for n in 0.. {
            if !self.goes_on() {
                break;
            }
            self.trade(n % 50 + 1, n % 4 == 3);
        }
        self.notes
    }

    fn trade(&mut self, wanted: u32, rolls_back: bool) {
        let (created, repeated) = self.ask(&veloconnect("CreateOrder", &quantity(wanted + 50)));
        self.notes.creates_unanswered += repeated;
        assert_eq!(created.element("ResponseCode"), Some("200"), "{}", created.text());
        let id = created.element("TransactionID").expect("a transaction id").to_owned();
        let updated = self.ask(&veloconnect("UpdateOrder", &format!("&TransactionID={id}{}", quantity(wanted)))).0;
        assert_eq!(updated.element("ResponseCode"), Some("200"), "{}", updated.text());
        let (operation, when_repeated) = if rolls_back { ("Rollback", "420") } else { ("FinishOrder", "430") };
        let (ended, repeated) = self.ask(&veloconnect(operation, &format!("&TransactionID={id}")));
        let code = ended.element("ResponseCode");
        assert!(code == Some("200") || repeated > 0 && code == Some(when_repeated), "{}", ended.text());
        if rolls_back {
            self.notes.rolled_back.insert(id);
        } else {
            let number = ended.element("OrderID").expect("an order number").to_owned();
            self.notes.finished.insert(id, (wanted, number));
        }
    }
}

fn reference_of_cancel(customer: &str, n: usize) -> String {
    format!("urn:cancel:{customer}-{n}")
}

fn quantity(quantity: u32) -> String {
    format!("&Quantity.130-KE8={quantity}&quantityUnitCode.130-KE8=EA")
}

fn with_message_id(request: Request, id: &str) -> Request {
    let header = format!("<wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">{id}</wsa:MessageID></s:Header>");
    let body = String::from_utf8(request.body).unwrap().replace("</s:Header>", &header);
    Request { body: body.into_bytes(), ..request }
}

#[track_caller]
fn order_id(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.element("orderId").expect("an order id").to_owned()
}

/// Whether it is the customer who is told to be wrong.
fn is_about_the_order(answer: &Answer) -> bool {
    answer.status != 200 && Fault::read_any_status(Way::V11, answer).blame == "Client"
}

/// Whether the server says, in the words of the protocol, that it cannot answer now and that this is its own fault.
#[track_caller]
pub fn says_try_later(answer: &Answer) -> bool {
    if answer.element("ResponseCode").is_some() {
        return answer.element("ResponseCode") == Some("500");
    }
    if answer.status == 200 {
        return false;
    }
    let fault = Fault::read_any_status(Way::V11, answer);
    assert_eq!((fault.http, fault.blame.as_str(), fault.code.as_str()), (500, "Server", "NoApplicableCode"), "{fault}");
    true
}

/// Statuses of an order and of its items go on, never back, whichever node says them.
#[track_caller]
fn note_statuses(seen: &mut BTreeMap<String, Vec<String>>, order: &Found) {
    let items = order.items.iter().map(|(_, status, _)| status.clone());
    let now: Vec<String> = std::iter::once(order.status.clone()).chain(items).collect();
    assert_eq!(now.len(), 3, "{order:?}");
    let before = seen.insert(order.id.clone(), now.clone()).unwrap_or_else(|| now.clone());
    for (before, now) in before.iter().zip(&now) {
        assert!(may_follow(before, now), "{before} before {order:?}");
    }
}

impl Notes {
    fn merge(&mut self, other: Self) {
        self.orders.extend(other.orders);
        self.repeated += other.repeated;
        self.cancelled.extend(other.cancelled);
        self.finished.extend(other.finished);
        self.rolled_back.extend(other.rolled_back);
        self.creates_unanswered += other.creates_unanswered;
    }

    /// Holds everything that was noted against what a node says.
    #[track_caller]
    pub fn check(&self, node: &Server) {
        let mut stored: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for order in found(&node.send(&search(""))) {
            stored.entry(order.reference).or_default().push(order.id);
        }
        let noted = self.orders.iter().map(|(reference, id)| (reference.clone(), vec![id.clone()])).collect();
        assert_eq!(stored, noted, "every acknowledged order is there once, and no other");
        for id in &self.cancelled {
            let order = found(&node.send(&retrieve(id))).remove(0);
            let cancelled = order.items.iter().filter(|(_, status, _)| status == "Cancelled").count();
            assert!(cancelled > 0 && (order.status == "Cancelled") == (cancelled == order.items.len()), "{order:?}");
        }
        for (id, (wanted, number)) in &self.finished {
            let view = node.send(&veloconnect("ViewOrder", &format!("&TransactionID={id}")));
            assert_eq!((view.element("StatusCode"), view.element("Quantity")), (Some("100"), Some(wanted.to_string().as_str())));
            let again = node.send(&veloconnect("FinishOrder", &format!("&TransactionID={id}")));
            assert_eq!((again.element("ResponseCode"), again.element("OrderID")), (Some("430"), Some(number.as_str())));
        }
        let numbers: BTreeSet<&String> = self.finished.values().map(|(_, number)| number).collect();
        assert_eq!(numbers.len(), self.finished.len(), "an order number was given twice");
        self.check_list(node);
    }

    fn check_list(&self, node: &Server) {
        let answer = node.send(&veloconnect("GetStatus", ""));
        let listed: BTreeSet<&str> = answer.elements("TransactionId").into_iter().collect();
        let unknown = listed.iter().filter(|id| !self.finished.contains_key(**id)).count();
        assert!(unknown <= self.creates_unanswered, "{unknown} transactions, {} unanswered", self.creates_unanswered);
        assert!(self.finished.keys().all(|id| listed.contains(id.as_str())), "{}", answer.text());
        assert!(self.rolled_back.iter().all(|id| !listed.contains(id.as_str())), "{}", answer.text());
    }
}

/// Waits until nothing is left to be done.
#[track_caller]
pub fn await_all_over(node: &Server) {
    let is_over = |order: &Found| order.status == "Completed" || order.status == "Cancelled";
    eventually("every order is over", || found(&node.send(&search(""))).iter().all(is_over).then_some(()));
}
