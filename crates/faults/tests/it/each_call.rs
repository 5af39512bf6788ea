//! Every single call of an operation fails in turn. What was acknowledged is there, what was refused is not, and the server goes
//! on: with the next request if the disk is well again, after a restart if it was not.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use ordergate_faults::{Call, Disk, Fault, install};
use rusqlite::Connection;

use crate::receiver::Receiver;
use crate::requests::Answer;
use crate::server::{Running, Site};

/// With this in the environment no call is left out anywhere, which takes minutes.
const ALL: &str = "TORTURE_ALL_FAULTS";

/// Which calls are tried, and how many trials run at once.
#[derive(Clone, Copy)]
struct Pace {
    every: u64,
    at_once: u64,
}

/// For trials that are over at once.
const EACH: Pace = Pace { every: 1, at_once: 4 };
/// For those that wait a little.
const EACH_WAITING: Pace = Pace { every: 1, at_once: 24 };
/// For those that wait for leases to end.
const SOME: Pace = Pace { every: 9, at_once: 24 };

/// More calls than any operation makes.
const CALLS_MAX: u64 = 2_000;

/// Which call is to fail, and how.
#[derive(Debug, Clone, Copy)]
struct Trial {
    call: Call,
    at: u64,
    fault: Fault,
}

/// Lets one call after the other fail until there are no more. `trial` gives the calls that failed.
fn sweep(fault: Fault, pace: Pace, trial: impl Fn(Trial) -> Vec<Call> + Sync) {
    install();
    let kinds = if fault == Fault::Full { &[Call::Write][..] } else { &Call::ALL };
    for &call in kinds {
        let failing = sweep_kind(call, fault, pace, &trial);
        // A short operation reads nothing that is not in memory, and only a long one cuts a file.
        assert!(failing > 0 || matches!(call, Call::Read | Call::Truncate), "{fault:?}: no {call:?}");
    }
}

/// In how many trials a call failed.
fn sweep_kind(call: Call, fault: Fault, pace: Pace, trial: &(impl Fn(Trial) -> Vec<Call> + Sync)) -> usize {
    let every = if std::env::var_os(ALL).is_some() { 1 } else { pace.every };
    let (mut failing, mut tried) = (0, 0);
    loop {
        let trials = (tried..tried + pace.at_once).map(|n| Trial { call, at: n * every, fault });
        let failed = at_once(trials, trial);
        failing += failed.iter().filter(|calls| !calls.is_empty()).count();
        tried += pace.at_once;
        // What runs in the background makes calls too, so that one trial more or less has none left.
        if failed.iter().all(Vec::is_empty) {
            eprintln!("{fault:?}: {failing} trials in which a {call:?} failed, every {every}");
            return failing;
        }
        assert!(tried < CALLS_MAX, "no end of calls");
    }
}

fn at_once(trials: impl Iterator<Item = Trial>, trial: &(impl Fn(Trial) -> Vec<Call> + Sync)) -> Vec<Vec<Call>> {
    thread::scope(|scope| {
        let running: Vec<_> = trials.map(|one| scope.spawn(move || trial(one))).collect();
        running.into_iter().map(|trial| trial.join().unwrap()).collect()
    })
}

/// What SQLite itself has to say about the file of a server that has ended.
fn intact(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("orders.sqlite")).unwrap();
    let check: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    connection
}

fn count(connection: &Connection, question: &str) -> i64 {
    connection.query_row(question, [], |row| row.get(0)).unwrap()
}

/// A site whose server knows the customer already, and has the orders that `before` makes.
fn prepared<T>(more: &str, before: impl FnOnce(&Running) -> T) -> (Site, T) {
    install();
    let site = Site::new(more);
    let server = site.start();
    assert!(server.search("none").is_empty());
    let made = before(&server);
    server.stop().unwrap();
    (site, made)
}

