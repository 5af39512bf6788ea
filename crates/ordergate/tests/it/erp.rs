//! The seller's own system beside the server: orders go to it, documents come from it, and nothing is lost between them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{
    Answer, Config, Receiver, Reply, Server, demo_articles, eventually, free_port, ordergate, output_of, post, veloconnect,
    veloconnect_as,
};

/// A server, and a folder in which its ERP lives.
struct Trade {
    server: Server,
    folder: TempDir,
}

impl Trade {
    /// `erp` is the content of `[veloconnect.erp]`, given the folder; `more` are further sections.
    fn new(erp: impl FnOnce(&Path) -> String, more: impl FnOnce(&Path) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["in", "out"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let toml = format!(
            "[veloconnect]\n{}\n[veloconnect.erp]\n{}\n[fulfilment.veloconnect]\npoll_ms = 50\n\
             [outbox]\npoll_ms = 50\nretry_base_seconds = 1\nretry_max_seconds = 1\n{}",
            demo_articles(),
            erp(folder.path()),
            more(folder.path())
        );
        Self { server: Server::serve(&Config::new(&toml)), folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn ask(&self, operation: &str, rest: &str) -> Answer {
        let answer = self.server.send(&veloconnect(operation, rest));
        assert_eq!(answer.element("ResponseCode"), Some("200"), "{}", answer.text());
        answer
    }

    /// The number of a finished order.
    fn ordered(&self, rest: &str) -> String {
        let created = self.ask("CreateOrder", rest);
        let test = if rest.contains("IsTest=true") { "&IsTest=true" } else { "" };
        let id = created.element("TransactionID").unwrap();
        self.ask("FinishOrder", &format!("&TransactionID={id}{test}")).element("OrderID").unwrap().to_owned()
    }

    fn receipts(&self, arguments: &[&str]) -> std::process::Output {
        self.server.receipts(arguments)
    }

    fn order_status(&self, order: &str) -> String {
        String::from_utf8(self.server.order(&["show", order]).stdout).unwrap()
    }
}

/// A delivery note of all of an order of four chains.
fn note(id: &str, order: &str) -> Value {
    json!({
        "kind": "deliveryNote", "buyer": "K4711", "id": id, "issued": "2027-01-12", "currency": "EUR",
        "lines": [{ "id": "1", "order": { "id": order }, "quantity": "4", "unit": "EA",
            "item": { "article": "130-KE8", "description": "Kette" }, "unitPrice": "9.90", "linePrice": "39.60" }]
    })
}

/// The names in a folder but for those that begin with a dot, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn drop_file(folder: &Path, name: &str, content: &str) {
    let hidden = folder.join(format!("{name}.tmp"));
    std::fs::write(&hidden, content).unwrap();
    std::fs::rename(hidden, folder.join(name)).unwrap();
}

fn inbox(folder: &Path) -> String {
    format!("inbox = \"{}\"\ninbox_poll_ms = 20\ninbox_file_bytes_max = 100000", folder.join("in").display())
}

/// An order goes out, comes back as confirmation, delivery note and invoice, and each is seen by operator and buyer.
#[test]
fn from_order_to_invoice_over_http() {
    let trade = Trade::new(
        |folder| format!("confirm = true\ntokens_file = {:?}\norder_folder = {:?}", folder.join("tokens"), folder.join("out")),
        |_| String::new(),
    );
    let added = trade.receipts(&["token", "add", "erp-1"]);
    let token = String::from_utf8(added.stdout).unwrap().trim().to_owned();
    let hand_in = |token: &str, body: String| {
        let request = post("/erp/veloconnect/documents", "application/json", body);
        trade.server.send(&request.header("Authorization", &format!("Bearer {token}")))
    };
    let order = trade.ordered("&Quantity.130-KE8=4");
    let written = trade.path("out").join(format!("{order}.json"));
    let sent: Value = eventually("the order is sent", || serde_json::from_slice(&std::fs::read(&written).ok()?).ok());
    assert_eq!(
        (&sent["order"], &sent["buyer"], &sent["lines"][0]["article"]),
        (&json!(order), &json!("K4711"), &json!("130-KE8"))
    );
    assert!(trade.order_status(&order).contains("Submitted"), "{}", trade.order_status(&order));

    let mut confirmation = note("AB-1", &order);
    confirmation["kind"] = json!("orderConfirmation");
    let mut invoice = note("RE-1", &order);
    (invoice["kind"], invoice["grossSum"], invoice["netSum"]) = (json!("invoice"), json!("47.12"), json!("39.60"));
    invoice["vat"] = json!([{ "percent": 19, "amount": "7.52" }]);
    for (document, status) in [(confirmation, "Accepted"), (note("LS-1", &order), "Completed"), (invoice, "Completed")] {
        let answer = hand_in(&token, document.to_string());
        let report: Value = serde_json::from_str(answer.text()).unwrap();
        assert_eq!((answer.status, &report["documents"][0]["orders"][0]["status"]), (200, &json!(status)), "{report}");
        assert!(trade.order_status(&order).contains(status));
    }
    let shown = trade.order_status(&order);
    for word in ["erp:erp-1", "confirmed: AB-1", "shipped: LS-1", "invoiced: RE-1"] {
        assert!(shown.contains(word), "{word}\n{shown}");
    }
    let fetched = trade.ask("InvoiceInformationDetails", "&InvoiceID=RE-1");
    assert_eq!(fetched.element("GrossSum"), Some("47.12"), "{}", fetched.text());

    // A stranger, a wrong method, rubbish; and one good document beside a bad one.
    assert_eq!(hand_in("x", "{}".to_owned()).status, 401);
    let unsigned = post("/erp/veloconnect/documents", "application/json", "{}");
    assert_eq!(trade.server.send(&unsigned).status, 401);
    let as_form = post("/erp/veloconnect/documents", "text/xml", "<x/>").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(trade.server.send(&as_form).status, 415);
    assert_eq!(hand_in(&token, "<x/>".to_owned()).status, 422);
    let mut bad = note("LS-3", "1");
    bad["lines"][0]["quantity"] = json!("viele");
    let mixed = hand_in(&token, json!([note("LS-2", "1000"), bad]).to_string());
    let report: Value = serde_json::from_str(mixed.text()).unwrap();
    assert_eq!((mixed.status, &report["taken"], &report["refused"]), (422, &json!(1), &json!(1)), "{report}");
    assert_eq!(report["documents"][1]["path"], "lines[0].quantity", "{report}");
    assert_eq!(trade.ask("DeliveryNoteQuery", "").elements("DeliveryNoteID"), ["LS-1", "LS-2"]);
    assert!(!trade.server.log().contains(&token));
    trade.receipts(&["token", "remove", "erp-1"]);
    assert_eq!(hand_in(&token, "[]".to_owned()).status, 401);
}

/// Files in the folder: done, failed in part and in whole with the reason beside, and left alone.
#[test]
fn files_in_the_inbox() {
    let trade = Trade::new(inbox, |_| String::new());
    let folder = trade.path("in");
    let order = trade.ordered("&Quantity.130-KE8=4");
    let lines = format!("{}\n{}\n", note("LS-1", &order), note("LS-2", "telefon"));
    drop_file(&folder, "a.jsonl", &lines);
    let mut bad = note("LS-4", "1");
    bad["buyer"] = json!("NIEMAND");
    drop_file(&folder, "b.json", &json!([note("LS-3", "1"), bad]).to_string());
    drop_file(&folder, "c.JSON", "{");
    drop_file(&folder, "d.json", &format!("[{}]", " ".repeat(100_001)));
    std::fs::write(folder.join("e.json"), [b'"', 0xFF, b'"']).unwrap();
    std::fs::write(folder.join("unfinished.json.part"), "{").unwrap();
    std::fs::write(folder.join(".hidden.json"), "{").unwrap();
    std::fs::create_dir(folder.join("folder.json")).unwrap();
    eventually("all files are taken", || (names(&folder) == ["unfinished.json.part"]).then_some(()));
    eventually("all files are settled", || names(&folder.join("taking")).is_empty().then_some(()));
    assert_eq!(names(&folder.join("done")), ["a.jsonl", "a.jsonl.report.json"]);
    let failed = ["b.json", "c.JSON", "d.json", "e.json"];
    let with_reports: Vec<String> = failed.iter().flat_map(|name| [(*name).to_owned(), format!("{name}.report.json")]).collect();
    assert_eq!(names(&folder.join("failed")), with_reports);
    let report = |name: &str| std::fs::read_to_string(folder.join("failed").join(format!("{name}.report.json"))).unwrap();
    assert!(report("b.json").contains("there is no buyer \\\"NIEMAND\\\""), "{}", report("b.json"));
    assert!(report("c.JSON").contains("line 1 column 1"), "{}", report("c.JSON"));
    assert!(report("d.json").contains("inbox_file_bytes_max"), "{}", report("d.json"));
    assert!(report("e.json").contains("not UTF-8"), "{}", report("e.json"));
    assert_eq!(trade.ask("DeliveryNoteQuery", "").elements("DeliveryNoteID"), ["LS-1", "LS-2", "LS-3"]);
    assert!(trade.order_status(&order).contains("erp:inbox"), "{}", trade.order_status(&order));
    // The same name again does not take the place of the first.
    drop_file(&folder, "a.jsonl", &lines);
    eventually("the file is taken again", || (names(&folder.join("done")).len() == 4).then_some(()));
    assert_eq!(names(&folder.join("done")), ["a.2.jsonl", "a.2.jsonl.report.json", "a.jsonl", "a.jsonl.report.json"]);
    let again = std::fs::read_to_string(folder.join("done/a.2.jsonl.report.json")).unwrap();
    assert_eq!(again.matches("\"same\"").count(), 2, "{again}");
}

/// The server is killed again and again while files come: each ends in `done`, with its report, and each document is there
/// once.
#[test]
fn no_file_is_lost_by_kill_9() {
    let mut trade = Trade::new(inbox, |_| String::new());
    let folder = trade.path("in");
    let files: Vec<String> = (0..60).map(|n| format!("{n:02}.json")).collect();
    for (round, some) in files.chunks(12).enumerate() {
        for name in some {
            let documents: Vec<Value> = (0..5).map(|n| note(&format!("{name}-{n}"), "telefon")).collect();
            drop_file(&folder, name, &json!(documents).to_string());
        }
        // Some way into the round, wherever that is.
        let so_many = round * 12 + 3;
        eventually("some files are done", || (names(&folder.join("done")).len() > so_many).then_some(()));
        trade.server.kill();
        let everywhere: Vec<String> = ["", "taking", "done"].iter().flat_map(|place| names(&folder.join(place))).collect();
        assert_eq!(everywhere.iter().filter(|name| files.contains(name)).count(), (round + 1) * 12, "{everywhere:?}");
        trade.server.start();
    }
    eventually("all files are done", || (names(&folder.join("done")).len() == 2 * files.len()).then_some(()));
    assert_eq!((names(&folder).len(), names(&folder.join("taking")).len(), names(&folder.join("failed")).len()), (0, 0, 0));
    assert_eq!(trade.ask("DeliveryNoteQuery", "").elements("DeliveryNoteID").len(), 5 * files.len());
    let shown = trade.receipts(&["show", "K4711", "delivery-note", "00.json-0", "--history"]);
    assert_eq!(String::from_utf8(shown.stdout).unwrap().lines().count(), 1, "no document was taken as a corrected one");
}

/// Each way out carries the whole order, signed or on standard input or as files; a program that fails is run again; a test
/// order goes nowhere.
#[test]
fn orders_go_out_whole_and_tests_do_not() {
    let receiver = Receiver::new(|_| Reply::ok("OK"));
    let script = "cat > $0/$ORDERGATE_ORDER_ID.tmp; if mkdir $0/failed-once 2> /dev/null; then echo no room >&2; exit 3; fi; \
                  mv $0/$ORDERGATE_ORDER_ID.tmp $0/$ORDERGATE_ORDER_ID.taken; echo AB-2027-0815";
    let trade = Trade::new(
        |folder| {
            let out = folder.join("out");
            format!(
                "order_folder = {out:?}\norder_formats = [\"json\", \"xml\"]\norder_command = [\"/bin/sh\", \"-c\", {script:?}, {out:?}]"
            )
        },
        |folder| {
            let secret = folder.join("secret");
            std::fs::write(&secret, "whsec_c2lnbmluZyBzZWNyZXQgb2YgdGhlIHRlc3Rz").unwrap();
            format!(
                "[[outbox.webhook]]\nname = \"erp\"\nurl = {:?}\nsecret_file = {secret:?}\nevents = [\"order.submitted\"]\ncontent = true\n",
                receiver.url("/orders")
            )
        },
    );
    let test = trade.ordered("&Quantity.130-KE8=4&IsTest=true");
    assert!(test.starts_with("TEST-"));
    let order = trade.ordered(
        "&Quantity.130-KE8=4&BuyersItemIdentification.130-KE8=MEINS&DeliveryDate.130-KE8=2999-01-01&Quantity.100-SP263=2&quantityUnitCode.100-SP263=PK",
    );
    let out = trade.path("out");
    let all = [format!("{order}.json"), format!("{order}.taken"), format!("{order}.xml")];
    eventually("the order is sent three ways", || (names(&out) == all).then_some(()));
    let heard = eventually("and a fourth", || receiver.received().first().map(|received| received.body.clone()));
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let json: Value = serde_json::from_str(&read(&all[0])).unwrap();
    assert_eq!(read(&all[1]), read(&all[0]));
    assert_eq!(serde_json::from_str::<Value>(&heard).unwrap()["data"]["order"]["content"], json);
    let line = &json["lines"][0];
    assert_eq!(
        (&line["line"], &line["buyersArticle"], &line["wishedDate"], &line["quantity"]),
        (&json!(1), &json!("MEINS"), &json!("2999-01-01"), &json!("4"))
    );
    assert_eq!((&json["lines"][1]["unitPrice"], &json["lines"][1]["total"]), (&json!("34.9"), &json!("69.8")));
    assert_eq!(json["transaction"].as_str().map(str::len), Some(32));
    let xml = read(&all[2]);
    for part in [
        format!("<cac:SellersID>{order}</cac:SellersID>"),
        "<cac:SellerAssignedAccountID>K4711</cac:SellerAssignedAccountID>".to_owned(),
        "<cbc:Quantity quantityUnitCode=\"PK\">2</cbc:Quantity>".to_owned(),
        "<cbc:RequestedDeliveryDate>2999-01-01</cbc:RequestedDeliveryDate>".to_owned(),
        "<cbc:LineExtensionAmount amountCurrencyID=\"EUR\">69.80</cbc:LineExtensionAmount>".to_owned(),
    ] {
        assert!(xml.contains(&part), "{part}\n{xml}");
    }
    // What the program said is kept for the operator, and so is that it failed first.
    let log = trade.server.outbox(&["list", "--order", &order]);
    let log = String::from_utf8(log.stdout).unwrap();
    assert!(log.contains("taken: AB-2027-0815"), "{log}");
    assert!(trade.server.log().contains("no room"), "{}", trade.server.log());
    assert_eq!(receiver.received().len(), 1);
}

/// An ERP that is down: the order is accepted, waits, and goes out when its folder is there.
#[test]
fn an_order_waits_for_an_erp_that_is_down() {
    let trade = Trade::new(|folder| format!("order_folder = {:?}", folder.join("later")), |_| String::new());
    let order = trade.ordered("&Quantity.130-KE8=4");
    eventually("the failure is logged", || trade.server.log().contains("cannot be written").then_some(()));
    std::fs::create_dir(trade.path("later")).unwrap();
    eventually("the order is sent", || (names(&trade.path("later")) == [format!("{order}.json")]).then_some(()));
}

#[test]
fn documents_by_command() {
    let trade = Trade::new(|_| String::new(), |_| String::new());
    let order = trade.ordered("&Quantity.130-KE8=4");
    let file = trade.path("documents.json");
    std::fs::write(&file, json!([note("LS-1", &order), { "kind": "x" }]).to_string()).unwrap();
    let imported = trade.receipts(&["import", file.to_str().unwrap(), "--as", "anna"]);
    let (out, err) = (String::from_utf8(imported.stdout).unwrap(), String::from_utf8(imported.stderr).unwrap());
    assert_eq!((imported.status.code(), out), (Some(1), format!("deliveryNote\tK4711\tLS-1\tstored\torder {order} Completed\n")));
    assert!(err.contains("document 2: kind: expected \"offer\"") && err.contains("a document was refused"), "{err}");
    assert!(trade.order_status(&order).contains("operator:anna"));
    let listed = trade.receipts(&["list", "K4711", "delivery-note"]);
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "2027-01-12\tLS-1\n");
    let shown: Value = serde_json::from_slice(&trade.receipts(&["show", "K4711", "delivery-note", "LS-1"]).stdout).unwrap();
    assert_eq!(shown["lines"][0]["unitPrice"], "9.9");
    for (arguments, said) in [
        (["import", "/nirgends.json"].as_slice(), "cannot read /nirgends.json"),
        (&["show", "K4711", "invoice", "RE"], "has no such receipt"),
        (&["list", "NIEMAND", "invoice"], "there is no veloconnect account NIEMAND"),
        (&["token", "list"], "set veloconnect.erp.tokens_file"),
    ] {
        let refused = trade.receipts(arguments);
        let err = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && err.contains(said), "{err}");
    }
}

