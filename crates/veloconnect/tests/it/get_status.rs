//! GetStatus: the four rules of section 6.3, to the letter.

use ordergate_door::Method;
use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{AccountId, Document, ProviderId, TransactionId};
use ordergate_store::{Batch, Write};
use ordergate_veloconnect::UnknownOperation;

use crate::common::{CREDENTIALS, Door, OTHER, Transcript, door, door_with};

const LINE: &str = "&Quantity.130-KE8=1&quantityUnitCode.130-KE8=EA";

/// Rule 1: implemented, and listed, in every version. veloconnect 26.
#[tokio::test]
async fn rule_1_it_is_implemented() {
    let door = door().await;
    for version in ["", "&version=1.1", "&version=1.3", "&version=1.6"] {
        assert_eq!(door.ask("GetStatusRequest", version).await.code(), "200");
        assert!(door.ask("GetProfileRequest", version).await.values("Operation").contains(&"GetStatus".into()));
    }
}

/// Rule 2, by every binding and in every namespace. veloconnect 27, 28, 32.
#[tokio::test]
async fn rule_2_one_transaction() {
    let door = door().await;
    let id = door.order(LINE).await;
    let mut transcript = Transcript::default();
    let query = format!("RequestName=GetStatusRequest&{CREDENTIALS}&TransactionID={id}");
    transcript.note("GET, state 2", &door.get(&query).await);
    transcript.note("form POST, version 1.4", &door.form(&format!("{query}&version=1.4")).await);
    for module in ["1.0", "1.4", "1.6"] {
        let body = format!(
            "<GetStatusRequest xmlns='urn:veloconnect:transaction-{module}' xmlns:v='urn:veloconnect:transaction-1.0'><v:BuyersID>\
             K4711</v:BuyersID><v:Credential><v:Password>geheim</v:Password></v:Credential><v:TransactionID>{id}</v:TransactionID>\
             <v:IsTest>0</v:IsTest></GetStatusRequest>"
        );
        let reply = door.xml(&body).await;
        assert_eq!(reply.root().ns(), format!("urn:veloconnect:transaction-{module}"));
        transcript.note(&format!("XML-POST in transaction-{module}"), &reply);
    }
    assert_eq!(door.ask("FinishOrderRequest", &format!("&TransactionID={id}")).await.code(), "200");
    transcript.note("GET, state 100", &door.get(&query).await);
    transcript.note("GET, an id that nobody has", &door.ask("GetStatusRequest", "&TransactionID=nope").await);
    transcript
        .note("GET, someone else's id", &door.get(&format!("RequestName=GetStatusRequest&{OTHER}&TransactionID={id}")).await);
    crate::common::assert_snapshot!(transcript.finish());
}

/// Rule 3. veloconnect 29, 30, 31.
#[tokio::test]
async fn rule_3_all_transactions_of_the_buyer() {
    let door = door().await;
    let mut transcript = Transcript::default();
    transcript.note("none yet", &door.ask("GetStatusRequest", "").await);
    let finished = door.order(LINE).await;
    door.ask("FinishOrderRequest", &format!("&TransactionID={finished}")).await;
    let test = door.order(&format!("{LINE}&IsTest=true")).await;
    door.get(&format!("RequestName=CreateOrderRequest&{OTHER}{LINE}")).await;
    let all = door.ask("GetStatusRequest", "").await;
    assert_eq!(all.values("TransactionId"), [finished.clone(), test.clone()]);
    assert_eq!(all.values("StatusCode"), ["100", "2"]);
    assert!(!all.has("TransactionID"));
    // 13: a client sends its TransactionID empty.
    let empty = door.ask("GetStatusRequest", "&TransactionID=&SellersID=X").await;
    assert_eq!(empty.values("TransactionId").len(), 2);
    let text = all.text().replace(&finished, "F").replace(&test, "T");
    crate::common::assert_snapshot!(format!("{}{text}\n", transcript.finish()));
}

