//! Parts of the standard that are switched off.

use ordergate_veloconnect::Modules;

use crate::common::{CREDENTIALS, door_with};

/// Orders alone.
const NOTHING_MORE: Modules = Modules {
    get_status: true,
    rollback: true,
    order: true,
    text_search: true,
    classification_scheme: false,
    offer: false,
    order_confirmation: false,
    delivery_note: false,
    invoice_information: false,
    stock_b2b: false,
    stock_b2c: false,
    sale_b2b: false,
    sale_b2x: false,
};

/// veloconnect 8, 26, 33: not in the profile, and 404 in its own answer, before any look at the buyer.
#[tokio::test]
async fn what_is_switched_off() {
    let door = door_with(|o| {
        o.modules = Modules { get_status: false, rollback: false, order: false, text_search: false, ..NOTHING_MORE };
        o.shop.enabled = true;
    })
    .await;
    let profile = door.ask("GetProfileRequest", "&version=1.6").await;
    assert_eq!(profile.values("Operation"), ["GetItemDetails", "GetItemDetails", "GetItemDetailsList", "GetItemDetailsList"]);
    assert_eq!(profile.values("Transaction"), ["OrderInOnlineShop", "OrderInOnlineShop"]);
    for (request, element) in [
        ("GetStatusRequest", "{urn:veloconnect:transaction-1.0}GetStatusResponse"),
        ("RollbackRequest", "{urn:veloconnect:transaction-1.0}RollbackResponse"),
        ("SearchResultRequest", "{urn:veloconnect:catalog-1.1}SearchResultResponse"),
    ] {
        let reply = door.get(&format!("RequestName={request}&BuyersID=FALSCH&Password=x&TransactionID=t")).await;
        assert_eq!((reply.code().as_str(), reply.element().as_str()), ("404", element));
        assert_eq!(reply.value("TransactionID"), "t");
    }
    // The operations of an order are those of the shop's basket, too: only a new order is not to be had.
    let reply = door.ask("CreateOrderRequest", "&Quantity.130-KE8=1").await;
    assert_eq!((reply.code().as_str(), reply.value("TransactionID").as_str()), ("404", ""));
    assert_eq!(door.ask("ViewOrderRequest", "&TransactionID=shop").await.code(), "200");
    // Rule 4 holds all the same (veloconnect 7).
    let reply = door.get(&format!("RequestName=Foo&{CREDENTIALS}")).await;
    assert_eq!((reply.code().as_str(), reply.root().name()), ("405", "GetStatusResponse"));
    // veloconnect 40: what cannot be switched off.
    for request in ["GetProfileRequest", "GetItemDetailsRequest", "GetItemDetailsListRequest"] {
        assert_eq!(door.ask(request, "&SellersItemIdentification=130-KE8").await.code(), "200", "{request}");
    }
}

/// One by one.
#[tokio::test]
async fn a_rollback_that_is_switched_off() {
    let door = door_with(|o| {
        o.modules.rollback = false;
    })
    .await;
    let id = door.order("&Quantity.130-KE8=1").await;
    assert_eq!(door.ask("RollbackRequest", &format!("&TransactionID={id}")).await.code(), "404");
    assert_eq!(door.ask("ViewOrderRequest", &format!("&TransactionID={id}")).await.code(), "200");
    let profile = door.ask("GetProfileRequest", "").await;
    assert!(!profile.values("Operation").contains(&"Rollback".to_owned()));
    assert_eq!(profile.values("Transaction"), ["Order", "Order", "TextSearch", "TextSearch"]);
}
