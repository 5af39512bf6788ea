//! The order transaction, from CreateOrder to the engine's order.

use std::sync::atomic::Ordering;

use ordergate_engine::order::{OrderKind, Status};
use ordergate_engine::transaction::{Key, Kind};
use ordergate_engine::{AccountId, OrderId, ProviderId, TransactionId};
use ordergate_store::{Claim, Items, JobPart, Parts, Write};
use ordergate_veloconnect::{Granularity, UnitPrice, describe, transaction_seen};

use crate::common::{CREDENTIALS, Door, OTHER, Transcript, door, door_with};

const ORDER: &str = "&Quantity.100-SP263=10&quantityUnitCode.100-SP263=PK&BuyersItemIdentification.100-SP263=7290\
                     &DeliveryDate.100-SP263=2027-03-01&BacklogIndicator.100-SP263=true&Quantity.ALT-1=2&quantityUnitCode.ALT-1=EA\
                     &Quantity.NIX-9=1&quantityUnitCode.NIX-9=EA";

/// The whole story by URL. veloconnect 21, 22, 44, 46-48, 51-55, 57-59.
#[tokio::test]
async fn an_order_by_url() {
    let door = door().await;
    let mut transcript = Transcript::default();
    let created = door.ask("CreateOrderRequest", ORDER).await;
    let id = created.value("TransactionID");
    transcript.note("CreateOrder", &created);
    for (request, rest) in [
        ("UpdateOrderRequest", "&Quantity.110-LR28HR=1&quantityUnitCode.110-LR28HR=EA&DeliveryDate.110-LR28HR=2027-02-15"),
        ("UpdateOrderRequest", "&Quantity.100-SP263=0&quantityUnitCode.100-SP263=PK"),
        ("ViewOrderRequest", ""),
        ("FinishOrderRequest", ""),
        ("FinishOrderRequest", ""),
        ("UpdateOrderRequest", "&Quantity.100-SP263=1"),
        ("RollbackRequest", ""),
        ("ViewOrderRequest", ""),
    ] {
        let reply = door.ask(request, &format!("&TransactionID={id}{rest}")).await;
        transcript.note(&format!("{request} {}", rest.trim_start_matches('&')), &reply);
    }
    crate::common::assert_snapshot!(transcript.finish());
}

fn xml(request: &str, inner: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='iso-8859-1'?>\n<o:{request} xmlns:o='urn:veloconnect:order-1.1' \
         xmlns:t='urn:veloconnect:transaction-1.0' \
         xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0' \
         xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0'><t:BuyersID>K4711</t:BuyersID>\
         <t:Credential><t:Password>geheim</t:Password></t:Credential>{inner}</o:{request}>"
    )
}

/// The same by XML-POST, as a test: the answers are the same but for IsTest and the order number.
/// veloconnect 4, 56, 71, 72, 74.
#[tokio::test]
async fn a_test_order_by_xml() {
    let door = door().await;
    let mut transcript = Transcript::default();
    let line = "<t:IsTest>1</t:IsTest><o:OrderRequestLine><a:SellersItemIdentification><a:ID>100-SP263</a:ID>\
                </a:SellersItemIdentification><b:Quantity quantityUnitCode='PK'>2</b:Quantity></o:OrderRequestLine>";
    let created = door.xml(&xml("CreateOrderRequest", line)).await;
    let id = created.value("TransactionID");
    transcript.note("CreateOrder", &created);
    let named = format!("<t:TransactionID>{id}</t:TransactionID><t:IsTest>true</t:IsTest>");
    for request in ["ViewOrderRequest", "FinishOrderRequest", "FinishOrderRequest", "ViewOrderRequest"] {
        transcript.note(request, &door.xml(&xml(request, &named)).await);
    }
    crate::common::assert_snapshot!(transcript.finish());
    // Nothing was ordered: the next order gets the first number.
    assert_eq!(door.woken.load(Ordering::SeqCst), 0);
    assert!(door.store.order(OrderId(1), Items::Without).await.unwrap().is_none());
    assert!(claim(&door).await.is_empty());
}

async fn claim(door: &Door) -> Vec<ordergate_store::Job> {
    let now = door.now();
    let (queue, lease) = (ordergate_engine::Protocol::Veloconnect, "l".to_owned());
    door.store.claim(&Claim { queue, parts: Parts::All, now, lease_until: now.plus_seconds(60), lease, limit: 10 }).await.unwrap()
}