/// The schema's note instead of the rule; and a list that is cut says so.
#[tokio::test]
async fn rule_3_as_configured() {
    let door = door_with(|o| {
        o.list_final = false;
        o.list_max = 2;
    })
    .await;
    let finished = door.order(LINE).await;
    door.ask("FinishOrderRequest", &format!("&TransactionID={finished}")).await;
    let first = door.order(LINE).await;
    let second = door.order(LINE).await;
    let all = door.ask("GetStatusRequest", "").await;
    assert_eq!((all.values("TransactionId"), all.has("ResponseMessage")), (vec![first.clone(), second.clone()], false));
    door.order(LINE).await;
    let all = door.ask("GetStatusRequest", "").await;
    assert_eq!(all.values("TransactionId"), [first, second]);
    assert_eq!(
        (all.code().as_str(), all.value("ResponseMessage").as_str()),
        ("200", "Es gibt mehr als 2 Transaktionen; dies sind die ältesten")
    );
}

async fn unrecognisable(door: &Door) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.note("GET without query", &door.send(Method::Get, None, None, b"").await);
    transcript.note("no RequestName", &door.get(CREDENTIALS).await);
    transcript.note("an unknown one, and IsTest", &door.ask("Foo", "&IsTest=True&version=1.6").await);
    transcript.note("two", &door.ask("GetStatusRequest", "&RequestName=Foo").await);
    transcript.note("not XML", &door.xml("<GetStatusRequest>\n<a></GetStatusRequest>").await);
    transcript.note("an empty document", &door.xml("").await);
    transcript.note("an unknown root", &door.xml("<FooRequest xmlns='urn:veloconnect:order-1.1'/>").await);
    transcript.note(
        "a DTD",
        &door.xml("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><GetStatusRequest>&b;</GetStatusRequest>").await,
    );
    transcript.note("too large: 400", &door.xml(&format!("<a>{}</a>", " ".repeat(1 << 20))).await);
    transcript
}

/// Rule 4. veloconnect 7.
#[tokio::test]
async fn rule_4_no_operation_can_be_told() {
    let seen = unrecognisable(&door().await).await.finish();
    crate::common::assert_snapshot!(seen);
}

/// Rule 4, the permitted alternative, and in English.
#[tokio::test]
async fn rule_4_as_http_404() {
    let door = door_with(|o| {
        o.unknown_operation = UnknownOperation::Http404;
        o.language = ordergate_veloconnect::Language::En;
    })
    .await;
    let seen = unrecognisable(&door).await.finish();
    crate::common::assert_snapshot!(seen);
    // Only what cannot be recognised: what is known and wrong keeps its own answer.
    assert_eq!(door.get("RequestName=GetStatusRequest").await.code(), "405");
}

/// A module without a word for a transaction leaves it unnamed.
#[tokio::test]
async fn transactions_are_named_as_far_as_the_namespace_has_names() {
    let door = door().await;
    for (id, kind, state) in [("a", Kind::TextSearch, 2), ("b", Kind::B2BStock, 85), ("c", Kind::B2XSale, 184)] {
        let key = Key { provider: ProviderId::DEFAULT, owner: AccountId(1), id: TransactionId(id.into()) };
        let (now, state) = (door.now(), StateCode::new(state).unwrap());
        let transaction = Transaction {
            key,
            kind,
            state,
            is_test: false,
            created_at: now,
            updated_at: now,
            revision: 0,
            order: None,
            context: Document::default(),
        };
        let mut batch = Batch::new();
        batch.push(Write::InsertTransaction(Box::new(transaction)));
        door.store.commit(batch).await.unwrap();
    }
    let mut named = Vec::new();
    for version in ["1.1", "1.4", "1.6"] {
        named.push(door.ask("GetStatusRequest", &format!("&version={version}")).await.values("Transaction").join(" "));
    }
    assert_eq!(named, ["TextSearch", "TextSearch B2BStock", "TextSearch B2BStock B2XSale"]);
    // An order operation on something that is no order is not applicable in its state.
    for request in ["ViewOrderRequest", "FinishOrderRequest", "UpdateOrderRequest"] {
        let reply = door.ask(request, "&TransactionID=b&Quantity.130-KE8=1").await;
        assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str()), ("430", "85"));
    }
    // veloconnect 23: states from 50 on cannot be rolled back, those below can.
    let mut rolled_back = Vec::new();
    for id in ["a", "b", "c"] {
        rolled_back.push(door.ask("RollbackRequest", &format!("&TransactionID={id}")).await.code());
    }
    assert_eq!(rolled_back, ["200", "430", "430"]);
}
