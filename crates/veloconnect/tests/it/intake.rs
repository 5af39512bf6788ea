//! Documents of the seller's system: how they come in, and what they do to the orders that they name.

use std::sync::Arc;

use ordergate_engine::order::{Status, Subject};
use ordergate_engine::{Actor, OrderId, ProviderId};
use ordergate_store::{Items, ReceiptKey, ReceiptKind};
use ordergate_veloconnect::receipts::batch::Result as Taken;
use ordergate_veloconnect::receipts::intake::{Intake, Outcome};
use serde_json::{Value, json};

use crate::common::{Door, door, door_with};

fn intake(door: &Door) -> Intake {
    let (store, clock) = (Arc::clone(&door.store), door.clock());
    Intake { store, clock, provider: ProviderId::DEFAULT, who: Actor::erp("test") }
}

/// What became of the documents of a text, in a word each.
pub(crate) async fn hand_in(door: &Door, text: &str) -> Vec<String> {
    let report = intake(door).take_all(text).await.unwrap();
    let word = |result: &Taken| match result {
        Taken::Taken(taken) => {
            let orders = taken.orders.iter().map(|o| format!(" {} {} {}", o.order, o.status, o.lines));
            let notes = taken.notes.iter().map(|note| format!(" ({note})"));
            let outcome = match taken.outcome {
                Outcome::Stored => "stored",
                Outcome::Replaced => "replaced",
                Outcome::Same => "same",
                Outcome::Applied => "applied",
            };
            format!("{outcome}{}{}", orders.collect::<String>(), notes.collect::<String>())
        }
        Taken::Refused { path, error } => format!("{path}: {error}"),
    };
    report.documents.iter().map(|entry| word(&entry.result)).collect()
}

/// Article, quantity, unit, order, line of the order.
pub(crate) type Delivered<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