/// A folder that cannot be is said at the start, with the setting's name.
#[test]
fn a_folder_that_cannot_be_keeps_the_server_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("ordergate.toml");
    let store = folder.path().join("o.sqlite");
    let text = format!(
        "[server]\nlisten = \"{}\"\n[store]\nurl = \"sqlite:{}\"\n[veloconnect.erp]\ninbox = \"/dev/null/in\"\n",
        free_port(),
        store.display()
    );
    std::fs::write(&config, text).unwrap();
    let ended = output_of(ordergate().args(["serve", "--config"]).arg(&config));
    let err = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success() && err.contains("veloconnect.erp.inbox"), "{err}");
}

/// Figures of this moment over those of the catalogue; an ERP that is slow, answers rubbish or is down costs no more than the
/// time limit, and the last known figures hold.
#[test]
fn live_figures() {
    let (answer, asked) = (Arc::new(Mutex::new(Some(String::new()))), Arc::new(AtomicUsize::new(0)));
    let (says, counts) = (Arc::clone(&answer), Arc::clone(&asked));
    let erp = Receiver::new(move |_| {
        counts.fetch_add(1, Ordering::SeqCst);
        match &*says.lock().unwrap() {
            Some(text) => Reply::ok(text),
            None => Reply::Silence,
        }
    });
    let url = erp.url("/live?token=in-the-url");
    let live = format!("[veloconnect.live]\nurl = {url:?}\ntimeout_ms = 300\nfailures_max = 4\npause_seconds = 1000\n");
    let trade = Trade::new(|_| String::new(), |_| live);
    let say = |text: Option<&str>| *answer.lock().unwrap() = text.map(str::to_owned);
    let ask = || {
        let told = trade.ask("GetItemDetails", "&SellersItemIdentification=130-KE8&Quantity=100&quantityUnitCode=EA");
        let part = |name| told.element(name).unwrap_or_default().to_owned();
        format!("{} {} at {}", part("Code"), part("AvailableQuantity"), part("PriceAmount"))
    };
    say(Some("{}"));
    let catalogue = ask();
    say(Some(r#"{"articles": [{"article": "130-KE8", "onHand": "7", "prices": [{"amount": "8.50"}]}]}"#));
    let live = ask();
    assert_eq!(live, "partially_available 7 at 8.50");
    assert_ne!(live, catalogue);
    let question = erp.received().pop().unwrap();
    assert_eq!(question.body, r#"{"articles":["130-KE8"],"buyer":"K4711"}"#);
    for trouble in [Some("<html>"), None, Some(r#"{"articles": 1}"#), None] {
        say(trouble);
        assert_eq!(ask(), live, "{trouble:?}");
    }
    // So many failures are enough: it is left alone.
    let so_often = asked.load(Ordering::SeqCst);
    for _ in 0..5 {
        assert_eq!(ask(), live);
    }
    assert_eq!(asked.load(Ordering::SeqCst), so_often);
    // Another buyer has no last figures here.
    let other = trade.server.send(&veloconnect_as("K0815", "geheim2", "GetItemDetails", "&SellersItemIdentification=130-KE8"));
    assert_eq!(other.element("ResponseCode"), Some("200"));
    let log = trade.server.log();
    assert!(log.contains("live figures are not asked for") && !log.contains("in-the-url"), "{log}");
}
