//! GetClassificationScheme, and what an item says of groups and further information.

use std::collections::BTreeSet;
use std::sync::Arc;

use ordergate_veloconnect::MemoryArticles;

use crate::common::{CREDENTIALS, OTHER, Transcript, door, door_of};

/// veloconnect 66: all schemes in use, in both versions of the module and both bindings.
#[tokio::test]
async fn schemes() {
    let door = door().await;
    let mut transcript = Transcript::default();
    let by_url = door.ask("GetClassificationSchemeRequest", "&version=1.5").await;
    transcript.note("version=1.5", &by_url);
    crate::common::assert_snapshot!(transcript.finish());
    for (ns, version) in [("catalog-1.1", ""), ("catalog-1.5", "&version=1.6")] {
        let body = format!(
            "<GetClassificationSchemeRequest xmlns='urn:veloconnect:{ns}' xmlns:t='urn:veloconnect:transaction-1.0'>\
             <t:BuyersID>K4711</t:BuyersID><t:Credential><t:Password>geheim</t:Password></t:Credential>\
             </GetClassificationSchemeRequest>"
        );
        let by_xml = door.xml(&body).await;
        assert_eq!(by_xml.element(), format!("{{urn:veloconnect:{ns}}}GetClassificationSchemeResponse"));
        assert_eq!(by_xml.text(), door.ask("GetClassificationSchemeRequest", version).await.text());
    }
    // In use are those that the articles name.
    let id = door.ask("CreateTextSearchRequest", "").await.value("TransactionID");
    let articles = door.ask("SearchResultRequest", &format!("&TransactionID={id}")).await;
    let [listed, in_use] = [by_url, articles].map(|reply| BTreeSet::from_iter(reply.values("ClassificationSchemeID")));
    assert_eq!(listed, in_use);
}

/// A seller without schemes does not offer the operation, and says so in the profile. veloconnect 8, 33.
#[tokio::test]
async fn no_schemes() {
    let article = "[[article]]\nid = \"A\"\ndescription = \"Ding\"\nprices = [{ amount = \"1.00\" }]";
    let articles = Arc::new(MemoryArticles::from_toml(article).unwrap());
    let (with, without) = (door().await, door_of(articles, |_| {}, |store| store).await);
    for (door, code, offered, data) in [(&with, "200", true, "true"), (&without, "404", false, "false")] {
        let reply = door.ask("GetClassificationSchemeRequest", "&version=1.5").await;
        assert_eq!(reply.code(), code);
        let profile = door.ask("GetProfileRequest", "&version=1.5").await;
        assert_eq!(profile.values("Operation").contains(&"GetClassificationScheme".into()), offered);
        let property = format!("<Key>Catalog.ItemInformation.ProductData</Key><Value>{data}</Value>");
        assert!(profile.text().contains(&property), "{profile}");
        assert!(profile.values("Transaction").contains(&"TextSearch".into()), "veloconnect 41");
    }
}

/// An item with all that can be said of it: in the words of 1.5, and in those of 1.1. veloconnect 15, 47.
#[tokio::test]
async fn further_information() {
    let door = door().await;
    let mut transcript = Transcript::default();
    for rest in ["100-SP263&version=1.5", "100-SP263", "110-LR28HR&version=1.6", "110-LR28HR"] {
        let reply = door.ask("GetItemDetailsRequest", &format!("&SellersItemIdentification={rest}")).await;
        transcript.note(rest, &reply);
    }
    crate::common::assert_snapshot!(transcript.finish());
    // An order keeps what is agreed, and no links.
    let reply = door.ask("CreateOrderRequest", "&Quantity.100-SP263=1&version=1.5").await;
    assert!(reply.has("ClassificationGroupMember") && reply.has("TaxCategory") && !reply.has("InformationURL"), "{reply}");
    assert!(!reply.text().contains("abruf"));
}

/// What a buyer's price group pays, whichever way the article is asked for.
#[tokio::test]
async fn prices_of_a_group() {
    let door = door().await;
    for (credentials, amounts) in [(CREDENTIALS, ["34.90", "32.50", "29.90"].as_slice()), (OTHER, &["33.90", "29.90"])] {
        let ask = async |request: &str, rest: &str| door.get(&format!("RequestName={request}Request&{credentials}{rest}")).await;
        let net = |reply: &crate::common::Reply| {
            let prices = reply.root().descendants().filter(|n| n.name() == "BasePrice");
            prices.map(|p| p.children().next().unwrap().text().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(net(&ask("GetItemDetails", "&SellersItemIdentification=100-SP263").await), amounts);
        assert_eq!(net(&ask("GetItemDetailsList", "&SellersItemIdentification=100-SP263").await), amounts);
        let id = ask("CreateTextSearch", "&SearchString=sp263").await.value("TransactionID");
        let rest = format!("&TransactionID={id}&StartIndex=0&Count=1&ResultFormat=ITEM_TYPE");
        assert_eq!(net(&ask("SearchResult", &rest).await), amounts);
        let line = ask("CreateOrder", "&Quantity.100-SP263=1&quantityUnitCode.100-SP263=PK").await;
        assert_eq!(line.value("UnitPrice"), amounts[0]);
    }
}
