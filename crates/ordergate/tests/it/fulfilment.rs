//! From a Submit to the product, as the customer sees it.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::download::links;
use crate::harness::{
    Answer, Config, Found, Server, Soap, assert_valid, await_status, eventually, get, look, ordered, retrieve, submit,
};

/// A production hall: a script that notes what it was given and waits for a word of the test.
struct Hall {
    folder: TempDir,
}

/// Notes its input under `ITEM.ATTEMPT.json` and its start in `runs`; then waits for a file of the item's name,
/// which says what to answer.
const SCRIPT: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 9
cat > "$ORDERGATE_ITEM_ID.$ORDERGATE_ATTEMPT.json"
echo "$ORDERGATE_ITEM_ID $ORDERGATE_ATTEMPT $$" >> runs
while [ ! -e "$ORDERGATE_ITEM_ID.go" ]; do [ -e mill.sh ] || exit 9; sleep 0.02; done
cat "$ORDERGATE_ITEM_ID.go"
echo "$ORDERGATE_ITEM_ID" >> ends
"#;

const READY: &str = r#"{"result": "https://files.example/scene?a=1&b=2"}"#;

impl Hall {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mill.sh"), SCRIPT).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn server(&self, more: &str) -> Server {
        let script = self.path("mill.sh").display().to_string();
        let section = "[fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\n";
        let lease = if more.contains("lease_seconds") { "" } else { "lease_seconds = 5\n" };
        Server::serve(&Config::new(&format!("{section}{lease}command = [\"/bin/sh\", {script:?}]\n{more}")))
    }

    /// Lets the item go on. The word appears whole or not at all.
    fn say(&self, item: &str, word: &str) {
        std::fs::write(self.path("word"), word).unwrap();
        std::fs::rename(self.path("word"), self.path(&format!("{item}.go"))).unwrap();
    }

    fn lines(&self, name: &str) -> Vec<String> {
        std::fs::read_to_string(self.path(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Item and attempt of each run so far.
    fn runs(&self) -> Vec<String> {
        self.lines("runs").iter().filter_map(|l| l.rsplit_once(' ')).map(|(run, _)| run.to_owned()).collect()
    }

    fn await_run(&self, run: &str) {
        eventually(run, || self.runs().iter().any(|r| r == run).then_some(()));
    }
}

fn statuses(order: &Found) -> Vec<&str> {
    order.items.iter().map(|(_, status, _)| status.as_str()).collect()
}

/// One at a time, so that each step can be seen: the second item waits while the first is produced.
#[test]
fn every_step_shows_in_get_status() {
    let hall = Hall::new();
    let server = hall.server("concurrency = 1\n");
    ordered(&server, &submit("before", "STANDARD", &["zero"]));
    hall.await_run("zero 1");
    let id = ordered(&server, &submit("steps", "STANDARD", &["one", "two"]));
    let waiting = look(&server, &id);
    assert_eq!((waiting.status.as_str(), statuses(&waiting)), ("Submitted", vec!["Submitted", "Submitted"]));
    hall.say("zero", READY);
    let mut seen: Vec<Found> = Vec::new();
    let mut note = |order: Found| {
        if seen.last() != Some(&order) {
            seen.push(order);
        }
    };
    for item in ["one", "two"] {
        eventually("the item is in production", || {
            note(look(&server, &id));
            hall.runs().contains(&format!("{item} 1")).then_some(())
        });
        let now = look(&server, &id);
        assert_eq!(now.status, "InProduction");
        assert_eq!(statuses(&now), if item == "one" { ["InProduction", "Suspended"] } else { ["Completed", "InProduction"] });
        hall.say(item, READY);
    }
    let done = await_status(&server, &id, "Completed");
    assert_eq!((statuses(&done), done.info.as_str()), (vec!["Completed", "Completed"], ""));
    note(done);
    let rank =
        |status: &str| ["Submitted", "Accepted", "Suspended", "InProduction", "Completed"].iter().position(|s| *s == status);
    for pair in seen.windows(2) {
        assert!(rank(&pair[0].status).unwrap() <= rank(&pair[1].status).unwrap(), "{seen:#?}");
        for (before, after) in statuses(&pair[0]).iter().zip(statuses(&pair[1])) {
            assert!(rank(before).unwrap() <= rank(after).unwrap(), "{seen:#?}");
        }
    }
    assert_eq!(hall.runs(), ["zero 1", "one 1", "two 1"]);
}

/// An order all of whose items wait is Suspended, and says for what.
#[test]
fn an_order_waits_for_another_attempt() {
    let hall = Hall::new();
    let server = hall.server("retry_base_seconds = 600\n");
    let id = ordered(&server, &submit("waits", "STANDARD", &["one"]));
    hall.say("one", r#"{"error": "no free antenna"}"#);
    // Without a reason it waits for its first attempt.
    let waits = eventually("the attempt failed", || Some(look(&server, &id)).filter(|order| !order.items[0].2.is_empty()));
    assert_eq!(waits.status, "Suspended");
    let reason = "attempt 1 of 3 failed: no free antenna; next attempt after 600 s";
    assert_eq!(waits.items, [("one".to_owned(), "Suspended".to_owned(), reason.to_owned())]);
}

/// Without a processor an order is accepted and waits for an operator.
#[test]
fn without_a_processor_orders_are_accepted() {
    let server = Server::serve(&Config::new(""));
    let id = ordered(&server, &submit("waits", "STANDARD", &["one", "two"]));
    assert_eq!(statuses(&await_status(&server, &id, "Accepted")), ["Accepted", "Accepted"]);
}

/// The reason is the customer's to read, in the item and in the order, whatever characters it has.
#[test]
fn a_failure_says_why() {
    let hall = Hall::new();
    let server = hall.server("attempts_max = 2\nretry_base_seconds = 1\n");
    let id = ordered(&server, &submit("fails", "STANDARD", &["good", "bad"]));
    hall.say("good", READY);
    hall.say("bad", r#"{"error": "cloud cover > 80 % & \"haze\" <b>\u0000\nüber", "retry": true}"#);
    let again =
        eventually("another attempt", || Some(look(&server, &id)).filter(|o| o.items[1].2.contains("attempt 1 of 2 failed")));
    assert_eq!(again.items[1].1, "Suspended", "{again:?}");
    let failed = await_status(&server, &id, "Failed");
    let reason = "cloud cover &gt; 80 % &amp; \"haze\" &lt;b&gt; über (after 2 attempts)";
    assert_eq!(failed.items[1], ("bad".into(), "Failed".into(), reason.into()));
    assert_eq!(failed.items[0], ("good".into(), "Completed".into(), String::new()));
    assert!(failed.info.contains("bad") && failed.info.contains(reason), "{failed:?}");
    assert_eq!(hall.runs().iter().filter(|r| r.starts_with("bad ")).count(), 2);
    crate::harness::assert_valid("oseo", server.send(&retrieve(&id)).text());
}

/// No second attempt where none helps; nor does one item's failure keep the others from being made.
#[test]
fn a_failure_for_good_is_not_tried_again() {
    let hall = Hall::new();
    let server = hall.server("attempts_max = 5\nconcurrency = 1\n");
    let id = ordered(&server, &submit("fails", "STANDARD", &["bad", "good"]));
    hall.say("bad", r#"{"error": "no such scene", "retry": false}"#);
    hall.await_run("good 1");
    assert_eq!(statuses(&look(&server, &id)), ["Failed", "InProduction"]);
    hall.say("good", READY);
    let failed = await_status(&server, &id, "Failed");
    assert_eq!(failed.items[0].2, "no such scene");
    assert_eq!(hall.runs(), ["bad 1", "good 1"]);
}

#[test]
fn fast_track_overtakes() {
    let hall = Hall::new();
    let server = hall.server("concurrency = 1\n");
    ordered(&server, &submit("first", "STANDARD", &["a"]));
    hall.await_run("a 1");
    // While the first is made, two more come in; the later one is in a hurry.
    let slow = ordered(&server, &submit("slow", "STANDARD", &["b"]));
    let fast = ordered(&server, &submit("fast", "FAST_TRACK", &["c"]));
    hall.say("a", READY);
    hall.await_run("c 1");
    assert_ne!(look(&server, &slow).status, "Completed");
    hall.say("c", READY);
    await_status(&server, &fast, "Completed");
    hall.say("b", READY);
    await_status(&server, &slow, "Completed");
    assert_eq!(hall.runs(), ["a 1", "c 1", "b 1"]);
}

/// OSEO 68: what is ready stays, what runs is ended at once, long before its lease, and what waits never begins.
#[test]
fn a_cancel_ends_what_is_under_way() {
    let hall = Hall::new();
    let server = hall.server("concurrency = 1\nlease_seconds = 3600\n");
    let id = ordered(&server, &submit("cancelled", "STANDARD", &["one", "two", "three"]));
    hall.say("one", READY);
    hall.await_run("two 1");
    let pid = hall.lines("runs")[1].rsplit_once(' ').unwrap().1.to_owned();
    let wish = Soap::V11.request(&crate::oseo::cancel::cancel(&id));
    let answer = server.send(&wish);
    assert_valid("oseo", answer.text());
    assert_eq!((answer.status, answer.element("status")), (200, Some("partial")), "{}", answer.text());
    assert!(answer.element("errorMessage").is_some_and(|m| m.starts_with("1 of 3 items ")), "{}", answer.text());
    let over = look(&server, &id);
    assert_eq!((over.status.as_str(), statuses(&over)), ("Completed", vec!["Completed", "Cancelled", "Cancelled"]));
    assert_eq!(over.items[1].2, "cancelled at the customer's request");
    let process = std::path::Path::new("/proc").join(pid);
    eventually("the program is ended", || {
        let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    });
    // The worker is free again, and what was cancelled is not begun.
    let next = ordered(&server, &submit("next", "STANDARD", &["four"]));
    hall.say("four", READY);
    await_status(&server, &next, "Completed");
    assert_eq!(hall.runs(), ["one 1", "two 1", "four 1"]);
    assert_eq!(hall.lines("ends"), ["one", "four"]);
}

/// What the operator's program is given.
#[test]
fn the_program_reads_the_item() {
    let hall = Hall::new();
    let server = hall.server("");
    let id = ordered(&server, &submit("R &amp; D", "FAST_TRACK", &["one", "two"]));
    hall.await_run("two 1");
    let text = std::fs::read_to_string(hall.path("two.1.json")).unwrap();
    let item: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (key, value) in [
        ("protocol", "oseo"),
        ("order_id", id.as_str()),
        ("order_reference", "R & D"),
        ("order_kind", "product"),
        ("priority", "FAST_TRACK"),
        ("item_id", "two"),
    ] {
        assert_eq!(item[key], value, "{text}");
    }
    assert_eq!((&item["position"], &item["attempt"], &item["attempts_max"]), (&1.into(), &1.into(), &3.into()));
    assert_eq!(item["details"]["orderItem"]["productId"]["identifier"], "urn:scene:two", "{text}");
    assert_eq!(item["details"]["order"]["orderReference"], "R & D", "{text}");
    assert!(item["submitted_at"].as_str().is_some_and(|at| at.starts_with("20") && at.ends_with('Z')), "{text}");
    assert_eq!(item.as_object().unwrap().len(), 11, "documented keys and no others: {text}");
}

/// `kill -9` while a program runs: it dies too, and when the lease has ended the item is taken up again.
#[test]
fn a_killed_server_s_work_is_done_once() {
    let hall = Hall::new();
    let mut server = hall.server("");
    let id = ordered(&server, &submit("killed", "STANDARD", &["one"]));
    hall.await_run("one 1");
    server.signal("KILL");
    server.wait();
    let pid = hall.lines("runs")[0].rsplit_once(' ').unwrap().1.to_owned();
    let process = std::path::Path::new("/proc").join(pid);
    eventually("the program died with the server", || {
        // A zombie that nobody has collected yet is dead enough.
        let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    });
    server.start();
    // It is not taken up while the former lease runs: nobody can know that its worker is dead.
    assert_eq!(look(&server, &id).status, "InProduction");
    hall.say("one", READY);
    await_status(&server, &id, "Completed");
    assert_eq!(hall.runs(), ["one 1", "one 2"]);
    assert_eq!(hall.lines("ends"), ["one"], "produced once");
}

/// The demo's processor: a moment later the product can be had.
#[test]
fn the_demo_s_products_can_be_downloaded() {
    let server = Server::demo(&[]);
    let id = ordered(&server, &submit("demo order", "STANDARD", &["one", "z w\u{e9}i/3"]));
    await_status(&server, &id, "Completed");
    let [_, second] = &links(&server, &id)[..] else { panic!("two products") };
    let file: Answer = server.send(&get(second));
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/plain")));
    assert_eq!(file.text(), format!("Ordergate demo product\norder: {id}\nitem: z w\u{e9}i/3\n"));
    eventually("it is Downloaded", || (statuses(&look(&server, &id)) == ["Completed", "Downloaded"]).then_some(()));
}