/// A finished order is an order of the engine, with its history and its first job. veloconnect 55, 57.
#[tokio::test]
async fn what_becomes_of_a_finished_order() {
    let door = door().await;
    let id = door.order(&format!("{ORDER}&Quantity.140-BB-V=3")).await;
    let finished = door.ask("FinishOrderRequest", &format!("&TransactionID={id}")).await;
    let order_id = OrderId::parse(&finished.value("OrderID")).unwrap();
    assert_eq!(finished.value("IssueDate"), "2027-02-11");
    let order = door.store.order(order_id, Items::With).await.unwrap().unwrap();
    assert_eq!(
        (order.kind, order.state.status, order.reference.as_deref()),
        (OrderKind::Articles, Status::Submitted, Some(id.as_str()))
    );
    assert_eq!(order.items.iter().map(|i| i.item_id.as_str()).collect::<Vec<_>>(), ["100-SP263", "140-BB-V"]);
    let history = door.store.history(order_id).await.unwrap();
    assert_eq!((history.len(), history[0].who.as_str(), history[0].to), (1, "account:K4711", Status::Submitted));
    let jobs = claim(&door).await;
    assert_eq!(jobs.iter().map(|j| (j.key.order, j.key.part)).collect::<Vec<_>>(), [(order_id, JobPart::Order)]);
    assert_eq!(door.woken.load(Ordering::SeqCst), 1);
    let line = serde_json::to_string_pretty(&describe(&order, 0)).unwrap().replace(&id, "<T1>");
    crate::common::assert_snapshot!(line);
    assert!(describe(&order, 2).is_null());
}

/// Where FinishOrder is refused nothing is ordered. veloconnect 25, 55, 59, 73.
#[tokio::test]
async fn refused_finishes() {
    let door = door().await;
    let code = async |rest: &str| {
        let reply = door.ask("FinishOrderRequest", rest).await;
        (reply.code(), reply.value("StatusCode"), reply.value("OrderID"))
    };
    let answer = |code: &str, state: &str, order: &str| (code.to_owned(), state.to_owned(), order.to_owned());
    // An order without lines is none, and stays open.
    let empty = door.order("&Quantity.NIX-9=1").await;
    assert_eq!(code(&format!("&TransactionID={empty}")).await, answer("430", "2", ""));
    let id = door.order("&Quantity.130-KE8=1").await;
    assert_eq!(code(&format!("&TransactionID={id}&IsTest=true")).await, answer("435", "2", ""));
    assert_eq!(code("&TransactionID=weg").await, answer("420", "1", ""));
    assert_eq!(code("&TransactionID=").await, answer("420", "1", ""));
    let other = door.get(&format!("RequestName=FinishOrderRequest&{OTHER}&TransactionID={id}")).await;
    assert_eq!((other.code().as_str(), other.value("TransactionID")), ("420", id.clone()));
    assert_eq!(door.woken.load(Ordering::SeqCst), 0);
    let (code_200, state, order) = code(&format!("&TransactionID={id}")).await;
    assert_eq!((code_200.as_str(), state.as_str()), ("200", "100"));
    // Whoever lost that answer learns the number, and orders nothing again.
    assert_eq!(code(&format!("&TransactionID={id}")).await, answer("430", "100", &order));
    assert_eq!(door.woken.load(Ordering::SeqCst), 1);
}

/// A test transaction takes only tests, and the reverse; rollback may keep silent. veloconnect 73.
#[tokio::test]
async fn tests_do_not_mix() {
    for strict in [false, true] {
        let door = door_with(|o| o.strict = strict).await;
        let line = "&Quantity.130-KE8=1&quantityUnitCode.130-KE8=EA";
        let test = door.order(&format!("{line}&IsTest=true")).await;
        for request in ["UpdateOrderRequest", "ViewOrderRequest", "FinishOrderRequest"] {
            for said in ["", "&IsTest=false"] {
                let reply = door.ask(request, &format!("&TransactionID={test}{line}{said}")).await;
                assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str()), ("435", "2"));
            }
            let reply = door.ask(request, &format!("&TransactionID={test}{line}&IsTest=true")).await;
            assert_eq!((reply.code().as_str(), reply.value("IsTest").as_str()), ("200", "true"));
        }
        let open = door.order(&format!("{line}&IsTest=true")).await;
        let said = door.ask("RollbackRequest", &format!("&TransactionID={open}&IsTest=false")).await;
        assert_eq!(said.code(), "435");
        let silent = door.ask("RollbackRequest", &format!("&TransactionID={open}")).await;
        assert_eq!((silent.code().as_str(), silent.has("IsTest")), (if strict { "435" } else { "200" }, false));
    }
}

