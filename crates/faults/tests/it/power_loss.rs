//! The power goes at any moment while customers are served. What they were told of is there afterwards.

use std::thread;

use ordergate_faults::{Disk, Image, Power, install};
use rusqlite::Connection;

use crate::server::{Running, Site};

/// Customers at once.
const CUSTOMERS: usize = 4;
/// Rounds of each.
const ROUNDS: usize = 6;
/// After so many changes of the files an image is kept.
const EVERY: u64 = 17;

/// Orders, cancels some, and finishes orders of the other protocol; notes what it is told.
fn customer(server: &Running, disk: &Disk, number: usize) {
    for round in 0..ROUNDS {
        let reference = format!("{number}-{round}");
        let submitted = server.submit(&reference);
        assert_eq!(submitted.status, 200, "{submitted}");
        let id = submitted.element("orderId").unwrap();
        disk.acknowledge(format!("order {reference}"));
        if round % 2 == 0 {
            let cancelled = server.cancel(&id);
            assert_eq!(cancelled.status, 200, "{cancelled}");
            disk.acknowledge(format!("cancel {reference}"));
        }
        let created = server.veloconnect("CreateOrder", "Quantity.130-KE8=5&quantityUnitCode.130-KE8=EA");
        let transaction = created.element("TransactionID").unwrap_or_else(|| panic!("{created}"));
        let finished = server.veloconnect("FinishOrder", &format!("TransactionID={transaction}"));
        assert_eq!(finished.element("ResponseCode").as_deref(), Some("200"), "{finished}");
        disk.acknowledge(format!("finish {transaction}"));
    }
}

/// A server that starts from what is left knows all that was acknowledged.
fn check(image: &Image) {
    let site = Site::new("processor = \"none\"\n");
    image.restore(site.path()).unwrap();
    let server = site.start();
    for line in &image.acknowledged {
        let told = format!("{line}, after {} changes", image.changes);
        match line.split_once(' ').unwrap() {
            ("order", reference) => assert_eq!(server.search(reference).len(), 1, "{told}"),
            ("cancel", reference) => {
                let id = server.search(reference).pop().unwrap();
                assert!(server.status(&id) == "Cancelled", "{told}");
            }
            ("finish", transaction) => {
                let state = server.veloconnect("GetStatus", &format!("TransactionID={transaction}"));
                assert_eq!(state.element("StatusCode").as_deref(), Some("100"), "{told}: {state}");
            }
            other => panic!("{other:?}"),
        }
    }
    // And it takes orders.
    let submitted = server.submit("afterwards");
    assert_eq!(submitted.status, 200, "{submitted}");
    server.stop().unwrap();
    let connection = Connection::open(site.path().join("orders.sqlite")).unwrap();
    let intact: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(intact, "ok", "after {} changes", image.changes);
}

fn power_goes(power: Power) {
    install();
    let site = Site::new("processor = \"none\"\n");
    let disk = Disk::of(&site.path().canonicalize().unwrap());
    let server = site.start();
    assert!(server.search("none").is_empty());
    disk.film(EVERY, power);
    thread::scope(|scope| {
        for number in 0..CUSTOMERS {
            let (server, disk) = (&server, &disk);
            scope.spawn(move || customer(server, disk, number));
        }
    });
    server.stop().unwrap();
    let images = disk.images();
    eprintln!(
        "{power:?}: {} images, {} acknowledged in the last",
        images.len(),
        images.last().map_or(0, |i| i.acknowledged.len())
    );
    assert!(images.len() > 10, "{} images", images.len());
    images.iter().for_each(check);
}

#[test]
fn all_that_was_not_flushed_is_lost() {
    power_goes(Power::LosesAll);
}

#[test]
fn some_of_it_is_lost() {
    power_goes(Power::LosesSome(1));
    power_goes(Power::LosesSome(2));
}

#[test]
fn only_the_program_dies() {
    power_goes(Power::LosesNothing);
}
