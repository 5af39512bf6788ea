//! Every response code, and the order of the checks.

use std::collections::BTreeSet;

use ordergate_veloconnect::{Modules, ResponseCode};

use crate::common::{CREDENTIALS, Transcript, door, door_with};

/// What each operation's refusals look like: valid, in its own answer. veloconnect 5, 17, 18.
#[tokio::test]
async fn refusals_of_every_operation() {
    let door = door().await;
    let mut transcript = Transcript::default();
    for request in [
        "GetProfileRequest",
        "GetStatusRequest",
        "RollbackRequest",
        "GetItemDetailsRequest",
        "GetItemDetailsListRequest",
        "CreateOrderRequest",
        "UpdateOrderRequest",
        "ViewOrderRequest",
        "FinishOrderRequest",
        "CreateTextSearchRequest",
        "SearchResultRequest",
        "GetClassificationSchemeRequest",
    ] {
        let rest = "&TransactionID=weg&SellersItemIdentification=100-SP263&Quantity.130-KE8=1&ResultFormat=ID_ONLY";
        for (credentials, code) in
            [("BuyersID=FALSCH&Password=x", "410"), ("BuyersID=K4711&Password=x", "411"), ("Password=geheim&IsTest=True", "405")]
        {
            let reply = door.get(&format!("RequestName={request}&{credentials}{rest}")).await;
            assert_eq!(reply.code(), code);
            assert_eq!(format!("{}Request", reply.answer.operation), request);
            if code == "411" {
                transcript.note(request, &reply);
            }
        }
    }
    crate::common::assert_snapshot!(transcript.finish());
}

fn no_receipts() -> Modules {
    Modules { offer: false, order_confirmation: false, delivery_note: false, invoice_information: false, ..Modules::default() }
}

/// veloconnect 8: known, but switched off: in its own answer, before any look at the buyer.
#[tokio::test]
async fn operations_that_are_switched_off() {
    let door = door_with(|o| o.modules = no_receipts()).await;
    for name in ["Offer", "OrderConfirmation", "DeliveryNote", "InvoiceInformation"] {
        for request in [format!("{name}Query"), format!("{name}Details")] {
            let reply = door
                .get(&format!("RequestName={request}Request&version=1.6&BuyersID=FALSCH&Password=x&{name}ID=t&InvoiceID=t"))
                .await;
            assert_eq!((reply.code().as_str(), reply.value("BuyersID").as_str()), ("404", "FALSCH"));
            assert_eq!(reply.element(), format!("{{urn:veloconnect:receipt-1.3}}{request}Response"));
        }
    }
}

/// Each check comes before the next one.
#[tokio::test]
async fn the_order_of_checks() {
    let door = door_with(|o| o.sellers_id = Some("S1".into())).await;
    let finished = door.order("&Quantity.130-KE8=1&IsTest=true").await;
    assert_eq!(door.ask("FinishOrderRequest", &format!("&TransactionID={finished}&IsTest=true")).await.code(), "200");
    let open = door.order("&Quantity.130-KE8=1").await;
    let update = async |buyer: &str, password: &str, seller: &str, id: &str, quantity: &str| {
        door.get(&format!(
            "RequestName=UpdateOrderRequest&BuyersID={buyer}&Password={password}&SellersID={seller}&TransactionID={id}&Quantity.130-KE8={quantity}\
             &IsTest=true"
        ))
        .await
        .code()
    };
    assert_eq!(update("FALSCH", "x", "S2", "weg", "x").await, "405");
    assert_eq!(update("FALSCH", "x", "S2", "weg", "1").await, "415");
    assert_eq!(update("FALSCH", "x", "S1", "weg", "1").await, "410");
    assert_eq!(update("K4711", "x", "S1", "weg", "1").await, "411");
    assert_eq!(update("K4711", "geheim", "S1", "weg", "1").await, "420");
    assert_eq!(update("K4711", "geheim", "S1", &finished, "1").await, "430");
    assert_eq!(update("K4711", "geheim", "S1", &open, "1").await, "435");
    // 430 comes before 435: a finished test asked for as an order.
    let reply = door.ask("UpdateOrderRequest", &format!("&TransactionID={finished}&Quantity.130-KE8=1")).await;
    assert_eq!(reply.code(), "430");
}

/// What an account can be besides right and wrong; and an unknown one that is not to be told from a wrong one.
#[tokio::test]
async fn buyers() {
    let door = door_with(|o| o.reveal_unknown_buyer = false).await;
    let mut seen = Vec::new();
    for buyer in ["FALSCH", "", "gesperrt", "gebremst", "gest%F6rt"] {
        let reply = door.get(&format!("RequestName=GetStatusRequest&BuyersID={buyer}&Password=x")).await;
        seen.push(format!("{} {}", reply.code(), reply.value("ResponseMessage")));
    }
    let expected = [
        "411 Authentifizierung fehlgeschlagen",
        "411 Authentifizierung fehlgeschlagen",
        "411 Das Konto ist gesperrt",
        "411 Zu viele Fehlversuche, bitte später wieder versuchen",
        "500 Interner Fehler, bitte später wieder versuchen",
    ];
    assert_eq!(seen, expected);
}

/// The list is closed, and nothing but its members is ever sent: what the other tests see, together.
#[tokio::test]
async fn every_code_can_be_had() {
    let door = door_with(|o| {
        o.open_max = 1;
        o.sellers_id = Some("S1".into());
        o.modules = no_receipts();
    })
    .await;
    let id = door.order("&Quantity.130-KE8=1").await;
    let mut seen = BTreeSet::new();
    for query in [
        format!("RequestName=GetStatusRequest&{CREDENTIALS}"),
        format!("RequestName=GetItemDetailsRequest&{CREDENTIALS}&SellersItemIdentification=A&Quantity=-1"),
        format!("RequestName=OfferQueryRequest&{CREDENTIALS}"),
        "RequestName=GetStatusRequest".into(),
        "RequestName=GetStatusRequest&BuyersID=FALSCH&Password=x".into(),
        "RequestName=GetStatusRequest&BuyersID=K4711&Password=x".into(),
        format!("RequestName=GetStatusRequest&{CREDENTIALS}&SellersID=S2"),
        format!("RequestName=GetStatusRequest&{CREDENTIALS}&TransactionID=weg"),
        format!("RequestName=CreateOrderRequest&{CREDENTIALS}&Quantity.130-KE8=1"),
        format!("RequestName=ViewOrderRequest&{CREDENTIALS}&TransactionID={id}&IsTest=1"),
        format!("RequestName=FinishOrderRequest&{CREDENTIALS}&TransactionID={id}"),
        format!("RequestName=FinishOrderRequest&{CREDENTIALS}&TransactionID={id}"),
        "RequestName=GetStatusRequest&BuyersID=gest%C3%B6rt&Password=x".into(),
    ] {
        seen.insert(door.get(&query).await.code());
    }
    seen.insert(door.xml("<GetStatusRequest xmlns='urn:veloconnect:transaction-0.1'/>").await.code());
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ResponseCode::TEXTS);
}