/// veloconnect 23, 24.
#[tokio::test]
async fn rollback() {
    let door = door().await;
    let id = door.order("&Quantity.130-KE8=1").await;
    let other = door.get(&format!("RequestName=RollbackRequest&{OTHER}&TransactionID={id}")).await;
    assert_eq!(other.code(), "420");
    let body = format!(
        "<RollbackRequest xmlns='urn:veloconnect:transaction-1.0'><BuyersID>K4711</BuyersID><Credential><Password>geheim</Password>\
         </Credential><TransactionID>{id}</TransactionID></RollbackRequest>"
    );
    let mut transcript = Transcript::default();
    transcript.note("Rollback", &door.xml(&body).await);
    transcript.note("again", &door.xml(&body).await);
    crate::common::assert_snapshot!(transcript.finish());
    for request in ["GetStatusRequest", "ViewOrderRequest", "UpdateOrderRequest", "FinishOrderRequest"] {
        assert_eq!(door.ask(request, &format!("&TransactionID={id}&Quantity.130-KE8=1")).await.code(), "420", "{request}");
    }
}

/// A request that cannot be carried out changes nothing. veloconnect 25.
#[tokio::test]
async fn lines_that_cannot_be_taken() {
    let door = door().await;
    let id = door.order("&Quantity.130-KE8=1").await;
    for (rest, message) in [
        ("&Quantity.130-KE8=5&Quantity.140-BB-V=-1", "Artikel 140-BB-V: unzulässige Menge"),
        ("&Quantity.130-KE8=5&Quantity.140-BB-V=999999999999999999999999", "Artikel 140-BB-V: unzulässige Menge"),
        ("&Quantity.130-KE8=5&quantityUnitCode.130-KE8=KGM", "Artikel 130-KE8: Mengeneinheit KGM ist nicht möglich, nur EA"),
    ] {
        let reply = door.ask("UpdateOrderRequest", &format!("&TransactionID={id}{rest}")).await;
        assert_eq!((reply.code().as_str(), reply.value("ResponseMessage").as_str()), ("400", message));
        assert_eq!(reply.value("StatusCode"), "2");
    }
    let twice = "<o:OrderRequestLine><a:SellersItemIdentification><a:ID>130-KE8</a:ID></a:SellersItemIdentification>\
                 <b:Quantity quantityUnitCode='EA'>2</b:Quantity></o:OrderRequestLine>"
        .repeat(2);
    let reply = door.xml(&xml("CreateOrderRequest", &twice)).await;
    assert_eq!((reply.code().as_str(), reply.value("ResponseMessage").as_str()), ("400", "Artikel 130-KE8 steht in zwei Zeilen"));
    let view = door.ask("ViewOrderRequest", &format!("&TransactionID={id}")).await;
    assert_eq!(view.values("Quantity"), ["1"]);
    assert_eq!(door.ask("GetStatusRequest", "").await.values("TransactionId"), [id]);
}

/// 421: as many open transactions as the operator allows.
#[tokio::test]
async fn too_many_open_transactions() {
    let door = door_with(|o| o.open_max = 1).await;
    let id = door.order("&Quantity.130-KE8=1").await;
    let refused = door.ask("CreateOrderRequest", "&Quantity.130-KE8=1").await;
    assert_eq!(
        (refused.code().as_str(), refused.value("TransactionID").as_str(), refused.value("StatusCode").as_str()),
        ("421", "", "1")
    );
    door.ask("FinishOrderRequest", &format!("&TransactionID={id}")).await;
    door.order("&Quantity.130-KE8=1").await;
}

