//! `ordergate verify`: what is wrong with a store is found, and nothing else is.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::harness::{Config, Server, await_status, demo_articles, eventually, ordered, out, retrieve, submit, veloconnect};
use crate::place::Place;

const MODERATED: &str =
    "[oseo.approval]\nproduct = \"operator\"\n[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 1\npoll_ms = 50\n";

/// A server with so many finished orders, of which the last three are long, one order that waits for an operator, and one
/// of veloconnect. Gives the ids of the finished ones.
fn served(count: usize) -> (Server, Vec<String>, String) {
    let server = Server::serve(&Config::new(&format!("[veloconnect]\n{}{MODERATED}", demo_articles())));
    let names: Vec<String> = (0..20).map(|n| format!("item-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let items = |n: usize| if n + 3 < count { &names[..2] } else { &names[..] };
    let ids: Vec<String> = (0..count).map(|n| ordered(&server, &submit(&format!("r{n}"), "STANDARD", items(n)))).collect();
    let approved = server.beside("order").arg("approve").args(&ids).output().unwrap();
    assert!(approved.status.success(), "{approved:?}");
    for id in &ids {
        await_status(&server, id, "Completed");
    }
    let waits = ordered(&server, &submit("waits", "STANDARD", &["one", "two"]));
    let created = server.send(&veloconnect("CreateOrder", "&Quantity.130-KE8=2&quantityUnitCode.130-KE8=EA"));
    let transaction = created.element("TransactionID").unwrap();
    assert_eq!(server.send(&veloconnect("FinishOrder", &format!("&TransactionID={transaction}"))).status, 200);
    (server, ids, waits)
}

/// What is done to an order, and what must be found: table, key and problem. `ID` is the order's, `SPOILT` its items with documents
/// that are no XML.
const TAMPERINGS: &[(&str, &[&str])] = &[
    (
        "update history set why = 'because' where order_id = ID and seq = 1",
        &["history\tID, 1\tits hash is not that of its content"],
    ),
    ("update history set moved_at = moved_at + 1 where order_id = ID and seq = 0", &["history\tID, 0\tits hash"]),
    (
        "delete from history where order_id = ID and seq = (select max(seq) from history where order_id = ID)",
        &["orders\tID\tits history has 12 entries\t13 entries"],
    ),
    ("delete from history where order_id = ID and seq = 4", &["history\tID, 5\t1 entries before it are missing"]),
    ("delete from history where order_id = ID and seq = 0", &["history\tID, 1\t1 entries before it are missing"]),
    ("delete from history where order_id = ID", &["orders\tID\tits history has 0 entries\t13 entries"]),
    (
        "update history set hash = null where order_id = ID; \
         update orders set history_count = null, history_hash = null where id = ID",
        &["orders\tID\tits history begins without hashes"],
    ),
    ("update history set hash = null where order_id = ID and seq = 8", &["history\tID, 8\tit has no hash"]),
    (
        "update history set hash = null where order_id = ID and seq = 12",
        &["history\tID, 12\tit has no hash", "orders\tID\tits history ends with another entry"],
    ),
    ("update orders set history_hash = document where id = ID", &["orders\tID\tits history ends with another entry"]),
    (
        "update orders set status = 7 where id = ID",
        &["orders\tID\tit is Failed\tCompleted, by its history", "orders\tID\tit is Failed\tCompleted, by its items"],
    ),
    ("update orders set status_since = status_since + 1 where id = ID", &["orders\tID\tit is Completed since"]),
    ("update orders set status = 77 where id = ID", &["orders\tID\tthe store holds something unreadable: unknown status 77"]),
    ("update orders set items = document where id = ID", &["orders\tID\tthe store holds something unreadable: a page of items"]),
    (
        "update orders set document = items where id = ID",
        &["orders\tID\twhat its protocol says of it or of its items cannot be read\tdocuments that can be read"],
    ),
    (
        "update orders set items = SPOILT where id = ID",
        &["orders\tID\twhat its protocol says of it or of its items cannot be read"],
    ),
    ("update orders set item_count = 3 where id = ID", &["orders\tID\tit has 2 items\t3 items"]),
    ("update orders set provider = 77 where id = ID", &["orders\tID\tits seller is not there"]),
    ("update orders set owner = 77 where id = ID", &["orders\tID\twhat it belongs to is not there\ta row of accounts"]),
    (
        "insert into deliveries select id, -1, document from orders where id = ID",
        &["deliveries\tID, -1\tit is kept although its order is over"],
    ),
    (
        "insert into notifications select id, 5, 1, 'x', 'x', document, 0, 0, 0, 0, 0, null from orders where id = ID",
        &["notifications\tID, 5\tit waits, and nobody tells it"],
    ),
    (
        "insert into notification_wishes select 900000 + id, document from orders where id = ID",
        &["notification_wishes\t90ID\twhat it is about is not there"],
    ),
    (
        "insert into jobs (order_id, part, queue, priority, due_at, attempts) values (ID, 0, 5, 0, 9223372036854775805, 0)",
        &["jobs\tID, 0\tnobody takes jobs of its queue", "jobs\tID, 0\tit waits for the end of a pause"],
    ),
    (
        "insert into remembered_messages values (1, 'x', ID, 0); update transactions set order_id = 900000, is_final = 0",
        &["transactions\t1, 3, \twhat it belongs to is not there\ta row of orders", "transactions\t1, 3, \tis_final is not what"],
    ),
    ("delete from item_pages where id / 4096 = ID", &["orders\tID\tit has 16 items\t20 items"]),
    (
        "update item_pages set items = SPOILT where id / 4096 = ID",
        &["item_pages\tNEXT\twhat its protocol says of it or of its items cannot be read"],
    ),
    (
        "update item_pages set id = id + 4096000000 where id / 4096 = ID",
        &["orders\tID\tit has 16 items\t20 items", "item_pages\tPAGE\tits order is not there"],
    ),
];

#[test]
fn what_is_tampered_with_is_found() {
    let (mut server, ids, waits) = served(TAMPERINGS.len());
    server.assert_sound();
    server.signal("TERM");
    assert!(server.wait().success());
    server.assert_sound();

    let mut expected = vec![format!("orders\t{waits}\tits item 0 is Submitted, and nothing carries it on\ta job")];
    expected.push(format!("orders\t{waits}\tits item 1 is Submitted, and nothing carries it on\ta job"));
    expected.push("schema\t\tthere is no index orders_by_reference".to_owned());
    expected.push("schema_migrations\t3\tanother step was carried out (checksum 0)".to_owned());
    server.place.tamper(&format!("delete from jobs where order_id = {waits}"));
    server.place.tamper("drop index orders_by_reference; update schema_migrations set checksum = '0' where version = 3");
    let spoilt = Place::replaced("items", "productId>", "product<d>");
    for ((sql, problems), id) in TAMPERINGS.iter().zip(&ids) {
        server.place.tamper(&sql.replace("ID", id).replace("SPOILT", &spoilt));
        let next = 4096 * id.parse::<i64>().unwrap() + 1;
        let page = (next + 4_096_000_000).to_string();
        let id = if problems[0].contains("90ID") { format!("{:04}", id.parse::<i64>().unwrap()) } else { id.clone() };
        expected.extend(
            problems.iter().map(|problem| problem.replace("ID", &id).replace("PAGE", &page).replace("NEXT", &next.to_string())),
        );
    }

    let found = server.verify();
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    let (text, said) = (String::from_utf8_lossy(&found.stdout), String::from_utf8_lossy(&found.stderr));
    let mut lines: BTreeSet<&str> = text.lines().filter(|line| line.contains('\t')).collect();
    let findings = lines.len();
    assert!(
        said.contains(&format!("there are {findings} findings")) && text.contains(&format!(": {findings} findings")),
        "{said}{text}"
    );
    for problem in &expected {
        let line = lines.iter().find(|line| begins(line, problem)).copied();
        assert!(lines.remove(line.unwrap_or_default()), "not found: {problem:?} in\n{text}");
    }
    assert!(lines.is_empty(), "found, but not done: {lines:#?}");

    let json = server.beside("verify").arg("--json").output().unwrap();
    let json: Vec<serde_json::Value> =
        String::from_utf8_lossy(&json.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json.len(), findings + 1);
    assert_eq!(json.last().unwrap()["findings"], findings);
    assert!(json[0]["table"].is_string() && json[0]["problem"].is_string() && json[0]["expected"].is_string());
}

/// What a line begins with, but for the rest of a key that is cut in the middle.
fn begins(line: &str, problem: &str) -> bool {
    let (mut line, mut problem) = (line.split('\t'), problem.split('\t'));
    problem.by_ref().all(|words| line.next().is_some_and(|column| column.starts_with(words)))
}

/// An order that is gone leaves behind what belonged to it.
#[test]
fn orphans_are_found() {
    let (server, ids, _) = served(3);
    let (gone, long) = (&ids[0], &ids[2]);
    server.place.tamper(&format!("delete from orders where id in ({gone}, {long}); delete from accounts where name = 'demo'"));
    let found = server.verify();
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    let text = String::from_utf8_lossy(&found.stdout);
    for orphan in [
        format!("history\t{gone}, 0\twhat it belongs to is not there\ta row of orders"),
        format!("history\t{long}, 8\twhat it belongs to is not there\ta row of orders"),
        format!("item_pages\t{}\tits order is not there", 4096 * long.parse::<i64>().unwrap() + 1),
        format!("orders\t{}\twhat it belongs to is not there\ta row of accounts", ids[1]),
    ] {
        assert!(text.lines().any(|line| line.starts_with(&orphan)), "{orphan} not in\n{text}");
    }
}

#[test]
fn what_cannot_be_checked_is_neither_sound_nor_not() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.sqlite");
    std::fs::write(&text, "hello ".repeat(1000)).unwrap();
    for (file, cause) in [(folder.path().join("none.sqlite"), "there is no such file"), (text, "it is not an SQLite database")] {
        let looked = crate::harness::output_of(crate::harness::ordergate().arg("verify").arg(&file));
        let said = String::from_utf8_lossy(&looked.stderr);
        assert_eq!(looked.status.code(), Some(2), "{looked:?}");
        assert!(said.starts_with("ordergate: the store could not be checked: ") && said.contains(cause), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is made");
}

/// A check is of one moment, whatever goes on.
#[test]
fn what_goes_on_meanwhile_is_no_finding() {
    let toml = "[oseo.approval]\ncollections = {}\n[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 1\npoll_ms = 50\n";
    let server = Server::serve(&Config::new(toml));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for customer in 0..3 {
            let (server, over) = (&server, &over);
            scope.spawn(move || {
                for n in 0.. {
                    let id = ordered(server, &submit(&format!("{customer}-{n}"), "STANDARD", &["one", "two"]));
                    assert_eq!(server.send(&retrieve(&id)).status, 200);
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                }
            });
        }
        let checked: Vec<_> = (0..5).map(|_| server.verify()).collect();
        over.store(true, Ordering::SeqCst);
        for checked in checked {
            assert!(out(&checked).contains(": 0 findings"), "{checked:?}");
        }
    });
    eventually("all is over", || out(&server.verify()).contains("(0 not over)").then_some(()));
}
