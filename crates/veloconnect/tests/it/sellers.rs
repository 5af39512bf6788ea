//! Several sellers behind one server.

use ordergate_engine::transaction::Key;
use ordergate_engine::{AccountId, ProviderId, TransactionId};
use ordergate_veloconnect::{SellerOptions, VeloconnectOptions};

use crate::common::{CREDENTIALS, Door, door_with};

fn three(options: &mut VeloconnectOptions) {
    let of = |text: &str| -> SellerOptions { toml::from_str(text).unwrap() };
    options.sellers_id = Some("1".into());
    options.seller = vec![
        of("name = 'nord'\nsellers_id = '2'\nseller_name = 'Nordrad'\nlanguage = 'en'\nmodules = { rollback = false }"),
        of("name = 'sued'\nsellers_id = '3'"),
    ];
}

async fn sellers() -> Door {
    door_with(three).await
}

/// veloconnect 13: SellersID chooses the seller up to 1.2; 415 for one that is unknown; ignored from 1.3 on.
#[tokio::test]
async fn sellers_id_chooses() {
    let door = sellers().await;
    for (rest, code, name) in [
        ("", "200", "Muster Fahrradteile GmbH"),
        ("&SellersID=1", "200", "Muster Fahrradteile GmbH"),
        ("&SellersID=2", "200", "Nordrad"),
        ("&SellersID=2&version=1.2", "200", "Nordrad"),
        ("&SellersID=3", "200", ""),
        ("&SellersID=4", "415", ""),
        ("&SellersID=2&version=1.3", "200", "Muster Fahrradteile GmbH"),
        ("&SellersID=4&version=1.6", "200", "Muster Fahrradteile GmbH"),
    ] {
        let reply = door.ask("GetProfileRequest", rest).await;
        assert_eq!((reply.code().as_str(), reply.value("SellerName").as_str()), (code, name), "{rest}");
        assert_eq!(
            reply.has("SellersID"),
            rest.contains("SellersID") && !rest.contains("1.3") && !rest.contains("1.6"),
            "{rest}"
        );
    }
    // At its own address a seller is itself, and nobody else.
    let profile = |rest: &str| format!("RequestName=GetProfileRequest&{CREDENTIALS}{rest}");
    assert_eq!(door.get_at(0, &profile("")).await.value("SellerName"), "Nordrad");
    assert_eq!(door.get_at(0, &profile("&SellersID=2")).await.code(), "200");
    assert_eq!(door.get_at(0, &profile("&SellersID=1")).await.code(), "415");
    assert_eq!(door.get_at(0, &profile("&SellersID=1&version=1.4")).await.code(), "200");
}

/// Where nobody has an id, nobody minds one.
#[tokio::test]
async fn sellers_without_ids() {
    let door = door_with(|o| {
        three(o);
        o.sellers_id = None;
        o.seller.iter_mut().for_each(|seller| seller.sellers_id = None);
    })
    .await;
    assert_eq!(door.ask("GetProfileRequest", "&SellersID=4").await.value("SellerName"), "Muster Fahrradteile GmbH");
}

/// veloconnect 33: a URI only where it is another one than was asked; what a seller offers is its own matter.
#[tokio::test]
async fn profiles() {
    let door = sellers().await;
    assert!(!door.ask("GetProfileRequest", "&SellersID=1").await.has("URI"));
    let chosen = door.ask("GetProfileRequest", "&SellersID=2").await;
    let uris = chosen.values("URI");
    assert_eq!(uris.len(), chosen.values("Implements").len());
    assert!(uris.iter().all(|uri| uri == "https://orders.example/veloconnect/nord"), "{uris:?}");
    assert!(!chosen.values("Operation").contains(&"Rollback".to_owned()));
    let own = door.get_at(0, &format!("RequestName=GetProfileRequest&{CREDENTIALS}")).await;
    assert!(!own.has("URI"));
    assert_eq!(own.values("Binding")[..2], ["URL-S", "XML-POST-S"]);
    let refused = door.get_at(0, &format!("RequestName=RollbackRequest&{CREDENTIALS}&TransactionID=x")).await;
    assert_eq!(
        (refused.code().as_str(), refused.value("ResponseMessage").as_str()),
        ("404", "Rollback is not supported by this server")
    );
}

/// The same BuyersID and the same TransactionID at two sellers are two transactions.
#[tokio::test]
async fn nothing_leaks() {
    let door = sellers().await;
    let id = door.order("&Quantity.130-KE8=1").await;
    let at_nord = |request: &str, rest: &str| format!("RequestName={request}&{CREDENTIALS}&TransactionID={id}{rest}");
    for request in ["ViewOrderRequest", "UpdateOrderRequest", "FinishOrderRequest", "GetStatusRequest"] {
        let line = "&Quantity.130-KE8=9";
        assert_eq!(door.get_at(0, &at_nord(request, line)).await.code(), "420", "{request}");
        assert_eq!(door.get(&at_nord(request, &format!("{line}&SellersID=2"))).await.code(), "420", "{request}");
    }
    // The very same id at the other seller, too.
    let mine = Key { provider: ProviderId::DEFAULT, owner: AccountId(1), id: TransactionId(id.clone()) };
    let mut copy = door.store.transaction(&mine).await.unwrap().unwrap();
    copy.key.provider = ProviderId(2);
    let mut batch = ordergate_store::Batch::new();
    batch.push(ordergate_store::Write::InsertTransaction(Box::new(copy)));
    door.store.commit(batch).await.unwrap();
    let finished = door.get_at(0, &at_nord("FinishOrderRequest", "")).await;
    assert_eq!((finished.code().as_str(), finished.value("StatusCode").as_str()), ("200", "100"));
    assert_eq!(door.ask("ViewOrderRequest", &format!("&TransactionID={id}")).await.value("StatusCode"), "2");
    let order = ordergate_engine::OrderId::parse(&finished.value("OrderID")).unwrap();
    let order = door.store.order(order, ordergate_store::Items::With).await.unwrap().unwrap();
    assert_eq!(order.provider, ProviderId(2));
    assert_eq!(ordergate_veloconnect::describe(&order, 0)["seller"], "nord");
    assert!(door.store.orders_before(ProviderId::DEFAULT, ordergate_engine::OrderId(i64::MAX), 9).await.unwrap().is_empty());
    let listed = door.get_at(0, &format!("RequestName=GetStatusRequest&{CREDENTIALS}")).await;
    assert_eq!(listed.values("StatusCode"), ["100"]);
    assert!(door.get_at(1, &format!("RequestName=GetStatusRequest&{CREDENTIALS}")).await.values("TransactionId").is_empty());
}

/// Rule 4 in both of its ways: a GetStatusResponse, and HTTP 404.
#[tokio::test]
async fn no_seller_at_an_address() {
    let door = sellers().await;
    let answer = door.veloconnect.no_such_seller(Some("en"));
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!((answer.status, answer.content_type), (404, "application/xml; charset=utf-8"));
    assert!(text.contains("<GetStatusResponse ") && text.contains("there is no seller at this address"), "{text}");
}
