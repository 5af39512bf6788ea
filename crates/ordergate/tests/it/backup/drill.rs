//! The restore drill: customers at work, a backup in the middle, the server's end, and a new place.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::{Config, Found, Server, eventually, found, ordered, out, retrieve, search, submit};
use crate::process::books::may_follow;

const TOML: &str = "[oseo]\nsearch_limit = 100000\n\
    [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\nlease_seconds = 5\npoll_ms = 50\nconcurrency = 4\n";

/// What customers were told: the reference of each order by id, and its last status.
type Told = BTreeMap<i64, (String, String)>;

/// Customers who submit and ask, until the server is gone.
fn at_work(server: &mut Server, meanwhile: impl FnOnce(&mut Server, &Mutex<Told>, &AtomicUsize)) -> Told {
    let (told, answers, address) = (Mutex::new(Told::new()), AtomicUsize::new(0), server.address);
    std::thread::scope(|scope| {
        for customer in 0..3 {
            let (told, answers) = (&told, &answers);
            scope.spawn(move || {
                for n in 0.. {
                    let reference = format!("{customer}-{n}");
                    let Ok(answer) = submit(&reference, "STANDARD", &["one", "two"]).try_send(address) else { break };
                    let Some(id) = answer.element("orderId").map(|id| id.parse().unwrap()) else { break };
                    told.lock().unwrap().insert(id, (reference, "Submitted".to_owned()));
                    let Ok(answer) = retrieve(&id.to_string()).try_send(address) else { break };
                    let Some(order) = found(&answer).pop() else { break };
                    told.lock().unwrap().get_mut(&id).unwrap().1 = order.status;
                    answers.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        meanwhile(server, &told, &answers);
    });
    told.into_inner().unwrap()
}

#[track_caller]
fn await_more(answers: &AtomicUsize, more: usize) {
    let wanted = answers.load(Ordering::SeqCst) + more;
    eventually("customers are at work", || (answers.load(Ordering::SeqCst) >= wanted).then_some(()));
}

fn all(server: &Server) -> BTreeMap<i64, Found> {
    found(&server.send(&search(""))).into_iter().map(|order| (order.id.parse().unwrap(), order)).collect()
}

#[test]
fn what_was_acknowledged_before_the_backup_is_there_after_a_disaster() {
    let mut old = Server::serve(&Config::new(TOML));
    let safe = tempfile::tempdir().unwrap();
    let (file, key) = (safe.path().join("copy"), safe.path().join("key"));
    let mut before = Told::new();
    let ever = at_work(&mut old, |server, told, answers| {
        await_more(answers, 40);
        before.clone_from(&told.lock().unwrap());
        let made = server.backup(&file);
        assert!(made.status.success(), "{made:?}");
        std::fs::copy(server.place.path().with_extension("sqlite.key"), &key).unwrap();
        await_more(answers, 40);
        server.kill();
    });

    let mut new = Server::stopped(&Config { toml: TOML.to_owned(), accounts: Vec::new() }, crate::place::Place::new);
    let restored = new.restore(&file, &[]);
    assert!(restored.status.success(), "{restored:?}");
    std::fs::copy(&key, new.place.path().with_extension("sqlite.key")).unwrap();
    new.assert_sound();
    new.start();
    let there = all(&new);
    for (id, (reference, status)) in &before {
        let order = there.get(id).unwrap_or_else(|| panic!("order {id} is lost"));
        assert_eq!(order.reference, *reference);
        assert!(may_follow(status, &order.status), "order {id} was {status} and is {}", order.status);
    }
    let last = *ever.keys().max().unwrap();
    assert!(before.len() < ever.len() && !there.contains_key(&last), "the server went on after the backup");
    for n in 0..5 {
        let id: i64 = ordered(&new, &submit(&format!("new-{n}"), "STANDARD", &["one"])).parse().unwrap();
        assert!(id > last && !ever.contains_key(&id), "{id} was given out before");
    }
    eventually("all are worked off", || all(&new).values().all(|order| order.status == "Completed").then_some(()));
    assert!(out(&new.verify()).contains("(0 not over)"));
}
