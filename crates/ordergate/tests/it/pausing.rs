//! `ordergate queue`, beside a running server, and collections of which few items are produced at once.

use std::process::Output;

use crate::harness::{Config, Request, Server, await_status, eventually, look, ordered, submit};

const DEMO: &str = "[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 1\npoll_ms = 50\n";

fn of_collection(collection: &str, items: &[&str]) -> Request {
    let request = submit("of a collection", "STANDARD", items);
    let body = String::from_utf8(request.body).unwrap();
    let named = format!("</os:identifier><os:collectionId>{collection}</os:collectionId>");
    Request { body: body.replace("</os:identifier>", &named).into_bytes(), ..request }
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refused(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

/// The items' texts, as soon as all of them are paused.
fn paused(server: &Server, id: &str) -> Vec<String> {
    eventually("the items are paused", || {
        let texts: Vec<String> = look(server, id).items.into_iter().map(|(_, _, info)| info).collect();
        texts.iter().all(|text| text.starts_with("paused: ")).then_some(texts)
    })
}

/// Over a kill, too.
#[test]
fn items_wait_until_their_queue_is_resumed() {
    let mut server = Server::serve(&Config::new(DEMO));
    assert_eq!(done(&server.queue(&["pause", "--collection", "urn:scenes", "--reason", "mast <down>"])), "");
    let waits = ordered(&server, &of_collection("urn:scenes", &["one", "two"]));
    let free = ordered(&server, &of_collection("urn:others", &["one"]));
    await_status(&server, &free, "Completed");
    assert_eq!(paused(&server, &waits), ["paused: mast &lt;down&gt;"; 2]);
    let found = look(&server, &waits);
    assert_eq!((found.status.as_str(), found.items[0].1.as_str()), ("Suspended", "Suspended"));
    assert_eq!(done(&server.queue(&["pause", "--user", "demo", "--reason", "bill is open"])), "");
    server.kill();
    server.start();
    let listed = done(&server.queue(&["list"]));
    let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    let without_time = |line: &[&str]| [line[0], line[1], line[2], line[3], line[5], line[6]].join(" ");
    assert_eq!(without_time(&lines[0]), "oseo user demo paused anna bill is open");
    assert_eq!(without_time(&lines[1]), "oseo collection urn:scenes paused anna mast <down>");

    assert_eq!(done(&server.queue(&["resume", "--collection", "urn:scenes"])), "0\n");
    let other = ordered(&server, &submit("of the same customer", "FAST_TRACK", &["one"]));
    assert_eq!(paused(&server, &other), ["paused: bill is open"]);
    assert_eq!(done(&server.queue(&["resume", "--user", "demo"])), "3\n");
    for id in [&waits, &other] {
        let completed = await_status(&server, id, "Completed");
        assert_eq!(completed.items[0].2, "");
    }
    assert_eq!(done(&server.queue(&["list"])), "");
}

#[test]
fn what_cannot_be_paused_is_refused() {
    let server = Server::serve(&Config::new(DEMO));
    for (arguments, status, word) in [
        (&["resume", "--collection", "urn:scenes"][..], 1, "ordergate: urn:scenes is not paused\n"),
        (&["pause", "--user", "nobody", "--reason", "x"], 1, "ordergate: there is no oseo account nobody\n"),
        (&["pause", "--collection", "x", "--protocol", "veloconnect", "--reason", "x"], 2, "veloconnect has no collections"),
        (&["pause", "--collection", "x"], 2, "--reason"),
        (&["pause", "--reason", "x"], 2, "--user"),
        (&["pause", "--user", "demo", "--collection", "x", "--reason", "x"], 2, "cannot be used with"),
    ] {
        let (found, said) = refused(&server.queue(arguments));
        assert!(found == status && said.contains(word), "{arguments:?}: {found} {said}");
    }
}

/// Two of a collection at once, and others beside them.
#[test]
fn a_collection_is_produced_few_items_at_once() {
    let hall = tempfile::tempdir().unwrap();
    let (ready, marks) = (hall.path().join("ready"), hall.path().join("marks"));
    std::fs::create_dir(&marks).unwrap();
    let script = format!(
        "case $(cat) in *urn:scenes*) touch {}/$$; while ! test -e {}; do sleep 0.02; done;; esac; echo '{{\"result\": null}}'",
        marks.display(),
        ready.display()
    );
    let toml = format!(
        "[fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\nper_collection = {{ \"urn:scenes\" = 2 }}\n\
         command = [\"/bin/sh\", \"-c\", {script:?}]\n"
    );
    let server = Server::serve(&Config::new(&toml));
    let items: Vec<String> = (0..40).map(|n| format!("item{n}")).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let scenes = ordered(&server, &of_collection("urn:scenes", &items));
    await_status(&server, &scenes, "InProduction");
    let others = ordered(&server, &of_collection("urn:others", &items));
    await_status(&server, &others, "Completed");
    assert_eq!(std::fs::read_dir(&marks).unwrap().count(), 2);
    std::fs::write(&ready, "").unwrap();
    await_status(&server, &scenes, "Completed");
    let shown = done(&server.order(&["show", &scenes]));
    assert!(!shown.contains("attempt 2"), "{shown}");
}
