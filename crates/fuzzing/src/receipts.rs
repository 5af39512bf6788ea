//! Documents that the seller's system hands in: what buyers are issued, and what becomes of their orders.

use std::sync::Arc;

use ordergate_engine::{Actor, ProviderId};
use ordergate_veloconnect::receipts::batch::{Report, Result as Became};
use ordergate_veloconnect::receipts::intake::{Intake, Outcome, Taken};
use ordergate_veloconnect::receipts::read;
use ordergate_veloconnect::{Veloconnect, VeloconnectOptions};

use crate::authenticate::FewAccounts;
use crate::store::MemoryStore;
use crate::veloconnect_request::{ask, demo, door_with};
use crate::{Noon, finish};

/// The order that documents may name, of two lines: that of the first is 100-SP263.
pub const ORDER: &str = "1001";

/// A text of documents. Each is reported once, with its place if it is refused; each that is taken can be searched for and fetched
/// within the schema; and what is handed in twice is the same. Gives kinds and outcomes of what was taken.
pub fn receipts(data: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(data);
    let (store, door) = with_order();
    let report = hand_in(&store, &text);
    check(&report, &text);
    let all: Vec<&Taken> = report.documents.iter().filter_map(|entry| taken(&entry.result)).collect();
    for taken in &all {
        look_up(&door, taken);
    }
    let status = ask(&door, "RequestName=GetStatusRequest&IncludeFinal=true");
    assert_eq!(status.result, "200");
    if let [only] = &report.documents[..]
        && taken(&only.result).is_some_and(|taken| taken.outcome != Outcome::Applied)
    {
        let commits = store.commits();
        let again = hand_in(&store, &text);
        let outcome = again.documents.first().and_then(|entry| taken(&entry.result)).map(|taken| taken.outcome);
        assert_eq!((outcome, store.commits()), (Some(Outcome::Same), commits), "{text}");
    }
    read_again(&text);
    all.iter().map(|taken| format!("{} {:?} {}", taken.kind, taken.outcome, taken.orders.len())).collect()
}

/// A store with the order of a buyer, and the door over it.
fn with_order() -> (Arc<MemoryStore>, Veloconnect) {
    let (store, authenticate) = (Arc::new(MemoryStore::new()), Arc::new(FewAccounts::default()));
    let door = door_with(&store, &authenticate, VeloconnectOptions::default(), demo(), None);
    let lines = "Quantity.100-SP263=2&quantityUnitCode.100-SP263=PK&Quantity.110-FB622=10";
    assert_eq!(ask(&door, &format!("RequestName=CreateOrderRequest&{lines}")).result, "200");
    let open = store.newest_transaction().unwrap_or_else(|| panic!("no transaction"));
    assert_eq!(ask(&door, &format!("RequestName=FinishOrderRequest&TransactionID={}", open.key.id)).result, "200");
    let order = store.newest_order().unwrap_or_else(|| panic!("no order"));
    assert_eq!(order.id.to_string(), ORDER);
    (store, door)
}

fn hand_in(store: &Arc<MemoryStore>, text: &str) -> Report {
    let (store, clock) = (Arc::clone(store) as _, Arc::new(Noon));
    let intake = Intake { store, clock, provider: ProviderId::DEFAULT, who: Actor::erp("test") };
    finish(intake.take_all(text)).unwrap_or_else(|error| panic!("{error}"))
}

fn taken(result: &Became) -> Option<&Taken> {
    match result {
        Became::Taken(taken) => Some(taken),
        Became::Refused { .. } => None,
    }
}

fn check(report: &Report, text: &str) {
    assert_eq!(report.taken + report.refused, report.documents.len());
    assert_eq!(report.documents.iter().filter(|entry| taken(&entry.result).is_some()).count(), report.taken);
    let lines: Vec<usize> = report.documents.iter().filter_map(|entry| entry.line).collect();
    assert!(lines.is_sorted_by(|a, b| a < b) && lines.iter().all(|line| *line <= text.lines().count()), "{lines:?}");
    for (number, entry) in (1..).zip(&report.documents) {
        assert_eq!(entry.document, number);
        assert!(!matches!(&entry.result, Became::Refused { error, .. } if error.is_empty()), "{entry:?}");
    }
}

fn look_up(door: &Veloconnect, taken: &Taken) {
    let request = match taken.kind {
        "offer" => "Offer",
        "orderConfirmation" => "OrderConfirmation",
        "deliveryNote" => "DeliveryNote",
        "invoice" => "InvoiceInformation",
        _ => return,
    };
    let id = taken.id.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let name = if request == "InvoiceInformation" { "Invoice" } else { request };
    let fetched = ask(door, &format!("RequestName={request}DetailsRequest&{name}ID={id}"));
    assert_eq!(fetched.result, "200", "{taken:?}");
    assert!(!crate::shown(&fetched.body).contains("<UnknownID>"), "{taken:?}\n{}", crate::shown(&fetched.body));
    assert_eq!(ask(door, &format!("RequestName={request}QueryRequest")).result, "200", "{taken:?}");
}

/// What is read is written, read again, and the same.
fn read_again(text: &str) {
    let Ok(document) = read(text) else { return };
    let written = serde_json::to_string(&document).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read(&written).as_ref(), Ok(&document), "{text}");
}