/// One operation on a copy of the site while the disk fails. `done` looks at the server afterwards, and at what was answered; it
/// is asked again after a restart.
fn operation(
    site: &Site,
    trial: Trial,
    ask: impl Fn(&Running) -> Answer,
    done: impl Fn(&Running, &mut Option<Answer>),
) -> Vec<Call> {
    let site = site.copy();
    let disk = Disk::of(&site.path().canonicalize().unwrap());
    let mut server = site.start();
    assert!(server.search("none").is_empty());
    disk.arm_kind(trial.call, trial.at, trial.fault);
    let mut answer = Some(ask(&server));
    killed(&site, trial, &done, answer.clone());
    if trial.fault == Fault::Dead {
        // A machine whose disk has died is started again with another one.
        drop(server.stop());
        let failed = disk.heal();
        server = site.start();
        done(&server, &mut answer);
        restarted(&site, server, &done, &mut answer);
        return failed;
    }
    let failed = disk.heal();
    done(&server, &mut answer);
    restarted(&site, server, &done, &mut answer);
    failed
}

/// What is on the disk at this moment is what a server leaves that is killed. If the disk is dead, what was refused may be found
/// stored: nothing could be done about it.
fn killed(site: &Site, trial: Trial, done: &impl Fn(&Running, &mut Option<Answer>), mut answer: Option<Answer>) {
    if trial.fault == Fault::Dead && answer.as_ref().is_some_and(Answer::is_own_fault) {
        return;
    }
    let left = site.copy();
    let server = left.start();
    done(&server, &mut answer);
    server.stop().unwrap();
}

fn restarted(site: &Site, server: Running, done: &impl Fn(&Running, &mut Option<Answer>), answer: &mut Option<Answer>) {
    server.stop().unwrap();
    drop(intact(site.path()));
    let server = site.start();
    done(&server, answer);
    server.stop().unwrap();
}

#[test]
fn submit() {
    let (site, ()) = prepared("processor = \"none\"\n", |_| ());
    let trial = |trial: Trial| {
        operation(
            &site,
            trial,
            |server| server.submit("it"),
            |server, answer| {
                let given = answer.as_ref().unwrap();
                let there = server.search("it");
                if given.status == 200 {
                    assert_eq!(there, [given.element("orderId").unwrap()], "{trial:?}: {given}");
                    return;
                }
                assert!(given.is_own_fault(), "{trial:?}: {given}");
                assert!(there.is_empty(), "{trial:?}: refused, and there: {there:?}");
                let again = server.submit("it");
                assert_eq!(again.status, 200, "{trial:?}: {again}");
                *answer = Some(again);
            },
        )
    };
    for fault in [Fault::Once, Fault::Dead, Fault::Full] {
        sweep(fault, EACH, trial);
    }
}

#[test]
fn cancel() {
    let (site, id) = prepared("processor = \"none\"\n", |server| server.submit("it").element("orderId").unwrap());
    let trial = |trial: Trial| {
        operation(
            &site,
            trial,
            |server| server.cancel(&id),
            |server, answer| {
                let given = answer.as_ref().unwrap();
                let cancelled = server.status(&id) == "Cancelled";
                if given.status == 200 {
                    assert!(cancelled, "{trial:?}: {given}");
                    return;
                }
                assert!(given.is_own_fault(), "{trial:?}: {given}");
                assert!(!cancelled, "{trial:?}: refused, and cancelled");
                let again = server.cancel(&id);
                assert_eq!(again.status, 200, "{trial:?}: {again}");
                *answer = Some(again);
            },
        )
    };
    for fault in [Fault::Once, Fault::Dead, Fault::Full] {
        sweep(fault, EACH, trial);
    }
}