/// A document with these lines.
pub(crate) fn document(kind: &str, id: &str, issued: &str, lines: &[Delivered<'_>]) -> Value {
    let line = |(number, (article, quantity, unit, order, order_line)): (usize, &Delivered<'_>)| {
        json!({
            "id": number.to_string(), "quantity": quantity, "unit": unit, "unitPrice": "1", "linePrice": "1",
            "order": order.map(|id| json!({ "id": id, "line": order_line })),
            "item": { "article": article, "description": "d", "pack": { "quantity": 100, "unit": "EA" } },
        })
    };
    let lines: Vec<Value> = (1..).zip(lines).map(line).collect();
    let mut document = json!({ "kind": kind, "buyer": "K4711", "id": id, "issued": issued, "currency": "EUR", "lines": lines });
    if kind == "invoice" {
        document["grossSum"] = json!("1.19");
        document["netSum"] = json!(1);
        document["vat"] = json!([{ "percent": 19, "amount": "0.19" }]);
    }
    document
}

/// The order placed by K4711 with these lines; its number.
async fn ordered(door: &Door, rest: &str) -> String {
    let id = door.order(rest).await;
    let reply = door.ask("FinishOrderRequest", &format!("&TransactionID={id}")).await;
    assert_eq!(reply.code(), "200", "{reply}");
    reply.value("OrderID")
}

async fn states(door: &Door, order: &str) -> (Status, Vec<Status>, Option<String>) {
    let order = door.store.order(OrderId(order.parse().unwrap()), Items::With).await.unwrap().unwrap();
    (order.state.status, order.items.iter().map(|item| item.state.status).collect(), order.state.info)
}

/// From the confirmation to the invoice: what each does to the order, and that it is in its history.
#[tokio::test]
async fn documents_move_the_order_that_they_name() {
    use Status::{Accepted, Completed, InProduction};
    let door = door_with(|o| o.erp.confirm = true).await;
    let order = ordered(&door, "&Quantity.100-SP263=3&quantityUnitCode.100-SP263=PK&Quantity.130-KE8=4").await;
    let order = order.as_str();
    assert_eq!(states(&door, order).await, (Status::Submitted, vec![Status::Submitted; 2], None));
    let confirmation = document("orderConfirmation", "AB-1", "2027-02-11", &[("100-SP263", "3", "PK", Some(order), None)]);
    assert_eq!(hand_in(&door, &confirmation.to_string()).await, [format!("stored {order} Accepted 0")]);
    assert_eq!(states(&door, order).await, (Accepted, vec![Accepted; 2], Some("confirmed: AB-1".into())));
    assert_eq!(hand_in(&door, &confirmation.to_string()).await, ["same"]);

    // 100 of 300 pieces leave the line open, whatever the unit; an article that was not ordered is said.
    let first = document(
        "deliveryNote",
        "LS-1",
        "2027-02-12",
        &[("100-SP263", "100", "EA", Some(order), None), ("X", "1", "EA", Some(order), None)],
    );
    let note = format!("(lines[1]: order {order} has no article \"X\")");
    assert_eq!(hand_in(&door, &first.to_string()).await, [format!("stored {order} Accepted 0 {note}")]);
    assert_eq!(states(&door, order).await, (Accepted, vec![Accepted; 2], Some("partly shipped: LS-1".into())));
    // The rest of it, under the number of the line and as another article.
    let second = document("deliveryNote", "LS-2", "2027-02-13", &[("ERSATZ", "2", "PK", Some(order), Some("1"))]);
    assert_eq!(hand_in(&door, &second.to_string()).await, [format!("stored {order} InProduction 1")]);
    assert_eq!(states(&door, order).await, (InProduction, vec![Completed, Accepted], Some("partly shipped: LS-2".into())));
    let third = document("deliveryNote", "LS-3", "2027-02-14", &[("130-KE8", "4", "EA", Some(order), None)]);
    assert_eq!(hand_in(&door, &third.to_string()).await, [format!("stored {order} Completed 1")]);
    assert_eq!(states(&door, order).await, (Completed, vec![Completed; 2], Some("shipped: LS-3".into())));
    // Of a final order there is word, too.
    let invoice = document("invoice", "RE-1", "2027-02-15", &[("130-KE8", "4", "EA", Some(order), None)]);
    assert_eq!(hand_in(&door, &invoice.to_string()).await, [format!("stored {order} Completed 0")]);
    assert_eq!(states(&door, order).await, (Completed, vec![Completed; 2], Some("invoiced: RE-1".into())));

    let history = door.store.history(OrderId(order.parse().unwrap())).await.unwrap();
    let of_order = history.iter().filter(|e| e.subject == Subject::Order);
    let said: Vec<_> = of_order.map(|e| format!("{} {} {}", e.to, e.who, e.why)).collect();
    assert_eq!(
        said,
        [
            "Submitted account:K4711 submitted",
            "Accepted erp:test confirmed: AB-1",
            "Accepted erp:test confirmed: AB-1",
            "Accepted erp:test partly shipped: LS-1",
            "InProduction erp:test partly shipped: LS-2",
            "InProduction erp:test partly shipped: LS-2",
            "Completed erp:test shipped: LS-3",
            "Completed erp:test shipped: LS-3",
            "Completed erp:test invoiced: RE-1",
        ]
    );
    // What was handed in is what the buyer is told.
    let found = door.ask("InvoiceInformationQueryRequest", &format!("&OrderID={order}")).await;
    assert_eq!((found.values("InvoiceID"), found.values("OrderID")), (vec!["RE-1".to_owned()], vec![order.to_owned()]));
}

#[tokio::test]
async fn orders_are_rejected_whole_or_in_part() {
    use Status::{Accepted, Cancelled, Completed, Submitted};
    let door = door_with(|o| o.erp.confirm = true).await;
    let reject = |order: &str, articles: &[&str]| {
        let mut rejection = json!({ "kind": "orderRejection", "buyer": "K4711", "order": order, "reason": "ausverkauft" });
        rejection["articles"] = json!(articles);
        rejection.to_string()
    };
    let whole = ordered(&door, "&Quantity.130-KE8=4&Quantity.130-ZG11=1").await;
    assert_eq!(hand_in(&door, &reject(&whole, &[])).await, [format!("applied {whole} Cancelled 2")]);
    assert_eq!(states(&door, &whole).await, (Cancelled, vec![Cancelled; 2], Some("rejected: ausverkauft".into())));
    // Again, and of what is over: nothing changes, and it is said.
    assert_eq!(
        hand_in(&door, &reject(&whole, &[])).await,
        [format!("same {whole} Cancelled 0 (order {whole} is Cancelled already)")]
    );

    let part = ordered(&door, "&Quantity.130-KE8=4&Quantity.130-ZG11=1").await;
    let note = format!("(articles[1]: order {part} has no open line of article \"X\")");
    assert_eq!(hand_in(&door, &reject(&part, &["130-ZG11", "X"])).await, [format!("applied {part} Submitted 1 {note}")]);
    assert_eq!(states(&door, &part).await.1, [Submitted, Cancelled]);
    let confirmed = document("orderConfirmation", "AB-2", "2027-02-11", &[("130-KE8", "4", "EA", Some(&part), None)]);
    hand_in(&door, &confirmed.to_string()).await;
    assert_eq!(states(&door, &part).await.1, [Accepted, Cancelled]);
    let shipped = document("deliveryNote", "LS-2", "2027-02-11", &[("130-KE8", "4", "EA", Some(&part), None)]);
    assert_eq!(hand_in(&door, &shipped.to_string()).await, [format!("stored {part} Completed 1")]);
    assert_eq!(states(&door, &part).await, (Completed, vec![Completed, Cancelled], Some("shipped: LS-2".into())));
}

/// Orders made by telephone, and of other buyers: the document is kept for its buyer, and moves nothing.
#[tokio::test]
async fn documents_of_orders_that_are_not_here() {
    let door = door().await;
    let order = ordered(&door, "&Quantity.130-KE8=4").await;
    let mut foreign = document("deliveryNote", "LS-1", "2027-02-11", &[("130-KE8", "4", "EA", Some(&order), None)]);
    foreign["buyer"] = json!("K0815");
    assert_eq!(hand_in(&door, &foreign.to_string()).await, [format!("stored (order {order} is none of this buyer's here)")]);
    assert_eq!(states(&door, &order).await.0, Status::Submitted);
    for unknown in ["AB-2027-1", "999999", "-1", "01", "99999999999999999999"] {
        let by_telephone = document("deliveryNote", unknown, "2027-02-11", &[("A", "4", "EA", Some(unknown), None)]);
        assert_eq!(
            hand_in(&door, &by_telephone.to_string()).await,
            [format!("stored (order {unknown} is none of this buyer's here)")]
        );
        let found = door.ask("DeliveryNoteQueryRequest", &format!("&OrderID={unknown}")).await;
        assert_eq!(found.values("DeliveryNoteID"), [unknown]);
    }
}

/// A corrected document takes the place of the first, is found by what it says now, and the first is kept aside.
#[tokio::test]
async fn a_corrected_document() {
    let door = door().await;
    let order = ordered(&door, "&Quantity.130-KE8=4").await;
    let mut note = document("deliveryNote", "LS-1", "2027-02-11", &[("130-KE8", "1", "EA", Some(&order), None)]);
    assert_eq!(hand_in(&door, &note.to_string()).await, [format!("stored {order} Accepted 0")]);
    note["lines"][0]["quantity"] = json!(4);
    note["issued"] = json!("2027-02-12");
    assert_eq!(hand_in(&door, &note.to_string()).await, [format!("replaced {order} Completed 1")]);
    // The same in another order of fields, with other spaces, and with numbers written otherwise.
    note["lines"][0]["quantity"] = json!("4.00");
    assert_eq!(hand_in(&door, &format!("{note:#}")).await, ["same"]);
    assert_eq!(door.ask("DeliveryNoteQueryRequest", "&ThruDate=2027-02-11").await.values("DeliveryNoteID").len(), 0);
    assert_eq!(door.ask("DeliveryNoteDetailsRequest", "&DeliveryNoteID=LS-1").await.value("Quantity"), "4");
    let account =
        door.store.account(ProviderId::DEFAULT, ordergate_engine::Protocol::Veloconnect, "K4711").await.unwrap().unwrap().id;
    let key = ReceiptKey { provider: ProviderId::DEFAULT, owner: account, kind: ReceiptKind::DeliveryNote, id: "LS-1".into() };
    let [before] = &door.store.replaced_receipts(&key).await.unwrap()[..] else { panic!("one content before") };
    let before: Value = serde_json::from_slice(&before.document.0).unwrap();
    assert_eq!((before["issued"].as_str(), before["lines"][0]["quantity"].as_str()), (Some("2027-02-11"), Some("1")));
}

/// Two delivery notes at once: together they deliver the line, whichever is first.
#[tokio::test(flavor = "multi_thread")]
async fn delivery_notes_at_once() {
    let door = door().await;
    let order = ordered(&door, "&Quantity.130-KE8=20").await;
    let intake = intake(&door);
    let hands = (0..20).map(|n| {
        let note = document("deliveryNote", &format!("LS-{n}"), "2027-02-11", &[("130-KE8", "1", "EA", Some(&order), None)]);
        let intake = intake.clone();
        tokio::spawn(async move { intake.take(&note.to_string()).await.unwrap().outcome })
    });
    for hand in hands.collect::<Vec<_>>() {
        assert_eq!(hand.await.unwrap(), Outcome::Stored);
    }
    assert_eq!(states(&door, &order).await.0, Status::Completed);
    assert_eq!(door.ask("DeliveryNoteQueryRequest", &format!("&OrderID={order}")).await.values("DeliveryNoteID").len(), 20);
}

/// What is wrong is said, with its place; nothing of it is kept, and what is right beside it is.
#[tokio::test]
async fn bad_documents() {
    let door = door().await;
    let good = document("invoice", "RE-1", "2027-01-01", &[("A", "1", "EA", None, None)]);
    let with = |pointer: &str, value: Value| {
        let mut bad = good.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = if parent.is_empty() { &mut bad } else { bad.pointer_mut(parent).unwrap() };
        match (parent, value) {
            (Value::Object(fields), Value::Null) => drop(fields.remove(key)),
            (parent, value) => parent[key] = value,
        }
        bad
    };
    let cases = [
        (with("/kind", json!("bill")), "kind: expected \"offer\""),
        (with("/kind", Value::Null), "kind: expected \"offer\""),
        (with("/buyer", json!("FALSCH")), "buyer: there is no buyer \"FALSCH\""),
        (with("/buyer", json!("")), "buyer: must not be empty"),
        (with("/id", json!(" RE-1")), "id: must have no space at its ends"),
        (with("/id", json!("a\nb")), "id: must have no space at its ends, and no line breaks"),
        (with("/id", json!("x".repeat(201))), "id: must be 200 characters at most"),
        (with("/id", json!(7)), "id: invalid type: integer `7`, expected a string"),
        (with("/issued", json!("2027-02-30")), "issued: "),
        (with("/issued", json!("-000044-03-15")), "issued: must be a day from 0001-01-01 on"),
        (with("/description", json!("a\u{1}")), "description: holds a character that XML does not allow"),
        (with("/colour", json!("red")), "colour: unknown field `colour`"),
        (with("/currency", json!("eur")), "currency: must be a code of ISO 4217"),
        (with("/url", json!("javascript:alert(1)")), "url: must be a URL"),
        (with("/vat", json!([])), "vat: must not be empty"),
        (with("/lines", json!([])), "lines: must not be empty"),
        (with("/lines", Value::Null), ".: missing field `lines`"),
        (with("/lines/0/quantity", json!("1,5")), "lines[0].quantity: \"1,5\" is no decimal number"),
        (with("/lines/0/unitPrice", json!("9".repeat(40))), "lines[0].unitPrice: "),
        (with("/lines/0/item/ean", json!("4000000000007")), "lines[0].item.ean: the check digit must be 6"),
        (with("/lines/0/item/article", Value::Null), "lines[0].item: missing field `article`"),
        (with("/lines/0/order", json!("17")), "lines[0].order: invalid type: string \"17\""),
        (
            with("/lines/0/instances", json!([{ "serials": [{ "kind": "FrameNo", "value": "1" }] }])),
            "lines[0].instances[0].serials[0].kind: expected one of FrameNumber, ",
        ),
        (
            with("/lines/0/instances", json!([{ "serials": [{ "kind": "Other", "value": "1" }] }])),
            "lines[0].instances[0].serials[0].description: must say",
        ),
        (json!([1])[0].clone(), ".: expected an object"),
    ];
    let text = Value::Array(cases.iter().map(|(bad, _)| bad.clone()).chain([good.clone()]).collect()).to_string();
    let said = hand_in(&door, &text).await;
    for ((bad, expected), said) in cases.iter().zip(&said) {
        assert!(said.starts_with(expected), "{bad}\nexpected {expected}\nfound {said}");
    }
    assert_eq!(said.last().unwrap(), "stored");
    assert_eq!(door.ask("InvoiceInformationQueryRequest", "").await.values("InvoiceID"), ["RE-1"]);
    for (text, expected) in [
        ("", ".: no JSON: EOF"),
        ("{\"kind\": \"offer\"", ".: no JSON: EOF while parsing an object at line 1"),
        ("<xml/>", ".: no JSON: expected value at line 1 column 1"),
    ] {
        let [said] = &hand_in(&door, text).await[..] else { panic!("one answer") };
        assert!(said.starts_with(expected), "{said}");
    }
    let deep = "[".repeat(100_000);
    assert!(hand_in(&door, &deep).await[0].starts_with(".: no JSON: EOF"));
    let lines = format!("{good}\nnonsense\n{}", document("invoice", "RE-2", "2027-01-01", &[("A", "1", "EA", None, None)]));
    assert_eq!(hand_in(&door, &lines).await, ["same", ".: no JSON: expected ident at line 1 column 2", "stored"]);
}

/// Of very many that are refused the first are told, and the rest of the text is not read.
#[tokio::test]
async fn very_many_bad_documents() {
    let door = door().await;
    let report = intake(&door).take_all(&"{}\n".repeat(20_000)).await.unwrap();
    assert_eq!((report.taken, report.refused, report.documents.len()), (0, 10_000, 1_001));
    let Taken::Refused { error, .. } = &report.documents[1_000].result else { panic!("refused") };
    assert_eq!(error, "10000 documents are refused: the rest of the text was not read");
}
