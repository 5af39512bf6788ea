//! `kill -9` at any moment: what was acknowledged is there afterwards, once.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::Ordering;

use super::books::Books;
use super::load::busy_customers;
use crate::harness::{Config, Server, demo_articles, eventually, found, search};

/// How often the server is killed, unless [`CYCLES`] says otherwise.
const ROUNDS: usize = 20;
/// Environment variable: so many times, which are reported on the way (`-- --nocapture`).
const CYCLES: &str = "TORTURE_CYCLES";

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let toml = format!(
        "[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}\
         [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 5\nlease_seconds = 5\nconcurrency = 8\n",
        demo_articles()
    );
    let mut server = Server::serve(&Config::new(&toml));
    let (mut books, random) = (Books::default(), RandomState::new());
    let rounds = std::env::var(CYCLES).map_or(ROUNDS, |cycles| cycles.parse().expect("a number of cycles"));
    for round in 1..=rounds {
        // The moment is chosen by what was done so far, not by the clock: a busy machine changes nothing.
        let until = usize::try_from(random.hash_one(round) % 50).unwrap() + 4;
        let noted = busy_customers(server.address, &round.to_string(), |count| {
            eventually("customers are at work", || (count.load(Ordering::SeqCst) >= until).then_some(()));
            server.signal("KILL");
        });
        server.wait();
        books.merge(noted);
        server.start();
        books.check(&server);
        if round % 50 == 0 {
            eprintln!("killed {round} times; {}", books.summary());
        }
    }
    assert!(books.answers >= rounds * 4 && books.creates_unanswered > 0, "{} answers", books.answers);
    // Nor is any work lost: all orders are worked off, also those whose worker was killed.
    eventually("every order is completed", || {
        found(&server.send(&search(""))).iter().all(|order| order.status == "Completed").then_some(())
    });
    books.check_all(&server);
    server.assert_sound();
    eprintln!("killed {rounds} times, nothing lost, nothing doubled; {}", books.summary());
}