#[test]
fn finish_order() {
    let (site, id) = prepared("processor = \"none\"\n", |server| {
        let created = server.veloconnect("CreateOrder", "Quantity.130-KE8=5&quantityUnitCode.130-KE8=EA");
        created.element("TransactionID").unwrap_or_else(|| panic!("{created}"))
    });
    let transaction = format!("TransactionID={id}");
    let trial = |trial: Trial| {
        operation(
            &site,
            trial,
            |server| server.veloconnect("FinishOrder", &transaction),
            |server, answer| {
                let code = answer.as_ref().unwrap().element("ResponseCode");
                let state = server.veloconnect("GetStatus", &transaction);
                let finished = state.element("StatusCode").as_deref() == Some("100");
                if code.as_deref() == Some("200") {
                    assert!(finished, "{trial:?}: {state}");
                    return;
                }
                let given = answer.as_ref().unwrap();
                assert!(given.is_own_fault(), "{trial:?}: {given}");
                assert!(!finished, "{trial:?}: refused, and finished");
                let again = server.veloconnect("FinishOrder", &transaction);
                assert_eq!(again.element("ResponseCode").as_deref(), Some("200"), "{trial:?}: {again}");
                *answer = Some(again);
            },
        )
    };
    for fault in [Fault::Once, Fault::Dead, Fault::Full] {
        sweep(fault, EACH, trial);
    }
}

/// An order is submitted, worked off, and announced, all of it by one failing disk or another.
#[test]
fn work_and_announcement() {
    let receiver = Receiver::start();
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "whsec_c2lnbmluZyBzZWNyZXQgb2YgdGhlIHRlc3Rz").unwrap();
    let more = format!(
        "processor = \"demo\"\ndemo_delay_ms = 0\n[outbox]\npoll_ms = 20\ntimeout_seconds = 1\nretry_base_seconds = 1\nretry_max_seconds = 1\n\
         [[outbox.webhook]]\nname = \"hook\"\nurl = {:?}\nsecret_file = {:?}\n",
        receiver.url,
        secret.path()
    );
    let (site, ()) = prepared(&more, |_| ());
    let trial = |trial: Trial| {
        let reference = format!("it-{:?}-{:?}-{}", trial.fault, trial.call, trial.at);
        let site = site.copy();
        let disk = Disk::of(&site.path().canonicalize().unwrap());
        let mut server = site.start();
        assert!(server.search("none").is_empty());
        disk.arm_kind(trial.call, trial.at, trial.fault);
        let mut answer = server.submit(&reference);
        let mut failed = None;
        if trial.fault == Fault::Dead {
            await_death_or_news(&disk, &receiver, &reference);
            drop(server.stop());
            failed = Some(disk.heal());
            server = site.start();
        }
        if answer.status != 200 {
            assert!(answer.is_own_fault(), "{trial:?}: {answer}");
            answer = server.submit(&reference);
            assert_eq!(answer.status, 200, "{trial:?}: {answer}");
        }
        let id = answer.element("orderId").unwrap();
        server.await_status(&id, "Completed");
        await_news(&receiver, &reference, trial);
        let failed = failed.unwrap_or_else(|| disk.heal());
        server.stop().unwrap();
        let connection = intact(site.path());
        assert_eq!(count(&connection, "select count(*) from orders"), 1, "{trial:?}");
        assert_eq!(count(&connection, "select count(*) from history where to_status = 4 and subject >= 0"), 2, "{trial:?}");
        failed
    };
    sweep(Fault::Once, EACH_WAITING, trial);
    sweep(Fault::Dead, SOME, trial);
}

/// The disk has died, or nothing is left for it to die of.
fn await_death_or_news(disk: &Disk, receiver: &Receiver, reference: &str) {
    let begin = Instant::now();
    while !disk.has_failed() && receiver.heard("order.completed", reference) == 0 && begin.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(5));
    }
}

fn await_news(receiver: &Receiver, reference: &str, trial: Trial) {
    let begin = Instant::now();
    while ["order.submitted", "order.completed"].iter().any(|event| receiver.heard(event, reference) == 0) {
        assert!(begin.elapsed() < Duration::from_mins(1), "{trial:?}: not announced");
        thread::sleep(Duration::from_millis(5));
    }
}
