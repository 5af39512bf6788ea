//! GetItemDetails and GetItemDetailsList.

use crate::common::{Transcript, door};

/// One of each kind. veloconnect 42, 44, 46-50.
#[tokio::test]
async fn item_details() {
    let door = door().await;
    let mut transcript = Transcript::default();
    for rest in [
        "&SellersItemIdentification=100-SP263&Quantity=10&quantityUnitCode=PK&IsTest=false",
        "&SellersItemIdentification=120-RE47-622&Quantity=10&quantityUnitCode=EA",
        "&SellersItemIdentification=130-ZG11&Quantity=6",
        "&SellersItemIdentification=150-PED-SYS",
        "&SellersItemIdentification=300-SCHL85",
        "&SellersItemIdentification=ALT-1",
        "&SellersItemIdentification=NIX-9",
    ] {
        transcript.note(rest.trim_start_matches('&'), &door.ask("GetItemDetailsRequest", rest).await);
    }
    crate::common::assert_snapshot!(transcript.finish());
}

/// veloconnect 43: one answer for each entry, in the order asked, in both bindings.
#[tokio::test]
async fn a_list() {
    let door = door().await;
    let rest = "&Quantity.100-SP263=1000&quantityUnitCode.100-SP263=PK&SellersItemIdentification=NIX-9\
                &SellersItemIdentification=ALT-1&SellersItemIdentification=130-KE8&SellersItemIdentification=NIX-9";
    let by_url = door.ask("GetItemDetailsListRequest", rest).await;
    let kinds: Vec<_> = by_url
        .root()
        .children()
        .filter(|c| c.name() == "ItemDetail")
        .map(|d| d.children().next().unwrap().name().to_owned())
        .collect();
    assert_eq!(kinds, ["Item", "ItemUnknown", "RequestReplacement", "Item", "ItemUnknown"]);
    assert_eq!(by_url.values("Code"), ["partially_available", "available"]);
    let entry = |id: &str, quantity: &str| {
        format!(
            "<RequestEntry><a:SellersItemIdentification><a:ID>{id}</a:ID></a:SellersItemIdentification>{quantity}</RequestEntry>"
        )
    };
    let body = format!(
        "<GetItemDetailsListRequest xmlns='urn:veloconnect:order-1.1' xmlns:t='urn:veloconnect:transaction-1.0' \
         xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0' \
         xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0'><t:BuyersID>K4711</t:BuyersID>\
         <t:Credential><t:Password>geheim</t:Password></t:Credential>{}{}{}{}{}</GetItemDetailsListRequest>",
        entry("100-SP263", "<b:Quantity quantityUnitCode='PK'>1000</b:Quantity>"),
        entry("NIX-9", ""),
        entry("ALT-1", ""),
        entry("130-KE8", ""),
        entry("NIX-9", "")
    );
    assert_eq!(door.xml(&body).await.text(), by_url.text());
}

/// veloconnect 45: EA, PR, PK and SET, each in terms of the other where that is possible.
#[tokio::test]
async fn units() {
    let door = door().await;
    let answer = async |id: &str, quantity: &str, unit: &str| {
        let rest = format!("&SellersItemIdentification={id}&Quantity={quantity}&quantityUnitCode={unit}");
        let reply = door.ask("GetItemDetailsRequest", &rest).await;
        format!("{} {} {}", reply.code(), reply.value("Code"), reply.value("AvailableQuantity"))
    };
    assert_eq!(answer("100-SP263", "12000", "EA").await, "200 available ");
    assert_eq!(answer("100-SP263", "12001", "EA").await, "200 partially_available 12000");
    assert_eq!(answer("100-SP263", "6001", "PR").await, "200 partially_available 6000");
    assert_eq!(answer("140-BB-V", "521", "EA").await, "200 partially_available 520");
    assert_eq!(answer("140-BB-D1", "181", "SET").await, "200 partially_available 180");
    assert_eq!(answer("140-BB-D1", "181", "set").await, "200 partially_available 180");
    // Of kilograms of chains nothing can be said; the article is shown all the same.
    assert_eq!(answer("130-KE8", "1", "KGM").await, "200  ");
    assert_eq!(answer("130-KE8", "-1", "EA").await, "400  ");
}
