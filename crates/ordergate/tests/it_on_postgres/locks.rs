//! Statements that do not come to their end, as when someone else has locked a table: requests end all the same.

use crate::customers::says_try_later;
use crate::harness::{Config, Server, demo_articles, eventually, found, get, retrieve, search, submit, veloconnect};
use crate::place::cluster;

const READING: [&str; 2] = ["reading from the store fails", "reading from the store works again"];
const WRITING: [&str; 2] = ["writing to the store fails", "writing to the store works again"];
const CUSTOMERS: usize = 12;

/// More customers than there are connections ask for what is locked; an answer while it is locked shows that they do not
/// wait for the lock.
#[test]
fn nobody_waits_longer_than_is_configured() {
    let server = Server::serve(&Config::new(&format!("request_seconds = 1\n[veloconnect]\n{}", demo_articles())));
    let id = server.send(&submit("before", "STANDARD", &["item"])).element("orderId").unwrap().to_owned();
    let created = server.send(&veloconnect("CreateOrder", "&Quantity.130-KE8=2&quantityUnitCode.130-KE8=EA"));
    let transaction = format!("&TransactionID={}", created.element("TransactionID").unwrap());
    let mut other = cluster().session(&cluster().superuser_url(server.place.name())).unwrap();
    other.run("begin; lock table orders in access exclusive mode").unwrap();
    std::thread::scope(|scope| {
        for customer in 0..CUSTOMERS {
            let (server, id, transaction) = (&server, &id, &transaction);
            scope.spawn(move || {
                let locked = submit(&format!("locked {customer}"), "STANDARD", &["item"]);
                let asked = [retrieve(id), search(""), locked, veloconnect("FinishOrder", transaction)];
                let answer = server.send(&asked[customer % asked.len()]);
                assert!(says_try_later(&answer), "{}", answer.text());
            });
        }
    });
    other.run("rollback").unwrap();

    eventually("the server is ready", || (server.send(&get("/health/ready")).status == 200).then_some(()));
    let names: Vec<String> = found(&server.send(&search(""))).into_iter().map(|order| order.reference).collect();
    assert_eq!(names, ["before"], "what was refused is not there");
    assert_eq!(server.send(&veloconnect("FinishOrder", &transaction)).element("ResponseCode"), Some("200"));
    eventually("the log says that all is well", || {
        assert_eq!(server.send(&retrieve(&id)).status, 200);
        assert_eq!(server.send(&submit("after", "STANDARD", &["item"])).status, 200);
        let log = server.log();
        [READING[1], WRITING[1]].iter().all(|words| log.contains(words)).then_some(())
    });
    let log = server.log();
    for words in [READING, WRITING].concat() {
        assert_eq!(log.matches(words).count(), 1, "{words}: {log}");
    }
}
