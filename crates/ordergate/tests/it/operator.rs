//! `ordergate order`, beside a running server.

use std::process::Output;

use tempfile::TempDir;

use crate::harness::{Config, Request, Server, Soap, await_status, eventually, look, ordered, submit};

/// Orders of `urn:dear` and of no collection need an operator; those of `urn:free` do not.
const MODERATED: &str = "[oseo.approval]\nproduct = \"operator\"\ncollections = { \"urn:free\" = \"automatic\" }\n\
    [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 1\npoll_ms = 50\n";

/// A program that does this until a file `ready` is in the folder, and is tried again after ten minutes.
fn until_ready(folder: &TempDir, otherwise: &str, more: &str) -> String {
    let ready = folder.path().join("ready");
    let script = format!("cat > /dev/null; test -e {} || {otherwise}; echo '{{\"result\": null}}'", ready.display());
    format!(
        "[fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\nretry_base_seconds = 600\nretry_max_seconds = 600\n\
         command = [\"/bin/sh\", \"-c\", {script:?}]\n{more}"
    )
}

/// What a command printed.
#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Exit status and what was said of it.
#[track_caller]
fn refused(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

/// The lines of a listing without times, which differ from run to run.
fn without_times(text: &str) -> String {
    let is_time = |word: &&str| word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T';
    let line = |line: &str| line.split('\t').map(|w| if is_time(&w) { "[time]" } else { w }).collect::<Vec<_>>().join("\t");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn order_of_collection(collection: &str) -> Request {
    let request = submit("of a collection", "STANDARD", &["one"]);
    let body = String::from_utf8(request.body).unwrap();
    let named = format!("</os:identifier><os:collectionId>{collection}</os:collectionId>");
    Request { body: body.replace("</os:identifier>", &named).into_bytes(), ..request }
}

#[test]
fn orders_are_approved_or_rejected() {
    let server = Server::serve(&Config::new(MODERATED));
    let free = ordered(&server, &order_of_collection("urn:free"));
    await_status(&server, &free, "Completed");
    let (first, second) =
        (ordered(&server, &order_of_collection("urn:dear")), ordered(&server, &submit("two", "FAST_TRACK", &["a"])));
    let waits = look(&server, &first);
    assert_eq!((waits.status.as_str(), waits.info.as_str()), ("Submitted", "awaits approval by an operator"));

    let waiting = without_times(&done(&server.order(&["list", "--waiting"])));
    let line =
        |id: &str, reference: &str| format!("{id}\tSubmitted\toseo\tdemo\t[time]\t{reference}\tawaits approval by an operator");
    assert_eq!(waiting, [line(&second, "two"), line(&first, "of a collection")].join("\n"));

    assert_eq!(done(&server.order(&["approve", &first])), format!("{first}\tAccepted\n"));
    let completed = await_status(&server, &first, "Completed");
    assert_eq!((completed.info.as_str(), completed.items[0].2.as_str()), ("", ""));
    assert_eq!(done(&server.order(&["reject", &second, "--reason", "no <licence>"])), format!("{second}\tCancelled\n"));
    let rejected = look(&server, &second);
    assert_eq!((rejected.status.as_str(), rejected.info.as_str()), ("Cancelled", "rejected: no &lt;licence&gt;"));
    assert_eq!(done(&server.order(&["list", "--waiting"])), "");

    // One that is refused does not keep the others from being done.
    let third = ordered(&server, &submit("three", "STANDARD", &["a"]));
    let output = server.order(&["approve", &first, &third, "987654321"]);
    let said = format!(
        "ordergate: order {first} is Completed: only a submitted order can be approved or rejected; there is no order 987654321\n"
    );
    assert_eq!(refused(&output), (1, said));
    await_status(&server, &third, "Completed");
    let shown = without_times(&done(&server.order(&["show", &second])));
    crate::harness::assert_snapshot!(shown.replace(&format!("order\t{second}\n"), "order\t[id]\n"));
}

/// Held orders stay held over a restart, and go on from where they were; what is cancelled by an operator is over.
#[test]
fn orders_are_held_and_resumed() {
    let hall = tempfile::tempdir().unwrap();
    let mut server = Server::serve(&Config::new(&until_ready(&hall, "sleep 600", "lease_seconds = 5\n")));
    let id = ordered(&server, &submit("held", "STANDARD", &["one", "two"]));
    eventually("production begins", || look(&server, &id).items.iter().all(|item| item.1 == "InProduction").then_some(()));
    assert_eq!(done(&server.order(&["suspend", &id, "--reason", "antenna down"])), format!("{id}\tSuspended\n"));
    server.kill();
    std::fs::write(hall.path().join("ready"), "").unwrap();
    server.start();
    let other = ordered(&server, &submit("free", "STANDARD", &["one"]));
    await_status(&server, &other, "Completed");
    let held = look(&server, &id);
    assert_eq!((held.status.as_str(), held.items[1].2.as_str()), ("Suspended", "held: antenna down"));
    assert!(done(&server.order(&["list", "--waiting", "--owner", "demo"])).starts_with(&format!("{id}\tSuspended\t")));
    assert_eq!(done(&server.order(&["list", "--waiting", "--owner", "other"])), "");

    assert_eq!(done(&server.order(&["resume", &id])), format!("{id}\tSuspended\n"));
    await_status(&server, &id, "Completed");
    let (status, said) = refused(&server.order(&["cancel", &id, "--reason", "too late"]));
    assert_eq!(
        (status, said),
        (1, format!("ordergate: order {id}: nothing in the order, which is Completed, can become Cancelled\n"))
    );
}

/// What nobody processes is worked off by hand.
#[test]
fn items_are_completed_by_hand() {
    let server = Server::serve(&Config::new(""));
    let id = ordered(&server, &submit("by hand", "STANDARD", &["one", "two", "three"]));
    await_status(&server, &id, "Accepted");
    let (status, said) = refused(&server.order(&["complete", &id, "one", "--result", "one.zip"]));
    assert_eq!((status, said.as_str()), (1, "ordergate: \"one.zip\" is no URL\n"));
    done(&server.order(&["complete", &id, "one", "--result", "https://files.example/one"]));
    let message = format!(
        "<os:DescribeResultAccess xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\">\
         <os:orderId>{id}</os:orderId><os:subFunction>allReady</os:subFunction></os:DescribeResultAccess>"
    );
    assert_eq!(server.send(&Soap::V11.request(&message)).element("URL"), Some("https://files.example/one"));
    done(&server.order(&["fail", &id, "two", "--reason", "tape is torn"]));
    let (status, said) = refused(&server.order(&["complete", &id, "four"]));
    assert_eq!((status, said), (1, format!("ordergate: order {id} has no item \"four\"\n")));
    done(&server.order(&["cancel", &id, "--reason", "season is over"]));
    let over = look(&server, &id);
    let items: Vec<(&str, &str)> = over.items.iter().map(|(_, status, info)| (status.as_str(), info.as_str())).collect();
    assert_eq!(items, [("Completed", ""), ("Failed", "tape is torn"), ("Cancelled", "season is over")]);
    assert_eq!((over.status.as_str(), over.info.as_str()), ("Failed", "two: tape is torn"));
}

/// A failed attempt is not waited for.
#[test]
fn an_attempt_is_repeated_at_once() {
    let hall = tempfile::tempdir().unwrap();
    let server = Server::serve(&Config::new(&until_ready(&hall, "exit 3", "")));
    let id = ordered(&server, &submit("again", "STANDARD", &["one"]));
    eventually("the attempt failed", || Some(look(&server, &id)).filter(|o| o.items[0].2.contains("attempt 1 of 3 failed")));
    std::fs::write(hall.path().join("ready"), "").unwrap();
    done(&server.order(&["retry", &id]));
    await_status(&server, &id, "Completed");
}

#[test]
fn what_is_no_command_is_refused() {
    let server = Server::serve(&Config::new(""));
    for (arguments, word) in [
        (&["reject", "1"][..], "--reason"),
        (&["reject", "1", "--reason", " "], "expected a reason"),
        (&["approve"], "<ORDERS>"),
        (&["approve", "one"], "expected the number of an order"),
        (&["list", "--status", "Ready"], "expected one of Submitted, Accepted"),
        (&["list", "--limit", "0"], "--limit"),
    ] {
        let (status, said) = refused(&server.order(arguments));
        assert!(status == 2 && said.contains(word), "{arguments:?}: {status} {said}");
    }
    assert_eq!(refused(&server.order(&["show", "7"])), (1, "ordergate: there is no order 7\n".to_owned()));
}