/// Each kind has a bound of its own, and what is over does not count. Other buyers' do not either.
#[tokio::test]
async fn the_bound_is_for_one_kind_and_one_buyer() {
    let door = door_with(|o| o.open_max = 2).await;
    let mut first = door.store.transaction(&key(&door.order("&Quantity.130-KE8=1").await)).await.unwrap().unwrap();
    for (kind, owner, id) in [(Kind::TextSearch, 1, "a"), (Kind::B2BStock, 1, "b"), (Kind::Order, 2, "c"), (Kind::Order, 2, "d")]
    {
        (first.kind, first.key.owner, first.key.id) = (kind, AccountId(owner), TransactionId(id.into()));
        let mut batch = ordergate_store::Batch::new();
        batch.push(Write::InsertTransaction(Box::new(first.clone())));
        door.store.commit(batch).await.unwrap();
    }
    door.order("&Quantity.130-KE8=1").await;
    assert_eq!(door.ask("CreateOrderRequest", "&Quantity.130-KE8=1").await.code(), "421");
}

fn key(id: &str) -> Key {
    Key { provider: ProviderId::DEFAULT, owner: AccountId(1), id: TransactionId(id.into()) }
}

/// What happened to a test is noted down with it, because it makes no order that would have a history. veloconnect 56.
#[tokio::test]
async fn a_test_says_what_became_of_it() {
    let door = door().await;
    let test = door.order("&Quantity.130-KE8=3&IsTest=true").await;
    door.ask("FinishOrderRequest", &format!("&TransactionID={test}&IsTest=true")).await;
    let real = door.order("&Quantity.130-KE8=1").await;
    door.ask("FinishOrderRequest", &format!("&TransactionID={real}")).await;
    let seen = async |id: &str| transaction_seen(&door.store.transaction(&key(id)).await.unwrap().unwrap());
    let notes = async |id: &str| seen(id).await.notes.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(seen(&test).await.lines, [("130-KE8".to_owned(), "3".to_owned(), "EA".to_owned())]);
    assert_eq!(
        notes(&test).await,
        ["begun, as a test, by K4711", "finished, as a test: nothing was ordered, and nobody is told of it"]
    );
    assert_eq!(notes(&real).await, ["begun, by K4711", "finished: order 1"]);
}

/// The settings that an order shows; the dates hold for the whole order, back-delivery cannot be steered.
#[tokio::test]
async fn orders_as_configured() {
    let door = door_with(|o| {
        o.unit_price = UnitPrice::Aggregate;
        o.delivery_date = Granularity::Order;
        o.backlog = Granularity::None;
        o.backlog_default = true;
    })
    .await;
    let reply = door
        .ask(
            "CreateOrderRequest",
            "&Quantity.130-KE8=30&DeliveryDate.130-KE8=2027-04-01&Quantity.140-BB-V=1&BacklogIndicator.140-BB-V=false",
        )
        .await;
    assert_eq!(reply.values("DeliveryDate"), ["2027-04-01", "2027-04-01"]);
    assert_eq!(reply.values("BacklogIndicator"), ["true"]);
    assert!(
        reply.text().contains("<cac:UnitPrice><cbc:PriceAmount amountCurrencyID=\"EUR\">6.60</cbc:PriceAmount></cac:UnitPrice>")
    );
    let profile = door.ask("GetProfileRequest", "").await;
    let value = |key: &str| profile.values("Value")[profile.values("Key").iter().position(|k| k == key).unwrap()].clone();
    assert_eq!(["Order.DeliveryDate", "Order.Backlog", "Order.BacklogDefault"].map(value), ["order", "false", "true"]);
}

/// Kept 30 days when open, 90 when final; then unknown. What is open is shown with today's availability.
#[tokio::test]
async fn time_passes() {
    let door = door().await;
    let open = door.order("&Quantity.110-LR28HR=1&DeliveryDate.110-LR28HR=2027-02-12").await;
    let done = door.order("&Quantity.110-LR28HR=1").await;
    door.ask("FinishOrderRequest", &format!("&TransactionID={done}")).await;
    door.pass_days(7);
    let date = async |id: &str| door.ask("ViewOrderRequest", &format!("&TransactionID={id}")).await.value("ExpectedDeliveryDate");
    assert_eq!((date(&open).await.as_str(), date(&done).await.as_str()), ("2027-03-04", "2027-02-25"));
    let options = ordergate_veloconnect::VeloconnectOptions::default();
    for (days, left) in [(23, 2), (1, 1), (58, 1), (2, 0)] {
        door.pass_days(days);
        door.expire(&options).await;
        assert_eq!(door.ask("GetStatusRequest", "").await.values("TransactionId").len(), left);
    }
    assert_eq!(door.get(&format!("RequestName=ViewOrderRequest&{CREDENTIALS}&TransactionID={done}")).await.code(), "420");
}
